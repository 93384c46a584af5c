package rest

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// ended describes how a call ended that was not done.
type ended struct {
	outcome Outcome
	status  int
	at      time.Duration // since the wire was made
	by      error         // found in the error; nil: none of those that end a wait
	says    string
}

func (want ended) check(t *testing.T, wire *wire, err error) {
	t.Helper()
	e := wantError(t, err)
	if e.Outcome != want.outcome || e.Status != want.status || !strings.Contains(err.Error(), want.says) {
		t.Errorf("got outcome %s, status %d, %q; want %s, %d, %q", e.Outcome, e.Status, err, want.outcome, want.status, want.says)
	}
	if wire.elapsed() != want.at {
		t.Errorf("ended after %s, want %s", wire.elapsed(), want.at)
	}
	for _, cause := range []error{context.Canceled, context.DeadlineExceeded, ErrInterrupted} {
		if errors.Is(err, cause) != errors.Is(want.by, cause) {
			t.Errorf("%v: is %v %t", err, cause, errors.Is(err, cause))
		}
	}
}

func longWaits(config *Config) {
	config.Policy.WaitMin, config.Policy.WaitMax = 10*time.Second, 10*time.Second
}

func TestTheTimeoutOfTheOperationBoundsTheWhole(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		timeout  time.Duration
		reply    reply
		call     Call
		change   func(*Config)
		attempts []time.Duration
		want     ended
	}{
		"it cuts the last attempt short": {
			10 * time.Second,
			reply{after: time.Hour},
			get(), nil, seconds(0, 7),
			ended{Unknown, 0, 10 * time.Second, context.DeadlineExceeded, "no whole answer arrived within 3s"},
		},
		"it cuts a POST on the wire short as well": {
			3 * time.Second,
			reply{after: time.Hour},
			post(), nil, seconds(0),
			ended{Unknown, 0, 3 * time.Second, context.DeadlineExceeded, "no whole answer arrived within 3s"},
		},
		"a next attempt that would come after it ends the call at once": {
			9 * time.Second,
			reply{status: 500},
			get(), longWaits, seconds(0),
			ended{Unknown, 500, 0, nil, "the next attempt, due in 10s, would come after the time-out of the operation"},
		},
		"so does one that the service asks for": {
			9 * time.Second,
			reply{status: 429, header: after("10")},
			post(), longWaits, seconds(0),
			ended{NotActed, 429, 0, nil, "the service asks to wait for 10s, longer than the time that the operation has left"},
		},
		"a next attempt that comes before it is made": {
			11500 * time.Millisecond,
			reply{status: 429, after: time.Second},
			post(), longWaits, seconds(0, 11),
			ended{Unknown, 0, 11500 * time.Millisecond, context.DeadlineExceeded, "no whole answer arrived within 500ms"},
		},
		"requests_per_minute counts against it": {
			15 * time.Second,
			reply{status: 500},
			get(), func(config *Config) { config.RequestsPerMinute = 6 }, seconds(0, 10),
			// At 12 s a third attempt could be made, were it not for the limit: 20 s.
			ended{Unknown, 500, 12 * time.Second, nil, "waiting for requests_per_minute would take longer than the time that the operation has left"},
		},
	} {
		inBubble(t, name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), c.timeout)
			defer cancel()
			wire := newWire(c.reply)
			change := c.change
			if change == nil {
				change = func(*Config) {}
			}
			_, err := wire.client(change).Do(ctx, c.call)
			c.want.check(t, wire, err)
			if got := wire.times(); !slices.Equal(got, c.attempts) {
				t.Errorf("attempts at %v, want %v", got, c.attempts)
			}
		})
	}
}

