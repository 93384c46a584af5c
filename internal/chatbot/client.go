// Package chatbot calls the threads of a chatbot's API: it reads, creates and
// updates them, and asks in them. It knows nothing of Terraform.
//
// The public API of this form is version 0 of SiteGPT's:
// https://sitegpt.ai/docs/api-reference
package chatbot

import (
	"net/http"
	"net/url"
	"sync"

	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

// How large an answer may be, in bytes.
const (
	threadLimit = 64 << 20 // of a call that returns a thread, which is at most 192 MiB as a value of Terraform: the protocol carries 256 MiB
	answerLimit = 1 << 20  // of any other call
)

// Client calls one server with one token. It is safe for concurrent use.
type Client struct {
	rest  *rest.Client
	talks sync.Map // *talk by the ids of chatbot and thread
}

// New returns a client with a bearer token. config carries what the services
// have in common.
func New(config rest.Config, token string) *Client {
	config.Service = "Chatbot"
	config.Secrets = append(config.Secrets, token)
	config.Authorize = func(header http.Header) { header.Set("Authorization", "Bearer "+token) }
	config.Fault = fault
	return &Client{rest: rest.New(config)}
}

// learn masks a secret of a thread's webhook from now on. Its URL is one, because it grants
// access to whoever holds it: as it is, and host and path alone, as a redirect is shown.
func (c *Client) learn(secret *string) {
	if secret == nil {
		return
	}
	begin := (*secret)[:min(len(*secret), 4<<10)] // by which each echo is found
	c.rest.Learn(begin)
	if u, err := url.Parse(begin); err == nil && u.Host != "" {
		c.rest.Learn(u.Host + u.Path)
	}
}

// pathOf returns the path of a thread's calls.
func pathOf(chatbotID, threadID string) []string {
	return []string{"chatbots", chatbotID, "threads", threadID}
}
