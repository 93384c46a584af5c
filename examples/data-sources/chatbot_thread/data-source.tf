# Waits until the chatbot has answered at least once.
data "chatbot_thread" "example" {
  provider = conversation

  chatbot_id      = "365062873485935184"
  thread_id       = "06b3b43c-5651-49a2-b618-d7f24667c1b6"
  minimum_answers = 1
}

output "answers" {
  value = [for message in data.chatbot_thread.example.messages : message.answer.text if message.answer != null]
}
