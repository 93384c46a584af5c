// Package thulium calls the chat API of a Thulium contact centre. It knows
// nothing of Terraform.
//
// Vendor's pages: https://apidoc.thulium.com/
package thulium

import (
	"context"
	"encoding/base64"
	"errors"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

// service is its name in messages.
const service = "Thulium"

// Limits of answers, in bytes.
const (
	answerLimit  = 1 << 20
	listingLimit = 16 << 20
)

// Client calls one Thulium system as one API user.
type Client struct {
	rest    *rest.Client
	listing *listing
	starts  *starts
}

// New returns a client that authenticates with the name and password of an API
// user. config carries what the services have in common.
func New(config rest.Config, username, password string) *Client {
	basic := base64.StdEncoding.EncodeToString([]byte(username + ":" + password))
	config.Service = service
	config.Authorize = func(header http.Header) { header.Set("Authorization", "Basic "+basic) }
	config.Secrets = append(config.Secrets, password, basic)
	config.Fault = fault
	c := &Client{rest: rest.New(config), starts: newStarts()}
	c.listing = newListing(c.page)
	return c
}

// BaseURL returns the address of the API without a trailing slash.
func (c *Client) BaseURL() string { return c.rest.BaseURL() }

// Start is what a conversation is started with. Empty strings and a nil
// CustomerID are not sent.
type Start struct {
	QueueID       int64
	ClientName    string
	ClientSurname string
	ClientEmail   string
	ClientID      string // the caller's own number of the customer
	CustomerID    *int64 // Thulium's number of the customer
}

func (s Start) query() url.Values {
	query := url.Values{"chat_queue_id": {strconv.FormatInt(s.QueueID, 10)}}
	for name, value := range map[string]string{
		"client_name":    s.ClientName,
		"client_surname": s.ClientSurname,
		"client_email":   s.ClientEmail,
		"client_id":      s.ClientID,
		"customer_id":    s.customer(),
	} {
		if value != "" {
			query.Set(name, value)
		}
	}
	return query
}

func (s Start) customer() string {
	if s.CustomerID == nil {
		return ""
	}
	return strconv.FormatInt(*s.CustomerID, 10)
}

// Start starts a conversation and returns its id. It is sent at most once
// unless the service cannot have acted. When its outcome is unknown, Candidates
// looks for what it may have started.
//
// https://apidoc.thulium.com/ (POST chat_conversations/start)
func (c *Client) Start(ctx context.Context, start Start) (string, error) {
	defer c.listing.drop(start.QueueID)
	onWire, finish := c.starts.begin()
	var id string
	_, err := c.rest.Do(httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: onWire}), rest.Call{
		Method:   http.MethodPost,
		Path:     []string{"chat_conversations", "start"},
		Query:    start.query(),
		Class:    rest.Once,
		Limit:    answerLimit,
		Personal: []string{start.ClientName, start.ClientSurname, start.ClientEmail, start.ClientID, start.customer()},
		Decode:   decodeStarted(&id),
	})
	if err != nil {
		finish("")
		return "", err
	}
	finish(id)
	return id, nil
}

func decodeStarted(id *string) rest.Decoder {
	type answer struct {
		ConversationID *string `json:"conversation_id"`
	}
	return rest.JSON(func(a *answer) error {
		if a.ConversationID == nil {
			return errors.New("the answer has no conversation_id")
		}
		if err := rest.CheckID(*a.ConversationID); err != nil {
			return errors.New("the answer's conversation_id " + err.Error())
		}
		*id = *a.ConversationID
		return nil
	})
}

// Stop stops the conversation. Its success is judged by the status alone, since
// the service answers with an empty body; externalChatbotID may be empty.
//
// https://apidoc.thulium.com/ (POST chat_conversations/:id/stop)
func (c *Client) Stop(ctx context.Context, id, externalChatbotID string) error {
	query := url.Values{}
	if externalChatbotID != "" {
		query.Set("external_chatbot_id", externalChatbotID)
	}
	_, err := c.rest.Do(ctx, rest.Call{
		Method:   http.MethodPost,
		Path:     []string{"chat_conversations", id, "stop"},
		Query:    query,
		Class:    rest.Repeatable,
		Limit:    answerLimit,
		Personal: []string{externalChatbotID},
	})
	if err == nil || rest.OutcomeOf(err) != rest.Refused {
		c.listing.dropAll() // a refused stop changes nothing: see ConfirmClosed
	}
	return err
}

// dayBoundary returns the date a day before t. Thulium writes local times
// without their zone, which no date further back than that can miss.
func dayBoundary(t time.Time) string {
	return t.UTC().AddDate(0, 0, -1).Format(time.DateOnly)
}
