# Says something in a chat each time it is invoked:
# terraform apply -invoke=action.thulium_chat_conversation_message.goodbye
action "thulium_chat_conversation_message" "goodbye" {
  provider = conversation

  config {
    conversation_id = "0f8fad5b-d9cb-469f-a165-70867728950e"
    text            = "We are closing this chat. Goodbye!"
  }
}
