# The id of the project and the id of the conversation; the id alone is enough for the provider's project.
terraform import jelou_conversation.example project-1/67a1f0c2b4d5e6f708192a3b
