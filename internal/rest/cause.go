package rest

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"regexp"
	"strings"
	"time"
)

var (
	errPage       = errors.New("the answer is a web page, not that of the API")
	errPlainToTLS = errors.New("the server expects TLS at this port: the address has to begin with https://")
)

// cause is a cause in masked words.
type cause struct {
	text  string
	cause error
}

func (c *cause) Error() string { return c.text }

func (c *cause) Unwrap() error { return c.cause }

// describe turns the cause of a failed attempt into masked words that a reader can use,
// while errors.Is still finds what it was. answer is nil where there was none.
func (x *exchange) describe(err error, answer *answer) error {
	var syntax *json.SyntaxError
	var mismatch *json.UnmarshalTypeError
	text := strings.TrimPrefix(withoutPrefix(err).Error(), "net/http: ")
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		text = "no whole answer arrived within " + x.current.allowed.Round(time.Millisecond).String()
	case errors.Is(err, context.Canceled):
		text = "the operation was cancelled"
	case strings.Contains(text, `malformed HTTP response "\x15\x03`): // the alert of a TLS server
		return &cause{errPlainToTLS.Error(), err}
	case answer == nil && (errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)):
		text = "the connection ended without an answer"
	case errors.Is(err, errTooLong):
		text = fmt.Sprintf("the answer is larger than %d bytes", answer.limit)
	case errors.Is(err, io.EOF):
		text = "the answer is empty"
	case errors.Is(err, io.ErrUnexpectedEOF):
		text = fmt.Sprintf("the answer broke off after %d bytes", answer.size)
	case errors.As(err, &mismatch):
		text = describeMismatch(mismatch)
	case errors.As(err, &syntax):
		text = "the answer is not JSON"
	}
	return &cause{x.mask.Quote(text), err}
}

// byWay returns the cause of an attempt without an answer with the proxy that it went by,
// because the proxy may be what ended it. The address is shown without the proxy's user.
func (x *exchange) byWay(err error) error {
	transport, ok := x.client.config.Transport.(*http.Transport)
	if !ok || transport.Proxy == nil || IsOfProxy(err) || errors.Is(err, context.Canceled) {
		return err
	}
	if proxy, _ := transport.Proxy(x.request.Request); proxy != nil {
		return &cause{err.Error() + ", by way of the proxy " + proxy.Host, err}
	}
	return err
}

// withoutPrefix returns err without what Go puts before it: no word of use to a reader.
func withoutPrefix(err error) error {
	for inner := errors.Unwrap(err); inner != nil && strings.HasPrefix(err.Error(), "net/http: "); inner = errors.Unwrap(err) {
		err = inner
	}
	if operation, ok := errors.AsType[*net.OpError](err); ok && (operation.Op == "read" || operation.Op == "write") {
		return operation.Err
	}
	return err
}

// isDistrust reports whether one side of a TLS handshake refused the other, which it will do
// again. A server of TLS 1.3 says so only once the client takes the handshake for done, but
// takes no request either.
func isDistrust(err error) bool {
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return true
	}
	alert, ok := errors.AsType[*net.OpError](err)
	return ok && alert.Op == "remote error" && (strings.Contains(alert.Err.Error(), "certificate") || strings.Contains(alert.Err.Error(), "handshake"))
}

// plainToTLS finds what Go, nginx and Apache say to plain HTTP at a port for TLS.
var plainToTLS = regexp.MustCompile(`HTTP request to an HTTPS server|HTTP request was sent to HTTPS port|plain HTTP to an SSL-enabled server port`)
