package chatbot

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"

	"github.com/conversation-tools/terraform-provider-conversation/internal/loose"
	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

// Who answers in a thread, and who says something in it.
const (
	ModeAI    = "AI"
	ModeAgent = "AGENT"
	FromUser  = "USER"
	FromAgent = "AGENT"
)

// Thread is a conversation with a chatbot. What the service leaves out or sends
// as null is nil. Times are RFC 3339, as the service sends them.
type Thread struct {
	ThreadID          *loose.ID     `json:"threadId"`
	Mode              *string       `json:"mode"` // ModeAI, ModeAgent or a later word
	Messages          messages      `json:"messages"`
	StartedAt         *string       `json:"startedAt"`
	UpdatedAt         *string       `json:"updatedAt"`
	WebhookURL        *string       `json:"webhookUrl"`   // grants access to whoever holds it
	WebhookToken      *Value        `json:"webhookToken"` // a secret of the webhook, in later versions
	TotalMessagesRead *loose.Number `json:"totalMessagesRead"`
	ChatUserID        *loose.ID     `json:"chatUserId"`
	ChatUser          *JSON         `json:"chatUser"` // because its shape is not documented
}

// What a thread may hold. A short answer can stand for very many empty values,
// which would take far more memory than the bytes of the answer.
const (
	maxMessages = 100_000
	maxParts    = 500_000 // sources and prompts of all messages together, counted behind each message
)

// messages are those of a thread, in their order. A list that is null is nil.
type messages []Message

// UnmarshalJSON reads one message after the other, so that a list that is too long is never
// held as a whole.
func (m *messages) UnmarshalJSON(raw []byte) error {
	if raw[0] != '[' {
		return json.Unmarshal(raw, (*[]Message)(m)) // says what it is instead
	}
	*m = messages{}
	d := json.NewDecoder(bytes.NewReader(raw))
	_, _ = d.Token() // the bracket
	for parts := 0; d.More(); {
		var message Message
		if err := d.Decode(&message); err != nil {
			return err
		}
		parts += len(message.Sources) + len(message.Prompts)
		switch {
		case len(*m) == maxMessages:
			return fmt.Errorf("%w: the thread has more than %d messages", rest.ErrTooLarge, maxMessages)
		case parts > maxParts:
			return fmt.Errorf("%w: the thread has more than %d sources and prompts", rest.ErrTooLarge, maxParts)
		}
		*m = append(*m, message)
	}
	return nil
}

// Message is one entry of a thread.
type Message struct {
	MessageID         *loose.ID `json:"messageId"`
	Question          *Text     `json:"question"`
	Answer            *Text     `json:"answer"`
	Reaction          *string   `json:"reaction"`
	Sources           []Value   `json:"sources"`
	MessageType       *string   `json:"messageType"`
	SystemMessageType *string   `json:"systemMessageType"`
	IconURL           *string   `json:"iconUrl"`
	Prompts           []Prompt  `json:"prompts"`
	GPTModel          *string   `json:"gptModel"`
}

// Text is what somebody said, and when.
type Text struct {
	Text      *string `json:"text"`
	Timestamp *string `json:"timestamp"`
}

// UnmarshalJSON accepts a text alone too, because the form of a text in the answer to
// a message is not documented.
func (t *Text) UnmarshalJSON(raw []byte) error {
	if raw[0] == '"' {
		t.Text = loose.Text(raw)
		return nil
	}
	type plain Text
	return json.Unmarshal(raw, (*plain)(t))
}

// Prompt is a follow-up that was offered to the user.
type Prompt struct {
	ID          *Value  `json:"id"`
	Title       *string `json:"title"`
	Description *string `json:"description"`
}

// Value is a string as its text and any other value, null too, as its JSON.
type Value string

// UnmarshalJSON accepts every value.
func (v *Value) UnmarshalJSON(raw []byte) error {
	text := loose.Text(raw)
	if text == nil {
		text = loose.Compact(raw)
	}
	*v = "null"
	if text != nil {
		*v = Value(*text)
	}
	return nil
}

// JSON is any value as its JSON, without white space.
type JSON string

// UnmarshalJSON accepts every value.
func (j *JSON) UnmarshalJSON(raw []byte) error {
	if text := loose.Compact(raw); text != nil {
		*j = JSON(*text)
	}
	return nil
}

// hasID reports whether the message can be told by its id, which a service may fill with nothing.
func (m *Message) hasID() bool {
	return m.MessageID != nil && *m.MessageID != "" && *m.MessageID != "0"
}

// isSame reports whether another entry is of the same message.
func (m *Message) isSame(other *Message) bool {
	return m.hasID() && other.hasID() && *m.MessageID == *other.MessageID
}

// AnswerText returns the text of the message's answer, and false where it has
// none. An empty text is none: a service may write it until the model has answered.
func (m *Message) AnswerText() (string, bool) {
	if m.Answer == nil || m.Answer.Text == nil || *m.Answer.Text == "" {
		return "", false
	}
	return *m.Answer.Text, true
}

// HasMessages reports whether somebody has said something in the thread. The service may
// leave the messages out, and count those that were read.
func (t *Thread) HasMessages() bool {
	return len(t.Messages) > 0 || t.Messages == nil && t.TotalMessagesRead != nil && *t.TotalMessagesRead > 0
}

// Answers returns the texts of all answers, in the service's order.
func (t *Thread) Answers() []string {
	answers := []string{}
	for i := range t.Messages {
		if text, ok := t.Messages[i].AnswerText(); ok {
			answers = append(answers, text)
		}
	}
	return answers
}

// isEmpty reports whether the service said nothing of the thread.
func (t *Thread) isEmpty() bool { return reflect.ValueOf(t).Elem().IsZero() }

// isEmpty reports whether the service said nothing of the message.
func (m *Message) isEmpty() bool { return reflect.ValueOf(m).Elem().IsZero() }
