# The defaults are those of the sandbox's second API user. For a real one set TF_VAR_second_username and
# TF_VAR_second_password, and from Terraform 1.10 and OpenTofu 1.11 add ephemeral = true to the password, so that it is not
# written into a saved plan.

variable "second_username" {
  description = "Name of the second account's API user."
  type        = string
  default     = "api_user_without_list"
}

variable "second_password" {
  description = "Password of the second account's API user."
  type        = string
  sensitive   = true
  default     = "fake-thulium-password-2"
}
