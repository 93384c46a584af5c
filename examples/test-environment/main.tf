# A test environment on all three services. An apply starts each conversation, says something and keeps the answer. A
# destroy closes what it has started.

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

# Thulium: apply starts the chat, destroy stops it.
resource "thulium_chat_conversation" "customer" {
  provider = conversation
  for_each = var.customers

  chat_queue_id = var.chat_queue_id
  client_name   = each.value.name
  client_email  = each.value.email
}

# Said once in each chat. A changed text is said too.
resource "thulium_chat_conversation_message" "hello" {
  provider = conversation
  for_each = thulium_chat_conversation.customer

  conversation_id = each.value.id
  text            = "Hello, this is a test. Please leave this chat open."
}

# Chatbot: a thread of its own, so that nobody else writes in it.
resource "chatbot_thread" "test" {
  provider = conversation

  chatbot_id = var.chatbot_id
}

# Asks, waits for the answer, and keeps it.
resource "chatbot_message" "question" {
  provider = conversation

  chatbot_id = chatbot_thread.test.chatbot_id
  thread_id  = chatbot_thread.test.thread_id
  text       = var.question
}

# Jelou: apply starts the conversation of the bot with its test user, destroy closes it.
resource "jelou_conversation" "bot" {
  provider = conversation

  bot_id          = var.bot_id
  user_id         = var.user_id
  initial_message = "Hello, this is a test."

  redirect_payload = {
    type = "text"
    text = "This test is over. Thank you!"
  }
}

# A warning at plan and apply, and a failure of terraform test, while the answer is not in the thread. Inside a check
# block, a wait in vain does not stop a destroy.
check "the_chatbot_has_answered" {
  data "chatbot_thread" "test" {
    provider = conversation

    chatbot_id     = chatbot_message.question.chatbot_id
    thread_id      = chatbot_message.question.thread_id
    answer_matches = var.expected_answer

    timeouts = {
      read = "20s"
    }
  }

  assert {
    condition     = data.chatbot_thread.test.reached
    error_message = "The thread has no answer that matches ${var.expected_answer}."
  }
}
