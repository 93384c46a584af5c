package rest

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

// seconds returns whole seconds as durations, for comparison with the wire.
func seconds(values ...int) []time.Duration {
	var out []time.Duration
	for _, value := range values {
		out = append(out, time.Duration(value)*time.Second)
	}
	return out
}

func after(value string) http.Header { return http.Header{"Retry-After": {value}} }

// wantError returns the *Error that a call must have ended with.
func wantError(t *testing.T, err error) *Error {
	t.Helper()
	e, ok := errors.AsType[*Error](err)
	if !ok {
		t.Fatalf("got %v (%T), want an *Error", err, err)
	}
	return e
}

func TestCallsAreRepeatedByClassAndOutcome(t *testing.T) {
	t.Parallel()
	html := http.Header{"Content-Type": {"text/html; charset=utf-8"}}
	// The policy makes four attempts, two seconds apart.
	never, always := seconds(0), seconds(0, 2, 4, 6)
	for name, c := range map[string]struct {
		reply      reply
		outcome    Outcome
		once       []time.Duration
		repeatable []time.Duration
	}{
		"refused connection":             {reply{err: errRefused}, NotActed, always, always},
		"429":                            {reply{status: 429}, NotActed, always, always},
		"429 with Retry-After":           {reply{status: 429, header: after("1")}, NotActed, always, always},
		"503 with Retry-After":           {reply{status: 503, header: after("1")}, NotActed, always, always},
		"503 with Retry-After of zero":   {reply{status: 503, header: after("0")}, NotActed, always, always},
		"503 with Retry-After of an age": {reply{status: 503, header: after("9999")}, NotActed, always, always},
		"bare 503":                       {reply{status: 503}, Unknown, never, always},
		"503 with unreadable word":       {reply{status: 503, header: after("soon")}, Unknown, never, always},
		"503 with a negative number":     {reply{status: 503, header: after("-5")}, Unknown, never, always},
		"503 with an empty Retry-After":  {reply{status: 503, header: after("")}, Unknown, never, always},
		"408":                            {reply{status: 408}, Unknown, never, always},
		"408 with Retry-After":           {reply{status: 408, header: after("1")}, Unknown, never, always},
		"500":                            {reply{status: 500}, Unknown, never, always},
		"500 with Retry-After":           {reply{status: 500, header: after("1")}, Unknown, never, always},
		"502":                            {reply{status: 502}, Unknown, never, always},
		"504":                            {reply{status: 504}, Unknown, never, always},
		"reset":                          {reply{err: errReset}, Unknown, never, always},
		"connection closed unanswered":   {reply{err: io.EOF}, Unknown, never, always},
		"silence":                        {reply{after: time.Hour}, Unknown, never, seconds(0, 7, 14, 21)},
		"half an answer":                 {reply{status: 200, body: `{"ok":tr`, broken: io.ErrUnexpectedEOF}, Unknown, never, always},
		"reset within the answer":        {reply{status: 200, body: `{"ok":`, broken: errReset}, Unknown, never, always},
		"empty answer":                   {reply{status: 200}, Unknown, never, always},
		"page":                           {reply{status: 200, header: html, body: "<html>"}, Unknown, never, always},
		"senseless answer":               {reply{status: 200, body: `{"ok":false}`}, Unknown, never, always},
		"garbage behind the answer":      {reply{status: 200, body: `{"ok":true}!`}, Unknown, never, always},
		"certificate not trusted":        {reply{err: errUntrusted}, NotActed, never, never},
		"redirect":                       {reply{status: 302, header: http.Header{"Location": {"/elsewhere"}}}, Refused, never, never},
		"redirect to nowhere":            {reply{status: 307, header: http.Header{"Location": {"http://%zz"}}}, Refused, never, never},
		"400":                            {reply{status: 400}, Refused, never, never},
		"401":                            {reply{status: 401}, Refused, never, never},
		"403 with Retry-After":           {reply{status: 403, header: after("1")}, Refused, never, never},
		"404":                            {reply{status: 404}, Refused, never, never},
		"409":                            {reply{status: 409}, Refused, never, never},
		"422":                            {reply{status: 422}, Refused, never, never},
		"success":                        {reply{status: 200, body: `{"ok":true}`}, Done, never, never},
		"another success":                {reply{status: 204, body: ` {"ok":true} `}, Done, never, never},
	} {
		for kind, call := range map[string]Call{"once ": post(), "repeatable ": get()} {
			want := c.once
			if call.Class == Repeatable {
				want = c.repeatable
			}
			inBubble(t, kind+name, func(t *testing.T) {
				wire := newWire(c.reply)
				cost, err := wire.client().Do(t.Context(), call)
				if got := wire.times(); !slices.Equal(got, want) {
					t.Errorf("attempts at %v, want %v", got, want)
				}
				if cost.Attempts != len(want) || cost.Status != c.reply.status {
					t.Errorf("the exchange tells %+v", cost)
				}
				if wire.open != 0 {
					t.Errorf("%d bodies are still open", wire.open)
				}
				if c.outcome == Done {
					if err != nil {
						t.Errorf("got %v", err)
					}
					return
				}
				e := wantError(t, err)
				if e.Outcome != c.outcome || e.Status != c.reply.status || e.Attempts != len(want) || e.Ended != nil {
					t.Errorf("got outcome %s, status %d, %d attempts, ended by %v", e.Outcome, e.Status, e.Attempts, e.Ended)
				}
				if e.Method != call.Method || e.URL != "https://service.example/api/things" || e.Service != "Service" {
					t.Errorf("got %+v", e)
				}
			})
		}
	}
}

