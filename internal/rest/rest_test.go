package rest

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// reply is what the wire does with one attempt.
type reply struct {
	err     error         // no answer arrives; errRefused: not even a connection
	dial    time.Duration // how long it takes to connect
	after   time.Duration // how long the answer takes then
	status  int
	header  http.Header
	body    string
	endless bool  // the body goes on for ever behind what is given
	length  int64 // Content-Length; 0: the answer has none that says anything
	broken  error // ends the body instead of its end
}

var (
	errRefused = errors.New("connect: connection refused")
	errReset   = errors.New("read: connection reset by peer")

	// errUntrusted is how the transport refuses a server's certificate.
	errUntrusted error = &tls.CertificateVerificationError{Err: errors.New("unknown authority")}
)

// arrival is one request as the wire saw it.
type arrival struct {
	at      time.Duration // since the wire was made
	request *http.Request
	body    string
}

// wire is a network in memory: it answers the attempts one after another with
// the replies, the last of them for all that follow, and writes down what came.
type wire struct {
	began   time.Time
	replies []reply

	mu       sync.Mutex
	attempts []arrival
	open     int // bodies that were handed out and not closed
	read     int // bytes that were taken from bodies
}

func newWire(replies ...reply) *wire { return &wire{began: time.Now(), replies: replies} }

func (w *wire) RoundTrip(request *http.Request) (*http.Response, error) {
	var sent []byte
	if request.Body != nil {
		sent, _ = io.ReadAll(request.Body)
		_ = request.Body.Close()
	}
	w.mu.Lock()
	reply := w.replies[min(len(w.attempts), len(w.replies)-1)]
	w.attempts = append(w.attempts, arrival{at: time.Since(w.began), request: request, body: string(sent)})
	w.mu.Unlock()

	if err := pass(request.Context(), reply.dial); err != nil {
		return nil, err
	}
	if !errors.Is(reply.err, errRefused) && !errors.Is(reply.err, errUntrusted) {
		httptrace.ContextClientTrace(request.Context()).GotConn(httptrace.GotConnInfo{})
	}
	if err := pass(request.Context(), reply.after); err != nil {
		return nil, err
	}
	if reply.err != nil {
		return nil, reply.err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.open++
	header := reply.header.Clone() // the client may change the header of its own answer only
	if header == nil {
		header = http.Header{}
	}
	return &http.Response{
		StatusCode: reply.status, Header: header, Request: request, ContentLength: reply.length,
		Body: &wireBody{wire: w, left: reply.body, endless: reply.endless, broken: reply.broken},
	}, nil
}

// pass lets time pass, and says what has ended it before.
func pass(ctx context.Context, duration time.Duration) error {
	if duration == 0 {
		return nil
	}
	timer := time.NewTimer(duration)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// times returns when the attempts came, in whole milliseconds.
func (w *wire) times() []time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	var out []time.Duration
	for _, a := range w.attempts {
		out = append(out, a.at.Round(time.Millisecond))
	}
	return out
}

// elapsed returns the time since the wire was made, in whole milliseconds.
func (w *wire) elapsed() time.Duration { return time.Since(w.began).Round(time.Millisecond) }

type wireBody struct {
	wire    *wire
	left    string
	endless bool
	broken  error
}

func (b *wireBody) Read(p []byte) (int, error) {
	n := copy(p, b.left)
	b.left = b.left[n:]
	if n == 0 && b.endless {
		n = copy(p, strings.Repeat("x", len(p)))
	}
	b.wire.mu.Lock()
	b.wire.read += n
	b.wire.mu.Unlock()
	switch {
	case n > 0:
		return n, nil
	case b.broken != nil:
		return 0, b.broken
	default:
		return 0, io.EOF
	}
}

func (b *wireBody) Close() error {
	b.wire.mu.Lock()
	defer b.wire.mu.Unlock()
	b.wire.open--
	return nil
}

// policy has back-offs of exactly two seconds.
var policy = Policy{Timeout: 5 * time.Second, MaxRetries: 3, WaitMin: 2 * time.Second, WaitMax: 2 * time.Second}

// client returns a client of a service behind the wire.
func (w *wire) client(changes ...func(*Config)) *Client {
	config := Config{
		Service:   "Service",
		BaseURL:   "https://service.example/api/",
		Authorize: func(header http.Header) { header.Set("Authorization", "Bearer s3cret-token") },
		Secrets:   []string{"s3cret-token"},
		Fault:     func([]byte) Fault { return Fault{} },
		UserAgent: "agent/1",
		Policy:    policy,
		Transport: w,
	}
	for _, change := range changes {
		change(&config)
	}
	return New(config)
}

// inBubble runs a subtest whose clock is that of a synctest bubble.
func inBubble(t *testing.T, name string, test func(t *testing.T)) {
	t.Helper()
	t.Run(name, func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, test)
	})
}

