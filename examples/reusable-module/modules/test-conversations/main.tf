# A module names the provider that it needs, and leaves its configuration to whoever uses it.

terraform {
  required_version = ">= 1.5"

  required_providers {
    conversation = {
      source = "conversation-tools/conversation"
    }
  }
}

resource "thulium_chat_conversation" "this" {
  provider = conversation
  for_each = var.customers

  chat_queue_id = var.chat_queue_id
  client_name   = each.value.name
  client_email  = each.value.email
  on_closed     = var.keep_closed ? "keep" : "restart"
}

# Sent at destroy, for each bot that a test has talked to.
resource "jelou_conversation_close" "this" {
  provider = conversation
  for_each = var.bot_ids

  bot_id  = each.key
  user_id = var.user_id
  when    = "destroy"

  redirect_payload = var.closing_text == null ? null : {
    type = "text"
    text = var.closing_text
  }
}
