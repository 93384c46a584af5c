output "conversation_ids" {
  description = "Id of each conversation, by the name of its customer."
  value       = { for name, conversation in thulium_chat_conversation.customer : name => conversation.id }
}

output "thread" {
  description = "The thread in short: who answers, and how much has been said."
  value = {
    mode     = data.chatbot_thread.example.mode
    messages = length(data.chatbot_thread.example.messages)
    answers  = length([for message in data.chatbot_thread.example.messages : message if message.answer != null])
  }
}
