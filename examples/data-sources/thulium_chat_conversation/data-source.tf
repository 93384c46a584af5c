resource "thulium_chat_conversation" "test" {
  provider = conversation

  chat_queue_id = 3
}

# Waits until an agent has answered. Inside a check block, a wait in vain does not stop a destroy.
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
