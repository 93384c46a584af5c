package provider

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"
)

// matrixLineFault is what can be wrong with a line.
type matrixLineFault int

const (
	matrixLineWell      matrixLineFault = iota
	matrixLineRefuses                   // nothing listens at the address
	matrixLineUntrusted                 // the server has a certificate of nobody's
)

// matrixLine is the way from the provider to a sandbox: an HTTP server of its own, one
// request for each connection. net/http repeats a GET by itself when a used
// connection breaks, and that is not what is counted here.
type matrixLine struct {
	t      *testing.T
	server *http.Server
	next   http.Handler
	fault  matrixLineFault
	breaks string // the path whose request breaks it, at once; "": broken from the start

	mu          sync.Mutex
	address     string
	listener    net.Listener // nil: none
	broken      bool
	untrusted   int // handshakes with the untrusted certificate that are left; -1: all
	connections int

	dial dialer // nil: the network's
}

// newMatrixLine lays the line of a cell. The fault is there from the start, or from
// the first request whose path ends in breaks.
func newMatrixLine(c *matrixCell, breaks string) *matrixLine {
	c.t.Helper()
	l := &matrixLine{t: c.t, next: c.stage.Sandbox, fault: c.fault.cut, breaks: breaks, untrusted: -1}
	if c.mode == matrixOnce {
		l.untrusted = 1
	}
	if c.inMemory {
		network := newMemory()
		l.listener, l.dial = network, network.dial
	}
	l.server = &http.Server{Handler: l, ErrorLog: log.New(io.Discard, "", 0)}
	l.server.SetKeepAlivesEnabled(false)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.listen()
	if breaks == "" {
		l.cut()
	}
	c.t.Cleanup(func() { _ = l.server.Close() })
	return l
}

// url returns the address of the line.
func (l *matrixLine) url() string {
	if l.fault == matrixLineUntrusted {
		return "https://" + l.address
	}
	return "http://" + l.address
}

// accepted returns how many connections there were.
func (l *matrixLine) accepted() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.connections
}

// ServeHTTP passes the request on, and cuts the line before the answer of the
// one that breaks it.
func (l *matrixLine) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if l.breaks != "" && strings.HasSuffix(r.URL.Path, l.breaks) {
		l.mu.Lock()
		l.cut()
		l.mu.Unlock()
	}
	l.next.ServeHTTP(w, r)
}

// listen begins to listen, at the same address as before. A line that can refuse
// has a host of its own where there is one, so that nobody takes its port.
func (l *matrixLine) listen() {
	address := l.address
	if address == "" {
		address = "127.0.0.1:0"
	}
	if l.address == "" && l.fault == matrixLineRefuses {
		l.listener, _ = net.Listen("tcp", "127.0.0.2:0")
	}
	for end := time.Now().Add(5 * time.Second); l.listener == nil; time.Sleep(time.Millisecond) {
		var err error
		if l.listener, err = net.Listen("tcp", address); err != nil && time.Now().After(end) {
			l.t.Error(err)
			return
		}
	}
	l.address = l.listener.Addr().String()
	var listener net.Listener = matrixCounted{l.listener, l}
	if l.fault == matrixLineUntrusted {
		listener = tls.NewListener(listener, &tls.Config{GetCertificate: l.certificate})
	}
	go func() { _ = l.server.Serve(listener) }()
}

// cut breaks the line. Connections that exist go on.
func (l *matrixLine) cut() {
	l.broken = true
	if l.fault == matrixLineRefuses && l.listener != nil {
		_ = l.listener.Close()
		l.listener = nil
	}
}

// mend ends a refusal.
func (l *matrixLine) mend() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.broken && l.fault == matrixLineRefuses && l.listener == nil {
		l.broken = false
		l.listen()
	}
}

func (l *matrixLine) certificate(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.broken && l.untrusted != 0 {
		l.untrusted--
		return &matrixUntrusted().pair, nil
	}
	return &matrixTrusted().pair, nil
}

// matrixCounted counts the connections of a line.
type matrixCounted struct {
	net.Listener

	line *matrixLine
}

