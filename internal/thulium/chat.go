package thulium

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

// statusClosed is the only status whose meaning is documented.
const statusClosed = "CLOSED"

// pageSize is the most rows that one GET chats returns.
const pageSize = 100

// Chat is one row of GET chats. What the service leaves out, sends as null or in
// a form that cannot be read is nil; times are local to the system and carry no
// zone.
type Chat struct {
	ID          *string
	QueueID     *int64
	Status      *string
	CreatedAt   *string
	ClosedAt    *string
	ClientEmail *string
	ClientName  *string
	CustomerID  *int64
}

// UnmarshalJSON takes each cell of a row by itself: an odd one must not hide the
// rest of the listing.
func (c *Chat) UnmarshalJSON(raw []byte) error {
	var row struct {
		ID          json.RawMessage `json:"conversation_id"`
		QueueID     json.RawMessage `json:"chat_queue_id"`
		Status      json.RawMessage `json:"status"`
		CreatedAt   json.RawMessage `json:"created_at"`
		ClosedAt    json.RawMessage `json:"closed_at"`
		ClientEmail json.RawMessage `json:"client_email"`
		ClientName  json.RawMessage `json:"client_name"`
		CustomerID  json.RawMessage `json:"customer_id"`
	}
	if err := json.Unmarshal(raw, &row); err != nil {
		return err
	}
	*c = Chat{
		ID: cell(row.ID), QueueID: number(row.QueueID), Status: cell(row.Status), CreatedAt: cell(row.CreatedAt), ClosedAt: cell(row.ClosedAt),
		ClientEmail: cell(row.ClientEmail), ClientName: cell(row.ClientName), CustomerID: number(row.CustomerID),
	}
	return nil
}

// cell returns a cell as text. Some languages write false, [] or {} for none.
func cell(raw json.RawMessage) *string {
	switch string(raw) {
	case "false", "[]", "{}":
		return nil
	}
	return rest.Text(raw)
}

// number returns a cell as a whole number, sent as a number or as text.
func number(raw json.RawMessage) *int64 {
	number, err := strconv.ParseInt(rest.Scalar(raw), 10, 64)
	if err != nil {
		return nil
	}
	return &number
}

// Closed reports whether the row shows that the chat is over.
func (c Chat) Closed() bool {
	return IsClosed(text(c.Status), text(c.ClosedAt))
}

// noDate finds a date that is none: a database's way to write it, with a time or
// a zone or without, and what PHP makes of that.
var noDate = regexp.MustCompile(`0000-00-00|-0001-11-30`)

// IsClosed reports whether a status or a closing time means that a chat is over.
// A time without a digit but zeros is none, whatever else it says: to take an open
// chat for closed starts a second one for the customer, while a closed one that is
// taken for open stays only until the status or a time shows it.
func IsClosed(status, closedAt string) bool {
	return status == statusClosed || strings.ContainsAny(closedAt, "123456789") && !noDate.MatchString(closedAt)
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
