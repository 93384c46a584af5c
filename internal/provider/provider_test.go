package provider_test

import (
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// Neither a block of nulls nor none at all is in the way of the schema's users.
func TestProviderConfigureWithNulls(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	for name, config := range map[string]values{
		"nothing":    nil,
		"attributes": {"thulium": nil, "jelou": nil, "chatbot": nil, "http": nil},
		"nested": {
			"thulium": values{"base_url": nil, "username": nil, "refresh": nil, "requests_per_minute": nil},
			"http":    values{"timeout": nil, "max_retries": nil, "ca_certificate": nil},
		},
	} {
		w, diags := s.Tried(t, config)
		if len(diags) > 0 {
			t.Errorf("%s: %s", name, providertest.Said(diags))
		}
		w.MustApply(chat, w.MustApply(chat, nothing, values{"chat_queue_id": 3}), nil)
		providertest.Saw(t, s, "thulium.start", "thulium.stop")
	}
}

// Terraform validates resources before the provider is configured at all.
func TestProviderUnconfigured(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	w := &providertest.Wire{T: t, Server: s.Server()}
	var err error
	w.Schemas, err = w.Server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	w.Fatal(err)
	for name, schema := range w.Schemas.ResourceSchemas {
		config := values{}
		for _, attribute := range schema.Block.Attributes {
			if attribute.Required {
				config[attribute.Name] = tftypes.UnknownValue
			}
		}
		validated, err := w.Server.ValidateResourceConfig(t.Context(), &tfprotov6.ValidateResourceConfigRequest{
			TypeName: name, Config: w.Dynamic(schema, config),
		})
		w.Must(err, validated.Diagnostics)
	}
	providertest.Saw(t, s)
}

// Two configurations of the provider are two accounts, in one module and in modules that are handed one or the other, and
// each chat is stopped by the account that has started it. The environment's account lends the alias nothing.
func TestProviderAliasesAndModules(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	w := providertest.NewWorkspace(t, s, filesIn(t, filepath.Join("testdata", "accounts")))
	w.Succeeds("apply", "-no-color", "-auto-approve")
	w.Clean()
	w.Succeeds("destroy", "-no-color", "-auto-approve")
	const one, other = sandbox.ThuliumUsername, sandbox.ThuliumNoListUsername
	accounts := map[int64]string{1: one, 2: other, 3: one, 4: other}
	providertest.ThuliumEnded(t, s, len(accounts))
	starters := map[string]string{}
	for _, conversation := range s.Conversations() {
		if want := accounts[conversation.QueueID]; conversation.Account != want {
			t.Errorf("queue %d was started by %q, want %q", conversation.QueueID, conversation.Account, want)
		}
		starters[conversation.ID] = conversation.Account
	}
	for _, request := range s.Requests() {
		want := one // who lists: the other is not to refresh
		if request.Call == "thulium.stop" {
			want = starters[strings.Split(request.Path, "/")[2]]
		}
		if request.Call != "thulium.start" && request.Account != want {
			t.Errorf("%s: by %q, want %q", request.Line(), request.Account, want)
		}
	}
	if s.Count("thulium.list") == 0 {
		t.Error("nothing was refreshed")
	}
}

// What is not known at plan, an object among it, is known at apply, and a plan in between that does not know it keeps the
// state.
func TestProviderUnknownUntilApply(t *testing.T) {
	s := providertest.New(t, sandbox.Options{})
	clear(s.Environment)
	config := func(revision int) string {
		return fmt.Sprintf(`
resource "terraform_data" "system" {
  input = {
    base_url = %q
    password = %q
    revision = %d
    http     = { max_retries = 0 }
    queue    = 3
  }
}

provider "conversation" {
  thulium = {
    base_url = terraform_data.system.output.base_url
    username = %q
    password = terraform_data.system.output.password
  }
  http = terraform_data.system.output.http
}

resource "thulium_chat_conversation" "test" {
  provider      = conversation
  chat_queue_id = 3
}
`, s.URL+sandbox.ThuliumPath, sandbox.ThuliumPassword, revision, sandbox.ThuliumUsername)
	}
	planned := func(action plancheck.ResourceActionType) resource.ConfigPlanChecks {
		return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
			plancheck.ExpectResourceAction(chat+".test", action), providertest.ThuliumCalls{Stage: s},
		}}
	}
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: s.Factories(),
		Steps: []resource.TestStep{
			{
				Config: config(1), ConfigPlanChecks: planned(plancheck.ResourceActionCreate),
				ConfigStateChecks: []statecheck.StateCheck{providertest.ThuliumCalls{Stage: s, Starts: 1}},
			},
			{PreConfig: s.ClearRequests, Config: config(2), ConfigPlanChecks: planned(plancheck.ResourceActionNoop)},
		},
	})
	if s.Count("thulium.stop") != 1 || len(s.Open()) > 0 {
		t.Errorf("%d stops, %d left open", s.Count("thulium.stop"), len(s.Open()))
	}
}

