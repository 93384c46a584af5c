# The open chats that tests have begun more than a day ago. older_than needs thulium.time_zone in the provider block.
# terraform query -generate-config-out=open.tf writes the blocks that import them.
list "thulium_chat_conversation" "left_open" {
  provider = conversation

  config {
    chat_queue_id = 3
    client_email  = "test@example.com"
    older_than    = "24h"
  }
}
