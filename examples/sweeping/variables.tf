variable "chat_queue_id" {
  description = "Thulium chat queue to sweep."
  type        = number
  default     = 3
}

# An address that only tests use: conversations of real customers are not to be stopped.
variable "client_email" {
  description = "E-mail address that the tests start their conversations with."
  type        = string
  default     = "test@example.com"
}

variable "started_to" {
  description = "Only conversations that began until then, such as \"2026-11-22 12:34\" in the zone of the Thulium system: tests that still run are left alone."
  type        = string
  default     = null
}
