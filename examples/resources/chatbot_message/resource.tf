resource "chatbot_thread" "example" {
  provider = conversation

  chatbot_id = "365062873485935184"
}

# A model may think for most of a minute: raise timeouts if yours needs longer than 5 minutes.
resource "chatbot_message" "opening_hours" {
  provider = conversation

  chatbot_id = chatbot_thread.example.chatbot_id
  thread_id  = chatbot_thread.example.thread_id
  text       = "When do you open?"
}

# Asked when the first question is answered.
resource "chatbot_message" "sunday" {
  provider = conversation

  chatbot_id = chatbot_thread.example.chatbot_id
  thread_id  = chatbot_thread.example.thread_id
  text       = "And on Sunday?"

  depends_on = [chatbot_message.opening_hours]
}

check "sunday_is_answered" {
  assert {
    condition     = chatbot_message.sunday.answer != null
    error_message = "The chatbot has not answered."
  }
}

output "opening_hours" {
  value = chatbot_message.opening_hours.answer
}
