# The id of the project and the id of the conversation; the id alone is enough for the provider's project.
import {
  provider = conversation
  to       = jelou_conversation.example
  id       = "project-1/67a1f0c2b4d5e6f708192a3b"
}
