package jelou

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/loose"
	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

// The documented states of a conversation.
const (
	stateActive = "active"
	StateClosed = "closed"
)

// Conversation is what the service says of one conversation. It may leave anything
// out but the state. Times are as the service sends them.
type Conversation struct {
	RoomID      *string
	State       *string // "active" or "closed"; a later word is passed through
	StartAt     *string
	EndAt       *string // of a closed conversation
	EndedReason *string // of a closed conversation
	BotID       *string
	BotName     *string
	UserID      *string
	UserNames   *string
	Reference   *string // the user's referenceId
}

// IsClosed reports whether the conversation is over: its state says so, or there is no
// state and it has an end. Only a closed one has an end, so one with a state that is not
// documented is over when its end can be one.
func (c *Conversation) IsClosed() bool {
	switch {
	case c.State == nil:
		return c.EndAt != nil
	case strings.EqualFold(*c.State, StateClosed), strings.EqualFold(*c.State, stateActive):
		return strings.EqualFold(*c.State, StateClosed)
	}
	at, known := timeOf(c.EndAt)
	return known && at.Before(time.Now().Add(5*time.Minute))
}

// StartedAt returns when the conversation began, and false where the service does
// not say it in the documented form.
func (c *Conversation) StartedAt() (time.Time, bool) {
	return timeOf(c.StartAt)
}

// timeOf reads a time. The year 1 and 1970 are what a program writes for none.
func timeOf(text *string) (time.Time, bool) {
	if text == nil {
		return time.Time{}, false
	}
	at, err := time.Parse(time.RFC3339, *text)
	return at, err == nil && at.Year() > 1970
}

// ReadConversation returns a conversation, open or closed. IsUnknownConversation
// tells from an error that the service does not know it.
//
// https://docs.jelou.ai/en/api/pma-custom/consultar-conversacion
func (c *Client) ReadConversation(ctx context.Context, projectID, id string) (*Conversation, error) {
	conversation, _, err := c.look(ctx, projectID, id)
	return conversation, err
}

// look is ReadConversation, and tells what was read with which status.
func (c *Client) look(ctx context.Context, projectID, id string) (*Conversation, string, error) {
	var conversation *Conversation
	path := conversations(projectID, id)
	done, err := c.rest.Do(ctx, rest.Call{
		Method:      http.MethodGet,
		Path:        path,
		Class:       rest.Repeatable,
		Limit:       answerLimit,
		HidesAnswer: true, // it names the user
		Decode:      decodeConversation(&conversation, id),
	})
	if err != nil {
		return nil, "", err
	}
	return conversation, c.rest.Looked(path, done), nil
}

func decodeConversation(conversation **Conversation, id string) rest.Decoder {
	type person struct {
		ID    json.RawMessage `json:"id"`
		Name  json.RawMessage `json:"name"`
		Names json.RawMessage `json:"names"`
		Ref   json.RawMessage `json:"referenceId"`
	}
	type row struct {
		ID          json.RawMessage `json:"_id"`
		RoomID      json.RawMessage `json:"roomId"`
		State       json.RawMessage `json:"state"`
		StartAt     json.RawMessage `json:"startAt"`
		EndAt       json.RawMessage `json:"endAt"`
		EndedReason json.RawMessage `json:"endedReason"`
		User        json.RawMessage `json:"User"`
		Bot         json.RawMessage `json:"Bot"`
	}
	return rest.JSON(func(e *envelope) error {
		var data row
		var user, bot person
		if e.hasFailed() {
			return e.spoken()
		}
		if err := e.read(&data); err != nil {
			return err
		}
		_ = json.Unmarshal(data.User, &user) // what is no object says nothing
		_ = json.Unmarshal(data.Bot, &bot)
		found := &Conversation{
			RoomID: loose.Text(data.RoomID), State: text(data.State), StartAt: loose.Text(data.StartAt),
			EndAt: text(data.EndAt), EndedReason: loose.Text(data.EndedReason),
			BotID: text(bot.ID), BotName: loose.Text(bot.Name),
			UserID: text(user.ID), UserNames: joined(user.Names), Reference: text(user.Ref),
		}
		named := loose.String(data.ID)
		switch {
		case named != "" && named != id:
			return errors.New("the answer is another conversation than the one that was asked for")
		case found.State == nil && found.EndAt == nil:
			return e.lacks("the answer does not say whether the conversation is open (data.state)")
		}
		*conversation = found
		return nil
	})
}

// text is loose.Text with nil for an empty text too, where an empty text says
// nothing.
func text(raw json.RawMessage) *string {
	if loose.String(raw) == "" {
		return nil
	}
	return loose.Text(raw)
}

// joined returns a text, or the texts of a list with spaces between them.
func joined(raw json.RawMessage) *string {
	if words := loose.Words(raw); len(words) > 0 {
		names := strings.Join(words, " ")
		return &names
	}
	return loose.Text(raw)
}

// IsUnknownConversation reports whether a reading failed because the service does
// not know the conversation: a 404 in the service's own envelope whose codes name
// nothing else. A 404 of a web page or a gateway says that the address is wrong, and
// one with the code BOT_NOT_FOUND that the bot is unknown.
func IsUnknownConversation(err error) bool {
	failed, ok := errors.AsType[*rest.Error](err)
	return ok && rest.IsNotFound(err) && failed.Fault.Own && !loose.NameAnother(failed.Fault.Codes, "CONVERSATION")
}
