package sandbox

import (
	"cmp"
	"encoding/json"
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

// agentLogin is who answers in a sandbox.
const agentLogin = "agent"

// chatRow is a row of the listing, in the order of the documented example. Its user_login is the agent who answered.
type chatRow struct {
	QueueID        int64   `json:"chat_queue_id"`
	ClientEmail    *string `json:"client_email"`
	ClientName     *string `json:"client_name"`
	CustomerID     *int64  `json:"customer_id"`
	ConversationID any     `json:"conversation_id"`
	CreatedAt      string  `json:"created_at"`
	ClosedAt       *string `json:"closed_at"`
	Status         string  `json:"status"`
	UserLogin      *string `json:"user_login"`

	// On request only: include_messages, include_files, include_client_data.
	Messages   *[]rowMessage      `json:"messages,omitempty"`
	Files      *[]string          `json:"files,omitempty"`
	ClientData *map[string]string `json:"client_data,omitempty"`
}

// rowMessage is a message in a row. Its form is not documented.
type rowMessage struct {
	From      string `json:"from"`
	Text      string `json:"text"`
	CreatedAt string `json:"created_at"`
}

// stay is what a row shows: a chat, or a stay of it in its first queue that a transfer ended.
type stay struct {
	*Conversation
	over bool
}

// listChats is GET chats.
func (s *Sandbox) listChats(x *exchange) answer {
	if s.knobs.ListRefused != 0 {
		return thuliumRefusal(x, s.knobs.ListRefused)
	}
	for name := range x.query {
		if slices.Contains(s.knobs.UnknownFilters, name) {
			return thuliumRefusal(x, http.StatusInternalServerError)
		}
	}
	filter, wrong := s.chatFilter(x.query)
	if len(wrong) > 0 {
		return thuliumRefusal(x, s.knobs.InvalidStatus, wrong...)
	}
	matches := s.matches(filter, x.now)
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
	case CountText:
		envelope["count"] = strconv.Itoa(len(matches))
	case CountFraction:
		envelope["count"] = json.Number(strconv.Itoa(len(matches)) + ".0")
	}
	for range s.knobs.InsertBetweenPages {
		s.chats.add(Conversation{QueueID: max(filter.queue, 1), CreatedAt: x.now, ClientName: "Somebody", ClientSurname: "Else"})
	}
	a := jsonAnswer(http.StatusOK, envelope)
	a.acted = true
	return a
}

// matches are the rows of all pages.
func (s *Sandbox) matches(filter chatFilter, now time.Time) (rows []stay) {
	for _, c := range s.chats.ordered {
		own, over := stay{c, false}, stay{c, true}
		twice := s.knobs.TwoRows != TwoRowsNone && s.isOpen(c, now)
		// The listing is turned round below, and a chat's rows with it.
		first := twice && (s.knobs.TwoRows == TwoRowsClosedFirst) == (s.knobs.ListOrder == OldestFirst)
		if first && s.listed(over, filter, now) {
			rows = append(rows, over)
		}
		if s.listed(own, filter, now) {
			rows = append(rows, own)
		}
		if twice && !first && s.listed(over, filter, now) {
			rows = append(rows, over)
		}
	}
	if s.knobs.ListOrder == NewestFirst {
		slices.Reverse(rows)
	}
	return rows
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
	if s.knobs.PageLimit > 0 {
		f.limit = min(f.limit, s.knobs.PageLimit)
	}
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

// listed says whether a listing with this filter shows the row at now.
func (s *Sandbox) listed(c stay, f chatFilter, now time.Time) bool {
	if f.queue != 0 && f.queue != s.shownQueue(c) ||
		!f.from.IsZero() && c.CreatedAt.Before(f.from) ||
		!f.to.IsZero() && !c.CreatedAt.Before(f.to) {
		return false
	}
	open := !c.over && s.isOpen(c.Conversation, now)
	if open && (s.knobs.HideOpen || now.Sub(c.CreatedAt) < time.Duration(s.knobs.ShowAfter)) {
		return false
	}
	return f.status == "" || f.status == s.shownStatus(c.Conversation, open)
}

func (s *Sandbox) shownQueue(c stay) int64 {
	if s.knobs.OriginalQueue || c.over {
		return c.OriginalQueue
	}
	return c.QueueID
}

func (s *Sandbox) shownStatus(c *Conversation, open bool) string {
	if !open && s.knobs.ClosedBy != ClosedByTime {
		return StatusClosed
	}
	return cmp.Or(c.Status, s.knobs.OpenStatus, c.status())
}

// closedAt is the row's column, nil for null.
func (s *Sandbox) closedAt(c stay, open bool) *string {
	var at time.Time
	switch {
	case c.over:
		at = c.CreatedAt.Add(time.Second)
	case open && s.knobs.OpenClosedAt == "", !open && s.knobs.ClosedBy == ClosedByStatus:
		return nil
	case open && s.knobs.OpenClosedAt == OpenClosedAtFuture:
		at = s.now().AddDate(1, 0, 0)
	case open && s.knobs.OpenClosedAt == OpenClosedAtBefore:
		at = c.CreatedAt.Add(-24 * time.Hour)
	case open:
		return &s.knobs.OpenClosedAt
	default:
		at = *c.ClosedAt
	}
	text := s.chatTime(at)
	return &text
}

func (s *Sandbox) chatTime(t time.Time) string {
	return t.In(s.location).Format(chatTime)
}

// row is c as the listing shows it.
func (s *Sandbox) row(c stay, x *exchange) chatRow {
	open := !c.over && s.isOpen(c.Conversation, x.now)
	name := c.ClientName
	if !s.knobs.FirstNameOnly {
		name = strings.TrimSpace(c.ClientName + " " + c.ClientSurname)
	}
	row := chatRow{
		QueueID:        s.shownQueue(c),
		ClientEmail:    s.column(c.ClientEmail),
		ClientName:     s.column(name),
		CustomerID:     c.CustomerID,
		ConversationID: s.chatID(c.ID),
		CreatedAt:      s.chatTime(c.CreatedAt),
		ClosedAt:       s.closedAt(c, open),
		Status:         s.shownStatus(c.Conversation, open),
		UserLogin:      s.column(""),
	}
	if c.answered() {
		row.UserLogin = s.column(agentLogin)
	}
	if s.knobs.CustomerFilledIn {
		row.CustomerID = &c.CRMCustomer
		row.ClientEmail = s.column(fmt.Sprintf("customer-%d@crm.example", c.CRMCustomer))
		row.ClientName = s.column(fmt.Sprintf("Customer %d", c.CRMCustomer))
	}
	switch s.knobs.RowID {
	case RowIDUpper:
		row.ConversationID = strings.ToUpper(c.ID)
	case RowIDAbsent:
		row.ConversationID = nil
	}
	if x.query.Get("include_messages") == "true" {
		messages := []rowMessage{}
		for _, m := range c.Messages {
			messages = append(messages, rowMessage{m.From, m.Text, s.chatTime(m.Time)})
		}
		row.Messages = &messages
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