// get and stop are calls that may be repeated, post is one that acts a second
// time when it is.
func get() Call {
	return Call{Method: http.MethodGet, Path: []string{"things"}, Class: Repeatable, Decode: okay()}
}

func stop() Call {
	return Call{Method: http.MethodPost, Path: []string{"things"}, Class: Repeatable, Decode: okay()}
}

func post() Call {
	return Call{Method: http.MethodPost, Path: []string{"things"}, Class: Once, Decode: okay()}
}

// okay accepts {"ok":true}.
func okay() Decoder {
	return JSON(func(value *struct {
		OK bool `json:"ok"`
	},
	) error {
		if !value.OK {
			return errors.New("not ok")
		}
		return nil
	})
}

func TestClientTellsWhereAndHowLong(t *testing.T) {
	t.Parallel()
	client := newWire().client()
	if client.BaseURL() != "https://service.example/api" || client.Timeout() != policy.Timeout {
		t.Errorf("got %s and %s", client.BaseURL(), client.Timeout())
	}
}

func TestQuoteMakesTextFromOutsideFitForMessages(t *testing.T) {
	t.Parallel()
	client := newWire().client()
	client.Learn("webhook-token")
	const text = "closed_by_operator\x1b Jan, s3cret-token webhook-token https://hooks.example/1"
	if got := client.Quote(text, "Jan"); got != `closed_by_operator\x1b ***, *** *** ***` {
		t.Errorf("got %q", got)
	}
}

func TestRequestsPerMinute(t *testing.T) {
	t.Parallel()
	okay := reply{status: 200, body: `{"ok":true}`}
	inBubble(t, "calls made together are spaced", func(t *testing.T) {
		wire := newWire(okay)
		client := wire.client(func(config *Config) { config.RequestsPerMinute = 60 })
		var group sync.WaitGroup
		for range 5 {
			group.Go(func() {
				if _, err := client.Do(t.Context(), post()); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		if got := wire.times(); !slices.Equal(got, seconds(0, 1, 2, 3, 4)) {
			t.Errorf("attempts at %v", got)
		}
	})
	inBubble(t, "idle time saves nothing up", func(t *testing.T) {
		wire := newWire(okay)
		client := wire.client(func(config *Config) { config.RequestsPerMinute = 30 })
		time.Sleep(time.Hour)
		for range 3 {
			if _, err := client.Do(t.Context(), get()); err != nil {
				t.Error(err)
			}
		}
		if got, want := wire.times(), seconds(3600, 3602, 3604); !slices.Equal(got, want) {
			t.Errorf("attempts at %v, want %v", got, want)
		}
	})
	inBubble(t, "each attempt counts", func(t *testing.T) {
		wire := newWire(reply{status: 500, header: after("0")}, reply{err: errRefused}, okay)
		client := wire.client(func(config *Config) { config.RequestsPerMinute = 12 })
		for range 2 {
			if _, err := client.Do(t.Context(), get()); err != nil {
				t.Error(err)
			}
		}
		if got := wire.times(); !slices.Equal(got, seconds(0, 5, 10, 15)) {
			t.Errorf("attempts at %v", got)
		}
	})
	inBubble(t, "no limit when unset", func(t *testing.T) {
		wire := newWire(okay)
		client := wire.client()
		for range 1000 {
			if _, err := client.Do(t.Context(), get()); err != nil {
				t.Fatal(err)
			}
		}
		if wire.elapsed() != 0 {
			t.Errorf("took %s", wire.elapsed())
		}
	})
	inBubble(t, "each client has its own", func(t *testing.T) {
		wire := newWire(okay)
		for range 3 {
			if _, err := wire.client(func(config *Config) { config.RequestsPerMinute = 1 }).Do(t.Context(), get()); err != nil {
				t.Error(err)
			}
		}
		if wire.elapsed() != 0 {
			t.Errorf("took %s", wire.elapsed())
		}
	})
}