func TestAttemptsEndWithTheFirstThatSettlesTheCall(t *testing.T) {
	t.Parallel()
	done := reply{status: 200, body: `{"ok":true}`}
	for name, c := range map[string]struct {
		call    Call
		replies []reply
		want    []time.Duration
		outcome Outcome
	}{
		"a start comes through after a refused connection": {post(), []reply{{err: errRefused}, {status: 429}, done}, seconds(0, 2, 4), Done},
		"a start is refused after a 429":                   {post(), []reply{{status: 429}, {status: 422}}, seconds(0, 2), Refused},
		"a start is lost after a 429":                      {post(), []reply{{status: 429}, {status: 502}, done}, seconds(0, 2), Unknown},
		"a GET comes through after all kinds of trouble":   {get(), []reply{{status: 500}, {err: errReset}, {status: 200}, done}, seconds(0, 2, 4, 6), Done},
		"a GET is refused after a 500":                     {get(), []reply{{status: 500}, {status: 404}}, seconds(0, 2), Refused},
		"a stop is refused when nothing was lost before":   {stop(), []reply{{err: errRefused}, {status: 429}, {status: 404}}, seconds(0, 2, 4), Refused},
		"a refusal says nothing of a lost stop before it":  {stop(), []reply{{status: 500}, {status: 404}}, seconds(0, 2), Unknown},
		"nor does a stop that is not acted on":             {stop(), []reply{{err: errReset}, {err: errRefused}}, seconds(0, 2, 4, 6), Unknown},
		"a stop that comes through at last is done":        {stop(), []reply{{err: errReset}, done}, seconds(0, 2), Done},
	} {
		inBubble(t, name, func(t *testing.T) {
			wire := newWire(c.replies...)
			_, err := wire.client().Do(t.Context(), c.call)
			if got := wire.times(); !slices.Equal(got, c.want) {
				t.Errorf("attempts at %v, want %v", got, c.want)
			}
			if c.outcome != Done {
				if got := OutcomeOf(err); got != c.outcome {
					t.Errorf("the outcome is %s, want %s", got, c.outcome)
				}
			} else if err != nil {
				t.Error(err)
			}
		})
	}
}

func TestTheNumberOfAttempts(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ retries, most, want int }{
		"no retries":                         {0, 0, 1},
		"the policy's retries":               {5, 0, 6},
		"fewer when the call allows fewer":   {5, 2, 2},
		"one when the call allows one":       {5, 1, 1},
		"never more than the policy's":       {1, 9, 2},
		"none beyond the first, even so few": {0, 9, 1},
	} {
		inBubble(t, name, func(t *testing.T) {
			wire, call := newWire(reply{status: 500}), get()
			call.MaxAttempts = c.most
			cost, err := wire.client(func(config *Config) { config.Policy.MaxRetries = c.retries }).Do(t.Context(), call)
			if len(wire.attempts) != c.want || cost.Attempts != c.want || wantError(t, err).Attempts != c.want {
				t.Errorf("%d attempts, %d told, want %d", len(wire.attempts), cost.Attempts, c.want)
			}
		})
	}
}

