package thulium

import (
	"cmp"
	"context"
	"errors"
	"testing"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

// A search that is kept from its end is made again, briefly: a pause of it is not
// waited out, and a second interrupt would lose what it has found.
func TestASearchForCandidatesEndsSoonAfterItsContext(t *testing.T) {
	t.Parallel()
	const never = time.Hour
	fails := func(request) (int, string, bool) { return 500, "", true }
	failsOnce := func(r request) (int, string, bool) { return 500, "", r.at.Equal(bubbleBegan) }
	for name, c := range map[string]struct {
		system   *system
		end      time.Duration // of the context
		signal   time.Duration // to the provider
		timeout  bool          // the context is out of time, not cancelled
		found    bool
		wait     time.Duration // each pause; 0: longer than the brief search
		took     time.Duration
		requests int
	}{
		"interrupted before it":             {system: &system{}, found: true, requests: 1},
		"out of time before it":             {system: &system{}, timeout: true, found: true, requests: 1},
		"interrupted in a pause":            {system: &system{answer: failsOnce}, end: time.Second, found: true, took: time.Second, requests: 2},
		"signalled in a pause":              {system: &system{answer: failsOnce}, end: never, signal: time.Second, found: true, took: time.Second, requests: 2},
		"interrupted in a pause, in vain":   {system: &system{answer: fails}, wait: 2 * time.Second, end: time.Second, took: time.Second, requests: 2},
		"out of time before a pause's end":  {system: &system{answer: fails}, end: time.Second, timeout: true, requests: 2},
		"interrupted within a request":      {system: &system{delay: 3 * time.Second}, end: time.Second, found: true, took: 4 * time.Second, requests: 2},
		"out of time within a request":      {system: &system{delay: 3 * time.Second}, end: time.Second, timeout: true, found: true, took: 4 * time.Second, requests: 2},
		"interrupted, and not answered":     {system: &system{delay: never}, end: time.Second, took: 11 * time.Second, requests: 2},
		"not interrupted, waits out pauses": {system: &system{answer: fails}, end: never, took: 80 * time.Second, requests: 5},
	} {
		inBubble(t, name, func(t *testing.T) {
			var interrupt rest.Interrupt
			wait := cmp.Or(c.wait, 20*time.Second)
			c.system.rows = []row{open("lost", 0)}
			client := c.system.client(func(config *rest.Config) {
				config.Interrupt = &interrupt
				config.Policy = rest.Policy{Timeout: time.Minute, MaxRetries: 4, WaitMin: wait, WaitMax: wait}
			})
			ctx, cancel := context.WithCancel(t.Context())
			switch {
			case c.timeout:
				ctx, cancel = context.WithTimeout(ctx, c.end)
			case c.end == 0:
				cancel()
			default:
				time.AfterFunc(c.end, cancel)
			}
			defer cancel()
			if c.signal > 0 {
				time.AfterFunc(c.signal, interrupt.Signal)
			}
			got, err := client.Candidates(ctx, Start{QueueID: 3}, time.Now())
			if (err == nil) != c.found || c.found && ids(got) != "lost" {
				t.Errorf("got %s and %v", ids(got), err)
			}
			expect(t, "time", time.Since(bubbleBegan), c.took)
			expect(t, "requests", len(c.system.requests), c.requests)
		})
	}
	inBubble(t, "with a list that is refused, it is not made again", func(t *testing.T) {
		s := &system{answer: func(request) (int, string, bool) { return 403, "", true }}
		_, err := s.client().Candidates(t.Context(), Start{QueueID: 3}, time.Now())
		if e, ok := errors.AsType[*rest.Error](err); !ok || e.Status != 403 || len(s.requests) != 1 {
			t.Errorf("got %v after %d requests", err, len(s.requests))
		}
	})
}
