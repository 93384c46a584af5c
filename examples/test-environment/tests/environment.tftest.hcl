# terraform test (1.6 or later) or tofu test: opens the environment, looks at it and destroys it again.

run "open" {
  assert {
    condition     = length(distinct(values(output.conversation_ids))) == length(var.customers)
    error_message = "Not every customer has a conversation of their own."
  }

  assert {
    condition     = jelou_conversation_close.bot.conversation_id == null
    error_message = "The bot's conversation was closed before the destroy."
  }

  assert {
    condition     = output.thread.answers > 0
    error_message = "Nobody has answered in the thread."
  }
}

# A plan that starts other conversations does not know their ids yet, and fails here.
run "nothing_more_to_do" {
  command = plan

  assert {
    condition     = alltrue([for id in values(output.conversation_ids) : length(id) > 0])
    error_message = "Another apply would start other conversations."
  }
}
