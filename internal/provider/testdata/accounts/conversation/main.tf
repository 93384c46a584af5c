terraform {
  required_providers {
    conversation = {
      source = "conversation-tools/conversation"
    }
  }
}

variable "chat_queue_id" {
  type = number
}

resource "thulium_chat_conversation" "this" {
  provider      = conversation
  chat_queue_id = var.chat_queue_id
}

output "id" {
  value = thulium_chat_conversation.this.id
}
