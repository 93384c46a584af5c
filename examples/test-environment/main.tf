# A test environment: two chats with a contact centre, the thread of a chatbot to look at, and a bot's conversation that
# is closed at the end. An apply opens it, a destroy leaves nothing behind.

terraform {
  required_version = ">= 1.5"

  required_providers {
    conversation = {
      source = "conversation-tools/conversation"
    }
  }
}

# Addresses and credentials come from the environment: THULIUM_BASE_URL, THULIUM_USERNAME, THULIUM_PASSWORD,
# JELOU_PROJECT_ID, JELOU_API_KEY, CHATBOT_BASE_URL, CHATBOT_TOKEN.
provider "conversation" {}

# Started by apply, stopped by destroy. The types do not begin with the provider's name, so each block names it.
resource "thulium_chat_conversation" "customer" {
  provider = conversation
  for_each = var.customers

  chat_queue_id = var.chat_queue_id
  client_name   = each.value.name
  client_email  = each.value.email
}

# Nothing is sent before the destroy: then the bot's conversation with its test user is closed.
resource "jelou_conversation_close" "bot" {
  provider = conversation

  bot_id  = var.bot_id
  user_id = var.user_id
  when    = "destroy"

  redirect_payload = {
    type = "text"
    text = "This test is over. Thank you!"
  }
}

data "chatbot_thread" "example" {
  provider = conversation

  chatbot_id = var.chatbot_id
  thread_id  = var.thread_id
}

# A warning at plan and apply, and a failure of terraform test, while nobody has answered in the thread.
check "thread_is_answered" {
  assert {
    condition     = anytrue([for message in data.chatbot_thread.example.messages : message.answer != null])
    error_message = "Thread ${var.thread_id} has no answer yet."
  }
}
