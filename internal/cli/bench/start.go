package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/cli"
)

// startsPerRun is how many starts are measured in a run: one takes a few hundredths of a second.
const startsPerRun = 10

// start measures how long a plug-in takes from its start to its first answer: what it can do. It is started and asked as
// Terraform does that, by gRPC with certificates of both sides, but without the CLI, whose own start would hide it.
func start(ctx context.Context, b *bench) ([]row, error) {
	certificate, text, err := newCertificate()
	if err != nil {
		return nil, err
	}
	b.say("%d starts of each plug-in", b.runs*startsPerRun)
	var ours, empty []float64
	for range b.runs * startsPerRun {
		for mirror, into := range map[*cli.Mirror]*[]float64{b.real: &ours, b.empty: &empty} { // in any order
			took, err := firstAnswer(ctx, mirror.Binary, certificate, text)
			if err != nil {
				return nil, err
			}
			*into = append(*into, took.Seconds()*1000)
		}
	}
	return []row{ratioRow("plug-in start to its first schema / empty provider", "ms", ours, empty, 1.1)}, nil
}

// newCertificate returns a certificate for this side, also as PEM.
func newCertificate() (tls.Certificate, []byte, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, nil, err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), DNSNames: []string{"localhost"}, NotAfter: time.Now().AddDate(0, 0, 1),
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, IsCA: true, BasicConstraintsValid: true,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}
	raw, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	return tls.Certificate{Certificate: [][]byte{raw}, PrivateKey: key}, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: raw}), err
}

// firstAnswer starts the plug-in, asks for its schema and ends it.
func firstAnswer(ctx context.Context, binary string, certificate tls.Certificate, text []byte) (time.Duration, error) {
	plugin := exec.CommandContext(ctx, binary)
	plugin.Env = append(cli.Environment(os.Environ(), nil),
		// The handshake of https://github.com/hashicorp/go-plugin, with Terraform's cookie.
		"TF_PLUGIN_MAGIC_COOKIE=d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
		"PLUGIN_PROTOCOL_VERSIONS=6",
		"PLUGIN_CLIENT_CERT="+string(text),
	)
	stdout, err := plugin.StdoutPipe()
	if err != nil {
		return 0, err
	}
	started := time.Now()
	if err := plugin.Start(); err != nil {
		return 0, err
	}
	defer func() {
		_ = plugin.Process.Kill() // it holds nothing
		_ = plugin.Wait()
	}()
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		return 0, err
	}
	parts := strings.Split(strings.TrimSpace(line), "|")
	if len(parts) < 6 || parts[4] != "grpc" {
		return 0, fmt.Errorf("unexpected handshake %q", line)
	}
	defer os.Remove(parts[3]) //nolint:errcheck // a socket, which the killed plug-in leaves behind
	theirs, err := base64.RawStdEncoding.DecodeString(parts[5])
	if err != nil {
		return 0, err
	}
	root, err := x509.ParseCertificate(theirs)
	if err != nil {
		return 0, err
	}
	trusted := x509.NewCertPool()
	trusted.AddCert(root)
	err = schema(ctx, parts[2], parts[3], &tls.Config{
		Certificates: []tls.Certificate{certificate}, RootCAs: trusted, ServerName: "localhost", MinVersion: tls.VersionTLS12,
	})
	return time.Since(started), err
}

// schema asks the plug-in at the address for its schema.
func schema(ctx context.Context, network, address string, config *tls.Config) error {
	transport := &http.Transport{
		Protocols:       new(http.Protocols),
		TLSClientConfig: config,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, address)
		},
	}
	transport.Protocols.SetHTTP2(true)
	defer transport.CloseIdleConnections()

	noMessage := bytes.NewReader(make([]byte, 5)) // not compressed, of no length
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://localhost/tfplugin6.Provider/GetProviderSchema", noMessage)
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/grpc")
	request.Header.Set("Te", "trailers")
	response, err := transport.RoundTrip(request)
	if err != nil {
		return err
	}
	defer response.Body.Close() //nolint:errcheck // it has been read
	size, err := io.Copy(io.Discard, response.Body)
	if status := response.Trailer.Get("Grpc-Status"); err == nil && (status != "0" || size <= 5) {
		err = errors.New("the plug-in answers with gRPC status " + status + " and no schema: " + response.Trailer.Get("Grpc-Message"))
	}
	return err
}

// size compares what is to be downloaded.
func size(_ context.Context, b *bench) ([]row, error) {
	var sizes []float64
	for _, mirror := range []*cli.Mirror{b.real, b.empty} {
		info, err := os.Stat(mirror.Binary)
		if err != nil {
			return nil, err
		}
		sizes = append(sizes, megabytes(info.Size()))
	}
	return []row{ratioRow("binary, stripped / empty provider's", "MB", sizes[:1], sizes[1:], 1.15)}, nil
}
