package rest

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// closing is a server that closes each connection some time after its first answer,
// without a word of that in the answer, and counts requests and connections.
type closing struct {
	net.Listener
	after                 time.Duration
	requests, connections atomic.Int64
}

func newClosing(t *testing.T, after time.Duration) *closing {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &closing{Listener: listener, after: after}
	var group sync.WaitGroup
	group.Go(func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			server.connections.Add(1)
			group.Go(func() { server.serve(connection) })
		}
	})
	t.Cleanup(func() {
		_ = listener.Close()
		group.Wait()
	})
	return server
}

func (c *closing) serve(connection net.Conn) {
	closed := false
	for reader := bufio.NewReader(connection); ; {
		request, err := http.ReadRequest(reader)
		if err != nil {
			_ = connection.Close()
			return
		}
		_, _ = io.Copy(io.Discard, request.Body)
		c.requests.Add(1)
		_, _ = io.WriteString(connection, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n{\"ok\":true}")
		if !closed {
			closed = true
			time.AfterFunc(c.after, func() { _ = connection.Close() })
		}
	}
}

func TestACallOfClassOnceIsNotLostOnAKeptConnection(t *testing.T) {
	t.Parallel()
	for _, after := range []time.Duration{0, 500 * time.Microsecond, 2 * time.Millisecond, 10 * time.Millisecond} {
		t.Run(after.String(), func(t *testing.T) {
			t.Parallel()
			server := newClosing(t, after)
			client := over(t, &httptest.Server{URL: "http://" + server.Addr().String()}, "")
			var group sync.WaitGroup
			for range 10 {
				group.Go(func() {
					for range 20 {
						if result, err := client.Do(t.Context(), post()); err != nil || result.Attempts != 1 {
							t.Errorf("%d attempts: %v", result.Attempts, err)
						}
					}
				})
			}
			group.Wait()
			if requests, connections := server.requests.Load(), server.connections.Load(); requests != 200 || connections != 200 {
				t.Errorf("%d requests on %d connections, want 200 on as many", requests, connections)
			}
		})
	}
}

func TestOtherCallsUseConnectionsAgain(t *testing.T) {
	t.Parallel()
	server := newClosing(t, time.Minute)
	client := over(t, &httptest.Server{URL: "http://" + server.Addr().String()}, "")
	for range 10 {
		for _, call := range []Call{get(), stop()} {
			if _, err := client.Do(t.Context(), call); err != nil {
				t.Error(err)
			}
		}
	}
	if requests, connections := server.requests.Load(), server.connections.Load(); requests != 20 || connections != 1 {
		t.Errorf("%d requests on %d connections", requests, connections)
	}
}

func TestTLSSessionsAreResumedOnConnectionsOfTheirOwn(t *testing.T) {
	t.Parallel()
	var resumed, requests atomic.Int64
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		if r.TLS.DidResume {
			resumed.Add(1)
		}
		_, _ = io.WriteString(w, `{"ok":true}`)
	}))
	t.Cleanup(server.Close)
	client := over(t, server, certificateOf(server))
	for range 3 {
		if _, err := client.Do(t.Context(), post()); err != nil {
			t.Fatal(err)
		}
	}
	if requests.Load() != 3 || resumed.Load() != 2 {
		t.Errorf("%d requests, %d in a resumed session", requests.Load(), resumed.Load())
	}
}
