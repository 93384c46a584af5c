terraform {
  required_providers {
    conversation = {
      source = "registry.terraform.io/conversation-tools/conversation"
    }
  }
}

resource "jelou_conversation_close" "sent" {
  provider = conversation
  bot_id   = "bot-1"
  user_id  = "user-sent"
}

resource "jelou_conversation_close" "armed" {
  provider   = conversation
  project_id = "project-1"
  bot_id     = "bot-1"
  user_id    = "user-armed"
  triggers   = { release = "1" }
  redirect_payload = {
    type = "text"
    text = "This conversation has ended."
  }
  when             = "destroy"
  ignore_not_found = true
  timeouts = {
    create = "1m"
    update = "2m"
    delete = "3m"
  }
}

# Was sent before it was armed: it keeps the results.
resource "jelou_conversation_close" "armed_later" {
  provider         = conversation
  bot_id           = "bot-2"
  user_id          = "user-armed-later"
  redirect_payload = { type = "edge" }
  when             = "destroy"
}

resource "jelou_conversation_close" "not_found" {
  provider         = conversation
  bot_id           = "bot-9"
  user_id          = "user-not-found"
  ignore_not_found = true
}

data "chatbot_thread" "example" {
  provider         = conversation
  chatbot_id       = "365062873485935184"
  thread_id        = "06b3b43c-5651-49a2-b618-d7f24667c1b6"
  minimum_messages = 3
  minimum_answers  = 2
  timeouts         = { read = "1m" }
}

data "chatbot_thread" "empty" {
  provider   = conversation
  chatbot_id = "365062873485935184"
  thread_id  = "7c9e6679-7425-40de-944b-e07fc1f90ae7"
}
