package provider_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// settingsFull is a provider block that says all that the environment of a stage says.
func settingsFull(s *providertest.Stage) providertest.Values {
	return providertest.Values{
		"thulium": providertest.Values{"base_url": s.URL + sandbox.ThuliumPath, "username": sandbox.ThuliumUsername, "password": sandbox.ThuliumPassword},
		"jelou":   providertest.Values{"base_url": s.URL + sandbox.JelouPath, "project_id": sandbox.JelouProjectID, "api_key": sandbox.JelouAPIKey},
		"chatbot": providertest.Values{"base_url": s.URL + sandbox.ChatbotPath, "token": sandbox.ChatbotToken},
	}
}

// The block and the environment give the same calls.
func TestSettingsBlockAndEnvironmentAreTheSame(t *testing.T) {
	t.Parallel()
	type seen struct{ line, account, scheme, body, agent string }
	var logs [][]seen
	for _, inBlock := range []bool{false, true} {
		s := providertest.New(t, sandbox.Options{})
		config := providertest.Values{}
		if inBlock {
			clear(s.Environment)
			config = settingsFull(s)
		}
		w, diags := s.Tried(t, config)
		if len(diags) > 0 {
			t.Fatal(providertest.Said(diags))
		}
		if n := s.Count("*"); n > 0 {
			t.Errorf("%d calls were made before there was anything to do", n)
		}
		for service, diags := range settingsCalls(t, w) {
			if len(diags) > 0 {
				t.Errorf("%s: %s", service, providertest.Said(diags))
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
	t.Parallel()
	variables := map[string][]string{
		"thulium": {"THULIUM_BASE_URL", "THULIUM_USERNAME", "THULIUM_PASSWORD"},
		"jelou":   {"JELOU_API_KEY"},
		"chatbot": {"CHATBOT_BASE_URL", "CHATBOT_TOKEN"},
	}
	for service, needed := range variables {
		for _, missing := range needed {
			for _, empty := range []bool{false, true} { // an empty variable counts as unset
				t.Run(fmt.Sprintf("%s empty %t", missing, empty), func(t *testing.T) {
					t.Parallel()
					s := providertest.New(t, sandbox.Options{})
					if delete(s.Environment, missing); empty {
						s.Environment[missing] = ""
					}
					w, diags := s.Tried(t, providertest.Values{})
					if len(diags) > 0 {
						t.Fatalf("Configure says: %s", providertest.Said(diags))
					}
					attribute := service + "." + strings.ToLower(strings.TrimPrefix(missing, strings.ToUpper(service)+"_"))
					for called, diags := range settingsCalls(t, w) {
						if called != service {
							w.Must(nil, diags)
							continue
						}
						if !providertest.Failed(diags) {
							t.Fatalf("%s was called", called)
						}
						providertest.Has(t, providertest.Said(diags), attribute, missing)
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
	w, diags := s.Tried(t, providertest.Values{})
	w.Must(nil, diags)
	_, diags = w.Plan("thulium_chat_conversation", providertest.Object{}, providertest.Values{"chat_queue_id": 3})
	if !providertest.Failed(diags) {
		t.Error("the plan succeeded")
	}
	providertest.Has(t, providertest.Said(diags), "thulium.base_url, thulium.username and thulium.password are not set. Set them in the provider block, "+
		"or the environment variables THULIUM_BASE_URL, THULIUM_USERNAME and THULIUM_PASSWORD.")
	_, diags = w.Plan("jelou_conversation_close", providertest.Object{}, providertest.Values{"project_id": "p", "bot_id": "b", "user_id": "u"})
	if !providertest.Failed(diags) {
		t.Error("the plan succeeded")
	}
	providertest.Has(t, providertest.Said(diags), "jelou.api_key is not set. Set it in the provider block, or the environment variable JELOU_API_KEY, "+
		"or jelou.client_id and jelou.client_secret (JELOU_CLIENT_ID, JELOU_CLIENT_SECRET).")

	s.Environment = map[string]string{"THULIUM_BASE_URL": s.URL + sandbox.ThuliumPath}
	w, diags = s.Tried(t, providertest.Values{})
	w.Must(nil, diags)
	_, diags = w.Plan("thulium_chat_conversation", providertest.Object{}, providertest.Values{"chat_queue_id": 3})
	providertest.Has(t, providertest.Said(diags), "but thulium.username and thulium.password are not set. Set them")
}

// One set of credentials from one place, and never to another address.
func TestSettingsThuliumCredentialsFromOnePlace(t *testing.T) {
	t.Parallel()
	const other, otherPassword = sandbox.ThuliumNoListUsername, sandbox.ThuliumNoListPassword
	const elsewhere = "https://elsewhere.example/api"
	for name, tc := range map[string]struct {
		block       func(url string) providertest.Values
		environment map[string]string // in place of the stage's own
		account     string            // that is used; "": an error
		says        []string
	}{
		"environment alone": {account: sandbox.ThuliumUsername},
		"an empty block":    {block: func(string) providertest.Values { return providertest.Values{} }, account: sandbox.ThuliumUsername},
		"block and environment": {block: func(string) providertest.Values {
			return providertest.Values{"username": other, "password": otherPassword}
		}, account: other},
		"the address alone": {block: func(url string) providertest.Values { return providertest.Values{"base_url": url} }, account: sandbox.ThuliumUsername},
		"another path":      {block: func(url string) providertest.Values { return providertest.Values{"base_url": url + "/"} }, account: sandbox.ThuliumUsername},
		"a username alone":  {block: func(string) providertest.Values { return providertest.Values{"username": other} }, says: []string{"thulium.password", "THULIUM_PASSWORD", "none is taken from the environment"}},
		"a password alone":  {block: func(string) providertest.Values { return providertest.Values{"password": otherPassword} }, says: []string{"thulium.username", "THULIUM_USERNAME", "none is taken from the environment"}},
		"no address in the block": {block: func(string) providertest.Values {
			return providertest.Values{"username": other, "password": otherPassword}
		}, environment: map[string]string{"THULIUM_BASE_URL": ""}, says: []string{"thulium.base_url", "THULIUM_BASE_URL"}},
		"another address": {
			block: func(string) providertest.Values { return providertest.Values{"base_url": elsewhere} },
			says:  []string{elsewhere, "/thulium/api", "THULIUM_BASE_URL", "thulium.password", "THULIUM_PASSWORD"},
		},
		"another address in the environment": {
			block:       func(url string) providertest.Values { return providertest.Values{"base_url": url} },
			environment: map[string]string{"THULIUM_BASE_URL": elsewhere},
			says:        []string{elsewhere, "/thulium/api", "THULIUM_BASE_URL"},
		},
		"another address, credentials of its own": {
			block: func(url string) providertest.Values {
				return providertest.Values{"base_url": url, "username": other, "password": otherPassword}
			},
			environment: map[string]string{"THULIUM_BASE_URL": elsewhere},
			account:     other,
		},
		"an address that the environment lacks": {
			block:       func(url string) providertest.Values { return providertest.Values{"base_url": url} },
			environment: map[string]string{"THULIUM_BASE_URL": ""},
			account:     sandbox.ThuliumUsername,
		},
		"a complete block beside an address that is none": {
			block: func(url string) providertest.Values {
				return providertest.Values{"base_url": url, "username": other, "password": otherPassword}
			},
			environment: map[string]string{"THULIUM_BASE_URL": "acme"},
			account:     other,
		},
		"an address beside one that is none": {
			block:       func(url string) providertest.Values { return providertest.Values{"base_url": url} },
			environment: map[string]string{"THULIUM_BASE_URL": "acme"},
			says:        []string{"THULIUM_BASE_URL", "http"},
		},
		"an address that is none":            {environment: map[string]string{"THULIUM_BASE_URL": "acme.thulium.com/api"}, says: []string{"THULIUM_BASE_URL", "http"}},
		"an address with a password":         {environment: map[string]string{"THULIUM_BASE_URL": "https://u:hunter2@acme.example/api"}, says: []string{"THULIUM_BASE_URL"}},
		"a password that ends with its line": {environment: map[string]string{"THULIUM_PASSWORD": "hunter2\n"}, says: []string{"THULIUM_PASSWORD", "trimspace"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := providertest.New(t, sandbox.Options{})
			config := providertest.Values{}
			if tc.block != nil {
				config["thulium"] = tc.block(s.URL + sandbox.ThuliumPath)
			}
			for variable, value := range tc.environment {
				s.Environment[variable] = value
			}
			w, diags := s.Tried(t, config)
			if providertest.Failed(diags) {
				t.Fatalf("the block is refused: %s", providertest.Said(diags))
			}
			_, diags = w.Plan("thulium_chat_conversation", providertest.Object{}, providertest.Values{"chat_queue_id": 3})
			if tc.account == "" {
				if !providertest.Failed(diags) {
					t.Error("the plan succeeded")
				}
				providertest.Has(t, providertest.Said(diags), tc.says...)
				if strings.Contains(providertest.Said(diags), "hunter2") {
					t.Errorf("a secret is shown: %s", providertest.Said(diags))
				}
				providertest.Saw(t, s)
				return
			}
			w.Must(nil, diags)
			w.MustApply("thulium_chat_conversation", providertest.Object{}, providertest.Values{"chat_queue_id": 3})
			if got := providertest.Saw(t, s, "thulium.start"); got[0].Account != tc.account || got[0].AuthScheme != "Basic" {
				t.Errorf("called as %q with %q, want %q", got[0].Account, got[0].AuthScheme, tc.account)
			}
		})
	}
}

// Each combination of Jelou's two credentials, in the block and in the environment.
func TestSettingsJelouCredentials(t *testing.T) {
	t.Parallel()
	names := []string{"api_key", "client_id", "client_secret"}
	credentials := []string{sandbox.JelouAPIKey, sandbox.JelouClientID, sandbox.JelouClientSecret}
	variables := []string{"JELOU_API_KEY", "JELOU_CLIENT_ID", "JELOU_CLIENT_SECRET"}
	for inBlock := range 8 {
		for inEnvironment := range 8 {
			s := providertest.New(t, sandbox.Options{})
			block := providertest.Values{}
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
				says = []string{"jelou.api_key", "JELOU_API_KEY", "jelou.client_id", "JELOU_CLIENT_SECRET"}
			case 1:
				scheme = "x-api-key"
			case 2:
				says = []string{"jelou.client_secret", "JELOU_CLIENT_SECRET"}
			case 4:
				says = []string{"jelou.client_id", "JELOU_CLIENT_ID"}
			case 6:
				scheme = "Basic"
			default:
				says = map[string][]string{
					"block":       {"jelou.api_key", "never with both"},
					"environment": {"JELOU_API_KEY", "JELOU_CLIENT_ID", "JELOU_CLIENT_SECRET", "unset"},
				}[place]
			}
			at := fmt.Sprintf("block %v, environment %03b", block, inEnvironment)
			w, diags := s.Tried(t, providertest.Values{"jelou": block})
			if refused := inBlock != 0 && scheme == "" && inBlock&1 == 1; providertest.Failed(diags) != refused {
				t.Errorf("%s: the provider block is refused: %t\n%s", at, providertest.Failed(diags), providertest.Said(diags))
			}
			if !providertest.Failed(diags) {
				_, diags = w.Apply(t.Context(), "jelou_conversation_close", providertest.Object{}, providertest.Values{"bot_id": sandbox.JelouBotID, "user_id": "u"})
			}
			if providertest.Failed(diags) == (scheme != "") {
				t.Errorf("%s: %s", at, providertest.Said(diags))
			}
			providertest.Has(t, providertest.Said(diags), says...)
			if scheme == "" {
				providertest.Saw(t, s)
			} else if got := providertest.Saw(t, s, "jelou.close"); len(got) == 1 && (got[0].AuthScheme != scheme || got[0].Account == "") {
				t.Errorf("%s: sent as %q with %q, want %q", at, got[0].Account, got[0].AuthScheme, scheme)
			}
			for _, secret := range []string{sandbox.JelouAPIKey, sandbox.JelouClientSecret} {
				if strings.Contains(providertest.Said(diags), secret) {
					t.Errorf("%s: a secret is shown: %s", at, providertest.Said(diags))
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
		jelou providertest.Values
		says  []string
	}{
		"one of a pair":             {providertest.Values{"client_id": tftypes.UnknownValue}, nil},
		"the other":                 {providertest.Values{"client_secret": tftypes.UnknownValue}, nil},
		"all":                       {providertest.Values{"api_key": tftypes.UnknownValue, "client_id": tftypes.UnknownValue}, nil},
		"one, and the other is not": {providertest.Values{"client_id": "c"}, []string{"jelou.client_secret is not set", "JELOU_CLIENT_SECRET", "move all of them to the environment"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := settingsStage(t, map[string]string{"JELOU_CLIENT_ID": "c", "JELOU_CLIENT_SECRET": "s"})
			w, diags := s.Tried(t, providertest.Values{"jelou": test.jelou})
			w.Must(nil, diags)
			_, diags = w.Plan("jelou_conversation_close", providertest.Object{}, providertest.Values{"project_id": "p", "bot_id": "b", "user_id": "u"})
			if providertest.Failed(diags) != (test.says != nil) {
				t.Fatal(providertest.Said(diags))
			}
			providertest.Has(t, providertest.Said(diags), test.says...)
		})
	}
}

func TestSettingsHalfAPairInTheEnvironment(t *testing.T) {
	t.Parallel()
	s := settingsStage(t, map[string]string{"JELOU_CLIENT_ID": "c"})
	w, diags := s.Tried(t, providertest.Values{})
	w.Must(nil, diags)
	_, diags = w.Plan("jelou_conversation_close", providertest.Object{}, providertest.Values{"project_id": "p", "bot_id": "b", "user_id": "u"})
	providertest.Has(t, providertest.Said(diags), "jelou.client_secret is not set", "set the environment variable "+"JELOU_CLIENT_SECRET"+" as well, or all of them in the provider block")
}
