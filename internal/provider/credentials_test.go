package provider_test

import (
	"fmt"
	"maps"
	"reflect"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// The block alone and the environment alone give the same calls, and a slash at the end of an address is harmless.
func TestBlockAndEnvironmentAreTheSame(t *testing.T) {
	t.Parallel()
	type seen struct{ line, account, scheme, body, agent string }
	var logs [2][]seen
	for i := range logs {
		s := providertest.New(t, sandbox.Options{})
		config := values{}
		if i == 1 {
			clear(s.Environment)
			config = values{
				"thulium": values{"base_url": s.URL + sandbox.ThuliumPath + "/", "username": sandbox.ThuliumUsername, "password": sandbox.ThuliumPassword},
				"jelou":   values{"base_url": s.URL + sandbox.JelouPath + "/", "project_id": sandbox.JelouProjectID, "api_key": sandbox.JelouAPIKey},
				"chatbot": values{"base_url": s.URL + sandbox.ChatbotPath + "/", "token": sandbox.ChatbotToken},
			}
		}
		w, diags := s.Tried(t, config)
		if len(diags) > 0 {
			t.Fatal(providertest.Said(diags))
		}
		providertest.Saw(t, s)
		for service, diags := range callEach(t, w) {
			if len(diags) > 0 {
				t.Errorf("%s: %s", service, providertest.Said(diags))
			}
		}
		for _, r := range s.Requests() {
			logs[i] = append(logs[i], seen{r.Method + " " + r.Path + "?" + r.Query.Encode(), r.Account, r.AuthScheme, r.Body, r.Header.Get("User-Agent")})
		}
	}
	if len(logs[0]) != 3 || !reflect.DeepEqual(logs[0], logs[1]) {
		t.Errorf("the environment gives\n%v, the block\n%v", logs[0], logs[1])
	}
	if agent := logs[0][0].agent; agent != "terraform-provider-conversation/test terraform/1.16.0" {
		t.Errorf("User-Agent is %q", agent)
	}
}

// A service that is not configured is an error for its own blocks only.
func TestMissingCredentials(t *testing.T) {
	t.Parallel()
	for _, missing := range []string{
		"THULIUM_BASE_URL", "THULIUM_USERNAME", "THULIUM_PASSWORD", "JELOU_API_KEY", "CHATBOT_BASE_URL", "CHATBOT_TOKEN",
	} {
		service, attribute, _ := strings.Cut(strings.ToLower(missing), "_")
		for _, empty := range []bool{false, true} { // an empty variable counts as unset
			s := providertest.New(t, sandbox.Options{})
			if delete(s.Environment, missing); empty {
				s.Environment[missing] = ""
			}
			w, diags := s.Tried(t, values{})
			if len(diags) > 0 {
				t.Fatalf("Configure says: %s", providertest.Said(diags))
			}
			for called, diags := range callEach(t, w) {
				if providertest.Failed(diags) != (called == service) {
					t.Errorf("without %s, %s: %s", missing, called, providertest.Said(diags))
				}
				if called == service {
					providertest.Has(t, providertest.Said(diags), service+"."+attribute, missing)
				}
			}
			if n := s.Count(service + ".*"); n > 0 || s.Count("*") != 2 {
				t.Errorf("%d calls of %s, %d in all", n, service, s.Count("*"))
			}
		}
	}
}

// What is missing is an error of the plan, before anything is done. Credentials that are all unknown may turn out to be
// null: then the environment has them, and the plan has nothing to complain of.
func TestMissingCredentialsAtPlan(t *testing.T) {
	t.Parallel()
	pair := map[string]string{"JELOU_CLIENT_ID": "c", "JELOU_CLIENT_SECRET": "s"}
	for name, c := range map[string]struct {
		service     string
		environment map[string]string
		block       values
		says        []string // nil: the plan goes well
	}{
		"all of Thulium": {"thulium", nil, values{}, []string{
			"thulium.base_url, thulium.username and thulium.password are not set. Set them in the provider block, " +
				"or the environment variables THULIUM_BASE_URL, THULIUM_USERNAME and THULIUM_PASSWORD.",
		}},
		"all but the address": {
			"thulium",
			map[string]string{"THULIUM_BASE_URL": "https://acme.example/api"},
			values{},
			[]string{"but thulium.username and thulium.password are not set. Set them"},
		},
		"all of Jelou": {"jelou", nil, values{}, []string{
			"jelou.api_key is not set. Set it in the provider block, or the environment variable JELOU_API_KEY, " +
				"or jelou.client_id and jelou.client_secret (JELOU_CLIENT_ID, JELOU_CLIENT_SECRET).",
		}},
		"half of the pair": {"jelou", map[string]string{"JELOU_CLIENT_ID": "c"}, values{}, []string{
			"jelou.client_secret is not set", "set the environment variable JELOU_CLIENT_SECRET as well, or all of them in the provider block",
		}},
		"id unknown":         {"jelou", pair, values{"client_id": tftypes.UnknownValue}, nil},
		"secret unknown":     {"jelou", pair, values{"client_secret": tftypes.UnknownValue}, nil},
		"key and id unknown": {"jelou", pair, values{"api_key": tftypes.UnknownValue, "client_id": tftypes.UnknownValue}, nil},
		"id in the block, and the secret is not": {"jelou", pair, values{"client_id": "c"}, []string{
			"jelou.client_secret is not set", "JELOU_CLIENT_SECRET", "move all of them to the environment",
		}},
	} {
		w := stageWith(t, c.environment).Configured(t, values{c.service: c.block})
		var diags []*tfprotov6.Diagnostic
		if c.service == "thulium" {
			_, diags = w.Plan(chat, nothing, values{"chat_queue_id": 3})
		} else {
			_, diags = w.Plan(jelouClose, nothing, values{"project_id": "p", "bot_id": "b", "user_id": "u"})
		}
		if providertest.Failed(diags) != (c.says != nil) {
			t.Errorf("%s: %s", name, providertest.Said(diags))
		}
		providertest.Has(t, providertest.Said(diags), c.says...)
	}
}

// One set of credentials from one place, and never to another address.
func TestCredentialsFromOnePlace(t *testing.T) {
	t.Parallel()
	const (
		other, otherPassword = sandbox.ThuliumNoListUsername, sandbox.ThuliumNoListPassword
		here, elsewhere      = "HERE", "https://elsewhere.example/api" // HERE stands for the address of the stage
	)
	at := func(url string) map[string]string { return map[string]string{"THULIUM_BASE_URL": url} }
	whole := func() values { return values{"base_url": here, "username": other, "password": otherPassword} }
	for name, c := range map[string]struct {
		block       values
		environment map[string]string // in place of the stage's own
		account     string            // that is used; "": an error
		says        []string
	}{
		"environment alone":       {account: sandbox.ThuliumUsername},
		"an empty block":          {block: values{}, account: sandbox.ThuliumUsername},
		"block and environment":   {block: values{"username": other, "password": otherPassword}, account: other},
		"the address alone":       {block: values{"base_url": here}, account: sandbox.ThuliumUsername},
		"another path":            {block: values{"base_url": here + "/"}, account: sandbox.ThuliumUsername},
		"a username alone":        {block: values{"username": other}, says: []string{"thulium.password", "THULIUM_PASSWORD", "none is taken from the environment"}},
		"a password alone":        {block: values{"password": otherPassword}, says: []string{"thulium.username", "THULIUM_USERNAME", "none is taken from the environment"}},
		"no address in the block": {values{"username": other, "password": otherPassword}, at(""), "", []string{"thulium.base_url", "THULIUM_BASE_URL"}},
		"another address": {
			block: values{"base_url": elsewhere}, says: []string{elsewhere, "/thulium/api", "THULIUM_BASE_URL", "thulium.password", "THULIUM_PASSWORD"},
		},
		"another address in the environment":              {values{"base_url": here}, at(elsewhere), "", []string{elsewhere, "/thulium/api", "THULIUM_BASE_URL"}},
		"another address, credentials of its own":         {whole(), at(elsewhere), other, nil},
		"an address that the environment lacks":           {values{"base_url": here}, at(""), sandbox.ThuliumUsername, nil},
		"a complete block beside an address that is none": {whole(), at("acme"), other, nil},
		"an address beside one that is none":              {values{"base_url": here}, at("acme"), "", []string{"THULIUM_BASE_URL", "http"}},
		"an address that is none":                         {nil, at("acme.thulium.com/api"), "", []string{"THULIUM_BASE_URL", "http"}},
		"an address with a password":                      {nil, at("https://u:hunter2@acme.example/api"), "", []string{"THULIUM_BASE_URL"}},
		"a password that ends with its line":              {nil, map[string]string{"THULIUM_PASSWORD": "hunter2\n"}, "", []string{"THULIUM_PASSWORD", "trimspace(), or $(cat file) for an environment variable"}},
		"an address that ends with its line":              {nil, at("https://acme.example/api\n"), "", []string{"THULIUM_BASE_URL", "must not contain white space", "$(cat file)"}},
		"an address without a path that ends in a blank":  {nil, at("https://acme.example:8443 "), "", []string{"THULIUM_BASE_URL", "must not contain white space", "$(cat file)"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := providertest.New(t, sandbox.Options{})
			config := values{}
			if c.block != nil {
				config["thulium"] = c.block
				if url, ok := c.block["base_url"].(string); ok {
					c.block["base_url"] = strings.Replace(url, here, s.URL+sandbox.ThuliumPath, 1)
				}
			}
			maps.Copy(s.Environment, c.environment)
			w := s.Configured(t, config)
			_, diags := w.Plan(chat, nothing, values{"chat_queue_id": 3})
			if c.account != "" {
				w.Must(nil, diags)
				w.MustApply(chat, nothing, values{"chat_queue_id": 3})
				if got := providertest.Saw(t, s, "thulium.start"); got[0].Account != c.account || got[0].AuthScheme != "Basic" {
					t.Errorf("called as %q with %q, want %q", got[0].Account, got[0].AuthScheme, c.account)
				}
				return
			}
			if !providertest.Failed(diags) || strings.Contains(providertest.Said(diags), "hunter2") {
				t.Errorf("no error, or one with a secret: %s", providertest.Said(diags))
			}
			providertest.Has(t, providertest.Said(diags), c.says...)
			providertest.Saw(t, s)
		})
	}
}

// What counts as the same origin: credentials of the environment go there, and to no other.
func TestOrigins(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
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
		s := stageWith(t, map[string]string{"THULIUM_BASE_URL": c.environment, "THULIUM_USERNAME": "u", "THULIUM_PASSWORD": "p"})
		_, diags := s.Configured(t, values{"thulium": values{"base_url": c.block}}).Plan(chat, nothing, values{"chat_queue_id": 3})
		if providertest.Failed(diags) == c.same {
			t.Errorf("%s and %s: want the same %t: %s", c.block, c.environment, c.same, providertest.Said(diags))
		}
	}
}

