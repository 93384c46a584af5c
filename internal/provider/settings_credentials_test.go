package provider

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// settingsFull is a provider block that says all that the environment of a stage says.
func settingsFull(s *stage) values {
	return values{
		"thulium": values{"base_url": s.URL + sandbox.ThuliumPath, "username": sandbox.ThuliumUsername, "password": sandbox.ThuliumPassword},
		"jelou":   values{"base_url": s.URL + sandbox.JelouPath, "project_id": sandbox.JelouProjectID, "api_key": sandbox.JelouAPIKey},
		"chatbot": values{"base_url": s.URL + sandbox.ChatbotPath, "token": sandbox.ChatbotToken},
	}
}

// The block and the environment give the same calls.
func TestSettingsBlockAndEnvironmentAreTheSame(t *testing.T) {
	exercisedInProcess(t, "provider: block alone")
	t.Parallel()
	type seen struct{ line, account, scheme, body, agent string }
	var logs [][]seen
	for _, inBlock := range []bool{false, true} {
		s := newStage(t, sandbox.Options{})
		config := values{}
		if inBlock {
			clear(s.Environment)
			config = settingsFull(s)
		}
		w, diags := settingsTried(t, s, config)
		if len(diags) > 0 {
			t.Fatal(said(diags))
		}
		if n := s.Count("*"); n > 0 {
			t.Errorf("%d calls were made before there was anything to do", n)
		}
		for service, diags := range settingsCalls(t, w) {
			if len(diags) > 0 {
				t.Errorf("%s: %s", service, said(diags))
			}
		}
		var log []seen
		for _, r := range s.Requests() {
			log = append(log, seen{r.Method + " " + r.Path + "?" + r.Query.Encode(), r.Account, r.AuthScheme, r.Body, r.Header.Get("User-Agent")})
		}
		logs = append(logs, log)
	}
	if len(logs[0]) != 3 || !reflect.DeepEqual(logs[0], logs[1]) {
		t.Errorf("the environment gives\n%v, the block\n%v", logs[0], logs[1])
	}
	if agent := logs[0][0].agent; agent != "terraform-provider-conversation/test terraform/1.16.0" {
		t.Errorf("User-Agent is %q", agent)
	}
}

// A service that is not configured is an error for its own blocks only, at plan.
func TestSettingsMissing(t *testing.T) {
	exercisedInProcess(t, "provider: missing configuration")
	t.Parallel()
	variables := map[string][]string{
		"thulium": {envThuliumBaseURL, envThuliumUsername, envThuliumPassword},
		"jelou":   {envJelouAPIKey},
		"chatbot": {envChatbotBaseURL, envChatbotToken},
	}
	for service, needed := range variables {
		for _, missing := range needed {
			for _, empty := range []bool{false, true} { // an empty variable counts as unset
				t.Run(fmt.Sprintf("%s empty %t", missing, empty), func(t *testing.T) {
					t.Parallel()
					s := newStage(t, sandbox.Options{})
					if delete(s.Environment, missing); empty {
						s.Environment[missing] = ""
					}
					w, diags := settingsTried(t, s, values{})
					if len(diags) > 0 {
						t.Fatalf("Configure says: %s", said(diags))
					}
					attribute := service + "." + strings.ToLower(strings.TrimPrefix(missing, strings.ToUpper(service)+"_"))
					for called, diags := range settingsCalls(t, w) {
						if called != service {
							w.must(nil, diags)
							continue
						}
						if !failed(diags) {
							t.Fatalf("%s was called", called)
						}
						thuliumHas(t, said(diags), attribute, missing)
					}
					if n := s.Count(service + ".*"); n > 0 || s.Count("*") != 2 {
						t.Errorf("%d calls of %s, %d in all", n, service, s.Count("*"))
					}
				})
			}
		}
	}
}

// The error comes with the plan, before anything is done.
func TestSettingsMissingAtPlan(t *testing.T) {
	t.Parallel()
	s := settingsStage(t, nil)
	w, diags := settingsTried(t, s, values{})
	w.must(nil, diags)
	_, diags = w.plan(thuliumConversation, object{}, values{"chat_queue_id": 3})
	if !failed(diags) {
		t.Error("the plan succeeded")
	}
	thuliumHas(t, said(diags), "thulium.base_url, thulium.username and thulium.password are not set. Set them in the provider block, "+
		"or the environment variables THULIUM_BASE_URL, THULIUM_USERNAME and THULIUM_PASSWORD.")
	_, diags = w.plan("jelou_conversation_close", object{}, values{"project_id": "p", "bot_id": "b", "user_id": "u"})
	if !failed(diags) {
		t.Error("the plan succeeded")
	}
	thuliumHas(t, said(diags), "jelou.api_key is not set. Set it in the provider block, or the environment variable JELOU_API_KEY, "+
		"or jelou.client_id and jelou.client_secret (JELOU_CLIENT_ID, JELOU_CLIENT_SECRET).")

	s.Environment = map[string]string{envThuliumBaseURL: s.URL + sandbox.ThuliumPath}
	w, diags = settingsTried(t, s, values{})
	w.must(nil, diags)
	_, diags = w.plan(thuliumConversation, object{}, values{"chat_queue_id": 3})
	thuliumHas(t, said(diags), "but thulium.username and thulium.password are not set. Set them")
}

