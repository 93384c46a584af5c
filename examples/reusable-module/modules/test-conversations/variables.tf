variable "chat_queue_id" {
  description = "Thulium chat queue that the conversations are started in."
  type        = number
}

variable "customers" {
  description = "Who the conversations are with, by a name of your choice."
  type = map(object({
    name  = string
    email = string
  }))
  default = {}
}

variable "keep_closed" {
  description = "Whether a conversation that somebody has closed stays as it is, instead of being started again."
  type        = bool
  default     = false
}

variable "bot_ids" {
  description = "Jelou bots whose conversation with the user is closed at destroy."
  type        = set(string)
  default     = []
}

variable "user_id" {
  description = "Jelou user that talks to the bots."
  type        = string
  default     = "test-user"
}

variable "closing_text" {
  description = "What the user is told when a conversation is closed; nothing if null."
  type        = string
  default     = null
}
