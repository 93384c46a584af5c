package provider_test

import (
	"bytes"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"maps"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// in is a provider block with one attribute, such as http.timeout.
func in(attribute string, value any) values {
	object, name, _ := strings.Cut(attribute, ".")
	return values{object: values{name: value}}
}

// wrongSettings are the values that the provider block refuses, by attribute.
func wrongSettings() map[string][]any {
	addresses := []any{
		"", "acme.example", "acme.example/api", "/api", "//acme.example/api", "ftp://acme.example/api", "file:///api", "https://", "https:///api",
		"https:acme.example", "https://user@acme.example/api", "https://user:hunter2@acme.example/api", "https://acme.example/api?x=1",
		"https://acme.example/api?", "https://acme.example/api#x", "https://acme.example/api#", "https://acme example/api", "https://acme.example/a b",
		"https://acme.example/api ", "https://acme.example:port/api", "https://acme.example:65536/api", "mailto:someone@acme.example", "%zz",
	}
	durations := []any{"", "30", "soon", "0s", "-1s", "-0.5s", "1 s"}
	return map[string][]any{
		"thulium.base_url": addresses, "jelou.base_url": addresses, "chatbot.base_url": addresses,
		"thulium.username": {"", "api\nuser"}, "thulium.password": {"", "hunter2\n", "hunter2\r", "hun\x00ter2"},
		"jelou.api_key": {"", "hunter2\n"}, "jelou.client_id": {""}, "jelou.client_secret": {""}, "jelou.project_id": {"", ".", ".."},
		"chatbot.token":               {"", "hunter2\n"},
		"thulium.requests_per_minute": {0, -1}, "jelou.requests_per_minute": {0, -1, 0.5}, "chatbot.requests_per_minute": {0, -1},
		"http.timeout": durations, "http.retry_wait_min": durations, "http.retry_wait_max": durations, "http.max_retries": {-1, 12345.5},
		"http.ca_certificate": {"", "hunter2", "-----BEGIN CERTIFICATE-----\nhunter2\n-----END CERTIFICATE-----\n", "/etc/ssl/ca.pem"},
	}
}

// Each is refused with its attribute, without its value, and without a call.
func TestSettingsRefuseWrongValues(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	for attribute, wrong := range wrongSettings() {
		object, name, _ := strings.Cut(attribute, ".")
		for _, value := range wrong {
			_, diags := s.Tried(t, in(attribute, value))
			said := providertest.Said(diags)
			if !providertest.Failed(diags) || strings.Contains(said, "hunter2") || strings.Contains(said, "12345") || strings.Contains(said, "error in the provider") {
				t.Errorf("%s = %v: accepted, or the value is shown: %s", attribute, value, said)
			}
			for _, diag := range diags {
				if at := fmt.Sprintf("AttributeName(%q).AttributeName(%q)", object, name); diag.Severity == tfprotov6.DiagnosticSeverityError && diag.Attribute.String() != at {
					t.Errorf("%s: the error is at %s", attribute, diag.Attribute)
				}
			}
			if value == "" && object != "http" {
				providertest.Has(t, said, name, "empty string")
			}
		}
	}
	providertest.Saw(t, s)
}

func TestSettingsAcceptRightValues(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	for attribute, right := range map[string][]any{
		"thulium.base_url": {
			"https://acme.thulium.com/api", "HTTPS://acme.thulium.com/api/", "https://acme.thulium.com", "https://acme.thulium.com:8443/a/b//",
			"http://127.0.0.1:8080/api", "https://[::1]:8080/api", "https://żółw.example/api",
		},
		"thulium.requests_per_minute": {1}, "jelou.project_id": {"a/b c"}, "chatbot.base_url": {"https://sitegpt.ai/api/v0"}, "http.max_retries": {0},
		"http.timeout": {"1h30m", "1ms"}, "http.retry_wait_min": {"31s"}, "http.retry_wait_max": {"1ms"}, // below the default of retry_wait_min
	} {
		for _, value := range right {
			if _, diags := s.Tried(t, in(attribute, value)); len(diags) > 0 {
				t.Errorf("%s = %v: %s", attribute, value, providertest.Said(diags))
			}
		}
	}
}

// What contradicts itself is refused, but only once it is known: at validate every variable is unknown, and what is
// unknown may turn out to be null.
func TestSettingsContradictions(t *testing.T) {
	t.Parallel()
	unknown := tftypes.UnknownValue
	for _, c := range []struct {
		object string
		block  values
		says   []string // nil: it is accepted
	}{
		{"http", values{"retry_wait_min": "2s", "retry_wait_max": "1s"}, []string{"http.retry_wait_min", "2s", "1s"}},
		{"http", values{"retry_wait_max": "100ms"}, nil},
		{"http", values{"retry_wait_min": "1m"}, nil},
		{"http", values{"retry_wait_min": "1m", "retry_wait_max": "60s"}, nil},
		{"http", values{"retry_wait_min": "1m", "retry_wait_max": unknown}, nil},
		{"http", values{"retry_wait_min": unknown, "retry_wait_max": "1ms"}, nil},
		{"jelou", values{"api_key": "k", "client_id": "i"}, []string{"jelou.api_key", "jelou.client_id"}},
		{"jelou", values{"api_key": "k", "client_secret": "s"}, []string{"jelou.api_key", "never with both"}},
		{"jelou", values{"api_key": unknown, "client_id": "i", "client_secret": "s"}, nil},
		{"jelou", values{"api_key": "k", "client_id": unknown, "client_secret": unknown}, nil},
		{"jelou", values{"api_key": unknown, "client_id": unknown, "client_secret": unknown}, nil},
		{"jelou", values{"api_key": "k", "client_id": unknown, "client_secret": "s"}, []string{"never with both"}},
	} {
		_, diags := providertest.New(t, sandbox.Options{}).Tried(t, values{c.object: c.block})
		if providertest.Failed(diags) != (c.says != nil) {
			t.Errorf("%v: %s", c.block, providertest.Said(diags))
		}
		providertest.Has(t, providertest.Said(diags), c.says...)
	}
}

// Credentials over plain http are warned of, except where the network is the user's own.
func TestSettingsPlainHTTP(t *testing.T) {
	t.Parallel()
	environment := map[string]string{
		"THULIUM_USERNAME": "u", "THULIUM_PASSWORD": "p", "JELOU_API_KEY": "k", "CHATBOT_TOKEN": "t",
	}
	warnings := func(address string, environment map[string]string, want int) {
		t.Helper()
		w, diags := stageWith(t, environment).Tried(t, values{
			"thulium": values{"base_url": address}, "jelou": values{"base_url": address}, "chatbot": values{"base_url": address},
		})
		w.Must(nil, diags)
		if len(diags) != want {
			t.Errorf("%s: %d warnings, want %d: %s", address, len(diags), want, providertest.Said(diags))
		}
		for _, diag := range diags {
			providertest.Has(t, diag.Attribute.String()+diag.Summary+diag.Detail, "base_url", "plain http", "https")
		}
	}
	for _, address := range []string{
		"http://acme.thulium.com/api", "http://acme.thulium.com:8080/api", "http://acme.thulium.com./api", "HTTP://ACME.THULIUM.COM/api",
		"http://93.184.216.34/api", "http://[2606:4700::1111]/api", "http://172.32.0.1/api", "http://169.254.1.1/api", "http://[fe80::1]/api",
		"http://test.example.com/api", "http://thulium.testing/api", "http://internal.example/api", "http://local.acme.com/api", "http://0.0.0.0.example.com/api",
	} {
		warnings(address, environment, 3)
	}
	for _, address := range []string{
		"https://acme.thulium.com/api", "http://localhost:8080/api", "http://LOCALHOST/api", "http://127.0.0.1:8080/api", "http://127.8.9.10/api",
		"http://[::1]:8080/api", "http://[::ffff:127.0.0.1]/api", "http://10.1.2.3/api", "http://172.16.0.1/api", "http://192.168.1.1/api",
		"http://[fd00::1]/api", "http://thulium/api", "http://thulium:8080/api", "http://thulium.test/api", "http://thulium.TEST./api",
		"http://a.b.internal/api", "http://printer.local/api", "http://mytest/api",
	} {
		warnings(address, environment, 0)
	}
	warnings("http://acme.thulium.com/api", nil, 0) // there are no credentials to lose
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

	_, diags := s.Quick(t).Apply(t.Context(), chat, nothing, values{"chat_queue_id": 3})
	if !providertest.Failed(diags) {
		t.Error("an unknown certificate was trusted")
	}
	providertest.Has(t, providertest.Said(diags), "http.ca_certificate", "no conversation was started")
	providertest.Saw(t, s)
	s.Configured(t, in("http.ca_certificate", "# a comment\n"+bundle)).MustApply(chat, nothing, values{"chat_queue_id": 3})
}

// Go would call the services past a proxy whose address it cannot read.
func TestSettingsProxy(t *testing.T) {
	t.Parallel()
	const wrong, right = "http://corp:hunter2%off@proxy.example:3128", "corp:hunter2%25off@proxy.example:3128"
	for name, c := range map[string]struct {
		environment map[string]string
		refused     string // the variable that is named; "": none
	}{
		"of https":               {map[string]string{"HTTPS_PROXY": wrong}, "HTTPS_PROXY"},
		"of https, lower case":   {map[string]string{"https_proxy": wrong}, "https_proxy"},
		"of http":                {map[string]string{"HTTP_PROXY": "corp:hunter2 @proxy"}, "HTTP_PROXY"},
		"of http, lower case":    {map[string]string{"http_proxy": "http://corp:hunter2@proxy.example:3128\n"}, "http_proxy"},
		"one beside a right one": {map[string]string{"HTTP_PROXY": right, "https_proxy": wrong}, "https_proxy"},
		"one that is not used":   {map[string]string{"HTTPS_PROXY": right, "https_proxy": wrong}, ""},
		"a right one":            {map[string]string{"HTTP_PROXY": "http://" + right, "HTTPS_PROXY": "socks5://proxy.example"}, ""},
		"none":                   {nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := providertest.New(t, sandbox.Options{})
			maps.Copy(s.Environment, c.environment)
			_, diags := s.Tried(t, nil)
			said := providertest.Said(diags)
			if providertest.Failed(diags) != (c.refused != "") || strings.Contains(said, "hunter2") {
				t.Errorf("got %s", said)
			}
			if c.refused != "" {
				providertest.Has(t, said, "Invalid "+c.refused, "environment variable "+c.refused+" is not a URL", "%25")
			}
		})
	}
}