// One set of credentials from one place, and never to another address.
func TestSettingsThuliumCredentialsFromOnePlace(t *testing.T) {
	exercisedInProcess(t, "provider: credentials from one place")
	t.Parallel()
	const other, otherPassword = sandbox.ThuliumNoListUsername, sandbox.ThuliumNoListPassword
	const elsewhere = "https://elsewhere.example/api"
	for name, tc := range map[string]struct {
		block       func(url string) values
		environment map[string]string // in place of the stage's own
		account     string            // that is used; "": an error
		says        []string
	}{
		"environment alone":       {account: sandbox.ThuliumUsername},
		"an empty block":          {block: func(string) values { return values{} }, account: sandbox.ThuliumUsername},
		"block and environment":   {block: func(string) values { return values{"username": other, "password": otherPassword} }, account: other},
		"the address alone":       {block: func(url string) values { return values{"base_url": url} }, account: sandbox.ThuliumUsername},
		"another path":            {block: func(url string) values { return values{"base_url": url + "/"} }, account: sandbox.ThuliumUsername},
		"a username alone":        {block: func(string) values { return values{"username": other} }, says: []string{"thulium.password", envThuliumPassword, "none is taken from the environment"}},
		"a password alone":        {block: func(string) values { return values{"password": otherPassword} }, says: []string{"thulium.username", envThuliumUsername, "none is taken from the environment"}},
		"no address in the block": {block: func(string) values { return values{"username": other, "password": otherPassword} }, environment: map[string]string{envThuliumBaseURL: ""}, says: []string{"thulium.base_url", envThuliumBaseURL}},
		"another address": {
			block: func(string) values { return values{"base_url": elsewhere} },
			says:  []string{elsewhere, "/thulium/api", envThuliumBaseURL, "thulium.password", envThuliumPassword},
		},
		"another address in the environment": {
			block:       func(url string) values { return values{"base_url": url} },
			environment: map[string]string{envThuliumBaseURL: elsewhere},
			says:        []string{elsewhere, "/thulium/api", envThuliumBaseURL},
		},
		"another address, credentials of its own": {
			block: func(url string) values {
				return values{"base_url": url, "username": other, "password": otherPassword}
			},
			environment: map[string]string{envThuliumBaseURL: elsewhere},
			account:     other,
		},
		"an address that the environment lacks": {
			block:       func(url string) values { return values{"base_url": url} },
			environment: map[string]string{envThuliumBaseURL: ""},
			account:     sandbox.ThuliumUsername,
		},
		"a complete block beside an address that is none": {
			block: func(url string) values {
				return values{"base_url": url, "username": other, "password": otherPassword}
			},
			environment: map[string]string{envThuliumBaseURL: "acme"},
			account:     other,
		},
		"an address beside one that is none": {
			block:       func(url string) values { return values{"base_url": url} },
			environment: map[string]string{envThuliumBaseURL: "acme"},
			says:        []string{envThuliumBaseURL, "http"},
		},
		"an address that is none":            {environment: map[string]string{envThuliumBaseURL: "acme.thulium.com/api"}, says: []string{envThuliumBaseURL, "http"}},
		"an address with a password":         {environment: map[string]string{envThuliumBaseURL: "https://u:hunter2@acme.example/api"}, says: []string{envThuliumBaseURL}},
		"a password that ends with its line": {environment: map[string]string{envThuliumPassword: "hunter2\n"}, says: []string{envThuliumPassword, "trimspace"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t, sandbox.Options{})
			config := values{}
			if tc.block != nil {
				config["thulium"] = tc.block(s.URL + sandbox.ThuliumPath)
			}
			for variable, value := range tc.environment {
				s.Environment[variable] = value
			}
			w, diags := settingsTried(t, s, config)
			if failed(diags) {
				t.Fatalf("the block is refused: %s", said(diags))
			}
			_, diags = w.plan(thuliumConversation, object{}, values{"chat_queue_id": 3})
			if tc.account == "" {
				if !failed(diags) {
					t.Error("the plan succeeded")
				}
				thuliumHas(t, said(diags), tc.says...)
				if strings.Contains(said(diags), "hunter2") {
					t.Errorf("a secret is shown: %s", said(diags))
				}
				thuliumSaw(t, s)
				return
			}
			w.must(nil, diags)
			thuliumChanged(t, w, object{}, values{"chat_queue_id": 3})
			if got := thuliumSaw(t, s, "thulium.start"); got[0].Account != tc.account || got[0].AuthScheme != "Basic" {
				t.Errorf("called as %q with %q, want %q", got[0].Account, got[0].AuthScheme, tc.account)
			}
		})
	}
}

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
		source source
		url    string
	}{
		{blocks{}.thuliumSource(none), ""},
		{blocks{}.jelouSource(none), "https://gateway.jelou.ai/jelouapi/v1"},
		{blocks{}.chatbotSource(none), ""},
	} {
		resolved, err := tc.source.resolve()
		if resolved.baseURL != tc.url || err == nil {
			t.Errorf("%s: %q %v, want %q and credentials missing", tc.source.service, resolved.baseURL, err, tc.url)
		}
	}
}

