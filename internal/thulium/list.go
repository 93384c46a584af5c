package thulium

import (
	"context"
	"errors"
	"fmt"
)

// errRepeats is returned when a page brings nothing that was not seen before.
var errRepeats = errors.New("the listing repeats itself: its pages cannot be told apart")

// List returns all chats that match. What cannot be read whole is an error.
func (c *Client) List(ctx context.Context, filter Filter) ([]Chat, error) {
	reading := newReading()
	for requests := 0; requests < maxRequests; {
		got, cost, err := c.page(ctx, filter, reading.offset, maxRequests-requests)
		if err != nil {
			return nil, err
		}
		requests += cost
		if reading.shrank(got) {
			// Rows moved up and may have slipped past the offset: begin again.
			reading = newReading()
			continue
		}
		if err := reading.add(got); err != nil {
			return nil, err
		}
		if got.last(reading.offset) {
			return reading.chats, reading.complete(got)
		}
	}
	return nil, errTooLong
}

// reading is a listing on its way, page by page.
type reading struct {
	chats  []Chat
	seen   map[string]bool
	offset int
	count  int
}

func newReading() *reading { return &reading{seen: map[string]bool{}} }

func (r *reading) shrank(p *page) bool {
	return p.Count != nil && int(*p.Count) < r.count
}

// add takes a page in. A chat that starts between two pages pushes a row onto
// the next, where it stands a second time.
func (r *reading) add(p *page) error {
	before := len(r.chats)
	for _, chat := range p.Result {
		id := text(chat.ID)
		if id != "" && r.seen[id] {
			continue
		}
		r.seen[id] = true
		r.chats = append(r.chats, chat)
	}
	r.offset += len(p.Result)
	if p.Count != nil {
		r.count = int(*p.Count)
	}
	if len(p.Result) > 0 && len(r.chats) == before {
		return errRepeats
	}
	return nil
}

// complete says whether rows are missing that the service has counted.
func (r *reading) complete(p *page) error {
	if p.Count != nil && int(*p.Count) > r.offset {
		return fmt.Errorf("the listing ends after %d of %d chats", r.offset, *p.Count)
	}
	return nil
}
