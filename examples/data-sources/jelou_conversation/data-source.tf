resource "jelou_conversation" "example" {
  provider = conversation

  bot_id  = "bot-1"
  user_id = "test-user"
}

# Reads the conversation until it is open. Inside a check block, a wait in vain does not stop a destroy, so that it keeps
# nothing from being closed.
check "conversation_is_open" {
  data "jelou_conversation" "example" {
    provider = conversation

    id             = jelou_conversation.example.id
    wait_for_state = ["active"]

    timeouts = {
      read = "30s"
    }
  }

  assert {
    condition     = data.jelou_conversation.example.user_id == "test-user"
    error_message = "The conversation is somebody else's."
  }
}
