package rest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestInterrupt(t *testing.T) {
	t.Parallel()
	type key struct{}
	inBubble(t, "a signal ends the waits that are under way", func(t *testing.T) {
		var interrupt Interrupt
		first, cancelFirst := interrupt.bind(t.Context())
		second, cancelSecond := interrupt.bind(t.Context())
		defer cancelFirst()
		defer cancelSecond()
		if first.Err() != nil || second.Err() != nil {
			t.Fatal("ended before the signal")
		}
		interrupt.Signal()
		synctest.Wait()
		if !errors.Is(context.Cause(first), ErrInterrupted) || !errors.Is(context.Cause(second), ErrInterrupted) {
			t.Errorf("got %v and %v", context.Cause(first), context.Cause(second))
		}
	})
	inBubble(t, "what begins later waits as before, until the next signal", func(t *testing.T) {
		var interrupt Interrupt
		interrupt.Signal()
		later, cancel := interrupt.bind(t.Context())
		defer cancel()
		synctest.Wait()
		if later.Err() != nil {
			t.Fatalf("got %v before a signal", context.Cause(later))
		}
		interrupt.Signal()
		interrupt.Signal()
		synctest.Wait()
		if !errors.Is(context.Cause(later), ErrInterrupted) {
			t.Errorf("got %v after a signal", context.Cause(later))
		}
	})
	inBubble(t, "an operation that is over is left alone", func(t *testing.T) {
		var interrupt Interrupt
		over, cancel := interrupt.bind(t.Context())
		cancel()
		interrupt.Signal()
		synctest.Wait()
		if !errors.Is(context.Cause(over), context.Canceled) {
			t.Errorf("got %v", context.Cause(over))
		}
	})
	inBubble(t, "without one nothing interrupts, and waits end with their context", func(t *testing.T) {
		parent, end := context.WithTimeout(context.WithValue(t.Context(), key{}, "kept"), time.Minute)
		defer end()
		bound, cancel := New(Config{}).Waits(parent)
		defer cancel()
		<-bound.Done()
		if !errors.Is(context.Cause(bound), context.DeadlineExceeded) || bound.Value(key{}) != "kept" {
			t.Errorf("got %v, value %v", context.Cause(bound), bound.Value(key{}))
		}
	})
	inBubble(t, "the deadline of the operation is that of its waits", func(t *testing.T) {
		var interrupt Interrupt
		parent, end := context.WithTimeout(t.Context(), time.Minute)
		defer end()
		bound, cancel := interrupt.bind(parent)
		defer cancel()
		want, _ := parent.Deadline()
		if got, ok := bound.Deadline(); !ok || !got.Equal(want) {
			t.Errorf("got %v and %t, want %v", got, ok, want)
		}
	})
	inBubble(t, "many may begin, end and signal at once", func(t *testing.T) {
		var interrupt Interrupt
		var group sync.WaitGroup
		for range 100 {
			group.Go(func() {
				bound, cancel := interrupt.bind(t.Context())
				defer cancel()
				interrupt.Signal()
				<-bound.Done()
			})
		}
		group.Wait()
	})
}

// late is a context whose deadline has passed and whose timer has not been run yet.
type late struct{ context.Context }

func (late) Deadline() (time.Time, bool) { return time.Now(), true }

func TestOver(t *testing.T) {
	t.Parallel()
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	signalled, signal := context.WithCancelCause(t.Context())
	signal(ErrInterrupted)
	hour, end := context.WithTimeout(t.Context(), time.Hour)
	defer end()
	for name, c := range map[string]struct {
		ctx  context.Context
		want error
	}{
		"no deadline":               {t.Context(), nil},
		"a deadline to come":        {hour, nil},
		"cancelled":                 {cancelled, context.Canceled},
		"with a cause":              {signalled, ErrInterrupted},
		"late":                      {late{t.Context()}, context.DeadlineExceeded},
		"cancelled before, and now": {late{cancelled}, context.Canceled},
	} {
		if got := Over(c.ctx); !errors.Is(got, c.want) || (got == nil) != (c.want == nil) {
			t.Errorf("%s: got %v, want %v", name, got, c.want)
		}
	}
}

func TestNothingIsSentOnceTheDeadlineHasPassed(t *testing.T) {
	t.Parallel()
	wire := newWire(reply{status: 200})
	_, err := wire.client().Do(late{t.Context()}, get())
	if e := wantError(t, err); e.Outcome != NotActed || e.Attempts != 0 || !errors.Is(e.Ended, context.DeadlineExceeded) || len(wire.times()) > 0 {
		t.Errorf("attempts at %v: %s, %v", wire.times(), e.Outcome, err)
	}
}

func TestActingTellsOfCallsThatChangeSomething(t *testing.T) {
	t.Parallel()
	for _, call := range []Call{get(), stop(), post()} {
		inBubble(t, fmt.Sprint(call.Method, call.Class), func(t *testing.T) {
			var interrupt Interrupt
			client := newWire(reply{status: 429, after: time.Second}).client(func(config *Config) { config.Interrupt = &interrupt })
			go func() { _, _ = client.Do(t.Context(), call) }()
			time.Sleep(500 * time.Millisecond) // on the wire
			first := interrupt.Acting()
			time.Sleep(time.Second) // between two attempts
			if acts := call.Method != http.MethodGet; first != acts || interrupt.Acting() != acts {
				t.Errorf("acting is %t, then %t", first, interrupt.Acting())
			}
			time.Sleep(time.Minute)
			if interrupt.Acting() {
				t.Error("it acts after its end")
			}
		})
	}
}
