package rest

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
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
	broken  error // ends the body instead of its end
}

var (
	errRefused = errors.New("connect: connection refused")
	errReset   = errors.New("read: connection reset by peer")

	// errUntrusted is how the transport refuses a server's certificate.
	errUntrusted error = &tls.CertificateVerificationError{Err: errors.New("unknown authority")}
)

// attempt is one request as the wire saw it.
type attempt struct {
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
	attempts []attempt
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
	w.attempts = append(w.attempts, attempt{at: time.Since(w.began), request: request, body: string(sent)})
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
	header := reply.header
	if header == nil {
		header = http.Header{}
	}
	return &http.Response{
		StatusCode: reply.status, Header: header, Request: request,
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

func TestURL(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		base  string
		path  []string
		query url.Values
		want  string
	}{
		"elements are joined":              {"https://a.example/api", []string{"x", "y"}, nil, "https://a.example/api/x/y"},
		"a trailing slash is harmless":     {"https://a.example/api//", []string{"x"}, nil, "https://a.example/api/x"},
		"a slash stays in its element":     {"https://a.example", []string{"x/../y"}, nil, "https://a.example/x%2F..%2Fy"},
		"query and fragment stay outside":  {"https://a.example", []string{"x?y#z"}, nil, "https://a.example/x%3Fy%23z"},
		"spaces and percent signs":         {"https://a.example", []string{"a b%2F"}, nil, "https://a.example/a%20b%252F"},
		"an empty query leaves no mark":    {"https://a.example", []string{"x"}, url.Values{}, "https://a.example/x"},
		"a query is escaped and in order":  {"https://a.example", []string{"x"}, url.Values{"b": {"1&2"}, "a": {"ż ó"}}, "https://a.example/x?a=%C5%BC+%C3%B3&b=1%262"},
		"a port and an IPv6 host are kept": {"http://[::1]:8080", []string{"x"}, nil, "http://[::1]:8080/x"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := URL(c.base, c.path, c.query); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func FuzzURL(f *testing.F) {
	for _, element := range []string{"", ".", "..", "a/b", "a%2Fb", "?", "#", "a b", "żółw", "a\nb", "\x00\xff", "日本/../x", ";=+&@:"} {
		f.Add(element, "other")
		f.Add("first", element)
	}
	f.Fuzz(func(t *testing.T, first, second string) {
		query := url.Values{"p": {first}, "q": {second}}
		raw := URL("https://a.example/api/v1/", []string{first, "fixed", second}, query)
		u, err := url.Parse(raw)
		if err != nil {
			t.Fatalf("%q does not parse: %v", raw, err)
		}
		elements := strings.Split(u.EscapedPath(), "/")
		if len(elements) != 6 || u.Host != "a.example" || u.Fragment != "" || u.User != nil {
			t.Fatalf("%q has %d elements, host %q, fragment %q", raw, len(elements), u.Host, u.Fragment)
		}
		for i, want := range []string{"", "api", "v1", first, "fixed", second} {
			if got, err := url.PathUnescape(elements[i]); err != nil || got != want {
				t.Errorf("element %d of %q is %q (%v), want %q", i, raw, got, err, want)
			}
		}
		if got := u.Query(); got.Get("p") != first || got.Get("q") != second || len(got) != 2 {
			t.Errorf("the query of %q is %v", raw, got)
		}
	})
}

func TestCheckID(t *testing.T) {
	t.Parallel()
	for _, id := range []string{"", ".", "..", "a\ufffdb", "a\xf3b"} {
		if CheckID(id) == nil {
			t.Errorf("%q is accepted", id)
		}
	}
	for _, id := range []string{"...", "a", " ", "a/b", "6ed7c941-2c8a-411e-95d2-338a9f64800a"} {
		if err := CheckID(id); err != nil {
			t.Errorf("%q is refused: %v", id, err)
		}
	}
}

func TestClientTellsWhereAndHowLong(t *testing.T) {
	t.Parallel()
	client := newWire().client()
	if client.BaseURL() != "https://service.example/api" || client.Timeout() != policy.Timeout {
		t.Errorf("got %s and %s", client.BaseURL(), client.Timeout())
	}
}
