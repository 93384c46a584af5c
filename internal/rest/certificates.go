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

// addCertificates adds the certificates of a PEM bundle to roots. Between them there may be
// comments; the bundle is refused when a part of it cannot be read.
func addCertificates(roots *x509.CertPool, bundle string) error {
	for i, text := range blocks.FindAllString(bundle, -1) {
		block, _ := pem.Decode([]byte(text + "\n"))
		if block == nil || strings.Count(text, "-----BEGIN") > 1 {
			return fmt.Errorf("block %d of its PEM blocks cannot be read", i+1)
		}
		if block.Type != "CERTIFICATE" {
			return fmt.Errorf("block %d of its PEM blocks is no certificate, but a %s", i+1, block.Type)
		}
		certificate, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return fmt.Errorf("block %d of its PEM blocks cannot be read as a certificate: %w", i+1, err)
		}
		roots.AddCert(certificate)
	}
	switch comments := blocks.Split(bundle, -1); {
	case strings.Contains(strings.Join(comments, ""), "----"):
		return errors.New("it has a BEGIN or END line without a whole PEM block")
	case len(comments) == 1:
		return errors.New("no PEM certificate found in it")
	}
	return nil
}