// Each combination of Jelou's two credentials, in the block and in the environment.
func TestSettingsJelouCredentials(t *testing.T) {
	exercisedInProcess(t, "provider: credentials from one place")
	t.Parallel()
	names := []string{"api_key", "client_id", "client_secret"}
	credentials := []string{sandbox.JelouAPIKey, sandbox.JelouClientID, sandbox.JelouClientSecret}
	variables := []string{envJelouAPIKey, envJelouClientID, envJelouClientSecret}
	for inBlock := range 8 {
		for inEnvironment := range 8 {
			s := newStage(t, sandbox.Options{})
			block := values{}
			for i := range names {
				if delete(s.Environment, variables[i]); inEnvironment>>i&1 == 1 {
					s.Environment[variables[i]] = credentials[i]
				}
				if inBlock>>i&1 == 1 {
					block[names[i]] = credentials[i]
				}
			}
			deciding, place := inBlock, "block"
			if inBlock == 0 {
				deciding, place = inEnvironment, "environment"
			}
			var scheme string
			var says []string
			switch deciding {
			case 0:
				says = []string{"jelou.api_key", envJelouAPIKey, "jelou.client_id", envJelouClientSecret}
			case 1:
				scheme = "x-api-key"
			case 2:
				says = []string{"jelou.client_secret", envJelouClientSecret}
			case 4:
				says = []string{"jelou.client_id", envJelouClientID}
			case 6:
				scheme = "Basic"
			default:
				says = map[string][]string{
					"block":       {"jelou.api_key", "never with both"},
					"environment": {envJelouAPIKey, envJelouClientID, envJelouClientSecret, "unset"},
				}[place]
			}
			at := fmt.Sprintf("block %v, environment %03b", block, inEnvironment)
			w, diags := settingsTried(t, s, values{"jelou": block})
			if refused := inBlock != 0 && scheme == "" && inBlock&1 == 1; failed(diags) != refused {
				t.Errorf("%s: the provider block is refused: %t\n%s", at, failed(diags), said(diags))
			}
			if !failed(diags) {
				_, diags = w.apply(t.Context(), "jelou_conversation_close", object{}, values{"bot_id": sandbox.JelouBotID, "user_id": "u"})
			}
			if failed(diags) == (scheme != "") {
				t.Errorf("%s: %s", at, said(diags))
			}
			thuliumHas(t, said(diags), says...)
			if scheme == "" {
				thuliumSaw(t, s)
			} else if got := thuliumSaw(t, s, "jelou.close"); len(got) == 1 && (got[0].AuthScheme != scheme || got[0].Account == "") {
				t.Errorf("%s: sent as %q with %q, want %q", at, got[0].Account, got[0].AuthScheme, scheme)
			}
			for _, secret := range []string{sandbox.JelouAPIKey, sandbox.JelouClientSecret} {
				if strings.Contains(said(diags), secret) {
					t.Errorf("%s: a secret is shown: %s", at, said(diags))
				}
			}
		}
	}
}

// Credentials that are all unknown may turn out to be null: then the environment
// has them, and the plan has nothing to complain of.
func TestSettingsUnknownCredentialsMayBeNull(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		jelou values
		says  []string
	}{
		"one of a pair":             {values{"client_id": settingsUnknown}, nil},
		"the other":                 {values{"client_secret": settingsUnknown}, nil},
		"all":                       {values{"api_key": settingsUnknown, "client_id": settingsUnknown}, nil},
		"one, and the other is not": {values{"client_id": "c"}, []string{"jelou.client_secret is not set", envJelouClientSecret, "move all of them to the environment"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := settingsStage(t, map[string]string{envJelouClientID: "c", envJelouClientSecret: "s"})
			w, diags := settingsTried(t, s, values{"jelou": test.jelou})
			w.must(nil, diags)
			_, diags = w.plan("jelou_conversation_close", object{}, values{"project_id": "p", "bot_id": "b", "user_id": "u"})
			if failed(diags) != (test.says != nil) {
				t.Fatal(said(diags))
			}
			thuliumHas(t, said(diags), test.says...)
		})
	}
}

func TestSettingsHalfAPairInTheEnvironment(t *testing.T) {
	t.Parallel()
	s := settingsStage(t, map[string]string{envJelouClientID: "c"})
	w, diags := settingsTried(t, s, values{})
	w.must(nil, diags)
	_, diags = w.plan("jelou_conversation_close", object{}, values{"project_id": "p", "bot_id": "b", "user_id": "u"})
	thuliumHas(t, said(diags), "jelou.client_secret is not set", "set the environment variable "+envJelouClientSecret+" as well, or all of them in the provider block")
}