// Whatever is unknown, resources plan; only a call that has to be made now is refused.
func TestProviderUnknownByAttribute(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		"thulium", "thulium.base_url", "thulium.username", "thulium.password", "thulium.refresh", "thulium.requests_per_minute",
		"http", "http.timeout", "http.max_retries", "http.retry_wait_min", "http.retry_wait_max", "http.ca_certificate",
	} {
		object, attribute, nested := strings.Cut(name, ".")
		config := values{object: tftypes.UnknownValue}
		if nested {
			config[object] = values{attribute: tftypes.UnknownValue}
			if other := map[string]string{"username": "password", "password": "username"}[attribute]; other != "" {
				config[object].(values)[other] = "x"
			}
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := providertest.New(t, sandbox.Options{})
			w, diags := s.Tried(t, config)
			if len(diags) > 0 {
				t.Fatal(providertest.Said(diags))
			}
			planned, diags := w.Plan(chat, nothing, values{"chat_queue_id": 3})
			if w.Must(nil, diags); planned.PlannedState == nil {
				t.Error("there is no plan")
			}
			if _, diags = w.Data(t.Context(), chats, values{}); !providertest.Failed(diags) {
				t.Error("the data source was read")
			}
			providertest.Has(t, providertest.Said(diags), name, "not known yet")
			providertest.Saw(t, s)
		})
	}
}

// TestAccKeptState plans nothing for a state that an earlier version has written, and acts on what it says.
// testdata/kept_state holds the configuration and the state that Terraform 1.11.4 wrote for it when every schema was of
// version 0; neither is changed later.
func TestAccKeptState(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	kept := filesIn(t, filepath.Join("testdata", "kept_state"))
	w := providertest.NewWorkspace(t, s, map[string]string{"main.tf": kept["main.tf"], "terraform.tfstate": kept["state.json"]})
	w.Clean()
	providertest.Saw(t, s, "chatbot.thread", "chatbot.thread")
	w.Succeeds("destroy", "-no-color", "-auto-approve", "-refresh=false")
	var sent []string // in whatever order
	for _, request := range s.Requests() {
		if request.Call == "jelou.close" {
			sent = append(sent, request.Body)
		}
	}
	slices.Sort(sent)
	if want := []string{
		`{"botId":"bot-1","userId":"user-armed","redirectPayload":{"type":"text","text":"This conversation has ended."}}`,
		`{"botId":"bot-2","userId":"user-armed-later","redirectPayload":{"type":"edge"}}`,
	}; !slices.Equal(sent, want) {
		t.Errorf("sent %q, want %q", sent, want)
	}
}

// A service that repeats another's credential, which it was sent by mistake, is quoted without it; also without one that
// is not used.
func TestCredentialsOfAllServicesAreHidden(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	w := s.Configured(t, values{
		"http": providertest.QuickHTTP(), "jelou": values{"client_id": sandbox.JelouClientID, "client_secret": sandbox.JelouClientSecret},
	})
	secrets := []string{sandbox.ThuliumPassword, sandbox.JelouAPIKey, sandbox.JelouClientSecret, sandbox.ChatbotToken}
	all := "Not " + strings.Join(secrets, " or ") + " again"
	for call, body := range map[string]string{
		"thulium.start":  `{"errors":[{"message":"` + all + `"}]}`,
		"jelou.close":    `{"status":0,"message":"` + all + `"}`,
		"chatbot.thread": `{"success":false,"message":"` + all + `"}`,
	} {
		s.AddFault(sandbox.Fault{Call: call, Kind: sandbox.FaultStatus, Status: http.StatusForbidden, Body: body})
	}
	for service, diags := range callEach(t, w) {
		providertest.Has(t, providertest.Said(diags), "Not *** or *** or *** or *** again")
		for _, secret := range secrets {
			if strings.Contains(providertest.Said(diags), secret) {
				t.Errorf("%s: %q shows in %s", service, secret, providertest.Said(diags))
			}
		}
	}
}

// Terraform prints no address for an import, so an error before any call says which import it is.
func TestAnImportWithoutCredentialsIsNamed(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	clear(s.Environment)
	w := s.Configured(t, values{})
	for name, id := range map[string]string{chat: "3/c-7", "jelou_conversation": "p-1/c-7", "chatbot_thread": "bot/c-7"} {
		_, diags := w.ImportID(name, id)
		providertest.Complains(t, diags, "Unable to call", "This is the import of the ", " c-7")
	}
}
