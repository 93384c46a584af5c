package rest

import (
	"crypto/x509"
	"errors"
	"strings"
	"testing"
	"time"
)

func TestPrivateCertificates(t *testing.T) {
	t.Parallel()
	server, certificate := privateServer(t)
	for _, call := range []Call{get(), post()} {
		t.Run(call.Method, func(t *testing.T) {
			t.Parallel()
			cost, err := over(t, server, "").Do(t.Context(), call)
			e := wantError(t, err)
			if e.Outcome != NotActed || cost.Attempts != 1 || !strings.Contains(err.Error(), "certificate") {
				t.Errorf("without the certificate: got %s after %d attempts: %v", e.Outcome, cost.Attempts, err)
			}
			if _, err := over(t, server, certificate).Do(t.Context(), call); err != nil {
				t.Errorf("with it: %v", err)
			}
			_, other := privateServer(t)
			if _, err := over(t, server, other+certificate).Do(t.Context(), call); err != nil {
				t.Errorf("with it and another: %v", err)
			}
		})
	}
}

func TestACertificateForAnotherNameIsNotTrusted(t *testing.T) {
	t.Parallel()
	server, certificate := privateServer(t)
	server.URL = strings.Replace(server.URL, "127.0.0.1", "localhost", 1)
	cost, err := over(t, server, certificate).Do(t.Context(), get())
	if e := wantError(t, err); e.Outcome != NotActed || cost.Attempts != 1 {
		t.Errorf("got %s after %d attempts: %v", e.Outcome, cost.Attempts, err)
	}
}

func TestCertificatesAreAddedToTheSystems(t *testing.T) {
	t.Parallel()
	_, certificate := privateServer(t)
	transport, err := NewTransport(certificate, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	system, err := x509.SystemCertPool()
	if err != nil {
		t.Skipf("the system has no roots: %v", err)
	}
	alone := x509.NewCertPool()
	alone.AppendCertsFromPEM([]byte(certificate))
	both := system.Clone()
	both.AppendCertsFromPEM([]byte(certificate))
	if got := transport.TLSClientConfig.RootCAs; !got.Equal(both) || got.Equal(system) {
		t.Error("the roots are not the system's and the certificate")
	}
	if system.Equal(x509.NewCertPool()) {
		t.Skip("the system has no roots")
	}
	if transport.TLSClientConfig.RootCAs.Equal(alone) {
		t.Error("the system's roots are not trusted any more")
	}
}

func TestCertificatesThatAreNone(t *testing.T) {
	t.Parallel()
	_, good := privateServer(t)
	_, other := privateServer(t)
	const empty = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
	for name, c := range map[string]struct{ bundle, says string }{
		"one":                        {good, ""},
		"two with comments":          {"# first\n=====\n" + good + "\n\n# second\r\n" + strings.ReplaceAll(other, "\n", "\r\n"), ""},
		"a byte order mark":          {"\uFEFF" + good, ""},
		"the name of a file":         {"ca.pem", "no PEM certificate"},
		"white space":                {" ", "no PEM certificate"},
		"one that is empty":          {good + empty, "block 2 of its PEM blocks cannot be read as a certificate"},
		"a key":                      {"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n" + good, "block 1 of its PEM blocks is no certificate"},
		"one that is damaged":        {good + strings.Replace(other, "A", "!", 1) + good, "block 2 of its PEM blocks cannot be read"},
		"one without its end":        {other[:len(other)/2] + "\n" + good, "block 1 of its PEM blocks cannot be read"},
		"one without its end, last":  {good + other[:len(other)/2], "without a whole PEM block"},
		"one without its beginning":  {good + other[30:], "without a whole PEM block"},
		"one whose beginning is not": {good + other[1:], "without a whole PEM block"},
		"line ends that are words":   {strings.ReplaceAll(good, "\n", `\n`), "cannot be read"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			transport, err := NewTransport(c.bundle, time.Minute)
			if (err == nil) != (c.says == "") || (transport == nil) != (err != nil) {
				t.Fatalf("got %v", err)
			}
			if err != nil && (!strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "AAAA")) {
				t.Errorf("got %v, want %s", err, c.says)
			}
		})
	}
}

func TestAnUntrustedCertificateIsRecognised(t *testing.T) {
	t.Parallel()
	inBubble(t, "however it is wrapped", func(t *testing.T) {
		for _, err := range []error{errUntrusted, errors.Join(errors.New("remote"), errUntrusted)} {
			wire := newWire(reply{err: err})
			cost, err := wire.client().Do(t.Context(), post())
			if e := wantError(t, err); e.Outcome != NotActed || cost.Attempts != 1 {
				t.Errorf("got %s after %d attempts", e.Outcome, cost.Attempts)
			}
		}
	})
}