func (c matrixCounted) Accept() (net.Conn, error) {
	conn, err := c.Listener.Accept()
	if err == nil {
		c.line.mu.Lock()
		c.line.connections++
		c.line.mu.Unlock()
	}
	return conn, err
}

// matrixCertificate is a certificate for the loopback address that signs itself.
type matrixCertificate struct {
	pair tls.Certificate
	pem  string
}

var (
	matrixTrusted   = sync.OnceValue(newMatrixCertificate) // given to the provider as http.ca_certificate
	matrixUntrusted = sync.OnceValue(newMatrixCertificate)
)

func newMatrixCertificate() *matrixCertificate {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: "fault matrix"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		panic(err)
	}
	return &matrixCertificate{
		pair: tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key},
		pem:  string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})),
	}
}

// matrixAttempt is what the provider logs of one attempt.
type matrixAttempt struct {
	Message string `json:"@message"`
	URL     string `json:"url"`
	Number  int    `json:"attempt"`
	Outcome string `json:"outcome"`
}

// watchedProvider is a provider whose log is kept. The log is the only place where an
// attempt that reached nobody shows.
type watchedProvider struct {
	tfprotov6.ProviderServer
	tfprotov6.ActionServer

	onAttempt func(matrixAttempt) // before the next one is made

	mu  sync.Mutex
	log bytes.Buffer
}

// matrixWatch puts the log of w's provider under observation.
func matrixWatch(w *wire, onAttempt func(matrixAttempt)) *watchedProvider {
	w.t.Helper()
	actions, ok := w.server.(tfprotov6.ActionServer)
	if !ok {
		w.t.Fatal("the server has no actions")
	}
	seen := &watchedProvider{ProviderServer: w.server, ActionServer: actions, onAttempt: onAttempt}
	w.server = seen
	return seen
}

// Write takes in one line of the log.
func (w *watchedProvider) Write(entry []byte) (int, error) {
	w.mu.Lock()
	w.log.Write(entry)
	w.mu.Unlock()
	var made matrixAttempt
	if json.Unmarshal(entry, &made) == nil && made.Number > 0 {
		w.onAttempt(made)
	}
	return len(entry), nil
}

// attempts returns how often each call was tried.
func (w *watchedProvider) attempts() map[string]int {
	w.mu.Lock()
	defer w.mu.Unlock()
	tried := map[string]int{}
	for lines := bufio.NewScanner(bytes.NewReader(w.log.Bytes())); lines.Scan(); {
		var made matrixAttempt
		if json.Unmarshal(lines.Bytes(), &made) == nil && made.Number > 0 {
			tried[matrixCallOf(made.URL)]++
		}
	}
	return tried
}

func (w *watchedProvider) ApplyResourceChange(ctx context.Context, r *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	return w.ProviderServer.ApplyResourceChange(tflogtest.RootLogger(ctx, w), r)
}

func (w *watchedProvider) ReadResource(ctx context.Context, r *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	return w.ProviderServer.ReadResource(tflogtest.RootLogger(ctx, w), r)
}

func (w *watchedProvider) ImportResourceState(ctx context.Context, r *tfprotov6.ImportResourceStateRequest) (*tfprotov6.ImportResourceStateResponse, error) {
	return w.ProviderServer.ImportResourceState(tflogtest.RootLogger(ctx, w), r)
}

func (w *watchedProvider) ReadDataSource(ctx context.Context, r *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	return w.ProviderServer.ReadDataSource(tflogtest.RootLogger(ctx, w), r)
}

func (w *watchedProvider) OpenEphemeralResource(ctx context.Context, r *tfprotov6.OpenEphemeralResourceRequest) (*tfprotov6.OpenEphemeralResourceResponse, error) {
	return w.ProviderServer.OpenEphemeralResource(tflogtest.RootLogger(ctx, w), r)
}

func (w *watchedProvider) InvokeAction(ctx context.Context, r *tfprotov6.InvokeActionRequest) (*tfprotov6.InvokeActionServerStream, error) {
	return w.ActionServer.InvokeAction(tflogtest.RootLogger(ctx, w), r)
}
