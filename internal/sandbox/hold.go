package sandbox

import (
	"context"
	"sync"
)

// hold is where the calls of one name wait for a test.
type hold struct {
	call     string
	released chan struct{}
	left     int // guarded by Sandbox.mu
}

// Hold makes the calls of a name, such as "thulium.start", wait between arrival and action until release is called, which
// returns how many of their clients have left meanwhile. A client that leaves does not keep the service from acting.
func (s *Sandbox) Hold(call string) (release func() int) {
	h := &hold{call: call, released: make(chan struct{})}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.held = h
	return sync.OnceValue(func() int {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.held == h {
			s.held = nil
		}
		close(h.released)
		return h.left
	})
}

// keep waits until the call is released, its client has left, or the sandbox closes.
func (s *Sandbox) keep(client context.Context, h *hold) {
	select {
	case <-h.released:
	case <-s.closing:
	case <-client.Done():
		s.mu.Lock()
		defer s.mu.Unlock()
		h.left++
	}
}
