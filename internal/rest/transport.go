package rest

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"time"
)

// idleTimeout is how long an unused connection is kept. Servers close theirs after five
// seconds or more, and a request that meets such an end looks as if its answer had been lost.
const idleTimeout = 2 * time.Second

// maxIdle is how many idle connections are kept for a host: as many as
// Terraform is ever run in parallel with.
const maxIdle = 256

// proxyFailure is what the standard library calls an operation that ended at a
// proxy.
const proxyFailure = "proxyconnect"

// NewTransport returns a transport that uses connections again, honours the proxy
// variables of the environment and trusts certificates, a PEM bundle, besides the
// system's roots. How long it may take to connect is left to the attempt, which has
// timeout.
func NewTransport(certificates string, timeout time.Duration) (*http.Transport, error) {
	// What a server sends on an idle connection goes to the standard logger, past every
	// mask. Nothing else in this process has a use for that logger.
	log.SetOutput(io.Discard)
	transport := &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            (&net.Dialer{Timeout: timeout}).DialContext,
		TLSHandshakeTimeout:    timeout,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
		IdleConnTimeout:        idleTimeout,
		MaxIdleConnsPerHost:    maxIdle,
		OnProxyConnectResponse: refusedByProxy,
		Protocols:              new(http.Protocols),
	}
	// Over HTTP/2 the standard library sends a request again by itself, a POST too,
	// thousands of times, when the server resets its stream.
	transport.Protocols.SetHTTP1(true)
	if certificates == "" {
		return transport, nil
	}
	more, err := Certificates(certificates)
	if err != nil {
		return nil, err
	}
	roots, err := x509.SystemCertPool()
	if err != nil {
		roots = x509.NewCertPool()
	}
	for _, certificate := range more {
		roots.AddCert(certificate)
	}
	transport.TLSClientConfig.RootCAs = roots
	return transport, nil
}

// refusedByProxy says who did not connect to the service, which the standard
// library does not.
func refusedByProxy(_ context.Context, proxy *url.URL, _ *http.Request, response *http.Response) error {
	if response.StatusCode == http.StatusOK {
		return nil
	}
	return &net.OpError{Op: proxyFailure, Net: "tcp", Err: fmt.Errorf("the proxy %s answered with %s", proxy.Host, StatusText(response.StatusCode))}
}

// location is where unfollowed keeps the Location of an answer. It is no header of HTTP.
const location = " Location"

// unfollowed keeps redirects from http.Client, which would report one whose Location it
// cannot parse as an attempt without an answer.
type unfollowed struct{ http.RoundTripper }

// RoundTrip makes one request.
func (u unfollowed) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := u.RoundTripper.RoundTrip(request)
	if err == nil && response.Header.Get("Location") != "" {
		response.Header[location] = response.Header["Location"]
		response.Header.Del("Location")
	}
	return response, err
}
