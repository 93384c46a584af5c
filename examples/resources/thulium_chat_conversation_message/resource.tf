resource "thulium_chat_conversation" "test" {
  provider = conversation

  chat_queue_id = 3
}

resource "thulium_chat_conversation_message" "greeting" {
  provider = conversation

  conversation_id = thulium_chat_conversation.test.id
  text            = "Hello, is anybody there?"
}
