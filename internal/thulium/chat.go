package thulium

import (
	"encoding/json"
	"regexp"
	"strings"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/loose"
)

// StatusClosed is the status of a chat that is over.
const StatusClosed = "CLOSED"

// Chat is one row of GET chats. What the service leaves out, sends as null or in
// a form that cannot be read is nil; times are as the service writes them, local
// to the system and without a zone.
type Chat struct {
	ID          *string
	QueueID     *int64
	Status      *string
	CreatedAt   *string
	ClosedAt    *string
	ClientEmail *string
	ClientName  *string
	CustomerID  *int64

	zone *time.Location // of its times; nil: not known
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

// cell returns a cell as text, an object or a list as its JSON. Some languages
// write false, [] or {} for none.
func cell(raw json.RawMessage) *string {
	switch string(raw) {
	case "false", "[]", "{}":
		return nil
	}
	if loose.IsNested(raw) {
		return loose.Compact(raw)
	}
	return loose.Text(raw)
}

// number returns a cell as a whole number, sent as a number or as text.
func number(raw json.RawMessage) *int64 {
	if whole, ok := loose.Whole(raw); ok {
		return &whole
	}
	return nil
}

// key is what two rows of the same chat have in common: its id is a UUID, which
// may be written in either case.
func (c Chat) key() string { return key(text(c.ID)) }

func key(id string) string { return strings.ToLower(id) }

// noDate finds dates that are none: what databases and programs write where nothing
// is known.
var noDate = regexp.MustCompile(`0000-00-00|-0001-11-30|0001-01-01|1969-12-31|1970-01-01|9999-12-31`)

// Closed reports whether the status or the closing time of the row shows that the chat
// is over. A time without a digit but zeros says nothing, nor does one that cannot be:
// long before the start, or in the future. To take an open chat for closed starts a second
// one for the customer, while a closed one that is taken for open stays only until its
// status shows it.
func (c Chat) Closed() bool {
	if text(c.Status) == StatusClosed {
		return true
	}
	if at := text(c.ClosedAt); !strings.ContainsAny(at, "123456789") || noDate.MatchString(at) {
		return false
	}
	closed := parseStamp(text(c.ClosedAt))
	if !closed.known {
		return true
	}
	first, _ := closed.moments(c.zone)
	return !first.After(time.Now().Add(clockSkew)) && !closed.add(putBack).before(c.started(), c.zone)
}

// outweighs reports whether a row of a chat says more than another of its rows. A
// chat may have one for each queue that it was in: it is open when one shows it open.
func (c Chat) outweighs(other Chat) bool { return other.Closed() && !c.Closed() }

// HasEmail reports whether the row shows the e-mail address, in whatever case.
func (c Chat) HasEmail(email string) bool {
	return strings.EqualFold(text(c.ClientEmail), email)
}

// started returns when the chat started.
func (c Chat) started() stamp { return parseStamp(text(c.CreatedAt)) }

// StartedOn returns the date on which the chat started, in the system's zone.
func (c Chat) StartedOn() (time.Time, bool) {
	created := text(c.CreatedAt)
	date, err := time.Parse(time.DateOnly, created[:min(len(created), len(time.DateOnly))])
	return date, err == nil
}

// olderThan reports whether the chat started at least so long ago. An hour that the
// clocks repeat is the later one, and a time that cannot be read is not older: what
// is older may be stopped.
func (c Chat) olderThan(age time.Duration) bool {
	created := c.started()
	_, last := created.end().moments(c.zone)
	return created.known && !last.After(time.Now().Add(-age))
}

// startedWithin reports whether the chat's start may lie between from and to. A
// start that cannot be read, or without seconds, may.
func (c Chat) startedWithin(from, to time.Time) bool {
	created := c.started()
	return !created.exact() || created.within(from, to, c.zone)
}
