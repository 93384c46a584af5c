package thulium

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

// listing answers where a conversation stands, for many conversations at the cost
// of one reading: what was read is shared until a start or a stop changes it.
type listing struct {
	client *Client

	mu     sync.Mutex
	closed map[string]bool  // keys of the chats that are closed, which is final
	queues map[int64]*queue // 0: all queues
}

// queue is the listing of one queue.
type queue struct {
	turn   chan struct{}        // held by the one that reads
	budget *budget              // survives a dropped view: the bound holds for the queue
	view   atomic.Pointer[view] // what was read since the last start or stop; nil: nothing
}

func newListing(c *Client) *listing {
	return &listing{client: c, closed: map[string]bool{}, queues: map[int64]*queue{}}
}

// find looks for a conversation of a queue in each of the windows in turn. An interrupt
// ends the wait for the turn, because those that wait would read one after the other.
//
// A reading that began before since and does not show the conversation closed is made
// again. Where the budget ends first, the earlier reading stays: it still answers that the
// conversation is not shown, but not that it is open, because that may have changed.
func (l *listing) find(ctx context.Context, queueID int64, id string, windows []window, since time.Time) (Chat, bool, error) {
	waits, cancel := l.client.rest.Waits(ctx)
	defer cancel()
	q := l.queue(queueID)
	select {
	case q.turn <- struct{}{}:
		defer func() { <-q.turn }()
	case <-waits.Done():
		return Chat{}, false, context.Cause(waits)
	}
	if ended := rest.Over(waits); ended != nil { // both have come at once
		return Chat{}, false, ended
	}
	v := q.view.Load()
	if v == nil {
		v = l.client.newView(queueID, q.budget)
		q.view.Store(v)
	}
	chat, shown, err := v.find(ctx, id, windows)
	if before := v; !chat.Closed() && before.began.Before(since) && rest.Over(waits) == nil {
		unseen := !shown && err == nil
		v = l.client.newView(queueID, q.budget)
		q.view.CompareAndSwap(before, v) // a drop of the earlier reading stays one
		if chat, shown, err = v.find(ctx, id, windows); errors.Is(err, errUsedUp) {
			q.view.CompareAndSwap(v, before)
			if unseen {
				err = nil
			}
		}
	}
	if shown && chat.Closed() {
		l.remember(v, id)
	}
	return chat, shown, err
}

// remember keeps that a chat is closed, and once all was read that the others are.
func (l *listing) remember(v *view, id string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed[key(id)] = true
	if v.settled || !v.whole() {
		return
	}
	v.settled = true
	for key, chat := range v.chats {
		if chat.Closed() {
			l.closed[key] = true
		}
	}
}

// isClosed reports whether the chat was found closed, before a drop or after.
func (l *listing) isClosed(id string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.closed[key(id)]
}

// drop forgets what was listed of a queue: a start has changed it.
func (l *listing) drop(queueID int64) {
	l.queue(queueID).view.Store(nil)
	l.queue(0).view.Store(nil)
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
		q = &queue{turn: make(chan struct{}, 1), budget: newBudget(errUsedUp)}
		l.queues[id] = q
	}
	return q
}
