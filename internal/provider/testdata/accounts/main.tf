terraform {
  required_providers {
    conversation = {
      source = "conversation-tools/conversation"
    }
  }
}

# From the environment.
provider "conversation" {}

provider "conversation" {
  alias = "other"
  thulium = {
    username = "api_user_without_list"
    password = "fake-thulium-password-2"
    refresh  = false
  }
}

resource "thulium_chat_conversation" "one" {
  provider      = conversation
  chat_queue_id = 1
}

resource "thulium_chat_conversation" "other" {
  provider      = conversation.other
  chat_queue_id = 2
}

module "one" {
  source        = "./conversation"
  chat_queue_id = 3
}

module "other" {
  source        = "./conversation"
  chat_queue_id = 4

  providers = {
    conversation = conversation.other
  }
}
