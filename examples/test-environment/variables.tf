variable "chat_queue_id" {
  description = "Thulium chat queue that the conversations are started in."
  type        = number
  default     = 3
}

variable "customers" {
  description = "Who the conversations are with, by a name of your choice."
  type = map(object({
    name  = string
    email = string
  }))
  default = {
    first = {
      name  = "Test One"
      email = "test.one@example.com"
    }
    second = {
      name  = "Test Two"
      email = "test.two@example.com"
    }
  }
}

variable "bot_id" {
  description = "Jelou bot whose conversation is closed."
  type        = string
  default     = "bot-1"
}

variable "user_id" {
  description = "Jelou user whose conversation with the bot is closed."
  type        = string
  default     = "test-user"
}

variable "chatbot_id" {
  description = "Chatbot that the thread belongs to."
  type        = string
  default     = "365062873485935184"
}

variable "thread_id" {
  description = "Thread to read."
  type        = string
  default     = "06b3b43c-5651-49a2-b618-d7f24667c1b6"
}
