resource "thulium_chat_conversation" "example" {
  provider = conversation

  chat_queue_id = 3
  client_name   = "Test"
  client_email  = "test@example.com"
}
