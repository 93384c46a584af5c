package sandbox

import (
	"encoding/json"
	"strings"
)

// The default credentials: fakes that nobody can take for real ones.
//
//nolint:gosec // they open nothing but a sandbox
const (
	ThuliumUsername = "api_user"
	ThuliumPassword = "fake-thulium-password"

	// ThuliumNoListUsername is a second API user, who may start and stop but not list.
	ThuliumNoListUsername = "api_user_without_list"
	ThuliumNoListPassword = "fake-thulium-password-2"

	JelouProjectID     = "project-1"
	JelouAPIKey        = "fake-jelou-api-key"
	JelouClientID      = "fake-jelou-client"
	JelouClientSecret  = "fake-jelou-client-secret"
	JelouBotID         = "bot-1"
	JelouOtherBotID    = "bot-2"
	JelouWebhookSecret = "fake-jelou-webhook-secret"

	ChatbotToken = "fake-chatbot-token"
)

// Ids of the seeded threads, all of one chatbot.
const (
	ChatbotID       = "365062873485935184"
	ThreadID        = "06b3b43c-5651-49a2-b618-d7f24667c1b6" // the example of the documentation, to the letter
	WaitingThreadID = "1f0a8f5e-9d0c-4b7e-8d53-2a6f4c1e7b90" // its last question gains an answer: see Knobs.AnswerAfter
	EmptyThreadID   = "7c9e6679-7425-40de-944b-e07fc1f90ae7" // nobody has said anything yet
)

// DefaultThuliumAccounts are an API user that may do everything and one that may not list.
func DefaultThuliumAccounts() []ThuliumAccount {
	return []ThuliumAccount{
		{Username: ThuliumUsername, Password: ThuliumPassword},
		{Username: ThuliumNoListUsername, Password: ThuliumNoListPassword, Denied: []string{callList}},
	}
}

// DefaultJelouProjects are one project with two bots and no webhook.
func DefaultJelouProjects() []JelouProject {
	return []JelouProject{{
		ID: JelouProjectID, APIKey: JelouAPIKey, ClientID: JelouClientID, ClientSecret: JelouClientSecret,
		Bots: []string{JelouBotID, JelouOtherBotID}, WebhookSecret: JelouWebhookSecret,
	}}
}

func (s *Sandbox) seed() {
	file := func(id, now, later string) {
		s.threads.file(ChatbotID, id, filed(json.RawMessage(now), json.RawMessage(later)))
	}
	file(ThreadID, exampleThread, "")
	file(EmptyThreadID, emptyThread, "")

	answered := strings.Replace(emptyThread, EmptyThreadID, WaitingThreadID, 1)
	answered = strings.Replace(answered, `"messages": []`, `"messages": [`+answeredMessage+`]`, 1)
	file(WaitingThreadID, strings.Replace(answered, lastAnswer, "null", 1), answered)
}

// exampleThread has the values of the documentation's example.
const exampleThread = `{
  "threadId": "06b3b43c-5651-49a2-b618-d7f24667c1b6",
  "mode": "AI",
  "messages": [
    {
      "messageId": "365062948587045457",
      "question": {
        "text": "Hello, what is this?",
        "timestamp": "2023-05-18T11:40:07.857030Z"
      },
      "answer": {
        "text": "Hello! I am an AI assistant designed to provide information about the website's content. If you have any specific questions, feel free to ask and I will do my best to provide accurate answers.",
        "timestamp": "2023-05-18T11:40:07.857030Z"
      },
      "reaction": "NEUTRAL",
      "sources": [],
      "messageType": "NORMAL_MESSAGE",
      "systemMessageType": "CONVERSATION_ESCALATED",
      "iconUrl": null,
      "prompts": [],
      "gptModel": "gpt-3.5-turbo"
    },
    {
      "messageId": "365064286366597712",
      "question": {
        "text": "Hi",
        "timestamp": "2023-05-18T12:01:23.667033Z"
      },
      "answer": null,
      "reaction": "NEUTRAL",
      "sources": [],
      "messageType": "USER_MESSAGE",
      "systemMessageType": "CONVERSATION_ESCALATED",
      "iconUrl": null,
      "prompts": [],
      "gptModel": "gpt-3.5-turbo"
    },
    {
      "messageId": "365064310572974672",
      "question": null,
      "answer": {
        "text": "YO",
        "timestamp": "2023-05-18T12:01:46.751791Z"
      },
      "reaction": "NEUTRAL",
      "sources": [],
      "messageType": "AGENT_MESSAGE",
      "systemMessageType": "CONVERSATION_ESCALATED",
      "iconUrl": null,
      "prompts": [],
      "gptModel": "gpt-3.5-turbo"
    }
  ],
  "startedAt": "2023-05-18T11:39:57.349750Z",
  "updatedAt": "2023-05-18T11:39:57.349750Z",
  "webhookUrl": "https://hooks.zapier.com/hooks/catch/15695697/3hqs23e",
  "totalMessagesRead": 47,
  "chatUserId": null,
  "chatbotId": "365062873485935184",
  "chatUser": null
}`

const emptyThread = `{
  "threadId": "7c9e6679-7425-40de-944b-e07fc1f90ae7",
  "mode": "AI",
  "messages": [],
  "startedAt": "2023-05-19T08:00:00.000000Z",
  "updatedAt": "2023-05-19T08:00:00.000000Z",
  "webhookUrl": null,
  "totalMessagesRead": null,
  "chatUserId": null,
  "chatbotId": "365062873485935184",
  "chatUser": null
}`

const lastAnswer = `{"text": "At nine o'clock.", "timestamp": "2023-05-19T08:00:04.250000Z"}`

const answeredMessage = `
    {
      "messageId": "365065000000000001",
      "question": {"text": "When do you open?", "timestamp": "2023-05-19T08:00:01.125000Z"},
      "answer": ` + lastAnswer + `,
      "reaction": "NEUTRAL",
      "sources": ["https://shop.example/opening-hours"],
      "messageType": "NORMAL_MESSAGE",
      "systemMessageType": null,
      "iconUrl": null,
      "prompts": [{"id": "1", "title": "Contact", "description": "How can I reach you?"}],
      "gptModel": "gpt-3.5-turbo"
    }
  `