// The limit holds for each service, and waiting counts against the time-out.
func TestSettingsRequestsPerMinute(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := providertest.NewInMemory(t, sandbox.Options{})
		w := s.Configured(t, in("thulium.requests_per_minute", 1))
		w.MustApply(chat, nothing, values{"chat_queue_id": 3})
		providertest.Saw(t, s, "thulium.start")
		began := time.Now()
		_, diags := w.Apply(t.Context(), chat, nothing, values{"chat_queue_id": 3, "timeouts": values{"create": "59s"}})
		providertest.Has(t, providertest.Said(diags), "no conversation was started", "was not sent", "requests_per_minute")
		providertest.Saw(t, s)
		if took := time.Since(began); took != 0 {
			t.Errorf("waited %s in vain", took)
		}
		w.MustApply(chat, nothing, values{"chat_queue_id": 3})
		if took := time.Since(began); took != time.Minute {
			t.Errorf("the next call was made after %s", took)
		}
		for service, diags := range callEach(t, s.Configured(t, in("thulium.requests_per_minute", 1))) {
			if len(diags) > 0 {
				t.Errorf("another configuration's limit holds for %s: %s", service, providertest.Said(diags))
			}
		}
	})
}

// The settings in force are one line of the log, without a secret.
func TestSettingsInForceAreOneLine(t *testing.T) {
	t.Parallel()
	var written bytes.Buffer
	s := providertest.New(t, sandbox.Options{})
	s.Configured(providertest.Logged(t, &written), values{
		"http": values{"max_retries": 1}, "thulium": values{"requests_per_minute": 30}, "jelou": values{"project_id": "project-7"},
	})
	lines, err := tflogtest.MultilineJSONDecode(&written)
	if err != nil {
		t.Fatal(err)
	}
	var settings []map[string]any
	for _, line := range lines {
		if text := fmt.Sprint(line["@message"]); strings.HasPrefix(text, "Configured") {
			settings = append(settings, line)
		}
	}
	if len(settings) != 1 {
		t.Fatalf("got %v", settings)
	}
	for name, want := range map[string]string{
		"http.max_retries": "1", "http.timeout": "30s", "thulium.requests_per_minute": "30", "jelou.requests_per_minute": "0",
		"thulium.base_url": s.URL + sandbox.ThuliumPath, "chatbot.base_url": s.URL + sandbox.ChatbotPath, "jelou.project_id": "project-7",
	} {
		if got := fmt.Sprint(settings[0][name]); got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
	if text := fmt.Sprint(settings[0]); strings.Contains(text, sandbox.ChatbotToken) {
		t.Errorf("a token is logged: %s", text)
	}
}
