# Run by an event of a resource, or by: terraform apply -invoke=action.jelou_conversation_close.example
action "jelou_conversation_close" "example" {
  provider = conversation

  config {
    bot_id  = "bot-1"
    user_id = "test-user"

    redirect_payload = {
      type = "text"
      text = "This conversation has ended. Thank you!"
    }
  }
}

resource "terraform_data" "release" {
  input = "2.0"

  lifecycle {
    action_trigger {
      events  = [after_create, after_update]
      actions = [action.jelou_conversation_close.example]
    }
  }
}
