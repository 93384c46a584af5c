package rest

import (
	"context"
	"io"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync"
	"time"
)

// connection is what is known of the one that an attempt asks for.
type connection struct {
	mu       sync.Mutex
	obtained bool // something may have been sent
	givenUp  bool // before that
}

// connect returns the context of one attempt. What has an effect is not taken off
// the wire when Terraform or the provider is told to stop, which ends waits: its
// answer is the only trace of the effect. Without a connection it is not on it.
func (x *exchange) connect(waits context.Context) (context.Context, *connection, context.CancelFunc) {
	c := new(connection)
	timeout := x.client.config.Policy.Timeout
	x.allowed = timeout
	if deadline, ok := x.calling.Deadline(); ok {
		x.allowed = min(timeout, time.Until(deadline))
	}
	if x.call.Method == http.MethodGet {
		ctx, cancel := context.WithTimeout(c.traced(x.calling), timeout)
		return ctx, c, cancel
	}
	ctx, end := context.WithTimeout(context.WithoutCancel(c.traced(x.calling)), x.allowed)
	ctx, giveUp := context.WithCancelCause(ctx)
	release := context.AfterFunc(waits, func() {
		if c.giveUp() {
			giveUp(context.Cause(waits))
		}
	})
	return ctx, c, func() {
		release()
		giveUp(nil)
		end()
	}
}

// traced has the transport tell when there is a connection.
func (c *connection) traced(ctx context.Context) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: c.obtain})
}

// obtain takes note of a connection. One that comes too late is closed, since the
// transport would still write to it.
func (c *connection) obtain(got httptrace.GotConnInfo) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.givenUp {
		_ = got.Conn.Close()
		return
	}
	c.obtained = true
}

// giveUp reports whether no connection was obtained, and from now on none will be.
func (c *connection) giveUp() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.givenUp = !c.obtained
	return c.givenUp
}

func (c *connection) isObtained() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.obtained
}

// prepare fills in what all requests have. A GET gets a body, empty but not to be
// read twice: else the transport may send it again by itself, which no limit and
// no log would know of.
func (x *exchange) prepare(request *http.Request) {
	request.Header.Set("Accept", "application/json")
	request.Header.Set("User-Agent", x.client.config.UserAgent)
	if request.Method == http.MethodGet {
		request.Body, request.GetBody = io.NopCloser(strings.NewReader("")), nil
	} else {
		request.Header.Set("Content-Type", "application/json")
	}
	x.client.config.Authorize(request.Header)
}
