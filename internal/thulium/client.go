// Package thulium calls the chat API of a Thulium contact centre. It knows
// nothing of Terraform.
//
// Vendor's pages: https://apidoc.thulium.com/
package thulium

import (
	"encoding/base64"
	"errors"
	"net/http"
	"net/url"
	"time"

	"golang.org/x/text/unicode/norm"

	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

// service is its name in messages.
const service = "Thulium"

// Limits of answers, in bytes.
const (
	answerLimit  = 1 << 20
	listingLimit = 16 << 20
)

// Client calls one Thulium system as one API user. It is safe for concurrent use.
type Client struct {
	rest    *rest.Client
	zone    *time.Location // of the times that the system writes; nil: not known
	listing *listing
	starts  *starts
}

// New returns a client that authenticates with the name and password of an API
// user. config carries what the services have in common. zone is the time zone of
// the system; nil where it is not known. New makes no call.
func New(config rest.Config, username, password string, zone *time.Location) *Client {
	basic := base64.StdEncoding.EncodeToString([]byte(username + ":" + password))
	config.Service = service
	config.Authorize = func(header http.Header) { header.Set("Authorization", "Basic "+basic) }
	config.Secrets = append(config.Secrets, password, basic)
	config.Fault = fault
	c := &Client{rest: rest.New(config), zone: zone, starts: newStarts()}
	c.listing = newListing(c)
	return c
}

// BaseURL returns the address of the API without a trailing slash.
func (c *Client) BaseURL() string { return c.rest.BaseURL() }

// Zone returns the time zone of the system, or nil where it is not known.
func (c *Client) Zone() *time.Location { return c.zone }

// Quote returns a text of the service, such as an id or a time, as errors show it: at
// most 512 bytes of its words, without credentials and control characters.
func (c *Client) Quote(text string) string { return c.rest.Quote(text) }

// CheckID says why an id cannot name a conversation, beside what rest.CheckID says.
// Terraform stores every text in the Unicode form NFC, which would be another id.
func CheckID(id string) error {
	if err := rest.CheckID(id); err != nil {
		return err
	}
	if !norm.NFC.IsNormalString(id) {
		return errors.New("must be in the Unicode form NFC, because Terraform changes all texts to that form")
	}
	return nil
}

// text returns a text, and "" for nil.
func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// query returns the parameters that are not empty.
func query(parameters map[string]string) url.Values {
	out := url.Values{}
	for name, value := range parameters {
		if value != "" {
			out.Set(name, value)
		}
	}
	return out
}
