package rest

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"
)

// ErrInterrupted ends the waits of an operation when the process is told to stop.
var ErrInterrupted = errors.New("the provider was interrupted")

// IsInterrupted reports whether Terraform or a signal ended the waiting, and not the clock.
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

// Interrupt ends waits and not the process, because Terraform decides when a provider goes,
// and a call on the wire must be allowed to finish. The zero value is ready.
type Interrupt struct {
	mu     sync.Mutex
	waits  map[context.Context]context.CancelCauseFunc
	acting atomic.Int64 // calls that change something
}

// Signal ends the waits of all operations that are under way. Operations that begin
// later wait as before.
func (i *Interrupt) Signal() {
	i.mu.Lock()
	defer i.mu.Unlock()
	for _, end := range i.waits {
		end(ErrInterrupted)
	}
}

// Acting reports whether a call that changes something is under way.
func (i *Interrupt) Acting() bool { return i.acting.Load() > 0 }

// bind returns a context that ends with ctx or at the next Signal.
func (i *Interrupt) bind(ctx context.Context) (context.Context, context.CancelFunc) {
	bound, end := context.WithCancelCause(ctx)
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.waits == nil {
		i.waits = map[context.Context]context.CancelCauseFunc{}
	}
	i.waits[bound] = end
	return bound, func() {
		i.mu.Lock()
		defer i.mu.Unlock()
		delete(i.waits, bound)
		end(nil)
	}
}
