// Package chatbot reads threads from a chatbot's API. It knows nothing of
// Terraform.
//
// The public API of this form is SiteGPT's: https://sitegpt.ai/docs/api-reference
package chatbot

import (
	"context"
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
	thread, _, err := c.look(ctx, chatbotID, threadID)
	return thread, err
}

// look is Thread, and tells what was read with which status.
func (c *Client) look(ctx context.Context, chatbotID, threadID string) (*Thread, string, error) {
	var thread *Thread
	path := []string{"chatbots", chatbotID, "threads", threadID}
	done, err := c.rest.Do(ctx, rest.Call{
		Method:      http.MethodGet,
		Path:        path,
		Class:       rest.Repeatable,
		Limit:       threadLimit,
		HidesAnswer: true,
		Decode:      decodeThread(&thread, threadID, c.rest.Learn),
	})
	if err != nil {
		return nil, "", err
	}
	shown := rest.MaskedURL(rest.URL(c.rest.BaseURL(), path, nil))
	return thread, http.MethodGet + " " + shown + " was answered with " + rest.StatusText(done.Status), nil
}
