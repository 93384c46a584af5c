resource "jelou_conversation" "example" {
  provider = conversation

  bot_id          = "bot-1"
  user_id         = "test-user"
  initial_message = "Hello! This is a test."

  assignment = {
    type   = "queue"
    target = "SUPPORT"
  }

  redirect_payload = {
    type = "text"
    text = "This test is over. Thank you!"
  }
}
