package faultmatrix_test

import (
	"bufio"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io"
	"math/big"
	"net"
	"os"
	"sync/atomic"
	"syscall"
	"time"
)

// dial connects to the sandbox in memory, or fails as the fault says.
func (c *cell) dial(ctx context.Context, network, address string) (net.Conn, error) {
	nth := int(c.dials.Add(1)) - c.call.before
	hit := nth == 1 || nth > 1 && c.mode == ever
	if c.fault.refuses && hit {
		return nil, &net.OpError{Op: "dial", Net: network, Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}
	}
	conn, err := c.stage.Dial(ctx, network, address)
	switch {
	case err != nil:
		return nil, err
	case c.fault.untrusted && hit:
		return overTLS(conn, untrusted), nil
	case c.fault.untrusted:
		return overTLS(conn, trusted), nil
	}
	return &resettable{Conn: conn}, nil
}

// resettable is a connection in memory. The sandbox ends it without an answer only where it
// would reset a connection of the network, so that is what the client sees.
type resettable struct {
	net.Conn
	waits atomic.Bool // a request was sent, and nothing of its answer has come
}

func (r *resettable) Write(p []byte) (int, error) {
	r.waits.Store(true)
	return r.Conn.Write(p)
}

func (r *resettable) Read(p []byte) (int, error) {
	n, err := r.Conn.Read(p)
	if n > 0 {
		r.waits.Store(false)
	}
	if errors.Is(err, io.EOF) && r.waits.Load() {
		err = &net.OpError{Op: "read", Net: "tcp", Err: os.NewSyscallError("read", syscall.ECONNRESET)}
	}
	return n, err
}

// overTLS puts a server of TLS before a plain connection.
func overTLS(plain net.Conn, identity certificate) net.Conn {
	ours, theirs := net.Pipe()
	server := tls.Server(theirs, &tls.Config{Certificates: []tls.Certificate{identity.pair}, MinVersion: tls.VersionTLS12})
	copyAll := func(to, from net.Conn) {
		_, _ = io.Copy(to, from)
		_, _ = to.Close(), from.Close()
	}
	go copyAll(plain, server)
	go copyAll(server, plain)
	return buffered{ours, bufio.NewReaderSize(ours, 64<<10)}
}

// buffered takes whatever the other side of a pipe writes at once. Otherwise a client that
// refuses a certificate, and the server that is still writing, would wait for each other.
type buffered struct {
	net.Conn
	reader *bufio.Reader
}

func (b buffered) Read(p []byte) (int, error) { return b.reader.Read(p) }

// certificate is one of the sandbox that signs itself.
type certificate struct {
	pair tls.Certificate
	pem  string
}

// trusted is given to the provider as http.ca_certificate.
var trusted, untrusted = newCertificate(), newCertificate()

func newCertificate() certificate {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		panic(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), DNSNames: []string{"sandbox.test"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Unix(0, 0), NotAfter: time.Now().AddDate(1, 0, 0), // a bubble begins in the year 2000
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, public, private)
	if err != nil {
		panic(err)
	}
	return certificate{
		pair: tls.Certificate{Certificate: [][]byte{der}, PrivateKey: private},
		pem:  string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})),
	}
}
