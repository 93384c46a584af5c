resource "thulium_chat_conversation" "test" {
  provider = conversation

  chat_queue_id = 3
}

# Waits until an agent has answered. Terraform does not read a data source inside a check block at destroy.
check "answered" {
  data "thulium_chat_conversation" "test" {
    provider = conversation

    id              = thulium_chat_conversation.test.id
    wait_for_status = ["IN_PROGRESS", "CLOSED"]
    on_timeout      = "warn"
    timeouts        = { read = "5s" }
  }

  assert {
    condition     = data.thulium_chat_conversation.test.reached
    error_message = "No agent has answered yet."
  }
}
