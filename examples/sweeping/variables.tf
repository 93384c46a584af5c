variable "chat_queue_id" {
  description = "Thulium chat queue to sweep."
  type        = number
  default     = 3
}

# An address that only tests use, so that no real customer's chat is stopped.
variable "client_email" {
  description = "E-mail address that the tests start their chats with."
  type        = string
  default     = "test@example.com"
}

variable "older_than" {
  description = "Only chats that began at least so long ago, such as \"2h\": tests that still run are left alone. All of them if null."
  type        = string
  default     = null
}

variable "time_zone" {
  description = "Zone of the Thulium system, by its IANA name."
  type        = string
  default     = "Europe/Warsaw"
}
