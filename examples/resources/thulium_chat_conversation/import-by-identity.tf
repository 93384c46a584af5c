import {
  provider = conversation
  to       = thulium_chat_conversation.example

  identity = {
    id = "0f8fad5b-d9cb-469f-a165-70867728950e"
  }
}