// Each combination of Jelou's two credentials, in the block and in the environment.
func TestJelouCredentials(t *testing.T) {
	t.Parallel()
	names := []string{"api_key", "client_id", "client_secret"}
	credentials := []string{sandbox.JelouAPIKey, sandbox.JelouClientID, sandbox.JelouClientSecret}
	schemes := map[int]string{1: "x-api-key", 6: "Basic"}
	errors := map[int][]string{
		0: {"jelou.api_key", "JELOU_API_KEY", "jelou.client_id", "JELOU_CLIENT_SECRET"},
		2: {"jelou.client_secret", "JELOU_CLIENT_SECRET"}, 4: {"jelou.client_id", "JELOU_CLIENT_ID"},
	}
	for combination := range 64 {
		inBlock, inEnvironment := combination/8, combination%8
		s := providertest.New(t, sandbox.Options{})
		block := values{}
		for i, name := range names {
			variable := "JELOU_" + strings.ToUpper(name)
			if delete(s.Environment, variable); inEnvironment>>i&1 == 1 {
				s.Environment[variable] = credentials[i]
			}
			if inBlock>>i&1 == 1 {
				block[name] = credentials[i]
			}
		}
		deciding, both := inBlock, []string{"jelou.api_key", "never with both"}
		if inBlock == 0 {
			deciding, both = inEnvironment, []string{"JELOU_API_KEY", "JELOU_CLIENT_ID", "JELOU_CLIENT_SECRET", "unset"}
		}
		scheme, says := schemes[deciding], errors[deciding]
		if scheme == "" && says == nil {
			says = both
		}
		at := fmt.Sprintf("block %v, environment %03b", block, inEnvironment)
		w, diags := s.Tried(t, values{"jelou": block})
		if refused := scheme == "" && inBlock&1 == 1; providertest.Failed(diags) != refused {
			t.Errorf("%s: the provider block is refused: %t\n%s", at, !refused, providertest.Said(diags))
		}
		if !providertest.Failed(diags) {
			_, diags = w.Apply(t.Context(), jelouClose, nothing, values{"bot_id": sandbox.JelouBotID, "user_id": "u"})
		}
		said := providertest.Said(diags)
		if providertest.Failed(diags) == (scheme != "") || strings.Contains(said, sandbox.JelouAPIKey) || strings.Contains(said, sandbox.JelouClientSecret) {
			t.Errorf("%s: %s", at, said)
		}
		providertest.Has(t, said, says...)
		if scheme == "" {
			providertest.Saw(t, s)
		} else if got := providertest.Saw(t, s, "jelou.close"); len(got) == 1 && (got[0].AuthScheme != scheme || got[0].Account == "") {
			t.Errorf("%s: sent as %q with %q, want %q", at, got[0].Account, got[0].AuthScheme, scheme)
		}
	}
}
