# terraform test (1.6 or later) or tofu test: opens an environment of its own, looks at it and destroys it again.

# A user of Jelou has one conversation at a time. An environment that is applied at the same time has its own user.
variables {
  user_id = "terraform-test"
}

run "open" {
  assert {
    condition     = length(distinct(values(output.chat_ids))) == length(var.customers)
    error_message = "Not every customer has a chat of their own."
  }

  assert {
    condition     = can(regex(var.expected_answer, output.answer))
    error_message = "The chatbot answered \"${coalesce(output.answer, "nothing")}\", which does not match ${var.expected_answer}."
  }

  assert {
    condition     = jelou_conversation.bot.state == "active"
    error_message = "The conversation with the bot is not active."
  }
}

# A plan that starts or says something again does not know the new ids yet, and fails here.
run "nothing_more_to_do" {
  command = plan

  assert {
    condition     = alltrue([for id in concat(values(output.chat_ids), [output.jelou_conversation_id, output.answer]) : length(id) > 0])
    error_message = "Another apply would start or say something again."
  }
}
