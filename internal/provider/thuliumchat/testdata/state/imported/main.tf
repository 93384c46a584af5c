terraform {
  required_providers {
    conversation = {
      source = "conversation-tools/conversation"
    }
  }
}

resource "thulium_chat_conversation" "imported" {
  provider      = conversation
  chat_queue_id = 3
  client_name   = "Jan"
}
