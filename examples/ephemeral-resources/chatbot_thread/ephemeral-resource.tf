# Nothing of the thread is kept in the state or in a plan.
ephemeral "chatbot_thread" "example" {
  provider = conversation

  chatbot_id = "365062873485935184"
  thread_id  = "06b3b43c-5651-49a2-b618-d7f24667c1b6"
}

check "thread_is_answered" {
  assert {
    condition     = length(ephemeral.chatbot_thread.example.answers) > 0
    error_message = "Nobody has answered in the thread."
  }
}
