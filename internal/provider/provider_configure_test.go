package provider_test

import (
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// A configuration without a provider block: the environment alone serves.
func TestProviderWithoutBlock(t *testing.T) {
	s := providertest.New(t, sandbox.Options{})
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: s.Factories(),
		Steps: []resource.TestStep{{Config: `
resource "thulium_chat_conversation" "test" {
  provider      = conversation
  chat_queue_id = 3
}
`}},
	})
	providertest.ThuliumEnded(t, s, 1)
	agent := regexp.MustCompile(`^terraform-provider-conversation/test terraform/\d+\.\d+\.\d+\S*$`)
	for _, request := range s.Requests() {
		if got := request.Header.Get("User-Agent"); !agent.MatchString(got) {
			t.Errorf("User-Agent is %q", got)
		}
	}
}

// The block alone serves as well, and a slash at the end of an address is harmless.
func TestProviderBlockAlone(t *testing.T) {
	s := providertest.New(t, sandbox.Options{})
	clear(s.Environment)
	config := `
provider "conversation" {
  thulium = {
    base_url            = "` + s.URL + sandbox.ThuliumPath + `/"
    username            = "` + sandbox.ThuliumUsername + `"
    password            = "` + sandbox.ThuliumPassword + `"
    refresh             = false
    requests_per_minute = 6000
  }
  jelou = {
    base_url      = "` + s.URL + sandbox.JelouPath + `/"
    project_id    = "` + sandbox.JelouProjectID + `"
    client_id     = "` + sandbox.JelouClientID + `"
    client_secret = "` + sandbox.JelouClientSecret + `"
  }
  chatbot = {
    base_url = "` + s.URL + sandbox.ChatbotPath + `/"
    token    = "` + sandbox.ChatbotToken + `"
  }
  http = {
    timeout        = "1m"
    max_retries    = 0
    retry_wait_min = "1ms"
    retry_wait_max = "1ms"
  }
}

resource "thulium_chat_conversation" "test" {
  provider      = conversation
  chat_queue_id = 3
}

resource "jelou_conversation_close" "test" {
  provider = conversation
  bot_id   = "` + sandbox.JelouBotID + `"
  user_id  = "user-1"
}

data "chatbot_thread" "test" {
  provider   = conversation
  chatbot_id = "` + sandbox.ChatbotID + `"
  thread_id  = "` + sandbox.ThreadID + `"
}
`
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: s.Factories(),
		Steps: []resource.TestStep{{
			Config: config,
			ConfigPlanChecks: resource.ConfigPlanChecks{
				PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
			},
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue("jelou_conversation_close.test", tfjsonpath.New("status"), knownvalue.StringExact("closed")),
				statecheck.ExpectKnownValue("data.chatbot_thread.test", tfjsonpath.New("mode"), knownvalue.NotNull()),
			},
		}},
	})
	if s.Count("thulium.start") != 1 || s.Count("thulium.stop") != 1 || s.Count("jelou.close") != 1 || s.Count("thulium.list") != 0 {
		for _, request := range s.Requests() {
			t.Log(request.Line())
		}
		t.Error("want one start, one stop, one close and no listing")
	}
	for _, request := range s.Requests() {
		if request.Account == "" || request.Status != 200 {
			t.Errorf("%s", request.Line())
		}
	}
}

// Missing configuration stops the plan; what needs none of it goes on.
func TestProviderMissingConfiguration(t *testing.T) {
	s := providertest.New(t, sandbox.Options{})
	delete(s.Environment, "THULIUM_PASSWORD")
	s.Environment["CHATBOT_TOKEN"] = ""
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: s.Factories(),
		Steps: []resource.TestStep{
			{
				Config: providertest.Quick + `
resource "thulium_chat_conversation" "test" {
  provider      = conversation
  chat_queue_id = 3
}
`,
				ExpectError: regexp.MustCompile(`thulium\.password(.|\n)*THULIUM_PASSWORD`),
				PlanOnly:    true,
			},
			{
				Config: providertest.Quick + `
data "chatbot_thread" "test" {
  provider   = conversation
  chatbot_id = "c"
  thread_id  = "t"
}
`,
				ExpectError: regexp.MustCompile(`chatbot\.token(.|\n)*CHATBOT_TOKEN`),
			},
			{Config: providertest.Quick + `
resource "jelou_conversation_close" "test" {
  provider = conversation
  bot_id   = "` + sandbox.JelouBotID + `"
  user_id  = "user-1"
}
`},
		},
	})
	if s.Count("jelou.close") != 1 || s.Count("*") != 1 {
		t.Errorf("%d calls, %d of them close", s.Count("*"), s.Count("jelou.close"))
	}
}

// An empty string in the block stops validate, with its attribute.
func TestProviderEmptySecret(t *testing.T) {
	s := providertest.New(t, sandbox.Options{})
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: s.Factories(),
		Steps: []resource.TestStep{{
			Config: `
variable "password" {
  type    = string
  default = ""
}

provider "conversation" {
  thulium = { username = "u", password = var.password }
}

resource "thulium_chat_conversation" "test" {
  provider      = conversation
  chat_queue_id = 3
}
`,
			ExpectError: regexp.MustCompile(`thulium\.password(.|\n)*empty\s+string`),
		}},
	})
	providertest.Saw(t, s)
}

// Neither a block of nulls nor none at all is in the way of the schema's users.
func TestProviderConfigureWithNulls(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	for name, config := range map[string]providertest.Values{
		"nothing":    nil,
		"attributes": {"thulium": nil, "jelou": nil, "chatbot": nil, "http": nil},
		"nested": {
			"thulium": providertest.Values{"base_url": nil, "username": nil, "refresh": nil, "requests_per_minute": nil},
			"http":    providertest.Values{"timeout": nil, "max_retries": nil, "ca_certificate": nil},
		},
	} {
		w, diags := s.Tried(t, config)
		if len(diags) > 0 {
			t.Errorf("%s: %s", name, providertest.Said(diags))
		}
		started := w.MustApply("thulium_chat_conversation", providertest.Object{}, providertest.Values{"chat_queue_id": 3})
		w.MustApply("thulium_chat_conversation", started, nil)
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
		config := providertest.Values{}
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
