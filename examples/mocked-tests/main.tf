# A configuration with logic of its own, and a test suite that needs no service, no credentials and no sandbox: see tests/.

terraform {
  required_version = ">= 1.5"

  required_providers {
    conversation = {
      source = "conversation-tools/conversation"
    }
  }
}

variable "thread_ids" {
  description = "Threads to look after, by a name of your choice."
  type        = map(string)
  default = {
    example = "06b3b43c-5651-49a2-b618-d7f24667c1b6"
  }
}

data "chatbot_thread" "watched" {
  provider = conversation
  for_each = var.thread_ids

  chatbot_id = "365062873485935184"
  thread_id  = each.value
}

locals {
  # Threads that the chatbot has handed over: an agent answers there.
  handed_over = toset([for name, thread in data.chatbot_thread.watched : name if thread.mode == "AGENT"])
}

# One chat with the contact centre for each of them.
resource "thulium_chat_conversation" "handed_over" {
  provider = conversation
  for_each = local.handed_over

  chat_queue_id = 3
  client_name   = "Thread ${each.key}"
}

# What the chatbot has said last goes into the chat, so that the agent knows it.
resource "thulium_chat_conversation_message" "last_answer" {
  provider = conversation
  for_each = local.handed_over

  conversation_id = thulium_chat_conversation.handed_over[each.key].id
  text            = "The chatbot said last: ${coalesce(data.chatbot_thread.watched[each.key].last_answer, "nothing")}"
}

output "handed_over" {
  description = "Id of the chat for each thread that was handed over."
  value       = { for name, conversation in thulium_chat_conversation.handed_over : name => conversation.id }
}
