# Asks a chatbot the questions of questions.tf, each in a thread of its own, and compares the answers. terraform test fails
# for every answer that does not match, and names the question: see tests/.

terraform {
  required_version = ">= 1.5"

  required_providers {
    conversation = {
      source = "conversation-tools/conversation"
    }
  }
}

# Address and token come from the environment: CHATBOT_BASE_URL, CHATBOT_TOKEN.
provider "conversation" {
  chatbot = {
    requests_per_minute = 100 # what SiteGPT's standard plan allows
  }
}

# A thread for each question, so that no answer depends on the question before. The service has no call that deletes a
# thread: they stay there.
resource "chatbot_thread" "question" {
  provider = conversation
  for_each = var.questions

  chatbot_id = var.chatbot_id
}

resource "chatbot_message" "question" {
  provider = conversation
  for_each = var.questions

  chatbot_id = chatbot_thread.question[each.key].chatbot_id
  thread_id  = chatbot_thread.question[each.key].thread_id
  text       = each.value.ask

  timeouts = {
    create = "2m" # a model may take most of a minute
  }
}

locals {
  answers = { for name, message in chatbot_message.question : name => message.answer == null ? "" : message.answer }

  # By name of the question: what is wrong with its answer.
  wrong = {
    for name, question in var.questions : name => "${question.ask} -- expected ${question.expect}, got: ${local.answers[name]}"
    if !can(regex(question.expect, local.answers[name]))
  }
}

output "answers" {
  description = "The answer to each question, by its name."
  value       = local.answers
}

output "wrong" {
  description = "The questions whose answer does not match, with what was expected and what came."
  value       = local.wrong
}
