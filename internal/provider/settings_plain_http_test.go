package provider_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
)

// Credentials over plain http are warned of, except where the network is the
// user's own.
func TestSettingsPlainHTTP(t *testing.T) {
	t.Parallel()
	for address, warned := range map[string]bool{
		"https://acme.thulium.com/api":     false,
		"http://acme.thulium.com/api":      true,
		"http://acme.thulium.com:8080/api": true,
		"http://acme.thulium.com./api":     true,
		"HTTP://ACME.THULIUM.COM/api":      true,
		"http://93.184.216.34/api":         true,
		"http://[2606:4700::1111]/api":     true,
		"http://localhost:8080/api":        false,
		"http://LOCALHOST/api":             false,
		"http://127.0.0.1:8080/api":        false,
		"http://127.8.9.10/api":            false,
		"http://[::1]:8080/api":            false,
		"http://[::ffff:127.0.0.1]/api":    false,
		"http://10.1.2.3/api":              false,
		"http://172.16.0.1/api":            false,
		"http://172.32.0.1/api":            true,
		"http://192.168.1.1/api":           false,
		"http://[fd00::1]/api":             false,
		"http://169.254.1.1/api":           true,
		"http://[fe80::1]/api":             true,
		"http://thulium/api":               false,
		"http://thulium:8080/api":          false,
		"http://thulium.test/api":          false,
		"http://thulium.TEST./api":         false,
		"http://a.b.internal/api":          false,
		"http://printer.local/api":         false,
		"http://test.example.com/api":      true,
		"http://thulium.testing/api":       true,
		"http://mytest/api":                false,
		"http://internal.example/api":      true,
		"http://local.acme.com/api":        true,
		"http://0.0.0.0.example.com/api":   true,
	} {
		s := settingsStage(t, map[string]string{
			"THULIUM_USERNAME": "u", "THULIUM_PASSWORD": "p", "JELOU_API_KEY": "k", "JELOU_BASE_URL": address, "CHATBOT_TOKEN": "t",
		})
		w, diags := s.Tried(t, providertest.Values{"thulium": providertest.Values{"base_url": address}, "chatbot": providertest.Values{"base_url": address}})
		w.Must(nil, diags)
		if want := map[bool]int{true: 3, false: 0}[warned]; len(diags) != want {
			t.Errorf("%s: %d warnings, want %d, one of each service: %s", address, len(diags), want, providertest.Said(diags))
		}
		for _, diag := range diags {
			if diag.Severity != tfprotov6.DiagnosticSeverityWarning {
				t.Errorf("%s: an error: %s", address, diag.Summary)
			}
			providertest.Has(t, diag.Attribute.String()+diag.Summary+diag.Detail, "base_url", "plain http", "https")
		}
	}
}

// Where there are no credentials to lose, nothing is warned of.
func TestSettingsPlainHTTPWithoutCredentials(t *testing.T) {
	t.Parallel()
	s := settingsStage(t, nil)
	w, diags := s.Tried(t, providertest.Values{"thulium": providertest.Values{"base_url": "http://acme.thulium.com/api"}})
	w.Must(nil, diags)
	if len(diags) > 0 {
		t.Errorf("said: %s", providertest.Said(diags))
	}
}
