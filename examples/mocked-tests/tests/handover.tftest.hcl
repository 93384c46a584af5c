# terraform test, from Terraform 1.7. Nothing is called: the provider is a mock.

mock_provider "conversation" {
  source = "./tests/mocks"
}

run "a_thread_of_the_chatbot_is_left_alone" {
  assert {
    condition     = length(output.handed_over) == 0
    error_message = "A chat was started although the chatbot answers."
  }
}

run "a_thread_that_was_handed_over_gets_a_conversation" {
  override_data {
    target = data.chatbot_thread.watched
    values = {
      mode        = "AGENT"
      last_answer = "I do not know."
    }
  }

  assert {
    condition     = output.handed_over == { example = "00000000-0000-4000-8000-000000000001" }
    error_message = "The thread that was handed over has no chat."
  }

  assert {
    condition     = thulium_chat_conversation.handed_over["example"].client_name == "Thread example"
    error_message = "The chat does not say which thread it is about."
  }

  assert {
    condition     = thulium_chat_conversation_message.last_answer["example"].text == "The chatbot said last: I do not know."
    error_message = "The agent is not told what the chatbot has said."
  }
}
