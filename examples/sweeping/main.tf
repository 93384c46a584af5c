# Sweeps up what a killed pipeline has left behind: lists the open conversations of a test customer, and stops each of
# them. Nothing here is kept in a state that could be lost. Actions need Terraform 1.14.
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
provider "conversation" {}

data "thulium_chat_conversations" "left_open" {
  provider = conversation

  chat_queue_id = var.chat_queue_id
  client_email  = var.client_email
  started_to    = var.started_to
  open_only     = true
}

action "thulium_chat_conversation_stop" "left_open" {
  provider = conversation
  for_each = toset(data.thulium_chat_conversations.left_open.conversations[*].id)

  config {
    conversation_id  = each.key
    ignore_not_found = true # somebody else may sweep at the same time
  }
}

output "left_open" {
  description = "What is open: when each conversation began, by its id."
  value       = { for chat in data.thulium_chat_conversations.left_open.conversations : chat.id => chat.created_at }
}
