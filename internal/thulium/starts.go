package thulium

import (
	"context"
	"maps"
	"net/http/httptrace"
	"slices"
	"sync"
)

// starts knows what this client has started and stopped, what it is starting, and
// which chats its errors have named.
type starts struct {
	mu     sync.Mutex
	ids    map[string]bool // keys of the chats that it started, adopted or stopped
	named  map[string]bool // keys of the chats that the error of a lost start has named
	onWire map[chan struct{}]bool
}

func newStarts() *starts {
	return &starts{ids: map[string]bool{}, named: map[string]bool{}, onWire: map[chan struct{}]bool{}}
}

// begin returns what a start is to call: onWire with each connection that it
// obtains, because a start without one was not sent and is not waited for, and
// finish with the id of what was started, or "".
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
			s.ids[key(id)] = true
		}
		close(done)
	}
}

// stopped takes note of a chat that was stopped, because the listing may still show it open.
func (s *starts) stopped(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ids[key(id)] = true
}

// wait returns when every start that is on the wire now has ended, or with ctx.
func (s *starts) wait(ctx context.Context) {
	s.mu.Lock()
	pending := slices.Collect(maps.Keys(s.onWire))
	s.mu.Unlock()
	for _, done := range pending {
		select {
		case <-done:
		case <-ctx.Done():
			return
		}
	}
}
