package providertest

import (
	"context"
	"net"
	"sync"
	"syscall"
)

// memory is a network in memory with one listener, whatever address is dialled.
type memory struct {
	connections chan net.Conn
	closed      chan struct{}
	close       func()
}

func newMemory() *memory {
	m := &memory{connections: make(chan net.Conn), closed: make(chan struct{})}
	m.close = sync.OnceFunc(func() { close(m.closed) })
	return m
}

func (m *memory) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	ours, theirs := net.Pipe()
	select {
	case m.connections <- theirs:
		return ours, nil
	case <-m.closed:
		return nil, syscall.ECONNREFUSED
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

func (m *memory) Accept() (net.Conn, error) {
	select {
	case c := <-m.connections:
		return c, nil
	case <-m.closed:
		return nil, net.ErrClosed
	}
}

func (m *memory) Close() error {
	m.close()
	return nil
}

func (*memory) Addr() net.Addr { return memoryAddress{} }

// memoryAddress is a name that is looked up nowhere.
type memoryAddress struct{}

func (memoryAddress) Network() string { return "memory" }

func (memoryAddress) String() string { return "sandbox.test" }
