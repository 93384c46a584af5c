resource "jelou_conversation" "example" {
  provider = conversation

  bot_id  = "bot-1"
  user_id = "test-user"
}

# Reads the conversation until it is open. Terraform does not read a data source inside a check block when it destroys, so
# that a wait in vain keeps nothing from being closed.
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
