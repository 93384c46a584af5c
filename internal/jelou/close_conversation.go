package jelou

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"github.com/conversation-tools/terraform-provider-conversation/internal/loose"
	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

// CloseRequest is a request to close the conversation that a user has with a bot.
type CloseRequest struct {
	ProjectID string    `json:"-"`
	BotID     string    `json:"botId"`
	UserID    string    `json:"userId"`
	Redirect  *Redirect `json:"redirectPayload,omitempty"`

	// Check is asked before each attempt, which waits may hold off for minutes. Its error
	// ends the call unsent. Nil: nothing is asked.
	Check func() error `json:"-"`
}

// Redirect is what the user is told, or where the user is sent, on closing.
type Redirect struct {
	Type string `json:"type"` // "text" or "edge"
	Text string `json:"text,omitempty"`
}

// Personal returns the values that no message and no log line may show.
func (r CloseRequest) Personal() []string {
	if r.Redirect == nil {
		return []string{r.UserID}
	}
	return []string{r.UserID, r.Redirect.Text}
}

// Closed is what the service says of the conversation that it closed. It may
// leave anything out.
type Closed struct {
	ConversationID *string
	Status         *string
	EndedReason    *string
}

// Confirms reports whether the service says that the conversation with this id is closed.
// Where it names none, or tells nothing, it does not.
func (c *Closed) Confirms(id string) bool {
	return c.names(id) && (c.Status == nil || strings.EqualFold(*c.Status, StateClosed))
}

// NamesAnother reports whether the service says that it has closed another conversation.
func (c *Closed) NamesAnother(id string) bool {
	return c != nil && c.ConversationID != nil && *c.ConversationID != "" && !c.names(id)
}

func (c *Closed) names(id string) bool {
	return c != nil && c.ConversationID != nil && strings.EqualFold(*c.ConversationID, id)
}

// CloseConversation closes whatever conversation the user has with the bot by now.
// It is addressed by user, not by conversation, so it is sent at most once unless
// the service cannot have acted. It returns nil without an error where the service
// says that it has closed and nothing else. rest.IsNotFound tells from an error
// that the bot or the user is unknown.
//
// https://docs.jelou.ai/ (POST external-support/{projectId}/conversations/close)
func (c *Client) CloseConversation(ctx context.Context, request CloseRequest) (*Closed, error) {
	var closed *Closed
	_, err := c.rest.Do(ctx, rest.Call{
		Method:   http.MethodPost,
		Path:     conversations(request.ProjectID, "close"),
		Body:     request,
		Class:    rest.Once,
		Limit:    answerLimit,
		Personal: request.Personal(),
		Check:    request.Check,
		Decode:   decodeClosed(&closed),
	})
	return closed, err
}

// decodeClosed keeps the results. An answer without a status is no success.
func decodeClosed(closed **Closed) rest.Decoder {
	return rest.JSON(func(e *envelope) error {
		status, ok := loose.Whole(e.Status)
		switch {
		case loose.IsNull(e.Status) || string(e.Status) == `""`:
			return errors.New("the answer has no status, so it is no success")
		case !ok:
			return errors.New("the answer has something else where its status should be, a whole number")
		case status != statusSuccess:
			return e.spoken()
		}
		var err error
		*closed, err = e.closed()
		return err
	})
}

// closed returns the results, or nil where there is no data. A result of an odd
// type is left out, because the conversation is closed all the same; but data
// without any readable result is not the answer of a close.
func (e *envelope) closed() (*Closed, error) {
	if e.isWithoutData() {
		return nil, nil
	}
	var data struct {
		ConversationID json.RawMessage `json:"conversationId"`
		Status         json.RawMessage `json:"status"`
		EndedReason    json.RawMessage `json:"endedReason"`
	}
	if err := e.read(&data); err != nil {
		return nil, err
	}
	closed := &Closed{loose.Text(data.ConversationID), loose.Text(data.Status), loose.Text(data.EndedReason)}
	if *closed == (Closed{}) && (loose.IsNested(data.ConversationID) || loose.IsNested(data.Status) || loose.IsNested(data.EndedReason)) {
		return nil, errors.New("the answer has objects or lists where the results should be")
	}
	return closed, nil
}
