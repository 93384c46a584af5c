package chatbot

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"

	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

// UpdateRequest is a request to change a thread. A field that is the zero Change is
// left as it is.
type UpdateRequest struct {
	ChatbotID  string         `json:"-"`
	ThreadID   string         `json:"-"`
	Mode       Change         `json:"mode,omitzero"`
	WebhookURL Change         `json:"webhookUrl,omitzero"`
	ChatUser   ChatUserChange `json:"chatUser,omitzero"`
}

// ChatUserChange is what changes of the user of a thread.
type ChatUserChange struct {
	Email       Change `json:"email,omitzero"`
	Name        Change `json:"name,omitzero"`
	PhoneNumber Change `json:"phoneNumber,omitzero"`
}

// Change is the new value of a field. Its zero value changes nothing.
type Change struct {
	text    *string
	changes bool
}

// To returns the change to a text, or for nil the one that removes the value.
func To(text *string) Change { return Change{text: text, changes: true} }

// IsZero reports whether nothing changes.
func (c Change) IsZero() bool { return !c.changes }

// MarshalJSON returns the text, or null.
func (c Change) MarshalJSON() ([]byte, error) { return json.Marshal(c.text) }

// UpdateThread changes a thread. Sent again it changes nothing more, so it is repeated
// when its outcome is unknown.
//
// https://sitegpt.ai/docs/api-reference (PATCH chatbots/{chatbotId}/threads/{threadId})
func (c *Client) UpdateThread(ctx context.Context, request UpdateRequest) error {
	c.learn(request.WebhookURL.text)
	var personal []string
	for _, change := range []Change{request.ChatUser.Email, request.ChatUser.Name, request.ChatUser.PhoneNumber} {
		if change.text != nil {
			personal = append(personal, *change.text)
		}
	}
	_, err := c.rest.Do(ctx, rest.Call{
		Method:      http.MethodPatch,
		Path:        pathOf(request.ChatbotID, request.ThreadID),
		Body:        request,
		Class:       rest.Repeatable,
		Limit:       answerLimit,
		Personal:    personal,
		HidesAnswer: true,
		Decode:      decodeUpdated,
	})
	return err
}

// decodeUpdated accepts an envelope that tells of no failure, whatever its data, and
// an answer without a body.
func decodeUpdated(r io.Reader) error {
	body, err := io.ReadAll(r)
	if err != nil || len(bytes.TrimSpace(body)) == 0 {
		return err
	}
	return rest.JSON(func(e *envelope) error {
		if e.hasFailed() || e.namesError() {
			return e.spoken()
		}
		return nil
	})(bytes.NewReader(body))
}
