output "chat_ids" {
  description = "Id of each Thulium chat, by the name of its customer."
  value       = { for name, chat in thulium_chat_conversation.customer : name => chat.id }
}

output "answer" {
  description = "What the chatbot answered."
  value       = chatbot_message.question.answer
}

output "jelou_conversation_id" {
  description = "Id of the Jelou conversation."
  value       = jelou_conversation.bot.id
}
