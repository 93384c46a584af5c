package rest

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestCausesAreFoundInTheirWords(t *testing.T) {
	t.Parallel()
	_, err := answered(t, reply{err: errors.Join(errReset, errors.New("proxy http://user:s3cret-token@proxy.example"))}, post())
	if !errors.Is(err, errReset) || strings.Contains(err.Error(), "user") || !strings.Contains(err.Error(), "read: connection reset by peer proxy ***") {
		t.Errorf("got %v", err)
	}
}

func TestCausesFromGoAreQuotedAsWords(t *testing.T) {
	t.Parallel()
	reset := &net.OpError{Op: "read", Net: "tcp", Err: errReset, Addr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 443}}
	for want, err := range map[string]error{
		"read: connection reset by peer":                      reset,
		`malformed HTTP response "*** ***"`:                   fmt.Errorf("net/http: HTTP/1.x transport connection broken: %w", errors.New(`malformed HTTP response "s3cret-token jan@example.org"`)),
		"TLS handshake timeout":                               errors.New("net/http: TLS handshake timeout"),
		"the connection ended without an answer":              io.ErrUnexpectedEOF,
		"dial tcp 127.0.0.1:443: connect: connection refused": errors.New("dial tcp 127.0.0.1:443: connect: connection refused"),
		"http: server gave HTTP response to HTTPS client":     http.ErrSchemeMismatch,
		`malformed HTTP status code "\x1b[31m"`:               errors.New("malformed HTTP status code \"\x1b[31m\""),
		"malformed HTTP response \"SSH-2.0-OpenSSH\"":         errors.New(`malformed HTTP response "SSH-2.0-OpenSSH"`),
		"no word of ***, but of ***":                          errors.New("no word of jan@example.org, but of s3cret-token"),
	} {
		_, got := answered(t, reply{err: err}, post())
		if e := wantError(t, got); e.Cause.Error() != want || !errors.Is(got, err) {
			t.Errorf("got %q, want %q", e.Cause, want)
		}
	}
}

// A server that asks for a client's certificate refuses the handshake, in TLS 1.3 only
// once the client takes it for done.
func TestAServerThatAsksForACertificateHasNotActed(t *testing.T) {
	t.Parallel()
	for version := uint16(tls.VersionTLS12); version <= tls.VersionTLS13; version++ {
		t.Run(tls.VersionName(version), func(t *testing.T) {
			t.Parallel()
			server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("it was served") }))
			server.Config.ErrorLog = log.New(io.Discard, "", 0)
			server.TLS = &tls.Config{ClientAuth: tls.RequireAnyClientCert, MinVersion: version, MaxVersion: version}
			server.StartTLS()
			t.Cleanup(server.Close)
			for _, call := range []Call{post(), stop(), get()} {
				result, err := over(t, server, certificateOf(server)).Do(t.Context(), call)
				if e := wantError(t, err); e.Outcome != NotActed || result.Attempts != 1 || !strings.Contains(err.Error(), "remote error: tls: ") {
					t.Errorf("%s: got %s after %d attempts: %v", call.Method, e.Outcome, result.Attempts, err)
				}
			}
		})
	}
}

func TestPlainHTTPToAPortForTLSSaysSo(t *testing.T) {
	t.Parallel()
	polite, _ := privateServer(t)
	alerts := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if connection, _, err := http.NewResponseController(w).Hijack(); err == nil {
			_, _ = connection.Write([]byte{0x15, 0x03, 0x01, 0, 2, 2, 0x16})
			_ = connection.Close()
		}
	}))
	t.Cleanup(alerts.Close)
	for address, outcome := range map[string]Outcome{strings.Replace(polite.URL, "https", "http", 1): Refused, alerts.URL: Unknown} {
		_, err := over(t, &httptest.Server{URL: address}, "").Do(t.Context(), post())
		if e := wantError(t, err); e.Outcome != outcome || !strings.HasSuffix(err.Error(), ": "+errPlainToTLS.Error()) {
			t.Errorf("got %s: %v", e.Outcome, err)
		}
	}
}
