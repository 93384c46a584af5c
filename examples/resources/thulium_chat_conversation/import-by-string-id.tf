# The number of the chat queue and the id of the conversation; the id alone is enough, but takes longer to find.
import {
  provider = conversation
  to       = thulium_chat_conversation.example
  id       = "3/0f8fad5b-d9cb-469f-a165-70867728950e"
}
