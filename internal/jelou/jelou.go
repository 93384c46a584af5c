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
	ConversationID *string
	Status         *string
	EndedReason    *string
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

// envelope is the form of every answer. Each part is read on its own: beside the
// status, whose word counts, a part of an odd type must not spoil the others.
type envelope struct {
	Message         json.RawMessage `json:"message"` // a string in the schema, a list in every example
	StatusMessage   json.RawMessage `json:"statusMessage"`
	Status          json.RawMessage `json:"status"` // 1: success, 0: failure
	Data            json.RawMessage `json:"data"`
	Error           json.RawMessage `json:"error"`
	ValidationError json.RawMessage `json:"validationError"` // of undocumented shape
}

type results struct {
	ConversationID json.RawMessage `json:"conversationId"`
	Status         json.RawMessage `json:"status"`
	EndedReason    json.RawMessage `json:"endedReason"`
}

type failure struct {
	Code              json.RawMessage `json:"code"`
	Key               json.RawMessage `json:"key"`
	Description       json.RawMessage `json:"description"`
	DeveloperMessages json.RawMessage `json:"developerMessages"` // by language
	ClientMessages    json.RawMessage `json:"clientMessages"`    // by language
	ValidationError   json.RawMessage `json:"validationError"`
}

func decodeClosed(closed **Closed) rest.Decoder {
	return rest.JSON(func(e *envelope) error {
		status, err := e.status()
		switch {
		case err != nil:
			return err
		case status != 1:
			return &rest.Spoken{Fault: e.fault()}
		}
		*closed, err = e.closed()
		return err
	})
}

// status returns the status, which may be sent as 1, "1" or 1.0.
func (e *envelope) status() (float64, error) {
	if rest.Scalar(e.Status) == "" {
		return 0, errors.New("the answer has no status, so it is no success")
	}
	var status float64
	if json.Unmarshal(e.Status, &status) == nil {
		return status, nil
	}
	var whole rest.Number
	err := json.Unmarshal(e.Status, &whole)
	return float64(whole), err
}

// closed returns the results, or nil where there is no data: null, "" and [] are
// how some languages write that. A result of an odd type is left out, for the
// conversation is closed; but data without a readable one is no such answer.
func (e *envelope) closed() (*Closed, error) {
	var list []json.RawMessage
	if rest.Scalar(e.Data) == "" || (json.Unmarshal(e.Data, &list) == nil && len(list) == 0) {
		return nil, nil
	}
	var data results
	err := json.Unmarshal(e.Data, &data)
	if mismatch, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		mismatch.Field = "data" // it saw this part alone
	}
	if err != nil {
		return nil, err
	}
	closed := &Closed{scalar(data.ConversationID), scalar(data.Status), scalar(data.EndedReason)}
	if *closed == (Closed{}) && (nested(data.ConversationID) || nested(data.Status) || nested(data.EndedReason)) {
		return nil, errors.New("the answer has objects or lists where the results should be")
	}
	return closed, nil
}

// fault reads the service's error envelope.
func fault(body []byte) rest.Fault {
	var e envelope
	if json.Unmarshal(body, &e) != nil {
		return rest.Fault{}
	}
	return e.fault()
}

func (e *envelope) fault() rest.Fault {
	out := rest.Fault{Messages: rest.Messages(e.Message), Fields: fields(e.ValidationError)}
	var failure failure
	_ = json.Unmarshal(e.Error, &failure) // what is no object says nothing
	words := append(rest.Messages(failure.Description), inOneLanguage(failure.DeveloperMessages)...)
	if len(words) == 0 {
		words = inOneLanguage(failure.ClientMessages)
	}
	for _, said := range words {
		if !slices.Contains(out.Messages, said) {
			out.Messages = append(out.Messages, said)
		}
	}
	if said := rest.Scalar(e.StatusMessage); len(out.Messages) == 0 && said != "failed" {
		out.Messages = rest.Messages(e.StatusMessage)
	}
	for _, field := range fields(failure.ValidationError) {
		if !slices.Contains(out.Fields, field) {
			out.Fields = append(out.Fields, field)
		}
	}
	for _, code := range []*string{scalar(failure.Code), scalar(failure.Key)} {
		if code != nil && *code != "" {
			out.Codes = append(out.Codes, *code)
		}
	}
	return out
}

// scalar returns the text of a value that has one, or else nil.
func scalar(raw json.RawMessage) *string {
	if nested(raw) {
		return nil
	}
	return rest.Text(raw)
}

// nested reports whether the value is an object or a list.
func nested(raw json.RawMessage) bool {
	return len(raw) > 0 && (raw[0] == '{' || raw[0] == '[')
}

// inOneLanguage returns the messages in English, or else in the first language
// that there is.
func inOneLanguage(raw json.RawMessage) []string {
	var languages map[string]json.RawMessage
	_ = json.Unmarshal(raw, &languages) // what is no object has none
	for _, language := range append([]string{"en"}, slices.Sorted(maps.Keys(languages))...) {
		if words := rest.Messages(languages[language]); len(words) > 0 {
			return words
		}
	}
	return nil
}

// fields reads a validation error, an object of undocumented shape, as
// "field: what is said of it".
func fields(raw json.RawMessage) []string {
	var object map[string]json.RawMessage
	if json.Unmarshal(raw, &object) != nil {
		return rest.Messages(raw)
	}
	var out []string
	for _, name := range slices.Sorted(maps.Keys(object)) {
		out = append(out, name+": "+strings.Join(rest.Messages(object[name]), "; "))
	}
	return out
}
