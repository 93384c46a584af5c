terraform {
  required_providers {
    conversation = {
      source = "conversation-tools/conversation"
    }
  }
}

resource "thulium_chat_conversation" "minimal" {
  provider      = conversation
  chat_queue_id = 3
}

resource "thulium_chat_conversation" "full" {
  provider            = conversation
  for_each            = toset(["a", "b"])
  chat_queue_id       = 3
  client_name         = "Jan"
  client_surname      = "Kowalski"
  client_email        = "jan-${each.key}@example.com"
  client_id           = "17"
  customer_id         = 4711
  external_chatbot_id = "bot"
  on_closed           = "keep"

  timeouts = {
    create = "1m"
    delete = "2m"
  }
}
