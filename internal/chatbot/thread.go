package chatbot

import (
	"encoding/json"
	"reflect"
)

// Thread is a conversation with a chatbot. What the service leaves out or sends
// as null is nil. Times are RFC 3339, as the service sends them.
type Thread struct {
	ThreadID          *string         `json:"threadId"`
	ChatbotID         *ID             `json:"chatbotId"`
	Mode              *string         `json:"mode"`
	Messages          []Message       `json:"messages"`
	StartedAt         *string         `json:"startedAt"`
	UpdatedAt         *string         `json:"updatedAt"`
	WebhookURL        *string         `json:"webhookUrl"`
	TotalMessagesRead *Count          `json:"totalMessagesRead"`
	ChatUserID        *ID             `json:"chatUserId"`
	ChatUser          json.RawMessage `json:"chatUser"` // of undocumented shape
}

// Message is one entry of a thread.
type Message struct {
	MessageID         *string           `json:"messageId"`
	Question          *Text             `json:"question"`
	Answer            *Text             `json:"answer"`
	Reaction          *string           `json:"reaction"`
	Sources           []json.RawMessage `json:"sources"` // strings as far as is known
	MessageType       *string           `json:"messageType"`
	SystemMessageType *string           `json:"systemMessageType"`
	IconURL           *string           `json:"iconUrl"`
	Prompts           []Prompt          `json:"prompts"`
	GPTModel          *string           `json:"gptModel"`
}

// Text is what somebody said, and when.
type Text struct {
	Text      *string `json:"text"`
	Timestamp *string `json:"timestamp"`
}

// Prompt is a follow-up that was offered to the user.
type Prompt struct {
	ID          json.RawMessage `json:"id"`
	Title       *string         `json:"title"`
	Description *string         `json:"description"`
}

// Answers returns how many messages have an answer.
func (t *Thread) Answers() int {
	answers := 0
	for i := range t.Messages {
		if t.Messages[i].Answer != nil {
			answers++
		}
	}
	return answers
}

// isEmpty reports whether the service said nothing of the thread.
func (t *Thread) isEmpty() bool { return reflect.ValueOf(t).Elem().IsZero() }
