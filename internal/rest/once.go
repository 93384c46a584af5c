package rest

import (
	"crypto/tls"
	"net/http"
	"time"
)

// NewOnceTransport returns a transport that opens a connection for each request, so that the
// end of a kept connection never looks like a lost answer. TLS sessions are resumed.
func NewOnceTransport(certificates string, timeout time.Duration) (*http.Transport, error) {
	transport, err := NewTransport(certificates, timeout)
	if err == nil {
		transport.DisableKeepAlives = true
		transport.TLSClientConfig.ClientSessionCache = tls.NewLRUClientSessionCache(0)
	}
	return transport, err
}
