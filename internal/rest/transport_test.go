package rest

import (
	"bytes"
	"encoding/pem"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"
)

// privateServer answers {"ok":true} with a certificate that no system trusts.
func privateServer(t *testing.T) (server *httptest.Server, certificate string) {
	t.Helper()
	server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"ok":true}`)
	}))
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // refused handshakes are what is tested
	server.EnableHTTP2 = true
	server.StartTLS()
	t.Cleanup(server.Close)
	return server, certificateOf(server)
}

func certificateOf(server *httptest.Server) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}))
}

// over returns a client of the server behind the transport for certificates. It
// would make a second attempt at once.
func over(t *testing.T, server *httptest.Server, certificates string, changes ...func(*Config)) *Client {
	t.Helper()
	transport, err := NewTransport(certificates, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(transport.CloseIdleConnections)
	once, err := NewOnceTransport(certificates, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	return newWire().client(append([]func(*Config){func(config *Config) {
		config.BaseURL, config.Transport, config.Once = server.URL, transport, once
		config.Policy = Policy{Timeout: time.Minute, MaxRetries: 3}
	}}, changes...)...)
}

func TestTheDefaultTransportIsNotChanged(t *testing.T) {
	t.Parallel()
	_, certificate := privateServer(t)
	shared, ok := http.DefaultTransport.(*http.Transport) //nolint:forbidigo // it is looked at, not used
	if !ok {
		t.Fatal("the default transport was replaced")
	}
	before := shared.Clone()
	for _, certificates := range []string{"", certificate} {
		transport, err := NewTransport(certificates, time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		if transport == shared {
			t.Fatal("the default transport itself is used")
		}
		if reflect.ValueOf(transport.Proxy).Pointer() != reflect.ValueOf(http.ProxyFromEnvironment).Pointer() {
			t.Error("the proxy variables of the environment are not honoured")
		}
		if transport.IdleConnTimeout != idleTimeout || idleTimeout >= 5*time.Second {
			t.Errorf("idle connections are kept for %s", transport.IdleConnTimeout)
		}
		if transport.DialContext == nil || transport.TLSHandshakeTimeout != time.Minute {
			t.Error("connecting is not bounded by the time of an attempt alone")
		}
	}
	if shared.IdleConnTimeout != before.IdleConnTimeout || shared.MaxIdleConnsPerHost != before.MaxIdleConnsPerHost ||
		shared.MaxIdleConns != before.MaxIdleConns || shared.TLSClientConfig != nil && shared.TLSClientConfig.RootCAs != nil {
		t.Error("the default transport was changed")
	}
}

func TestAProxyInTheWayIsNamed(t *testing.T) {
	t.Parallel()
	server, _ := privateServer(t)
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusProxyAuthRequired)
	}))
	t.Cleanup(proxy.Close)
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	for address, says := range map[string]string{
		proxy.URL: "the proxy " + strings.TrimPrefix(proxy.URL, "http://") + " answered with 407 Proxy Authentication Required",
		gone.URL:  "proxyconnect tcp: dial tcp " + strings.TrimPrefix(gone.URL, "http://"),
	} {
		transport, err := NewTransport("", time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		by, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		transport.Proxy = http.ProxyURL(by)
		client := over(t, server, "", func(config *Config) { config.Once = transport })
		_, err = client.Do(t.Context(), post())
		if e := wantError(t, err); e.Outcome != NotActed || !IsOfProxy(err) || !strings.Contains(err.Error(), says) {
			t.Errorf("got %s: %v", e.Outcome, err)
		}
	}
	plain := &Error{Status: http.StatusProxyAuthRequired}
	if !IsOfProxy(plain) || IsOfProxy(&Error{Status: 401}) || IsOfProxy(&Error{Cause: errReset}) {
		t.Error("it is not told from a service")
	}
}

func TestAProxyByWhichNoAnswerCameIsNamed(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		service, answer, says string
		outcome               Outcome
	}{
		"nothing, instead of a connection": {"https://service.example", "", "the connection ended without an answer", NotActed},
		"garbage, instead of a connection": {"https://service.example", "SSH-2.0-OpenSSH\r\n", "malformed HTTP response \"SSH-2.0-OpenSSH\"", NotActed},
		"a handshake that breaks":          {"https://service.example", "HTTP/1.1 200 OK\r\n\r\n", "the connection ended without an answer", NotActed},
		"half a status":                    {"http://service.example", "HTTP/1.1 20", "malformed HTTP status code \"20\"", Unknown},
		"an alert of TLS":                  {"http://service.example", "\x15\x03\x01\r\n", errPlainToTLS.Error(), Unknown},
		"half a body":                      {"http://service.example", "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{\"ok\":", "", Unknown},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				if connection, _, err := http.NewResponseController(w).Hijack(); err == nil {
					_, _ = io.WriteString(connection, c.answer)
					_ = connection.Close()
				}
			}))
			t.Cleanup(proxy.Close)
			by, err := url.Parse(proxy.URL)
			if err != nil {
				t.Fatal(err)
			}
			host := by.Host
			by.User = url.UserPassword("corp", "pr0xy-password")
			transport, err := NewTransport("", time.Minute)
			if err != nil {
				t.Fatal(err)
			}
			transport.Proxy = http.ProxyURL(by)
			_, err = over(t, &httptest.Server{URL: c.service}, "", func(config *Config) { config.Transport, config.Once = transport, transport }).Do(t.Context(), post())
			e := wantError(t, err)
			if want := c.says + ", by way of the proxy " + host; c.says != "" && e.Cause.Error() != want || e.Outcome != c.outcome {
				t.Errorf("got %s: %v, want %s", e.Outcome, e.Cause, want)
			}
			if named := strings.Contains(err.Error(), "proxy"); named != (c.says != "") || strings.Contains(err.Error(), "corp") {
				t.Errorf("got %v", err)
			}
		})
	}
}

// Over HTTP/2, a reset stream would be repeated below the rule that counts attempts.
func TestHTTP2IsNotSpoken(t *testing.T) {
	t.Parallel()
	var versions sync.Map
	server, certificate := privateServer(t)
	answers := server.Config.Handler
	server.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		versions.Store(r.Proto, true)
		answers.ServeHTTP(w, r)
	})
	for _, call := range []Call{get(), post()} {
		if _, err := over(t, server, certificate).Do(t.Context(), call); err != nil {
			t.Error(err)
		}
	}
	versions.Range(func(version, _ any) bool {
		if version != "HTTP/1.1" {
			t.Errorf("%s was spoken", version)
		}
		return true
	})
	if _, spoken := versions.Load("HTTP/1.1"); !spoken {
		t.Error("nothing was asked")
	}
}

// A server that closes a connection while it is idle must not look as if it had
// lost an answer: that is what IdleConnTimeout is for, below any server's.
func TestARefusedConnectionIsNotActed(t *testing.T) {
	t.Parallel()
	server, _ := privateServer(t)
	server.Close()
	cost, err := over(t, server, "").Do(t.Context(), post())
	if e := wantError(t, err); e.Outcome != NotActed || cost.Attempts != 4 {
		t.Errorf("got %s after %d attempts: %v", e.Outcome, cost.Attempts, err)
	}
}

func TestAConnectionThatIsClosedWithoutAnAnswerIsUnknown(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]string{
		"nothing":              "",
		"half a status":        "HTTP/1.1 20",
		"half a header":        "HTTP/1.1 200 OK\r\nContent-Le",
		"half a body":          "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{\"ok\":",
		"half a chunk":         "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nb\r\n{\"ok\":",
		"no HTTP":              "SSH-2.0-OpenSSH\r\n",
		"a size that is wrong": "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n{\"ok\":true}",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				connection, _, err := http.NewResponseController(w).Hijack()
				if err == nil {
					_, _ = io.WriteString(connection, answer)
					err = connection.Close()
				}
				if err != nil {
					t.Error(err)
				}
			}))
			t.Cleanup(server.Close)
			client := over(t, server, "")
			cost, err := client.Do(t.Context(), post())
			if e := wantError(t, err); e.Outcome != Unknown || cost.Attempts != 1 || e.Cause == nil || e.Cause.Error() == "EOF" {
				t.Errorf("got %s after %d attempts: %v", e.Outcome, cost.Attempts, err)
			}
			if cost, err := client.Do(t.Context(), get()); OutcomeOf(err) != Unknown || cost.Attempts != 4 {
				t.Errorf("GET: got %s after %d attempts: %v", OutcomeOf(err), cost.Attempts, err)
			}
		})
	}
}

func TestRequestsOnTheWire(t *testing.T) {
	t.Parallel()
	requests := make(chan *http.Request, 3)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests <- r
		_, _ = io.WriteString(w, `{"ok":true}`)
	}))
	t.Cleanup(server.Close)
	client := over(t, server, "")
	withBody := post()
	withBody.Body = map[string]int{"a": 1}
	for _, call := range []Call{get(), post(), withBody} {
		if _, err := client.Do(t.Context(), call); err != nil {
			t.Fatal(err)
		}
	}
	for _, length := range []int64{0, 0, int64(len(`{"a":1}`))} {
		if got := <-requests; got.ContentLength != length || len(got.TransferEncoding) != 0 {
			t.Errorf("%s has length %d, transfer encoding %v", got.Method, got.ContentLength, got.TransferEncoding)
		}
	}
}

// TestNothingOfAServerReachesStandardError runs itself as another process, because the
// standard logger belongs to the whole process.
func TestNothingOfAServerReachesStandardError(t *testing.T) {
	t.Parallel()
	const variable = "REST_TEST_TALKATIVE_SERVER"
	if address := os.Getenv(variable); address != "" {
		client := over(t, &httptest.Server{URL: address}, "")
		for range 3 {
			_, _ = client.Do(t.Context(), get())
			time.Sleep(20 * time.Millisecond) // the rest of the answer arrives on an idle connection
		}
		return
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if connection, _, err := http.NewResponseController(w).Hijack(); err == nil {
			_, _ = io.WriteString(connection, "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{\"ok\":true}")
			time.Sleep(5 * time.Millisecond)
			_, _ = io.WriteString(connection, "s3cret-token, jan@example.org\r\n\r\n")
			_ = connection.Close()
		}
	}))
	t.Cleanup(server.Close)
	command := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$")
	command.Env = append(os.Environ(), variable+"="+server.URL)
	var stderr bytes.Buffer
	command.Stderr = &stderr
	if output, err := command.Output(); err != nil || stderr.Len() > 0 {
		t.Errorf("got %v, %s, on standard error: %s", err, output, stderr.String())
	}
}
