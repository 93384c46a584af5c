# A module for test conversations, used twice: by one team with bots, by another without.

terraform {
  required_version = ">= 1.5"

  required_providers {
    conversation = {
      source = "conversation-tools/conversation"
    }
  }
}

# Addresses and credentials come from the environment.
provider "conversation" {}

module "sales" {
  source = "./modules/test-conversations"

  chat_queue_id = 3
  bot_ids       = ["bot-1", "bot-2"]
  closing_text  = "This test is over. Thank you!"

  customers = {
    first = {
      name  = "Sales One"
      email = "sales.one@example.com"
    }
    second = {
      name  = "Sales Two"
      email = "sales.two@example.com"
    }
  }
}

# A module uses the default configuration, unless it is handed another one.
module "support" {
  source = "./modules/test-conversations"

  providers = {
    conversation = conversation
  }

  chat_queue_id = 4
  keep_closed   = true

  customers = {
    only = {
      name  = "Support One"
      email = "support.one@example.com"
    }
  }
}

output "conversation_ids" {
  description = "Id of each conversation, by team and customer."
  value = {
    sales   = module.sales.conversation_ids
    support = module.support.conversation_ids
  }
}
