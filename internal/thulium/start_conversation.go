package thulium

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"

	"github.com/conversation-tools/terraform-provider-conversation/internal/loose"
	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

// StartRequest is what a conversation is started with. Empty strings and a nil
// CustomerID are not sent.
type StartRequest struct {
	QueueID       int64
	ClientName    string
	ClientSurname string
	ClientEmail   string
	ClientID      string // the caller's own id of the customer
	CustomerID    *int64 // Thulium's number of the customer
}

func (r StartRequest) query() url.Values {
	return query(map[string]string{
		"chat_queue_id":  strconv.FormatInt(r.QueueID, 10),
		"client_name":    r.ClientName,
		"client_surname": r.ClientSurname,
		"client_email":   r.ClientEmail,
		"client_id":      r.ClientID,
		"customer_id":    r.customer(),
	})
}

func (r StartRequest) customer() string {
	if r.CustomerID == nil {
		return ""
	}
	return strconv.FormatInt(*r.CustomerID, 10)
}

// StartConversation starts a conversation and returns its id. The call is of class
// once: it is sent again only when the service cannot have acted. When its outcome
// is unknown, FindLostStart looks for what it may have started.
//
// https://apidoc.thulium.com/ (POST chat_conversations/start)
func (c *Client) StartConversation(ctx context.Context, request StartRequest) (string, error) {
	defer c.listing.drop(request.QueueID)
	onWire, finish := c.starts.begin()
	var id string
	_, err := c.rest.Do(httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: onWire}), rest.Call{
		Method:   http.MethodPost,
		Path:     []string{"chat_conversations", "start"},
		Query:    request.query(),
		Class:    rest.Once,
		Limit:    answerLimit,
		Personal: []string{request.ClientName, request.ClientSurname, request.ClientEmail, request.ClientID, request.customer()},
		Decode:   decodeStarted(&id),
	})
	if err != nil {
		finish("")
		return "", err
	}
	finish(id)
	return id, nil
}

// decodeStarted reads the id of a conversation. An id that cannot be stored is
// quoted, because the conversation is open and somebody has to stop it.
func decodeStarted(id *string) rest.Decoder {
	type answer struct {
		envelope
		ConversationID *loose.ID `json:"conversation_id"`
	}
	return rest.JSON(func(a *answer) error {
		if a.ConversationID == nil {
			return a.lacks("conversation_id")
		}
		got := string(*a.ConversationID)
		if err := rest.CheckID(got); err != nil {
			return fmt.Errorf("the answer's conversation_id %w", err)
		}
		if err := CheckID(got); err != nil {
			return fmt.Errorf("the answer's conversation_id, %s, %w", got, err)
		}
		*id = got
		return nil
	})
}
