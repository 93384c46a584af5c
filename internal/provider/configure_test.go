package provider

import (
	"reflect"
	"testing"
)

// The standard library takes a proxy without its scheme, too.
func TestProxySecrets(t *testing.T) {
	t.Parallel()
	for address, want := range map[string][]string{
		"http://me:s3cret@proxy:3128":     {"s3cret", "bWU6czNjcmV0"},
		"me:s3cret@proxy:3128":            {"s3cret", "bWU6czNjcmV0"},
		"http://t0ken-of-proxy@proxy:312": {"t0ken-of-proxy"},
		"http://me@proxy:3128":            nil,
		"proxy:3128":                      nil,
		"":                                nil,
		"://":                             nil,
	} {
		p := &conversationProvider{Options{Getenv: func(variable string) string {
			return map[string]string{"https_proxy": address}[variable]
		}}}
		if got := p.proxySecrets(); !reflect.DeepEqual(got, want) {
			t.Errorf("%q: got %q, want %q", address, got, want)
		}
	}
}