// Terraform cancels the context of an operation when it is told to stop; the
// provider's own signal goes to Interrupt.
func TestStoppingEndsWaitsAndLeavesWhatIsOnTheWire(t *testing.T) {
	t.Parallel()
	const second, slow = time.Second, 3 * time.Second
	answered := reply{status: 200, body: `{"ok":true}`, after: slow}
	limited := func(config *Config) { config.RequestsPerMinute = 6 }
	for name, c := range map[string]struct {
		signal   bool // to Interrupt, a second after the call begins; else its context is cancelled
		reply    reply
		call     Call
		change   func(*Config)
		attempts int
		want     *ended // nil: the call is done
	}{
		"cancelling ends a back-off":                         {false, reply{status: 429}, post(), longWaits, 1, &ended{NotActed, 429, second, context.Canceled, ""}},
		"cancelling ends a back-off of a GET":                {false, reply{status: 500}, get(), longWaits, 1, &ended{Unknown, 500, second, context.Canceled, ""}},
		"cancelling ends a wait for requests_per_minute":     {false, reply{status: 429, header: after("0")}, post(), limited, 1, &ended{NotActed, 429, second, context.Canceled, ""}},
		"cancelling takes a GET off the wire":                {false, answered, get(), longWaits, 1, &ended{Unknown, 0, second, context.Canceled, "the operation was cancelled"}},
		"cancelling lets a POST finish and its answer count": {false, answered, post(), longWaits, 1, nil},
		"cancelling lets a POST finish and its failure count": {
			false,
			reply{status: 422, after: slow},
			post(), longWaits, 1,
			&ended{Refused, 422, slow, nil, ""},
		},
		"after cancelling nothing is sent again": {false, reply{status: 429, after: slow}, post(), longWaits, 1, &ended{NotActed, 429, slow, context.Canceled, ""}},
		"after cancelling a POST still has its time-out": {
			false,
			reply{after: time.Hour},
			post(), longWaits, 1,
			// The attempt's time-out is a deadline too.
			&ended{Unknown, 0, 5 * second, errors.Join(context.Canceled, context.DeadlineExceeded), "no whole answer arrived within 5s"},
		},
		"a signal ends a back-off":                       {true, reply{status: 429}, post(), longWaits, 1, &ended{NotActed, 429, second, ErrInterrupted, ErrInterrupted.Error()}},
		"a signal ends a back-off of a GET":              {true, reply{err: errReset}, get(), longWaits, 1, &ended{Unknown, 0, second, ErrInterrupted, ""}},
		"a signal ends a wait for requests_per_minute":   {true, reply{status: 500, header: after("0")}, get(), limited, 1, &ended{Unknown, 500, second, ErrInterrupted, ""}},
		"a signal leaves a POST on the wire":             {true, answered, post(), longWaits, 1, nil},
		"a signal ends a POST that has no connection":    {true, reply{dial: slow}, post(), longWaits, 1, &ended{NotActed, 0, second, ErrInterrupted, ErrInterrupted.Error()}},
		"cancelling ends a POST that has no connection":  {false, reply{dial: slow}, post(), longWaits, 1, &ended{NotActed, 0, second, context.Canceled, "the operation was cancelled"}},
		"a signal leaves a GET that has no connection":   {true, reply{dial: slow, status: 200, body: `{"ok":true}`}, get(), longWaits, 1, nil},
		"a connection that comes before it is one":       {true, reply{dial: 900 * time.Millisecond, status: 200, body: `{"ok":true}`, after: 2100 * time.Millisecond}, post(), longWaits, 1, nil},
		"a signal leaves a GET on the wire":              {true, answered, get(), longWaits, 1, nil},
		"after a signal nothing of the call comes again": {true, reply{status: 500, after: slow}, get(), longWaits, 1, &ended{Unknown, 500, slow, ErrInterrupted, ""}},
	} {
		inBubble(t, name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			var interrupt Interrupt
			wire := newWire(c.reply)
			client := wire.client(c.change, func(config *Config) { config.Interrupt = &interrupt })
			end := cancel
			if c.signal {
				end = interrupt.Signal
			}
			time.AfterFunc(second, end)
			_, err := client.Do(ctx, c.call)
			switch {
			case c.want != nil:
				c.want.check(t, wire, err)
			case err != nil:
				t.Errorf("got %v", err)
			case wire.elapsed() != slow:
				t.Errorf("ended after %s, want %s", wire.elapsed(), slow)
			}
			if len(wire.attempts) != c.attempts {
				t.Errorf("%d attempts, want %d", len(wire.attempts), c.attempts)
			}
		})
	}
}

