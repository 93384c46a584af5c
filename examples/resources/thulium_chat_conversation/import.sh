# The number of the chat queue and the id of the conversation; the id alone is enough, but takes longer to find.
terraform import thulium_chat_conversation.example 3/0f8fad5b-d9cb-469f-a165-70867728950e
