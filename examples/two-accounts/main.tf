# Two accounts of Thulium in one configuration: a provider block for each, the second with an alias. Never give the source
# two local names: Terraform would then pick one of the two configurations at random for each block.

terraform {
  required_version = ">= 1.5"

  required_providers {
    conversation = {
      source = "conversation-tools/conversation"
    }
  }
}

# The first account comes from the environment: THULIUM_BASE_URL, THULIUM_USERNAME, THULIUM_PASSWORD.
provider "conversation" {}

# The second sets its credentials here, so it takes none from the environment. Its address is still that of
# THULIUM_BASE_URL: for another system, set base_url as well.
provider "conversation" {
  alias = "second"

  thulium = {
    username = var.second_username
    password = var.second_password
    refresh  = false # this API user may start and stop, but not list
  }
}

resource "thulium_chat_conversation" "first" {
  provider = conversation

  chat_queue_id = 3
  client_email  = "first@example.com"
}

resource "thulium_chat_conversation" "second" {
  provider = conversation.second

  chat_queue_id = 3
  client_email  = "second@example.com"
}

output "conversation_ids" {
  description = "Id of each account's conversation."
  value = {
    first  = thulium_chat_conversation.first.id
    second = thulium_chat_conversation.second.id
  }
}
