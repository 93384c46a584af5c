# What the mocked provider answers where a test says nothing else. A mock can fill answers and last_answer. It cannot fill
# messages, a list of objects, which is always empty.

mock_resource "thulium_chat_conversation" {
  defaults = {
    id         = "00000000-0000-4000-8000-000000000001"
    started_at = "2026-11-22T12:00:00Z"
  }
}

mock_data "chatbot_thread" {
  defaults = {
    mode       = "AI"
    started_at = "2026-11-22T11:00:00Z"
    updated_at = "2026-11-22T12:00:00Z"
  }
}
