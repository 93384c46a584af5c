import {
  provider = conversation
  to       = jelou_conversation.example

  identity = {
    project_id = "project-1"
    id         = "67a1f0c2b4d5e6f708192a3b"
  }
}
