package provider_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// A service that repeats another's credential, which it was sent by mistake, is
// quoted without it; also without one that is not used.
func TestSettingsHideTheCredentialsOfAllServices(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	w := s.Configured(t, providertest.Values{"http": providertest.QuickHTTP(), "jelou": providertest.Values{"client_id": sandbox.JelouClientID, "client_secret": sandbox.JelouClientSecret}})
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
		providertest.Has(t, providertest.Said(diags), "Not *** or *** or *** or *** again")
		for _, secret := range secrets {
			if strings.Contains(providertest.Said(diags), secret) {
				t.Errorf("%s: %q shows in %s", service, secret, providertest.Said(diags))
			}
		}
	}
}