func TestRequest(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		call        Call
		url         string
		body        string
		contentType string
	}{
		"GET without a body": {
			Call{Method: http.MethodGet, Path: []string{"a/b", "c"}, Query: url.Values{"q": {"1 2"}}},
			"https://service.example/api/a%2Fb/c?q=1+2", "", "",
		},
		"POST with an empty body": {
			Call{Method: http.MethodPost, Path: []string{"start"}},
			"https://service.example/api/start", "", "application/json",
		},
		"POST with JSON": {
			Call{Method: http.MethodPost, Path: []string{"close"}, Body: map[string]any{"b": "ż", "a": 1}},
			"https://service.example/api/close", `{"a":1,"b":"ż"}`, "application/json",
		},
	} {
		inBubble(t, name, func(t *testing.T) {
			wire := newWire(reply{status: 503, header: after("1")}, reply{status: 200})
			if _, err := wire.client().Do(t.Context(), c.call); err != nil {
				t.Fatal(err)
			}
			for i, sent := range wire.attempts {
				header := sent.request.Header
				if sent.request.URL.String() != c.url || sent.body != c.body || sent.request.ContentLength != int64(len(c.body)) {
					t.Errorf("attempt %d: %s with %q, length %d", i, sent.request.URL, sent.body, sent.request.ContentLength)
				}
				if c.body == "" && sent.request.Method == http.MethodPost && sent.request.Body != nil && sent.request.Body != http.NoBody {
					t.Errorf("attempt %d: the empty body would be sent in chunks", i)
				}
				for key, want := range map[string]string{
					"User-Agent": "agent/1", "Accept": "application/json", "Authorization": "Bearer s3cret-token", "Content-Type": c.contentType,
				} {
					if got := strings.Join(header.Values(key), "|"); got != want {
						t.Errorf("attempt %d: %s is %q, want %q", i, key, got, want)
					}
				}
			}
			if len(wire.attempts) != 2 {
				t.Errorf("%d attempts", len(wire.attempts))
			}
		})
	}
}

func TestWhatCannotBeWrittenDownIsNotSent(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		base string
		body any
	}{
		"a body that is no JSON":       {"https://service.example", map[string]any{"channel": make(chan int)}},
		"a base URL that is not one":   {"https://[::1", nil},
		"a base URL without its parts": {"://", nil},
	} {
		inBubble(t, name, func(t *testing.T) {
			wire := newWire(reply{status: 200})
			client := wire.client(func(config *Config) { config.BaseURL = c.base })
			cost, err := client.Do(t.Context(), Call{Method: http.MethodPost, Body: c.body, Personal: []string{"somebody"}, Query: url.Values{"client_name": {"somebody"}}})
			if e := wantError(t, err); e.Outcome != NotActed || e.Cause == nil || strings.Contains(err.Error(), "somebody") {
				t.Errorf("got %s, %v", e.Outcome, err)
			}
			if len(wire.attempts) != 0 || cost != (Result{}) {
				t.Errorf("%d attempts, %+v", len(wire.attempts), cost)
			}
		})
	}
}

func TestACallMayHaveATimeoutOfItsOwn(t *testing.T) {
	t.Parallel()
	inBubble(t, "in the place of the policy's, for each attempt", func(t *testing.T) {
		slow := reply{status: 200, body: `{"ok":true}`, after: 50 * time.Second}
		wire, call := newWire(reply{status: 429}, slow), post()
		began := time.Now()
		call.Timeout = func() time.Duration { return 49*time.Second + time.Since(began) } // too short but for the pause
		result, err := wire.client().Do(t.Context(), call)
		if err != nil || result.Attempts != 2 || result.Began.Sub(began) != 2*time.Second {
			t.Errorf("got %+v, %v", result, err)
		}
	})
}