func TestAnOperationThatIsOverSendsNothing(t *testing.T) {
	t.Parallel()
	for _, call := range []Call{get(), post()} {
		inBubble(t, call.Method, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			wire := newWire(reply{status: 200, body: `{"ok":true}`})
			_, err := wire.client().Do(ctx, call)
			ended{NotActed, 0, 0, context.Canceled, ""}.check(t, wire, err)
			if len(wire.attempts) != 0 {
				t.Errorf("%d attempts", len(wire.attempts))
			}
		})
	}
}

func TestOperationsThatBeginAfterASignalWaitAsBefore(t *testing.T) {
	t.Parallel()
	inBubble(t, "back-off", func(t *testing.T) {
		var interrupt Interrupt
		wire := newWire(reply{status: 500}, reply{status: 500}, reply{status: 200, body: `{"ok":true}`})
		client := wire.client(longWaits, func(config *Config) { config.Interrupt = &interrupt })
		time.AfterFunc(time.Second, interrupt.Signal)
		_, err := client.Do(t.Context(), get())
		ended{Unknown, 500, time.Second, ErrInterrupted, ""}.check(t, wire, err)
		if _, err := client.Do(t.Context(), get()); err != nil {
			t.Error(err)
		}
		if got := wire.times(); !slices.Equal(got, seconds(0, 1, 11)) {
			t.Errorf("attempts at %v", got)
		}
	})
	inBubble(t, "requests_per_minute", func(t *testing.T) {
		var interrupt Interrupt
		wire := newWire(reply{status: 200, body: `{"ok":true}`})
		client := wire.client(func(config *Config) { config.Interrupt, config.RequestsPerMinute = &interrupt, 6 })
		_, first := client.Do(t.Context(), post())
		time.AfterFunc(time.Second, interrupt.Signal)
		_, second := client.Do(t.Context(), post())
		ended{NotActed, 0, time.Second, ErrInterrupted, ""}.check(t, wire, second)
		_, third := client.Do(t.Context(), post())
		if first != nil || third != nil {
			t.Errorf("got %v and %v", first, third)
		}
		if got := wire.times(); !slices.Equal(got, seconds(0, 10)) {
			t.Errorf("attempts at %v: a wait that was ended must not use up the limit", got)
		}
	})
}

// limited is a service that answers so many requests of each minute, and 429 to the others.
type limited struct {
	perMinute int
	mu        sync.Mutex
	answered  map[time.Time]int // by minute
}

func (l *limited) RoundTrip(*http.Request) (*http.Response, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	minute, status := time.Now().Truncate(time.Minute), http.StatusTooManyRequests
	if l.answered[minute] < l.perMinute {
		l.answered[minute]++
		status = http.StatusOK
	}
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(`{"ok":true}`))}, nil
}

func TestALimitOfTheServiceIsWaitedOut(t *testing.T) {
	t.Parallel()
	inBubble(t, "until the time-out of the operation", func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
		defer cancel()
		client := newWire().client(func(config *Config) {
			config.Transport = &limited{perMinute: 20, answered: map[time.Time]int{}}
			config.Policy = Policy{Timeout: 30 * time.Second, MaxRetries: 4, WaitMin: 500 * time.Millisecond, WaitMax: 30 * time.Second}
		})
		var group sync.WaitGroup
		for range 40 {
			group.Go(func() {
				if _, err := client.Do(ctx, post()); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
	})
	inBubble(t, "and no longer", func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		wire := newWire(reply{status: 429})
		_, err := wire.client(longWaits).Do(ctx, post())
		if e := wantError(t, err); e.Outcome != NotActed || !IsLimited(err) || wire.elapsed() != 50*time.Second || len(wire.attempts) != 6 {
			t.Errorf("%d attempts within %s: %v", len(wire.attempts), wire.elapsed(), err)
		}
	})
}
