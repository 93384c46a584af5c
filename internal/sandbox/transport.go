package sandbox

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// Transport returns a transport that has the sandbox answer without a socket, for tests of a client. It speaks HTTP/1.1
// through a pipe in memory, so that each fault means what it means on a wire: a reset is an error that is ECONNRESET, a
// half answer ends in io.ErrUnexpectedEOF, a wait ends with the request's context. Every request has a connection of its
// own, to whatever host and in whatever scheme.
//
// It works in a bubble of testing/synctest if the sandbox was made in that bubble.
func (s *Sandbox) Transport() http.RoundTripper {
	server := &http.Server{Handler: s, ReadHeaderTimeout: time.Minute}
	dial := func(context.Context, string, string) (net.Conn, error) {
		near, far := s.pipe()
		go func() { _ = server.Serve(&oneConn{conn: far}) }() // it ends with the one connection
		return near, nil
	}
	return &http.Transport{DialContext: dial, DialTLSContext: dial, DisableKeepAlives: true, DisableCompression: true}
}

// pipe returns the two ends of a new connection.
func (s *Sandbox) pipe() (near, far *memoryConn) {
	name := memoryAddr(fmt.Sprintf("memory:%d", s.memory.Add(1)))
	broken := new(atomic.Bool)
	a, b := net.Pipe()
	return &memoryConn{a, name, broken}, &memoryConn{b, name, broken}
}

// memoryConn is one end of a connection in memory.
type memoryConn struct {
	net.Conn
	name   memoryAddr
	broken *atomic.Bool // shared by both ends
}

// reset makes the other end see a reset and not an orderly end. The caller closes the connection.
func (c *memoryConn) reset() {
	c.broken.Store(true)
}

func (c *memoryConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	return n, c.failure("read", err)
}

func (c *memoryConn) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	return n, c.failure("write", err)
}

// failure is the error of an operation on a connection that may have been reset.
func (c *memoryConn) failure(op string, err error) error {
	if err == nil || !c.broken.Load() || errors.Is(err, os.ErrDeadlineExceeded) {
		return err
	}
	return &net.OpError{Op: op, Net: "memory", Addr: c.name, Err: os.NewSyscallError(op, syscall.ECONNRESET)}
}

// LocalAddr and RemoteAddr name the connection, since its ends have no address.
func (c *memoryConn) LocalAddr() net.Addr { return c.name }

// RemoteAddr names the connection.
func (c *memoryConn) RemoteAddr() net.Addr { return c.name }

type memoryAddr string

func (memoryAddr) Network() string  { return "memory" }
func (a memoryAddr) String() string { return string(a) }

// oneConn is a listener that accepts one connection.
type oneConn struct {
	once sync.Once
	conn net.Conn
}

func (l *oneConn) Accept() (conn net.Conn, err error) {
	err = io.EOF
	l.once.Do(func() { conn, err = l.conn, nil })
	return conn, err
}

// Close leaves the connection open: it is being served.
func (l *oneConn) Close() error { return nil }

// Addr names the connection.
func (l *oneConn) Addr() net.Addr { return l.conn.LocalAddr() }