// A result says when the call was made in the clock of the service, as far as its answer tells that clock.
func TestACallIsMadeInTheServicesClock(t *testing.T) {
	t.Parallel()
	for date, ahead := range map[string]time.Duration{
		"Sat, 01 Jan 2000 00:10:05 GMT":  10 * time.Minute,
		"Fri, 31 Dec 1999 23:50:05 GMT":  -10 * time.Minute,
		"Saturday, 01-Jan-00 00:10:05 Z": 0,
		"":                               0,
	} {
		inBubble(t, date, func(t *testing.T) {
			began := time.Now()
			answered := reply{status: 200, body: `{"ok":true}`, after: 5 * time.Second, header: http.Header{"Date": {date}}}
			result, err := newWire(answered).client().Do(t.Context(), post())
			if err != nil || result.Began.Sub(began) != ahead {
				t.Errorf("began at %s, want %s later than %s: %v", result.Began, ahead, began, err)
			}
		})
	}
}

func TestACallIsCheckedBeforeEachAttempt(t *testing.T) {
	t.Parallel()
	over := errors.New("it is over")
	inBubble(t, "which ends it", func(t *testing.T) {
		wire, call := newWire(reply{status: 429}, reply{status: 429}, reply{status: 200, body: `{"ok":true}`}), post()
		var asked []time.Duration
		began := time.Now()
		call.Check = func() error {
			asked = append(asked, time.Since(began))
			if len(asked) == 3 {
				return over
			}
			return nil
		}
		_, err := wire.client().Do(t.Context(), call)
		if e := wantError(t, err); !errors.Is(err, over) || e.Outcome != NotActed || e.Status != 429 || e.Attempts != 2 {
			t.Errorf("got %v", err)
		}
		if !slices.Equal(wire.times(), seconds(0, 2)) || !slices.Equal(asked, seconds(0, 2, 4)) {
			t.Errorf("attempts at %v, asked at %v", wire.times(), asked)
		}
	})
}

func TestClassOnceHasATransportOfItsOwn(t *testing.T) {
	t.Parallel()
	inBubble(t, "and the others do not", func(t *testing.T) {
		once, others := newWire(reply{status: 200, body: `{"ok":true}`}), newWire(reply{status: 200, body: `{"ok":true}`})
		client := others.client(func(config *Config) { config.Once = once })
		for _, call := range []Call{post(), stop(), get()} {
			if _, err := client.Do(t.Context(), call); err != nil {
				t.Error(err)
			}
		}
		if len(once.attempts) != 1 || len(others.attempts) != 2 {
			t.Errorf("%d and %d requests", len(once.attempts), len(others.attempts))
		}
	})
}

// After a server has restarted, each kept connection fails one attempt.
func TestAnAttemptAfterTheFirstHasAConnectionOfItsOwn(t *testing.T) {
	t.Parallel()
	for _, call := range []Call{stop(), get()} {
		inBubble(t, call.Method, func(t *testing.T) {
			kept, fresh := newWire(reply{err: errReset}), newWire(reply{status: 200, body: `{"ok":true}`})
			_, err := kept.client(func(config *Config) { config.Once = fresh }).Do(t.Context(), call)
			if err != nil || len(kept.attempts) != 1 || len(fresh.attempts) != 1 {
				t.Errorf("%d and %d requests: %v", len(kept.attempts), len(fresh.attempts), err)
			}
		})
	}
}

func TestAnErrorSaysWhenItsLastAttemptWasMade(t *testing.T) {
	t.Parallel()
	inBubble(t, "and not when the call began", func(t *testing.T) {
		wire := newWire(reply{status: 429}, reply{status: 429}, reply{status: 500, after: 2 * time.Second})
		began := time.Now()
		_, err := wire.client(longWaits).Do(t.Context(), post())
		if e := wantError(t, err); e.Status != 500 || e.Began.Sub(began) != 20*time.Second {
			t.Errorf("status %d, began after %s", e.Status, e.Began.Sub(began))
		}
	})
	inBubble(t, "and nothing when there was none", func(t *testing.T) {
		over, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := newWire().client().Do(over, post())
		if e := wantError(t, err); !e.Began.IsZero() {
			t.Errorf("began at %s", e.Began)
		}
	})
}
