package thulium

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

// maxRequests is how many requests a listing of one queue may cost.
const maxRequests = 100

// errTooLong is returned when a listing does not end within maxRequests.
var errTooLong = fmt.Errorf("the listing does not end within %d requests", maxRequests)

// windows are how far back a chat is looked for whose start is not known, in days.
var windows = [...]int{1, 7, 31, 366}

// pageReader reads one page and says how many requests that took.
type pageReader func(ctx context.Context, filter Filter, offset, attempts int) (*page, int, error)

// listing answers where a conversation stands, for many conversations at the
// cost of one reading: pages are read only until what is asked for is found,
// and never twice.
type listing struct {
	read pageReader

	closed sync.Map // ids of the chats that were ever read as closed, which is final

	mu     sync.Mutex
	queues map[int64]*queue // 0: all queues
}

// queue is the listing of one queue.
type queue struct {
	id       int64
	turn     chan struct{} // held by the one that reads
	requests int           // survives a dropped view: the bound holds for the queue
	view     atomic.Pointer[view]
}

// view is what was read since the last start or stop.
type view struct {
	began    time.Time
	chats    map[string]Chat // by id in lower case: it is a UUID
	segments []*segment      // from the latest days backwards
	err      error
}

// segment is a part of the window, read page by page.
type segment struct {
	from, to string // dates; to is empty for the first, which is open at its end
	offset   int
	first    string // id of the last page's first row
	done     bool
}

func newListing(read pageReader) *listing {
	return &listing{read: read, queues: map[int64]*queue{}}
}

// find looks for the conversation among the chats that the queue had since from.
func (l *listing) find(ctx context.Context, queueID int64, id, from string) (Chat, bool, error) {
	q := l.queue(queueID)
	select {
	case q.turn <- struct{}{}:
		defer func() { <-q.turn }()
	case <-ctx.Done():
		return Chat{}, false, context.Cause(ctx)
	}
	v := q.view.Load()
	if v == nil {
		v = &view{began: time.Now(), chats: map[string]Chat{}}
		q.view.Store(v)
	}
	v.extend(from)
	for {
		if chat, ok := v.chat(id); ok {
			return chat, true, nil
		}
		next := v.next()
		if next == nil {
			return Chat{}, false, nil
		}
		if v.err != nil {
			return Chat{}, false, v.err
		}
		if err := l.advance(ctx, q, v, next); err != nil {
			return Chat{}, false, err
		}
	}
}

// seen is find for a chat that was read already. Where that takes a request, or
// a wait for another's, it reports false.
func (l *listing) seen(queueID int64, id string) (Chat, bool) {
	q := l.queue(queueID)
	select {
	case q.turn <- struct{}{}:
		defer func() { <-q.turn }()
	default:
		return Chat{}, false
	}
	if v := q.view.Load(); v != nil {
		return v.chat(id)
	}
	return Chat{}, false
}

// everClosed reports whether the chat was read as closed, before a drop or after.
func (l *listing) everClosed(id string) bool {
	_, closed := l.closed.Load(strings.ToLower(id))
	return closed
}

// lookup is find for a chat whose start is not known: in growing windows.
func (l *listing) lookup(ctx context.Context, queueID int64, id string, now time.Time) (Chat, bool, error) {
	for _, days := range windows {
		from := now.UTC().AddDate(0, 0, -days).Format(time.DateOnly)
		if chat, found, err := l.find(ctx, queueID, id, from); found || err != nil {
			return chat, found, err
		}
	}
	return Chat{}, false, nil
}

// drop forgets what was listed of a queue: a start has changed it.
func (l *listing) drop(queueID int64) {
	l.queue(queueID).view.Store(nil)
	l.queue(0).view.Store(nil)
}

// dropBefore forgets what was listed of a queue if that began before t, and
// reports whether it did.
func (l *listing) dropBefore(queueID int64, t time.Time) bool {
	q := l.queue(queueID)
	v := q.view.Load()
	return v != nil && v.began.Before(t) && q.view.CompareAndSwap(v, nil)
}

// dropAll forgets every queue: a stop has changed one, and a transfer hides which.
func (l *listing) dropAll() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, q := range l.queues {
		q.view.Store(nil)
	}
}

func (l *listing) queue(id int64) *queue {
	l.mu.Lock()
	defer l.mu.Unlock()
	q, ok := l.queues[id]
	if !ok {
		q = &queue{id: id, turn: make(chan struct{}, 1)}
		l.queues[id] = q
	}
	return q
}

// chat returns what was read of a chat.
func (v *view) chat(id string) (Chat, bool) {
	chat, ok := v.chats[strings.ToLower(id)]
	return chat, ok
}

// extend makes the window of v begin at from, if it does not begin earlier.
func (v *view) extend(from string) {
	if len(v.segments) == 0 {
		v.segments = []*segment{{from: from}}
		return
	}
	if earliest := v.segments[len(v.segments)-1]; from < earliest.from {
		v.segments = append(v.segments, &segment{from: from, to: earliest.from})
	}
}

// next returns the earliest segment that has pages left: what is asked for
// stands near the beginning of its window.
func (v *view) next() *segment {
	for _, s := range slices.Backward(v.segments) {
		if !s.done {
			return s
		}
	}
	return nil
}

// advance reads one page. Only a failure of the service is kept for those that
// ask next: that one caller gave up, or was out of time, says nothing about the
// listing.
func (l *listing) advance(ctx context.Context, q *queue, v *view, s *segment) error {
	if q.requests >= maxRequests {
		v.err = errTooLong
		return v.err
	}
	got, requests, err := l.read(ctx, Filter{QueueID: q.id, From: s.from, To: midnight(s.to)}, s.offset, maxRequests-q.requests)
	q.requests += requests
	if err != nil {
		if e, ok := errors.AsType[*rest.Error](err); ok && e.Ended == nil {
			v.err = err
		}
		return err
	}
	if got.repeats(s.first) {
		v.err = errRepeats
		return v.err
	}
	s.offset, s.first = s.offset+len(got.Result), got.first()
	s.done = got.last(s.offset)
	for _, chat := range got.Result {
		if id := strings.ToLower(text(chat.ID)); id != "" {
			v.chats[id] = chat
			if chat.Closed() {
				l.closed.Store(id, true)
			}
		}
	}
	return nil
}

// midnight returns the beginning of a date with a time, since it is not
// documented whether a bare date as the upper bound takes its day in.
func midnight(date string) string {
	if date == "" {
		return ""
	}
	return date + " 00:00"
}

// Find looks for a conversation that was started at the given time in a queue.
// A zero time looks further and further back, up to a year. It reports false
// when the listing does not show the chat, which says nothing about the chat:
// nobody documents when a chat appears there, or under which queue after a
// transfer. Readings are shared between callers.
func (c *Client) Find(ctx context.Context, queueID int64, id string, startedAt time.Time) (Chat, bool, error) {
	if startedAt.IsZero() {
		return c.listing.lookup(ctx, queueID, id, time.Now())
	}
	return c.listing.find(ctx, queueID, id, dayBoundary(startedAt))
}

// Seen is Find for a conversation that the listing has shown already. It makes no
// request and waits for none; where Find would, it reports false.
func (c *Client) Seen(queueID int64, id string) (Chat, bool) {
	return c.listing.seen(queueID, id)
}
