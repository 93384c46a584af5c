locals {
  # An event as Jelou posts it, for a test of your webhook.
  event = jsonencode({
    event        = "conversation.close"
    object       = "conversation_event"
    event_type   = "close"
    project_id   = "project-1"
    conversation = { id = "67a1f0c2b4d5e6f708192a3b" }
  })
}

variable "webhook_secret" {
  type      = string
  sensitive = true
}

# What the header X-Jelou-Signature carries for this event.
output "signature" {
  value     = provider::conversation::jelou_signature(local.event, var.webhook_secret)
  sensitive = true
}
