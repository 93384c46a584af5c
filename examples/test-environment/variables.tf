variable "chat_queue_id" {
  description = "Thulium chat queue that the chats are started in."
  type        = number
  default     = 3
}

variable "customers" {
  description = "Who the chats are with, by a name of your choice."
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

variable "chatbot_id" {
  description = "Chatbot that is asked."
  type        = string
  default     = "365062873485935184"
}

variable "question" {
  description = "What the chatbot is asked."
  type        = string
  default     = "When do you open?"
}

variable "expected_answer" {
  description = "Regular expression that the chatbot's answer has to match."
  type        = string
  default     = "(?i)open"
}

variable "bot_id" {
  description = "Jelou bot that the conversation is with."
  type        = string
  default     = "bot-1"
}

variable "user_id" {
  description = "Jelou user that the conversation is with. Take one that only this environment uses."
  type        = string
  default     = "test-user"
}
