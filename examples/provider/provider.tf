terraform {
  required_providers {
    conversation = {
      source = "conversation-tools/conversation"
    }
  }
}

# What is left out here comes from the environment. Configure only the services that you use.
provider "conversation" {
  thulium = {
    base_url  = "https://acme.thulium.com/api"
    username  = "api_user"
    password  = var.thulium_password
    time_zone = "Europe/Warsaw" # of your system; older_than and on_lost_start = "adopt" need it
  }

  jelou = {
    project_id = "my-project"
    api_key    = var.jelou_api_key
  }

  chatbot = {
    base_url = "https://sitegpt.ai/api/v0"
    token    = var.chatbot_token
  }
}

variable "thulium_password" {
  type      = string
  sensitive = true
}

variable "jelou_api_key" {
  type      = string
  sensitive = true
}

variable "chatbot_token" {
  type      = string
  sensitive = true
}
