# The table. A row has a name, what is asked, and a regular expression (RE2) that the answer has to match: (?i) ignores case,
# \\b is the edge of a word, a|b is one of two.

variable "questions" {
  description = "What the chatbot is asked, and what its answer has to match, by a name of your choice."
  type = map(object({
    ask    = string
    expect = string
  }))
  default = {
    opening_hours = { ask = "When do you open?", expect = "(?i)\\bopen" }
    returns       = { ask = "How can I return a product?", expect = "(?i)return|send .* back" }
    human         = { ask = "Can I talk to a human?", expect = "(?i)human|agent|colleague" }
  }
}

variable "chatbot_id" {
  description = "Chatbot that is asked."
  type        = string
  default     = "365062873485935184"
}
