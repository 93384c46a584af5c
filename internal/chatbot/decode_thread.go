package chatbot

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/conversation-tools/terraform-provider-conversation/internal/loose"
	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

// What a thread may hold. A short answer can stand for very many empty values,
// which would take far more memory than the bytes of the answer.
const (
	maxMessages = 100_000
	maxParts    = 500_000 // sources and prompts of all messages together
)

// decodeThread reads a thread. It takes one message after the other from d, so that
// a list that is too long is never held as a whole.
func decodeThread(d *json.Decoder) (*Thread, error) {
	thread := &Thread{}
	var user, token json.RawMessage
	values := map[string]any{
		"threadid":          &thread.ThreadID,
		"mode":              &thread.Mode,
		"startedat":         &thread.StartedAt,
		"updatedat":         &thread.UpdatedAt,
		"webhookurl":        &thread.WebhookURL,
		"webhooktoken":      &token,
		"totalmessagesread": &thread.TotalMessagesRead,
		"chatuserid":        &thread.ChatUserID,
		"chatuser":          &user,
	}
	err := object(d, func(name string) error {
		if name == "messages" {
			return decodeMessages(d, &thread.Messages)
		}
		if into, ok := values[name]; ok {
			return d.Decode(into)
		}
		return skip(d)
	})
	thread.ChatUser, thread.WebhookToken = loose.Compact(user), loose.Text(token)
	return thread, err
}

// decodeMessages reads the messages of a thread. A list that is null stays nil.
func decodeMessages(d *json.Decoder, messages *[]Message) error {
	parts := 0
	return elements(d, messages, func(message *Message) error {
		parts += len(message.Sources) + len(message.Prompts)
		switch {
		case len(*messages) == maxMessages:
			return fmt.Errorf("%w: the thread has more than %d messages", rest.ErrTooLarge, maxMessages)
		case parts > maxParts:
			return errManyParts
		}
		return nil
	})
}

var errManyParts = fmt.Errorf("%w: the thread has more than %d sources and prompts", rest.ErrTooLarge, maxParts)

// list is a list of sources or prompts, of maxParts elements at most.
type list[E any] []E

// UnmarshalJSON reads the list in one go where it cannot be too long. A comma may
// also stand within an element, so a list with many commas is read element by
// element.
func (l *list[E]) UnmarshalJSON(raw []byte) error {
	if bytes.Count(raw, []byte{','}) < maxParts {
		return json.Unmarshal(raw, (*[]E)(l))
	}
	return elements(json.NewDecoder(bytes.NewReader(raw)), (*[]E)(l), func(*E) error {
		if len(*l) == maxParts {
			return errManyParts
		}
		return nil
	})
}
