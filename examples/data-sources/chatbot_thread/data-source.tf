# Inside a check block, a wait in vain does not stop a destroy. Elsewhere, it keeps everything beside it from being
# destroyed, unless it says on_timeout = "warn".
check "the_chatbot_has_answered" {
  data "chatbot_thread" "example" {
    provider = conversation

    chatbot_id      = "365062873485935184"
    thread_id       = "06b3b43c-5651-49a2-b618-d7f24667c1b6"
    minimum_answers = 1
  }

  assert {
    condition     = can(regex("(?i)assistant", join("\n", data.chatbot_thread.example.answers)))
    error_message = "The chatbot has answered: ${coalesce(data.chatbot_thread.example.last_answer, "nothing")}"
  }
}

# Waits until an answer matches, and gives what the thread has when none does in time.
data "chatbot_thread" "patient" {
  provider = conversation

  chatbot_id     = "365062873485935184"
  thread_id      = "06b3b43c-5651-49a2-b618-d7f24667c1b6"
  answer_matches = "(?i)website"
  on_timeout     = "warn"
  timeouts       = { read = "1m" }
}

output "answers" {
  value = data.chatbot_thread.patient.reached ? data.chatbot_thread.patient.answers : []
}
