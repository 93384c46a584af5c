# terraform test (1.6 or later) or tofu test.

run "answers" {
  assert {
    condition     = length(output.wrong) == 0
    error_message = "Wrong answers:\n${join("\n", values(output.wrong))}"
  }
}

# A question that the chatbot cannot know: it has to say so, and not to make something up.
run "unknown" {
  variables {
    questions = {
      unknown = { ask = "Which number am I thinking of?", expect = "(?i)which number|do not know|don't know|cannot" }
    }
  }

  assert {
    condition     = length(output.wrong) == 0
    error_message = "Wrong answers:\n${join("\n", values(output.wrong))}"
  }
}
