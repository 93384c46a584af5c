# Sends nothing when it is created: the conversation is closed when the test environment is destroyed.
resource "jelou_conversation_close" "example" {
  provider = conversation

  bot_id  = "bot-1"
  user_id = "test-user"
  when    = "destroy"

  redirect_payload = {
    type = "text"
    text = "This test is over. Thank you!"
  }
}
