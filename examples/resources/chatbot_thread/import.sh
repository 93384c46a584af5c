# The id of the chatbot and the id of the thread.
terraform import chatbot_thread.example 365062873485935184/06b3b43c-5651-49a2-b618-d7f24667c1b6
