package rest

import (
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// blocks finds the blocks of a PEM bundle.
var blocks = regexp.MustCompile(`(?s)-----BEGIN .*?-----END [^\n]*-----`)

// Certificates returns the certificates of a PEM bundle. Between them there may be comments.
// The bundle is refused when a part of it cannot be read. The error repeats nothing of it.
func Certificates(bundle string) ([]*x509.Certificate, error) {
	var out []*x509.Certificate
	for i, text := range blocks.FindAllString(bundle, -1) {
		block, _ := pem.Decode([]byte(text + "\n"))
		if block == nil || strings.Count(text, "-----BEGIN") > 1 {
			return nil, fmt.Errorf("block %d of its PEM blocks cannot be read", i+1)
		}
		if block.Type != "CERTIFICATE" {
			return nil, fmt.Errorf("block %d of its PEM blocks is no certificate", i+1)
		}
		certificate, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("block %d of its PEM blocks cannot be read as a certificate", i+1)
		}
		out = append(out, certificate)
	}
	if strings.Contains(strings.Join(blocks.Split(bundle, -1), ""), "----") {
		return nil, errors.New("it has a BEGIN or END line without a whole PEM block")
	}
	if len(out) == 0 {
		return nil, errors.New("no PEM certificate was found in it")
	}
	return out, nil
}
