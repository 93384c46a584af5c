package rest

import (
	"context"
	"errors"
	"sync"
	"time"
)

// ErrInterrupted ends the waits of an operation when the process is told to stop.
var ErrInterrupted = errors.New("the provider was interrupted")

// IsInterrupted reports whether somebody ended the waiting, Terraform or a signal,
// and not the clock.
func IsInterrupted(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, ErrInterrupted)
}

// Over returns why ctx has ended, or nil while there is time. A context whose
// deadline has passed is over, also when its timer has not been run yet: an attempt
// that the deadline has ended may be told so first.
func Over(ctx context.Context) error {
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	if deadline, ok := ctx.Deadline(); ok && !time.Now().Before(deadline) {
		return context.DeadlineExceeded
	}
	return nil
}

// Interrupt ends waits without ending the process: Terraform decides when a provider
// goes, and a call on the wire must be allowed to finish. The zero value is ready; a nil
// *Interrupt never interrupts.
type Interrupt struct {
	mu      sync.Mutex
	current context.Context
	end     context.CancelFunc
	acting  int
}

// Signal ends the waits of all operations that are under way. Operations that begin
// later wait as before.
func (i *Interrupt) Signal() {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.end != nil {
		i.end()
	}
	i.current, i.end = nil, nil
}

// Acting reports whether a call that changes something is under way.
func (i *Interrupt) Acting() bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.acting > 0
}

// act takes note of a call that changes something, until the returned function is called.
func (i *Interrupt) act() (done func()) {
	if i == nil {
		return func() {}
	}
	add := func(n int) {
		i.mu.Lock()
		defer i.mu.Unlock()
		i.acting += n
	}
	add(1)
	return func() { add(-1) }
}

// bind returns a context that ends with ctx or at the next Signal.
func (i *Interrupt) bind(ctx context.Context) (context.Context, context.CancelFunc) {
	bound, cancel := context.WithCancelCause(ctx)
	if i == nil {
		return bound, func() { cancel(nil) }
	}
	i.mu.Lock()
	if i.current == nil {
		i.current, i.end = context.WithCancel(context.Background())
	}
	current := i.current
	i.mu.Unlock()
	release := context.AfterFunc(current, func() { cancel(ErrInterrupted) })
	return bound, func() {
		release()
		cancel(nil)
	}
}
