package sandbox

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	// pageLimit is both the default and the maximum of the listing's limit.
	pageLimit = 100
	// chatTime is how Thulium writes a time: local, to the millisecond, without a zone.
	chatTime = "2006-01-02 15:04:05.000"
)

// chatRow is a row of the listing, in the order of the documented example. Its user_login is the operator, and nobody
// answers in a sandbox.
type chatRow struct {
	QueueID        int64   `json:"chat_queue_id"`
	ClientEmail    *string `json:"client_email"`
	ClientName     *string `json:"client_name"`
	CustomerID     *int64  `json:"customer_id"`
	ConversationID *string `json:"conversation_id"`
	CreatedAt      string  `json:"created_at"`
	ClosedAt       *string `json:"closed_at"`
	Status         string  `json:"status"`
	UserLogin      *string `json:"user_login"`

	// On request only: include_messages, include_files, include_client_data.
	Messages   *[]string          `json:"messages,omitempty"`
	Files      *[]string          `json:"files,omitempty"`
	ClientData *map[string]string `json:"client_data,omitempty"`
}

// listChats is GET chats.
func (s *Sandbox) listChats(x *exchange) answer {
	if s.knobs.ListRefused != 0 {
		return thuliumRefusal(x, s.knobs.ListRefused)
	}
	filter, wrong := s.chatFilter(x.query)
	if len(wrong) > 0 {
		return thuliumRefusal(x, s.knobs.InvalidStatus, wrong...)
	}
	var matches []*Conversation
	for _, c := range s.chats.ordered {
		if s.listed(c, filter, x.now) {
			matches = append(matches, c)
		}
	}
	if s.knobs.ListOrder == NewestFirst {
		slices.Reverse(matches)
	}
	from := min(filter.offset, len(matches))
	rows := []chatRow{}
	for _, c := range matches[from:min(from+filter.limit, len(matches))] {
		rows = append(rows, s.row(c, x))
	}
	envelope := map[string]any{"count": len(matches), "result": rows}
	switch s.knobs.Count {
	case CountPage:
		envelope["count"] = len(rows)
	case CountAbsent:
		delete(envelope, "count")
	}
	for range s.knobs.InsertBetweenPages {
		s.chats.add(Conversation{QueueID: max(filter.queue, 1), CreatedAt: x.now, ClientName: "Somebody", ClientSurname: "Else"})
	}
	a := jsonAnswer(http.StatusOK, envelope)
	a.acted = true
	return a
}

// chatFilter is what the listing was asked for. Zero times and texts are no bound.
type chatFilter struct {
	limit, offset int
	from, to      time.Time // from is included, to is not
	status        string
	queue         int64
}

func (s *Sandbox) chatFilter(query url.Values) (f chatFilter, wrong []thuliumMessage) {
	f = chatFilter{limit: pageLimit, status: query.Get("status")}
	var limitErr, offsetErr error
	if text := query.Get("limit"); text != "" {
		f.limit, limitErr = strconv.Atoi(text)
	}
	if text := query.Get("offset"); text != "" {
		f.offset, offsetErr = strconv.Atoi(text)
	}
	if limitErr != nil || offsetErr != nil || f.limit < 1 || f.offset < 0 || f.limit > pageLimit && s.knobs.LimitRefused {
		wrong = append(wrong, limitWrong)
	}
	f.limit = min(f.limit, pageLimit)
	queue, given, ok := positive(query, "chat_queue_id")
	if f.queue = queue; given && !ok {
		wrong = append(wrong, queueWrong)
	}
	from, _, fromErr := s.chatBound(query.Get("date_from"))
	to, next, toErr := s.chatBound(query.Get("date_to"))
	if f.from, f.to = from, next; s.knobs.DateToStart && !to.IsZero() {
		f.to = to.Add(time.Millisecond)
	}
	if fromErr != nil || toErr != nil {
		wrong = append(wrong, dateWrong)
	}
	return f, wrong
}

// chatBound reads a bound in one of its two forms, as the first moment of the day or minute it names, and that after.
func (s *Sandbox) chatBound(text string) (first, next time.Time, err error) {
	if text == "" {
		return first, next, nil
	}
	if first, err = time.ParseInLocation("2006-01-02", text, s.location); err == nil {
		return first, first.AddDate(0, 0, 1), nil
	}
	first, err = time.ParseInLocation("2006-01-02 15:04", text, s.location)
	return first, first.Add(time.Minute), err
}

// listed says whether a listing with this filter shows c at now.
func (s *Sandbox) listed(c *Conversation, f chatFilter, now time.Time) bool {
	if f.queue != 0 && f.queue != s.shownQueue(c) ||
		!f.from.IsZero() && c.CreatedAt.Before(f.from) ||
		!f.to.IsZero() && !c.CreatedAt.Before(f.to) {
		return false
	}
	open := s.isOpen(c, now)
	if open && (s.knobs.HideOpen || now.Sub(c.CreatedAt) < time.Duration(s.knobs.ShowAfter)) {
		return false
	}
	return f.status == "" || f.status == s.shownStatus(c, open)
}

func (s *Sandbox) shownQueue(c *Conversation) int64 {
	if s.knobs.OriginalQueue {
		return c.OriginalQueue
	}
	return c.QueueID
}

func (s *Sandbox) shownStatus(c *Conversation, open bool) string {
	switch {
	case !open && s.knobs.ClosedBy != ClosedByTime:
		return statusClosed
	case c.Status != "":
		return c.Status
	default:
		return s.knobs.OpenStatus
	}
}

// row is c as the listing shows it.
func (s *Sandbox) row(c *Conversation, x *exchange) chatRow {
	open := s.isOpen(c, x.now)
	id, name := c.ID, c.ClientName
	if !s.knobs.FirstNameOnly {
		name = strings.TrimSpace(c.ClientName + " " + c.ClientSurname)
	}
	row := chatRow{
		QueueID:        s.shownQueue(c),
		ClientEmail:    s.column(c.ClientEmail),
		ClientName:     s.column(name),
		CustomerID:     c.CustomerID,
		ConversationID: &id,
		CreatedAt:      c.CreatedAt.In(s.location).Format(chatTime),
		Status:         s.shownStatus(c, open),
		UserLogin:      s.column(""),
	}
	if s.knobs.CustomerFilledIn {
		row.CustomerID = &c.CRMCustomer
		row.ClientEmail = s.column(fmt.Sprintf("customer-%d@crm.example", c.CRMCustomer))
		row.ClientName = s.column(fmt.Sprintf("Customer %d", c.CRMCustomer))
	}
	if c.ClosedAt != nil && s.knobs.ClosedBy != ClosedByStatus {
		closed := c.ClosedAt.In(s.location).Format(chatTime)
		row.ClosedAt = &closed
	}
	switch s.knobs.RowID {
	case RowIDUpper:
		id = strings.ToUpper(id)
	case RowIDAbsent:
		row.ConversationID = nil
	}
	if x.query.Get("include_messages") == "true" {
		row.Messages = &[]string{}
	}
	if x.query.Get("include_files") == "true" {
		row.Files = &[]string{}
	}
	if x.query.Get("include_client_data") == "true" {
		row.ClientData = &map[string]string{}
	}
	return row
}

// column is a text column, null when nothing is known.
func (s *Sandbox) column(text string) *string {
	if text == "" && !s.knobs.EmptyTexts {
		return nil
	}
	return &text
}
