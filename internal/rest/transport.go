package rest

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net/http"
	"time"
)

// idleTimeout is how long an unused connection is kept. Servers close theirs
// after five seconds or more; a request that meets such an end looks as if its
// answer had been lost.
const idleTimeout = 2 * time.Second

// maxIdle is how many idle connections are kept for a host: as many as
// Terraform is ever run in parallel with.
const maxIdle = 256

// NewTransport returns a transport that honours the proxy variables of the
// environment and trusts certificates, a PEM bundle, besides the system's roots.
func NewTransport(certificates string) (*http.Transport, error) {
	// The default transport is shared by the whole process: change a copy.
	base, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		return nil, errors.New("the default transport was replaced")
	}
	transport := base.Clone()
	transport.IdleConnTimeout = idleTimeout
	transport.MaxIdleConns = 0
	transport.MaxIdleConnsPerHost = maxIdle
	// Over HTTP/2 the standard library sends a request again by itself, a POST
	// too, thousands of times, when the server resets its stream.
	transport.Protocols = new(http.Protocols)
	transport.Protocols.SetHTTP1(true)
	if certificates == "" {
		return transport, nil
	}
	roots, err := x509.SystemCertPool()
	if err != nil {
		roots = x509.NewCertPool()
	}
	if !roots.AppendCertsFromPEM([]byte(certificates)) {
		return nil, errors.New("no PEM certificate found in it")
	}
	transport.TLSClientConfig = &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}
	return transport, nil
}
