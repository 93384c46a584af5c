package rest

import (
	"context"
	"errors"
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
	inBubble(t, "nil never interrupts, and waits end with their context", func(t *testing.T) {
		var never *Interrupt
		parent, end := context.WithTimeout(context.WithValue(t.Context(), key{}, "kept"), time.Minute)
		defer end()
		bound, cancel := never.bind(parent)
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
