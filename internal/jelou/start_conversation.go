package jelou

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/loose"
	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

// StartRequest is a request to start a conversation of a bot with a user.
type StartRequest struct {
	ProjectID      string            `json:"-"`
	BotID          string            `json:"botId"`
	UserID         string            `json:"userId"`
	InitialMessage string            `json:"initialMessage,omitempty"`
	Metadata       map[string]string `json:"metadata,omitempty"`
	Assignment     *Assignment       `json:"assignment,omitempty"`
}

// Assignment says who takes the conversation over.
type Assignment struct {
	Type   string `json:"type"`   // "queue", "operator" or "team"
	Target string `json:"target"` // the queue's name, or the agent's identifier
}

// Personal returns the values that no message and no log line may show.
func (r StartRequest) Personal() []string {
	values := append([]string{r.UserID, r.InitialMessage}, slices.Sorted(maps.Values(r.Metadata))...)
	if r.Assignment != nil && r.Assignment.Type == "operator" {
		values = append(values, r.Assignment.Target) // a person, where the other types are a queue or a team
	}
	return values
}

// StartConversation starts a conversation and returns its id, and when the request was
// made that the service acted on, in the service's clock where the answer has a date. The
// request is sent at most once unless the service cannot have acted, because a second one
// may start a second conversation. Nobody documents whether a user who has an open one is
// refused, gets the same again or a second one: ReadConversation tells by StartAt.
//
// https://docs.jelou.ai/en/api/pma-custom/iniciar-conversacion
func (c *Client) StartConversation(ctx context.Context, request StartRequest) (id string, called time.Time, err error) {
	result, err := c.rest.Do(ctx, rest.Call{
		Method:   http.MethodPost,
		Path:     conversations(request.ProjectID, "start"),
		Body:     request,
		Class:    rest.Once,
		Limit:    answerLimit,
		Personal: request.Personal(),
		Decode:   decodeStarted(&id),
	})
	return id, result.Began, err
}

// decodeStarted keeps the id of the conversation. The vendor's example of the
// answer is not readable, so each name is read that its other answers have. An id
// is a success whatever else the answer lacks, because without it nobody could
// close the conversation.
func decodeStarted(id *string) rest.Decoder {
	type started struct {
		ConversationID json.RawMessage `json:"conversationId"`
		UnderscoreID   json.RawMessage `json:"_id"`
		ID             json.RawMessage `json:"id"`
	}
	return rest.JSON(func(e *envelope) error {
		var data started
		if e.hasFailed() {
			return e.spoken()
		}
		if err := e.read(&data); err != nil {
			return err
		}
		found := cmp.Or(loose.String(data.ConversationID), loose.String(data.UnderscoreID), loose.String(data.ID))
		if found == "" {
			return e.lacks("the answer has no id of a conversation (data.conversationId, data._id or data.id)")
		}
		if err := rest.CheckID(found); err != nil {
			return errors.New("the answer's id of the conversation " + err.Error())
		}
		*id = found
		return nil
	})
}
