package provider_test

import (
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// settingsSetting is one attribute of the provider block with a value.
type settingsSetting struct {
	object, attribute string
	value             any
}

func (c settingsSetting) String() string {
	return fmt.Sprintf("%s.%s = %v", c.object, c.attribute, c.value)
}

// settingsWrong are the values that the provider block refuses.
func settingsWrong() []settingsSetting {
	var out []settingsSetting
	refuse := func(object, attribute string, values ...any) {
		for _, value := range values {
			out = append(out, settingsSetting{object, attribute, value})
		}
	}
	for object, attributes := range map[string][]string{
		"thulium": {"base_url", "username", "password"},
		"jelou":   {"base_url", "project_id", "api_key", "client_id", "client_secret"},
		"chatbot": {"base_url", "token"},
		"http":    {"timeout", "retry_wait_min", "retry_wait_max", "ca_certificate"},
	} {
		for _, attribute := range attributes {
			refuse(object, attribute, "")
			if attribute == "base_url" {
				refuse(object, attribute,
					"acme.example", "acme.example/api", "/api", "//acme.example/api", "ftp://acme.example/api", "file:///api",
					"https://", "https:///api", "https:acme.example", "https://user@acme.example/api", "https://user:hunter2@acme.example/api",
					"https://acme.example/api?x=1", "https://acme.example/api?", "https://acme.example/api#x", "https://acme.example/api#",
					"https://acme example/api", "https://acme.example/a b", "https://acme.example/api ", "https://acme.example:port/api", "https://acme.example:65536/api", "mailto:someone@acme.example", "%zz")
			}
		}
	}
	refuse("thulium", "username", "api\nuser")
	refuse("thulium", "password", "hunter2\n", "hunter2\r", "hun\x00ter2")
	refuse("jelou", "api_key", "hunter2\n")
	refuse("jelou", "project_id", ".", "..")
	refuse("chatbot", "token", "hunter2\n")
	for _, object := range []string{"thulium", "jelou", "chatbot"} {
		refuse(object, "requests_per_minute", 0, -1)
	}
	for _, attribute := range []string{"timeout", "retry_wait_min", "retry_wait_max"} {
		refuse("http", attribute, "30", "soon", "0s", "-1s", "-0.5s", "1 s")
	}
	refuse("http", "max_retries", -1)
	refuse("http", "ca_certificate", "hunter2", "-----BEGIN CERTIFICATE-----\nhunter2\n-----END CERTIFICATE-----\n", "/etc/ssl/ca.pem")
	return out
}

// Each is refused with its attribute, without its value, and without a call.
func TestSettingsRefuseWrongValues(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	for _, wrong := range settingsWrong() {
		_, diags := s.Tried(t, providertest.Values{wrong.object: providertest.Values{wrong.attribute: wrong.value}})
		if !providertest.Failed(diags) {
			t.Errorf("%s is accepted", wrong)
			continue
		}
		want := fmt.Sprintf("AttributeName(%q).AttributeName(%q)", wrong.object, wrong.attribute)
		for _, diag := range diags {
			if diag.Severity == tfprotov6.DiagnosticSeverityError && diag.Attribute.String() != want {
				t.Errorf("%s: the error is at %s", wrong, diag.Attribute)
			}
		}
		if strings.Contains(providertest.Said(diags), "hunter2") {
			t.Errorf("%s: a secret is shown: %s", wrong, providertest.Said(diags))
		}
		if wrong.value == "" && wrong.object != "http" {
			providertest.Has(t, providertest.Said(diags), wrong.attribute, "empty string")
		}
	}
	providertest.Saw(t, s)
}

func TestSettingsAcceptRightValues(t *testing.T) {
	t.Parallel()
	for _, right := range []settingsSetting{
		{"thulium", "base_url", "https://acme.thulium.com/api"},
		{"thulium", "base_url", "HTTPS://acme.thulium.com/api/"},
		{"thulium", "base_url", "https://acme.thulium.com"},
		{"thulium", "base_url", "https://acme.thulium.com:8443/a/b//"},
		{"thulium", "base_url", "http://127.0.0.1:8080/api"},
		{"thulium", "base_url", "https://[::1]:8080/api"},
		{"thulium", "base_url", "https://żółw.example/api"},
		{"thulium", "requests_per_minute", 1},
		{"jelou", "project_id", "a/b c"},
		{"chatbot", "base_url", "https://sitegpt.ai/api/v0"},
		{"http", "max_retries", 0},
		{"http", "timeout", "1h30m"},
		{"http", "timeout", "1ms"},
		{"http", "retry_wait_max", "1ms"}, // below the default of retry_wait_min
		{"http", "retry_wait_min", "31s"},
	} {
		s := providertest.New(t, sandbox.Options{})
		if _, diags := s.Tried(t, providertest.Values{right.object: providertest.Values{right.attribute: right.value}}); len(diags) > 0 {
			t.Errorf("%s: %s", right, providertest.Said(diags))
		}
	}
}

// What contradicts itself is refused, but only once it is known: at validate every
// variable is unknown, and what is unknown may turn out to be null.
func TestSettingsContradictions(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		config providertest.Values
		says   []string
	}{
		"waits":                 {providertest.Values{"http": providertest.Values{"retry_wait_min": "2s", "retry_wait_max": "1s"}}, []string{"http.retry_wait_min", "2s", "1s"}},
		"longest alone":         {providertest.Values{"http": providertest.Values{"retry_wait_max": "100ms"}}, nil},
		"shortest alone":        {providertest.Values{"http": providertest.Values{"retry_wait_min": "1m"}}, nil},
		"equal":                 {providertest.Values{"http": providertest.Values{"retry_wait_min": "1m", "retry_wait_max": "60s"}}, nil},
		"longest unknown":       {providertest.Values{"http": providertest.Values{"retry_wait_min": "1m", "retry_wait_max": tftypes.UnknownValue}}, nil},
		"shortest unknown":      {providertest.Values{"http": providertest.Values{"retry_wait_min": tftypes.UnknownValue, "retry_wait_max": "1ms"}}, nil},
		"key and id":            {providertest.Values{"jelou": providertest.Values{"api_key": "k", "client_id": "i"}}, []string{"jelou.api_key", "jelou.client_id"}},
		"key and secret":        {providertest.Values{"jelou": providertest.Values{"api_key": "k", "client_secret": "s"}}, []string{"jelou.api_key", "never with both"}},
		"key unknown":           {providertest.Values{"jelou": providertest.Values{"api_key": tftypes.UnknownValue, "client_id": "i", "client_secret": "s"}}, nil},
		"pair unknown":          {providertest.Values{"jelou": providertest.Values{"api_key": "k", "client_id": tftypes.UnknownValue, "client_secret": tftypes.UnknownValue}}, nil},
		"all of them unknown":   {providertest.Values{"jelou": providertest.Values{"api_key": tftypes.UnknownValue, "client_id": tftypes.UnknownValue, "client_secret": tftypes.UnknownValue}}, nil},
		"half of the pair only": {providertest.Values{"jelou": providertest.Values{"api_key": "k", "client_id": tftypes.UnknownValue, "client_secret": "s"}}, []string{"never with both"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := providertest.New(t, sandbox.Options{})
			_, diags := s.Tried(t, tc.config)
			if providertest.Failed(diags) != (tc.says != nil) {
				t.Fatal(providertest.Said(diags))
			}
			providertest.Has(t, providertest.Said(diags), tc.says...)
		})
	}
}

