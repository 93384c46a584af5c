package provider

import (
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// A service that repeats another's credential, which it was sent by mistake, is
// quoted without it; also without one that is not used.
func TestSettingsHideTheCredentialsOfAllServices(t *testing.T) {
	t.Parallel()
	s := newStage(t, sandbox.Options{})
	w := s.configured(t, values{"http": quickHTTP(), "jelou": values{"client_id": sandbox.JelouClientID, "client_secret": sandbox.JelouClientSecret}})
	secrets := []string{sandbox.ThuliumPassword, sandbox.JelouAPIKey, sandbox.JelouClientSecret, sandbox.ChatbotToken}
	all := "Not " + strings.Join(secrets, " or ") + " again"
	for call, body := range map[string]string{
		"thulium.start":  `{"errors":[{"message":"` + all + `"}]}`,
		"jelou.close":    `{"status":0,"message":"` + all + `"}`,
		"chatbot.thread": `{"success":false,"message":"` + all + `"}`,
	} {
		s.AddFault(sandbox.Fault{Call: call, Kind: sandbox.FaultStatus, Status: http.StatusForbidden, Body: body})
	}
	for service, diags := range settingsCalls(t, w) {
		thuliumHas(t, said(diags), "Not *** or *** or *** or *** again")
		for _, secret := range secrets {
			if strings.Contains(said(diags), secret) {
				t.Errorf("%s: %q shows in %s", service, secret, said(diags))
			}
		}
	}
}

// The standard library takes a proxy without its scheme.
func TestProxyPasswordsAreSecrets(t *testing.T) {
	t.Parallel()
	for address, want := range map[string][]string{
		"http://me:s3cret@proxy:3128": {"s3cret", "bWU6czNjcmV0"},
		"me:s3cret@proxy:3128":        {"s3cret", "bWU6czNjcmV0"},
		"http://me@proxy:3128":        nil,
		"proxy:3128":                  nil,
		"":                            nil,
		"://":                         nil,
	} {
		p := &conversationProvider{getenv: func(variable string) string {
			return map[string]string{"https_proxy": address}[variable]
		}}
		if got := p.proxyPasswords(); !reflect.DeepEqual(got, want) {
			t.Errorf("%q: got %q, want %q", address, got, want)
		}
	}
}
