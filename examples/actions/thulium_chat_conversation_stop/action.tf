# Stops a conversation that Terraform does not manage:
# terraform apply -invoke=action.thulium_chat_conversation_stop.left_open
action "thulium_chat_conversation_stop" "left_open" {
  provider = conversation

  config {
    conversation_id = "0f8fad5b-d9cb-469f-a165-70867728950e"
  }
}
