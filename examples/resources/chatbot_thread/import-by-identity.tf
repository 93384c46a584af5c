import {
  provider = conversation
  to       = chatbot_thread.example

  identity = {
    chatbot_id = "365062873485935184"
    thread_id  = "06b3b43c-5651-49a2-b618-d7f24667c1b6"
  }
}