// A bundle is trusted beside the system's roots; without it the error says what to set.
func TestSettingsCACertificate(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	server := httptest.NewUnstartedServer(s.Sandbox)
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // it reports the client that does not trust it
	server.StartTLS()
	t.Cleanup(server.Close)
	bundle := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}))
	s.Environment["THULIUM_BASE_URL"] = server.URL + sandbox.ThuliumPath

	http := providertest.QuickHTTP()
	w := s.Configured(t, providertest.Values{"http": http})
	_, diags := w.Apply(t.Context(), "thulium_chat_conversation", providertest.Object{}, providertest.Values{"chat_queue_id": 3})
	if !providertest.Failed(diags) {
		t.Error("an unknown certificate was trusted")
	}
	providertest.Has(t, providertest.Said(diags), "http.ca_certificate", "No conversation was started")
	providertest.Saw(t, s)

	http["ca_certificate"] = "# a comment\n" + bundle
	s.Configured(t, providertest.Values{"http": http}).MustApply("thulium_chat_conversation", providertest.Object{}, providertest.Values{"chat_queue_id": 3})
}

// The limit holds for each service, and waiting counts against the time-out.
func TestSettingsRequestsPerMinute(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := providertest.NewInMemory(t, sandbox.Options{})
		w := s.Configured(t, providertest.Values{"thulium": providertest.Values{"requests_per_minute": 1}})
		w.MustApply("thulium_chat_conversation", providertest.Object{}, providertest.Values{"chat_queue_id": 3})
		providertest.Saw(t, s, "thulium.start")
		began := time.Now()
		_, diags := w.Apply(t.Context(), "thulium_chat_conversation", providertest.Object{}, providertest.Values{"chat_queue_id": 3, "timeouts": providertest.Values{"create": "59s"}})
		providertest.Has(t, providertest.Said(diags), "No conversation was started", "was not sent", "requests_per_minute")
		providertest.Saw(t, s)
		if took := time.Since(began); took != 0 {
			t.Errorf("waited %s in vain", took)
		}
		w.MustApply("thulium_chat_conversation", providertest.Object{}, providertest.Values{"chat_queue_id": 3})
		if took := time.Since(began); took != time.Minute {
			t.Errorf("the next call was made after %s", took)
		}
		for service, diags := range settingsCalls(t, s.Configured(t, providertest.Values{"thulium": providertest.Values{"requests_per_minute": 1}})) {
			if len(diags) > 0 {
				t.Errorf("another configuration's limit holds for %s: %s", service, providertest.Said(diags))
			}
		}
	})
}
