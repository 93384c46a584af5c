package thulium

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

// errRepeats is returned when a page is the one before it again.
var errRepeats = errors.New("the listing repeats itself: its pages cannot be told apart")

// maxReadings is how often a listing is read that shows chats on two pages and so
// may lack others: a chat that ends meanwhile looks like that too.
const maxReadings = 3

// List returns all chats that match. What cannot be read whole is an error.
func (c *Client) List(ctx context.Context, filter Filter) ([]Chat, error) {
	return c.list(ctx, filter, maxRequests)
}

// list is List with so many attempts for a page at the most.
func (c *Client) list(ctx context.Context, filter Filter, attempts int) ([]Chat, error) {
	chats, err := c.readAll(ctx, filter, attempts)
	if _, told := errors.AsType[*rest.Error](err); err != nil && !told {
		url := rest.MaskedURL(rest.URL(c.BaseURL(), []string{"chats"}, filter.query(0)))
		return nil, &rest.Error{Service: service, Method: http.MethodGet, URL: url, Cause: err}
	}
	return chats, err
}

func (c *Client) readAll(ctx context.Context, filter Filter, attempts int) ([]Chat, error) {
	reading, readings := newReading(), 1
	for requests := 0; requests < maxRequests; {
		got, cost, err := c.page(ctx, filter, reading.offset, min(attempts, maxRequests-requests))
		if err != nil {
			return nil, err
		}
		requests += cost
		switch {
		case len(got.Result) == 0 && reading.counted():
			return reading.chats, nil
		case got.repeats(reading.first):
			return nil, errRepeats
		}
		reading.distrust(got)
		if reading.shrank(got) {
			// Rows moved up and may have slipped past the offset: begin again.
			reading = newReading()
			continue
		}
		reading.add(got)
		if !got.last(reading.offset) || got.countsItself() {
			continue
		}
		if readings == maxReadings || !reading.lacks() {
			return reading.complete(got)
		}
		reading, readings = newReading(), readings+1
	}
	return nil, errTooLong
}

// reading is a listing on its way, page by page.
type reading struct {
	chats     []Chat
	places    map[string]place // by the id of the chat, the first that showed it
	first     string           // id of the last page's first row
	offset    int
	repeated  int // rows that a page before theirs had shown
	atFirst   int // count of the first page
	count     int
	uncounted bool // what the service counts is not what matches
}

// place is where a listing shows a chat, which may have several: one for each queue
// that it was in.
type place struct {
	page    int // its offset
	queueID int64
	created string
}

func newReading() *reading { return &reading{places: map[string]place{}} }

// counted reports whether as many rows were read as the service has counted.
func (r *reading) counted() bool { return r.offset > 0 && r.offset == r.count }

// distrust leaves the count of a page out when it, or one before it, counts fewer
// rows than there are.
func (r *reading) distrust(p *page) {
	r.uncounted = r.uncounted || p.Count != nil && len(p.Result) > 0 && int(*p.Count) < r.offset+len(p.Result)
	if r.uncounted {
		p.Count = nil
	}
}

func (r *reading) shrank(p *page) bool {
	return p.Count != nil && int(*p.Count) < r.count
}

// add takes a page in. A chat that starts between two pages pushes a row onto
// the next, where it stands a second time.
func (r *reading) add(p *page) {
	for _, chat := range p.Result {
		id, shown := text(chat.ID), place{page: r.offset, created: text(chat.CreatedAt)}
		if chat.QueueID != nil {
			shown.queueID = *chat.QueueID
		}
		before, again := r.places[id]
		switch {
		case id == "" || !again:
			r.places[id] = shown
			r.chats = append(r.chats, chat)
		case before.page < shown.page && before.queueID == shown.queueID && before.created == shown.created:
			r.repeated++
		}
	}
	if p.Count != nil {
		r.count = int(*p.Count)
		if r.offset == 0 {
			r.atFirst = r.count
		}
	}
	r.offset, r.first = r.offset+len(p.Result), p.first()
}

// lacks reports whether fewer chats were shown than there were at first: rows
// that stand on two pages have taken the place of others.
func (r *reading) lacks() bool { return r.repeated > 0 && r.offset-r.repeated < r.atFirst }

// complete returns the chats, unless some are missing that the service has counted.
func (r *reading) complete(p *page) ([]Chat, error) {
	switch {
	case p.Count != nil && int(*p.Count) > r.offset:
		return nil, fmt.Errorf("the listing ends after %d of %d chats", r.offset, *p.Count)
	case r.lacks():
		return nil, fmt.Errorf("the listing shows %d of %d chats, and some of them on two pages", r.offset-r.repeated, r.atFirst)
	}
	return r.chats, nil
}
