resource "chatbot_thread" "example" {
  provider = conversation

  chatbot_id = "365062873485935184"
  chat_user = {
    email = "test@example.com"
    name  = "Test"
  }
}
