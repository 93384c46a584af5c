package thulium

import (
	"cmp"
	"context"
	"errors"
	"net/http/httptrace"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

// maxCandidates is how many candidates a lost start is answered with.
const maxCandidates = 10

// briefSearch is how long the search for candidates may still take when its
// context has ended: who is interrupted once more leaves without a word of them.
const briefSearch = 10 * time.Second

// clockSkew is how far the service's clock may be from this one.
const clockSkew = time.Minute

// maxOffset is the furthest that a local time is from UTC, with an hour's
// margin; offsets are whole quarter-hours.
const (
	maxOffset   = 15 * time.Hour
	offsetGrain = 15 * time.Minute
)

// starts knows what this client has started and what it is starting.
type starts struct {
	mu     sync.Mutex
	ids    map[string]bool // in lower case: a row may show another
	onWire map[chan struct{}]bool
}

func newStarts() *starts {
	return &starts{ids: map[string]bool{}, onWire: map[chan struct{}]bool{}}
}

// begin returns what a start is to call: onWire with each connection that it
// obtains, since one that has not been sent is not to be waited for, and finish with the id of what was started, or "".
func (s *starts) begin() (onWire func(httptrace.GotConnInfo), finish func(id string)) {
	done := make(chan struct{})
	onWire = func(httptrace.GotConnInfo) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.onWire[done] = true
	}
	return onWire, func(id string) {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.onWire, done)
		if id != "" {
			s.ids[strings.ToLower(id)] = true
		}
		close(done)
	}
}

// wait returns when every start that is on the wire now has ended, or with ctx.
func (s *starts) wait(ctx context.Context) {
	s.mu.Lock()
	var pending []chan struct{}
	for done := range s.onWire {
		pending = append(pending, done)
	}
	s.mu.Unlock()
	for _, done := range pending {
		select {
		case <-done:
		case <-ctx.Done():
			return
		}
	}
}

func (s *starts) has(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ids[strings.ToLower(id)]
}

// Candidates returns the open chats that a start may have opened whose answer
// was lost: in its queue, opened since it was sent, not opened by another start
// of this client, and not contradicted by what was sent; newest first, ten at
// the most. A search that ctx, or an interrupt, has kept from its end is made
// again: of briefSearch, and with one attempt for each page, so that no pause is
// waited out. The time-out of an attempt alone bounds how long other starts are
// waited for: they would look like strangers' chats.
func (c *Client) Candidates(ctx context.Context, start Start, sent time.Time) ([]Chat, error) {
	filter := Filter{QueueID: start.QueueID, From: dayBoundary(sent)}
	chats, err := c.List(ctx, filter)
	if e, ok := errors.AsType[*rest.Error](err); ok && e.Ended != nil {
		brief, cancel := context.WithTimeout(context.WithoutCancel(ctx), briefSearch)
		defer cancel()
		chats, err = c.list(brief, filter, 1)
	}
	if err != nil {
		return nil, err
	}
	listed := time.Now()
	waiting, cancel := context.WithTimeout(context.WithoutCancel(ctx), c.rest.Timeout())
	defer cancel()
	c.starts.wait(waiting)

	chats = slices.DeleteFunc(chats, func(chat Chat) bool {
		return text(chat.ID) == "" || chat.Closed() || c.starts.has(*chat.ID) || chat.QueueID != nil && *chat.QueueID != start.QueueID ||
			!chat.startedWithin(sent.Add(-clockSkew), listed.Add(clockSkew)) || start.contradicts(chat)
	})
	slices.SortStableFunc(chats, func(a, b Chat) int {
		return cmp.Compare(text(b.CreatedAt), text(a.CreatedAt))
	})
	return chats[:min(len(chats), maxCandidates)], nil
}

// zoned are the forms of a time with its zone, once a space stands for the T.
var zoned = [...]string{"2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05Z0700", "2006-01-02 15:04:05Z07", "2006-01-02 15:04:05 Z07:00"}

// startedWithin reports whether the chat's start lies between from and to: in any
// zone there can be, where it has none. A start that cannot be read fits.
func (c Chat) startedWithin(from, to time.Time) bool {
	shown := strings.Replace(text(c.CreatedAt), "T", " ", 1)
	for _, form := range zoned {
		if at, err := time.Parse(form, shown); err == nil {
			return !at.Before(from) && !at.After(to)
		}
	}
	created, err := time.Parse(time.DateTime, shown)
	if err != nil {
		return true
	}
	// The chat fits when created-offset lies in [from, to] for a whole number of
	// grains: take the smallest such offset that is not before the window's end.
	earliest := created.Sub(to)
	if earliest > maxOffset {
		return false
	}
	offset := earliest.Truncate(offsetGrain)
	if offset < earliest {
		offset += offsetGrain
	}
	offset = max(offset, -maxOffset)
	return !created.Add(-offset).Before(from)
}

// contradicts reports whether the chat is somebody else's. A matching number of
// the customer outweighs the rest, as it does when Thulium looks a customer up.
func (s Start) contradicts(chat Chat) bool {
	if s.CustomerID != nil && chat.CustomerID != nil {
		return *s.CustomerID != *chat.CustomerID
	}
	email := text(chat.ClientEmail)
	return s.ClientEmail != "" && email != "" && !strings.EqualFold(s.ClientEmail, email) ||
		!sameName(s.ClientName+" "+s.ClientSurname, text(chat.ClientName))
}

// sameName reports whether one of the names is the other or a part of it: a row
// may show the first name or the whole name.
func sameName(sent, shown string) bool {
	a, b := strings.Fields(strings.ToLower(sent)), strings.Fields(strings.ToLower(shown))
	return within(a, b) || within(b, a)
}

func within(words, others []string) bool {
	return !slices.ContainsFunc(words, func(word string) bool { return !slices.Contains(others, word) })
}
