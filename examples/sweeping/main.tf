# Sweeps up what a killed pipeline has left behind: lists the open chats of a test customer, and stops each of them.
# Actions need Terraform 1.14. The guide "A test environment in a pipeline" sweeps with Terraform or OpenTofu 1.7.
#
#   terraform apply                                                                   lists what is open
#   terraform apply -invoke='action.thulium_chat_conversation_stop.left_open'         stops all of it

terraform {
  required_version = ">= 1.14"

  required_providers {
    conversation = {
      source = "conversation-tools/conversation"
    }
  }
}

# Address and credentials come from the environment: THULIUM_BASE_URL, THULIUM_USERNAME, THULIUM_PASSWORD.
provider "conversation" {
  thulium = {
    time_zone = var.time_zone # Thulium writes times without a zone: without this nobody knows how old a chat is
  }
}

data "thulium_chat_conversations" "left_open" {
  provider = conversation

  chat_queue_id = var.chat_queue_id
  client_email  = var.client_email
  older_than    = var.older_than
  open_only     = true
}

action "thulium_chat_conversation_stop" "left_open" {
  provider = conversation
  for_each = toset(data.thulium_chat_conversations.left_open.conversations[*].id)

  config {
    conversation_id  = each.key
    ignore_not_found = true # somebody has closed it since it was listed
  }
}

output "left_open" {
  description = "What is open: when each chat began, by its id."
  value       = { for chat in data.thulium_chat_conversations.left_open.conversations : chat.id => chat.created_at }
}
