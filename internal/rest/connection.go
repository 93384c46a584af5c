package rest

import (
	"context"
	"net/http/httptrace"
	"sync"
	"time"
)

// connection is the one that an attempt under way asks for.
type connection struct {
	began   time.Time
	allowed time.Duration // that the attempt may take
	cancel  context.CancelFunc

	mu       sync.Mutex
	obtained bool // something may have been sent
	givenUp  bool // before that
}

// connect returns the context of one attempt within ctx and its connection. An interrupt
// does not cancel an attempt that acts and has a connection, because its answer is the only
// record of what it did; waits ends one that has none.
func connect(ctx, waits context.Context, acts bool, allowed time.Duration) (context.Context, *connection) {
	c := &connection{began: time.Now(), allowed: allowed}
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: c.obtain})
	if !acts {
		ctx, c.cancel = context.WithTimeout(ctx, allowed)
		return ctx, c
	}
	ctx, end := context.WithTimeout(context.WithoutCancel(ctx), allowed)
	ctx, giveUp := context.WithCancelCause(ctx)
	release := context.AfterFunc(waits, func() {
		if c.giveUp() {
			giveUp(context.Cause(waits))
		}
	})
	c.cancel = func() {
		release()
		giveUp(nil)
		end()
	}
	return ctx, c
}

// obtain takes note of a connection. One that comes after the attempt was given up is
// closed, because the transport would still write to it.
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
