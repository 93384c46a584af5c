// Package jelou calls the external-support API of Jelou. It knows nothing of
// Terraform.
//
// Vendor's pages: https://docs.jelou.ai/
package jelou

import (
	"encoding/base64"
	"net/http"

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

// Client calls one Jelou account. It is safe for concurrent use.
type Client struct {
	rest  *rest.Client
	basic bool // the credentials are a client's id and secret
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
	return &Client{rest: rest.New(config), basic: true}
}

// IsBasic reports whether the calls carry a client's id and secret by HTTP Basic, and not
// an API key.
func (c *Client) IsBasic() bool { return c.basic }

// conversations returns the path of a call of a project's conversations. last is
// the name of the call, or the id of one conversation.
func conversations(projectID, last string) []string {
	return []string{"external-support", projectID, "conversations", last}
}

// CloseURL returns the address of the close call, for a command that a reader can
// run by hand.
func (c *Client) CloseURL(projectID string) string {
	return rest.URL(c.rest.BaseURL(), conversations(projectID, "close"), nil)
}

// Quote returns text from outside as errors show it: its words, without credentials and
// without the personal values.
func (c *Client) Quote(text string, personal ...string) string {
	return c.rest.Quote(text, personal...)
}
