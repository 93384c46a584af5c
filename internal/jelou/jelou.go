// Package jelou calls the external-support API of Jelou. It knows nothing of
// Terraform.
//
// Vendor's pages: https://docs.jelou.ai/
package jelou

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

// DefaultBaseURL is the address of Jelou's gateway.
const DefaultBaseURL = "https://gateway.jelou.ai/jelouapi/v1"

// answerLimit is how large an answer may be, in bytes.
const answerLimit = 1 << 20

// Credentials are an API key, or else a client's id and secret. The service
// documents both ways and accepts either; never both are sent.
type Credentials struct {
	APIKey       string
	ClientID     string
	ClientSecret string
}

// Client calls one Jelou account.
type Client struct {
	rest *rest.Client
}

// New returns a client with the given credentials. config carries what the
// services have in common.
func New(config rest.Config, credentials Credentials) *Client {
	config.Service = "Jelou"
	config.Fault = fault
	if credentials.APIKey != "" {
		config.Secrets = append(config.Secrets, credentials.APIKey)
		config.Authorize = func(header http.Header) { header.Set("x-api-key", credentials.APIKey) }
		return &Client{rest: rest.New(config)}
	}
	basic := base64.StdEncoding.EncodeToString([]byte(credentials.ClientID + ":" + credentials.ClientSecret))
	config.Secrets = append(config.Secrets, credentials.ClientSecret, basic)
	config.Authorize = func(header http.Header) { header.Set("Authorization", "Basic "+basic) }
	return &Client{rest: rest.New(config)}
}

// Close is a request to close the conversation that a user has with a bot.
type Close struct {
	ProjectID string    `json:"-"`
	BotID     string    `json:"botId"`
	UserID    string    `json:"userId"`
	Redirect  *Redirect `json:"redirectPayload,omitempty"`
}

// Redirect is what the user is told, or where the user is sent, on closing.
type Redirect struct {
	Type string `json:"type"` // "text" or "edge"
	Text string `json:"text,omitempty"`
}

// Closed is what the service says of the conversation that it closed. It may
// leave anything out.
type Closed struct {
	ConversationID *string `json:"conversationId"`
	Status         *string `json:"status"`
	EndedReason    *string `json:"endedReason"`
}

// Close closes whatever conversation the user has with the bot by now. It is
// addressed by user, not by conversation, so it is sent at most once unless the
// service cannot have acted. rest.IsNotFound tells an unknown bot or user.
//
// https://docs.jelou.ai/ (POST external-support/{projectId}/conversations/close)
func (c *Client) Close(ctx context.Context, request Close) (*Closed, error) {
	personal := []string{request.BotID, request.UserID}
	if request.Redirect != nil {
		personal = append(personal, request.Redirect.Text)
	}
	var closed *Closed
	_, err := c.rest.Do(ctx, rest.Call{
		Method:   http.MethodPost,
		Path:     []string{"external-support", request.ProjectID, "conversations", "close"},
		Body:     request,
		Class:    rest.Once,
		Limit:    answerLimit,
		Personal: personal,
		Decode:   decodeClosed(&closed),
	})
	return closed, err
}

// envelope is the form of every answer.
type envelope struct {
	Message         json.RawMessage `json:"message"` // a string in the schema, a list in every example
	Status          *rest.Number    `json:"status"`  // 1: success, 0: failure
	Data            *Closed         `json:"data"`
	Error           *failure        `json:"error"`
	ValidationError json.RawMessage `json:"validationError"` // of undocumented shape
}

type failure struct {
	Code              json.RawMessage   `json:"code"`
	Key               string            `json:"key"`
	Description       string            `json:"description"`
	DeveloperMessages map[string]string `json:"developerMessages"`
	ClientMessages    map[string]string `json:"clientMessages"`
}

func decodeClosed(closed **Closed) rest.Decoder {
	return rest.JSON(func(e *envelope) error {
		switch {
		case e.Status == nil:
			return errors.New("the answer has no status, so it is no success")
		case *e.Status != 1:
			return &rest.Spoken{Fault: e.fault()}
		}
		*closed = e.Data
		return nil
	})
}

// fault reads the service's error envelope.
func fault(body []byte) rest.Fault {
	var e envelope
	if json.Unmarshal(body, &e) != nil {
		// The envelope's odd parts are of undocumented shape: its message stands alone.
		var plain struct {
			Message json.RawMessage `json:"message"`
		}
		if json.Unmarshal(body, &plain) != nil {
			return rest.Fault{}
		}
		e = envelope{Message: plain.Message}
	}
	return e.fault()
}

func (e *envelope) fault() rest.Fault {
	out := rest.Fault{Messages: messages(e.Message)}
	if failure := e.Error; failure != nil {
		for _, words := range []string{failure.Description, failure.DeveloperMessages["en"]} {
			if words != "" && !slices.Contains(out.Messages, words) {
				out.Messages = append(out.Messages, words)
			}
		}
		for _, code := range []string{rest.Scalar(failure.Code), failure.Key} {
			if code != "" {
				out.Codes = append(out.Codes, code)
			}
		}
	}
	out.Fields = fields(e.ValidationError)
	return out
}

// messages reads a string or a list of strings.
func messages(raw json.RawMessage) []string {
	var list []json.RawMessage
	if json.Unmarshal(raw, &list) != nil {
		list = []json.RawMessage{raw}
	}
	var out []string
	for _, element := range list {
		if words := rest.Scalar(element); words != "" {
			out = append(out, words)
		}
	}
	return out
}

// fields reads a validation error, an object of undocumented shape, as
// "field: what is said of it".
func fields(raw json.RawMessage) []string {
	var object map[string]json.RawMessage
	if json.Unmarshal(raw, &object) != nil {
		if words := rest.Scalar(raw); words != "" {
			return []string{words}
		}
		return nil
	}
	var out []string
	for _, name := range slices.Sorted(maps.Keys(object)) {
		out = append(out, fmt.Sprintf("%s: %s", name, strings.Join(messages(object[name]), "; ")))
	}
	return out
}
