package provider

import (
	"testing"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/service"
)

// What counts as the same origin.
func TestSettingsOrigins(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		block, environment string
		same               bool
	}{
		{"https://acme.example/api", "https://acme.example/api", true},
		{"https://acme.example/api/", "https://acme.example/v2", true},
		{"https://ACME.example/api", "https://acme.example/api", true},
		{"https://acme.example:443/api", "https://acme.example/api", true},
		{"http://acme.test:80/api", "http://acme.test/api", true},
		{"https://acme.example/api", "http://acme.example/api", false},
		{"https://acme.example:8443/api", "https://acme.example/api", false},
		{"https://acme.example/api", "https://evil.example/api", false},
		{"https://acme.example.evil.example/api", "https://acme.example/api", false},
	} {
		if got := sameOrigin(tc.block, tc.environment); got != tc.same {
			t.Errorf("%s and %s: %t, want %t", tc.block, tc.environment, got, tc.same)
		}
	}
}

// Jelou's address has a default, and the others have none.
func TestSettingsDefaultAddress(t *testing.T) {
	t.Parallel()
	none := func(string) string { return "" }
	for _, tc := range []struct {
		account service.Account
		url     string
	}{
		{service.ThuliumAccount, ""},
		{service.JelouAccount, "https://gateway.jelou.ai/jelouapi/v1"},
		{service.ChatbotAccount, ""},
	} {
		resolved, err := source{Account: tc.account, getenv: none}.resolve()
		if resolved.baseURL != tc.url || err == nil {
			t.Errorf("%s: %q %v, want %q and credentials missing", tc.account.Block, resolved.baseURL, err, tc.url)
		}
	}
}
