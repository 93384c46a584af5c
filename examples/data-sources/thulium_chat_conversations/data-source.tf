# What tests have left open in a queue.
data "thulium_chat_conversations" "left_open" {
  provider = conversation

  chat_queue_id = 3
  client_email  = "test@example.com"
  open_only     = true
}

output "left_open" {
  value = data.thulium_chat_conversations.left_open.conversations[*].id
}
