package thulium

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

// statusClosed is the only status whose meaning is documented.
const statusClosed = "CLOSED"

// pageSize is the most rows that one GET chats returns.
const pageSize = 100

// Chat is one row of GET chats. What the service leaves out or sends as null is
// nil; times are local to the system and carry no zone.
type Chat struct {
	ID          *string      `json:"conversation_id"`
	QueueID     *rest.Number `json:"chat_queue_id"`
	Status      *string      `json:"status"`
	CreatedAt   *string      `json:"created_at"`
	ClosedAt    *string      `json:"closed_at"`
	ClientEmail *string      `json:"client_email"`
	ClientName  *string      `json:"client_name"`
	CustomerID  *rest.Number `json:"customer_id"`
}

// Closed reports whether the row shows that the chat is over.
func (c Chat) Closed() bool {
	return IsClosed(text(c.Status), text(c.ClosedAt))
}

// zeroDate is how a database may write that there is no date.
const zeroDate = "0000-00-00"

// IsClosed reports whether a status or a closing time means that a chat is over.
func IsClosed(status, closedAt string) bool {
	return status == statusClosed || closedAt != "" && !strings.HasPrefix(closedAt, zeroDate)
}

// HasEmail reports whether the row shows the e-mail address, in whatever case.
func (c Chat) HasEmail(email string) bool {
	return strings.EqualFold(text(c.ClientEmail), email)
}

// StartedOn returns the date on which the chat started, in the system's zone.
func (c Chat) StartedOn() (time.Time, bool) {
	created := text(c.CreatedAt)
	if len(created) < len(time.DateOnly) {
		return time.Time{}, false
	}
	day, err := time.Parse(time.DateOnly, created[:len(time.DateOnly)])
	return day, err == nil
}

// Filter narrows GET chats. Empty fields are not sent. From and To bound the
// start of a chat: "2026-11-22" or "2026-11-22 12:34", in the system's zone.
type Filter struct {
	QueueID  int64 // 0: every queue
	Status   string
	From, To string
}

func (f Filter) query(offset int) url.Values {
	query := url.Values{
		"limit":  {strconv.Itoa(pageSize)},
		"offset": {strconv.Itoa(offset)},
	}
	if f.QueueID != 0 {
		query.Set("chat_queue_id", strconv.FormatInt(f.QueueID, 10))
	}
	for name, value := range map[string]string{"status": f.Status, "date_from": f.From, "date_to": f.To} {
		if value != "" {
			query.Set(name, value)
		}
	}
	return query
}

// page is one answer of GET chats.
type page struct {
	Count  *rest.Number `json:"count"` // of all rows that match, whatever the limit
	Result []Chat       `json:"result"`
}

// last reports whether no row follows behind the seen ones.
func (p *page) last(seen int) bool {
	if len(p.Result) == 0 {
		return true
	}
	if p.Count == nil || int(*p.Count) < seen {
		return len(p.Result) < pageSize
	}
	return int(*p.Count) == seen
}

// countsItself reports whether a full page counts just its own rows, as a service
// does that counts a page at a time: more may follow.
func (p *page) countsItself() bool {
	return len(p.Result) == pageSize && p.Count != nil && int(*p.Count) == pageSize
}

// first is the id of the first row, "" where there is none.
func (p *page) first() string {
	if len(p.Result) == 0 {
		return ""
	}
	return text(p.Result[0].ID)
}

// repeats reports whether the page is the one before it again, which began with
// the given id: the service takes no notice of the offset.
func (p *page) repeats(before string) bool { return before != "" && p.first() == before }

// page reads one page of the listing with at most attempts requests, and
// returns how many it took.
//
// https://apidoc.thulium.com/ (GET chats)
func (c *Client) page(ctx context.Context, filter Filter, offset, attempts int) (*page, int, error) {
	var got *page
	exchange, err := c.rest.Do(ctx, rest.Call{
		Method:      http.MethodGet,
		Path:        []string{"chats"},
		Query:       filter.query(offset),
		Class:       rest.Repeatable,
		Limit:       listingLimit,
		HidesAnswer: true,
		MaxAttempts: attempts,
		Decode: rest.JSON(func(p *page) error {
			if p.Result == nil {
				return errors.New("the answer has no list of chats (result)")
			}
			got = p
			return nil
		}),
	})
	return got, exchange.Attempts, err
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
