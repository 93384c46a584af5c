output "conversation_ids" {
  description = "Id of each conversation, by the name of its customer."
  value       = { for name, conversation in thulium_chat_conversation.this : name => conversation.id }
}
