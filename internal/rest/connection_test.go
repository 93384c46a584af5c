package rest

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// Go sends a GET again by itself when a connection that was used before ends
// without an answer: a request that no limit and no log knows of.
func TestEachRequestIsAnAttempt(t *testing.T) {
	t.Parallel()
	var served atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if served.Add(1)%2 == 1 {
			_, _ = io.WriteString(w, `{"ok":true}`)
			return
		}
		if connection, _, err := http.NewResponseController(w).Hijack(); err == nil {
			_ = connection.Close()
		}
	}))
	t.Cleanup(server.Close)
	client, attempts := over(t, server, ""), 0
	for range 5 {
		cost, err := client.Do(t.Context(), get())
		if err != nil {
			t.Fatal(err)
		}
		attempts += cost.Attempts
	}
	if got := int(served.Load()); got != attempts || got != 9 {
		t.Errorf("%d requests, %d attempts, want 9", got, attempts)
	}
}

// lateTransport obtains a connection only after the attempt was given up, as the
// standard library may: it writes to the connection all the same.
type lateTransport struct {
	connection net.Conn
	began      chan struct{}
}

func (l *lateTransport) RoundTrip(request *http.Request) (*http.Response, error) {
	close(l.began)
	<-request.Context().Done()
	httptrace.ContextClientTrace(request.Context()).GotConn(httptrace.GotConnInfo{Conn: l.connection})
	if _, err := io.WriteString(l.connection, "POST / HTTP/1.1"); err != nil {
		return nil, err
	}
	return nil, context.Cause(request.Context())
}

func TestNothingIsSentOnAConnectionThatComesTooLate(t *testing.T) {
	t.Parallel()
	inBubble(t, "after a signal", func(t *testing.T) {
		near, far := net.Pipe()
		late := &lateTransport{near, make(chan struct{})}
		var interrupt Interrupt
		client := newWire().client(func(config *Config) { config.Transport, config.Interrupt = late, &interrupt })
		go func() {
			<-late.began
			interrupt.Signal()
		}()
		_, err := client.Do(t.Context(), post())
		if e := wantError(t, err); e.Outcome != NotActed || !errors.Is(err, ErrInterrupted) {
			t.Errorf("got %s: %v", e.Outcome, err)
		}
		if sent, _ := io.ReadAll(far); len(sent) > 0 {
			t.Errorf("%q was sent", sent)
		}
	})
}

func TestAnotherProtocolIsNoAnswer(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		connection, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		_, _ = io.WriteString(connection, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\n")
		_, _ = connection.Read(make([]byte, 1)) // it stays open until the client closes it
		_ = connection.Close()
	}))
	t.Cleanup(server.Close)
	began := time.Now()
	cost, err := over(t, server, "").Do(t.Context(), post())
	if e := wantError(t, err); e.Outcome != Unknown || cost.Attempts != 1 || e.Status != http.StatusSwitchingProtocols {
		t.Errorf("got %s after %d attempts: %v", e.Outcome, cost.Attempts, err)
	}
	if time.Since(began) > 30*time.Second || !strings.Contains(err.Error(), "101") {
		t.Errorf("after %s: %v", time.Since(began), err)
	}
}

func TestAnAttemptEndsWithItsTimeout(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		after   time.Duration
		body    bool
		done    bool
		elapsed int
	}{
		"an answer in time counts":         {after: 5*time.Second - 1, done: true, elapsed: 5},
		"an answer that is late does not":  {after: 5*time.Second + 1, elapsed: 5},
		"silence ends with the time-out":   {after: time.Hour, elapsed: 5},
		"a body that hangs ends likewise":  {body: true, elapsed: 5},
		"what comes at once waits for not": {done: true, elapsed: 0},
	} {
		inBubble(t, name, func(t *testing.T) {
			wire := newWire(reply{status: 200, body: `{"ok":true}`, after: c.after})
			client := wire.client(func(config *Config) {
				if c.body {
					config.Transport = hangingBody{}
				}
			})
			_, err := client.Do(t.Context(), post())
			if wire.elapsed() != time.Duration(c.elapsed)*time.Second || c.done != (err == nil) {
				t.Fatalf("got %v after %s", err, wire.elapsed())
			}
			if c.done {
				return
			}
			e := wantError(t, err)
			if e.Outcome != Unknown || e.Ended != nil || !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "no whole answer arrived within 5s") {
				t.Errorf("got %s: %v", e.Outcome, err)
			}
		})
	}
}

// hangingBody answers at once with the beginning of a body and no more.
type hangingBody struct{}

func (hangingBody) RoundTrip(request *http.Request) (*http.Response, error) {
	reader, writer := io.Pipe()
	context.AfterFunc(request.Context(), func() { _ = writer.CloseWithError(context.Cause(request.Context())) })
	go func() { _, _ = writer.Write([]byte(`{"ok":`)) }()
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: reader, Request: request}, nil
}
