// Package chatbot reads threads from a chatbot's API. It knows nothing of
// Terraform.
//
// The public API of this form is SiteGPT's: https://sitegpt.ai/docs/api-reference
package chatbot

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

// threadLimit is how large a thread may be, in bytes.
const threadLimit = 256 << 20

// Client reads from one server with one token.
type Client struct {
	rest *rest.Client
}

// New returns a client with a bearer token. config carries what the services
// have in common.
func New(config rest.Config, token string) *Client {
	config.Service = "Chatbot"
	config.Secrets = append(config.Secrets, token)
	config.Authorize = func(header http.Header) { header.Set("Authorization", "Bearer "+token) }
	config.Fault = fault
	// A thread's webhook URL grants access to whoever holds it.
	config.HideURLs = true
	return &Client{rest: rest.New(config)}
}

// Thread returns the thread of a chatbot. rest.IsNotFound tells that there is
// none, or no such chatbot.
//
// https://sitegpt.ai/docs/api-reference (GET chatbots/{chatbotId}/threads/{threadId})
func (c *Client) Thread(ctx context.Context, chatbotID, threadID string) (*Thread, error) {
	var thread *Thread
	_, err := c.rest.Do(ctx, rest.Call{
		Method:      http.MethodGet,
		Path:        []string{"chatbots", chatbotID, "threads", threadID},
		Class:       rest.Repeatable,
		Limit:       threadLimit,
		HidesAnswer: true,
		Decode:      decodeThread(&thread, threadID),
	})
	if err != nil {
		return nil, err
	}
	if thread.WebhookURL != nil {
		c.rest.Learn(*thread.WebhookURL)
	}
	return thread, nil
}

// fault reads the service's error envelope.
func fault(body []byte) rest.Fault {
	var e envelope
	err := json.Unmarshal(body, &e)
	if _, odd := errors.AsType[*json.UnmarshalTypeError](err); err != nil && !odd {
		return rest.Fault{}
	}
	return e.fault() // what is readable besides a part of another shape
}

func (e *envelope) fault() rest.Fault {
	var out rest.Fault
	if e.Message != "" {
		out.Messages = append(out.Messages, e.Message)
	}
	if e.Error == nil {
		return out
	}
	if e.Error.Message != "" && e.Error.Message != e.Message {
		out.Messages = append(out.Messages, e.Error.Message)
	}
	if e.Error.Code != "" {
		out.Codes = append(out.Codes, e.Error.Code)
	}
	var details []json.RawMessage
	if json.Unmarshal(e.Error.Details, &details) == nil {
		for _, detail := range details {
			if words := rest.Scalar(detail); words != "" {
				out.Fields = append(out.Fields, words)
			}
		}
	}
	return out
}
