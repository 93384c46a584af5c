package chatbot

import (
	"encoding/json"
	"errors"

	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

// Thread is a conversation with a chatbot. What the service leaves out or sends
// as null is nil. Times are RFC 3339, as the service sends them.
type Thread struct {
	ThreadID          *string         `json:"threadId"`
	ChatbotID         *string         `json:"chatbotId"`
	Mode              *string         `json:"mode"`
	Messages          []Message       `json:"messages"`
	StartedAt         *string         `json:"startedAt"`
	UpdatedAt         *string         `json:"updatedAt"`
	WebhookURL        *string         `json:"webhookUrl"`
	TotalMessagesRead *int64          `json:"totalMessagesRead"`
	ChatUserID        *string         `json:"chatUserId"`
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

// envelope is the form of every answer.
type envelope struct {
	Success *bool  `json:"success"`
	Message string `json:"message"`
	Data    *struct {
		Thread *Thread `json:"thread"`
	} `json:"data"`
	Error *struct {
		Code    string          `json:"code"`
		Message string          `json:"message"`
		Details json.RawMessage `json:"details"` // null, or a list of what is invalid
	} `json:"error"`
}

func decodeThread(thread **Thread, threadID string) rest.Decoder {
	return rest.JSON(func(e *envelope) error {
		switch {
		case e.Success != nil && !*e.Success:
			return &rest.Spoken{Fault: e.fault()}
		case e.Data == nil || e.Data.Thread == nil:
			return errors.New("the answer has no thread (data.thread)")
		case e.Data.Thread.ThreadID == nil:
			return errors.New("the answer's thread has no threadId")
		case *e.Data.Thread.ThreadID != threadID:
			return errors.New("the answer is another thread than the one that was asked for")
		}
		*thread = e.Data.Thread
		return nil
	})
}
