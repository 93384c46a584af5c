package provider_test

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// providerUnknownConfig takes address and password from a resource of the same
// apply; another revision makes both unknown again.
func providerUnknownConfig(s *providertest.Stage, revision int, rest string) string {
	return fmt.Sprintf(`
resource "terraform_data" "system" {
  input = {
    base_url = %q
    password = %q
    revision = %d
  }
}

provider "conversation" {
  thulium = {
    base_url = terraform_data.system.output.base_url
    username = %q
    password = terraform_data.system.output.password
  }
}
`, s.URL+sandbox.ThuliumPath, sandbox.ThuliumPassword, revision, sandbox.ThuliumUsername) + rest
}

const providerUnknownConversation = `
resource "thulium_chat_conversation" "test" {
  provider      = conversation
  chat_queue_id = 3
}
`

// What is not known at plan is known at apply, and a plan in between that does not
// know it keeps the state.
func TestProviderUnknownUntilApply(t *testing.T) {
	s := providertest.New(t, sandbox.Options{})
	clear(s.Environment)
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: s.Factories(),
		Steps: []resource.TestStep{
			{
				Config: providerUnknownConfig(s, 1, providerUnknownConversation),
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
					plancheck.ExpectResourceAction("thulium_chat_conversation.test", plancheck.ResourceActionCreate),
					providertest.ThuliumCalls{Stage: s},
				}},
				ConfigStateChecks: []statecheck.StateCheck{providertest.ThuliumCalls{Stage: s, Starts: 1}},
			},
			{
				PreConfig: s.ClearRequests,
				Config:    providerUnknownConfig(s, 2, providerUnknownConversation),
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
					plancheck.ExpectResourceAction("thulium_chat_conversation.test", plancheck.ResourceActionNoop),
					providertest.ThuliumCalls{Stage: s},
				}},
			},
		},
	})
	if s.Count("thulium.stop") != 1 || len(s.Open()) > 0 {
		t.Errorf("%d stops, %d left open", s.Count("thulium.stop"), len(s.Open()))
	}
}

// A whole object may be unknown too, and an argument of the conversation.
func TestProviderUnknownObjects(t *testing.T) {
	s := providertest.New(t, sandbox.Options{})
	delete(s.Environment, "THULIUM_BASE_URL")
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: s.Factories(),
		Steps: []resource.TestStep{{
			Config: fmt.Sprintf(`
resource "terraform_data" "thulium" {
  input = { base_url = %q }
}

resource "terraform_data" "http" {
  input = { max_retries = 0 }
}

resource "terraform_data" "queue" {
  input = 7
}

provider "conversation" {
  thulium = terraform_data.thulium.output
  http    = terraform_data.http.output
}

resource "thulium_chat_conversation" "test" {
  provider      = conversation
  count         = 2
  chat_queue_id = terraform_data.queue.output
  client_email  = "${terraform_data.queue.id}@example.com"
}
`, s.URL+sandbox.ThuliumPath),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectUnknownValue("thulium_chat_conversation.test"+"[0]", tfjsonpath.New("chat_queue_id")),
				providertest.ThuliumCalls{Stage: s},
			}},
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue("thulium_chat_conversation.test"+"[1]", tfjsonpath.New("chat_queue_id"), knownvalue.Int64Exact(7)),
			},
		}},
	})
	providertest.ThuliumEnded(t, s, 2)
	for _, conversation := range s.Conversations() {
		if conversation.QueueID != 7 || conversation.ClientEmail == "" {
			t.Errorf("started %+v", conversation)
		}
	}
}

// A data source is read at plan: there it is an error, unless it waits for the apply.
func TestProviderUnknownForDataSource(t *testing.T) {
	s := providertest.New(t, sandbox.Options{})
	clear(s.Environment)
	s.AddConversation(sandbox.Conversation{QueueID: 3})
	list := func(rest string) string {
		return `
data "thulium_chat_conversations" "all" {
  provider = conversation
` + rest + `
}

output "n" {
  value = length(data.thulium_chat_conversations.all.conversations)
}
`
	}
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: s.Factories(),
		Steps: []resource.TestStep{
			{
				Config:      providerUnknownConfig(s, 1, list("")),
				ExpectError: regexp.MustCompile(`thulium\.(base_url|password)(.|\n)*not\s+known\s+yet`),
			},
			{
				Config:            providerUnknownConfig(s, 2, list("depends_on = [terraform_data.system]")),
				ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownOutputValue("n", knownvalue.Int64Exact(1))},
			},
		},
	})
	if s.Count("thulium.list") == 0 || s.Count("thulium.list") != s.Count("*") {
		t.Errorf("%d calls, %d of the listing", s.Count("*"), s.Count("thulium.list"))
	}
}

// Whatever is unknown, resources plan; only a call that has to be made now is refused.
func TestProviderUnknownByAttribute(t *testing.T) {
	t.Parallel()
	for name, config := range map[string]providertest.Values{
		"thulium":                     {"thulium": tftypes.UnknownValue},
		"thulium.base_url":            {"thulium": providertest.Values{"base_url": tftypes.UnknownValue}},
		"thulium.username":            {"thulium": providertest.Values{"username": tftypes.UnknownValue, "password": "p"}},
		"thulium.password":            {"thulium": providertest.Values{"username": "u", "password": tftypes.UnknownValue}},
		"thulium.refresh":             {"thulium": providertest.Values{"refresh": tftypes.UnknownValue}},
		"thulium.requests_per_minute": {"thulium": providertest.Values{"requests_per_minute": tftypes.UnknownValue}},
		"http":                        {"http": tftypes.UnknownValue},
		"http.timeout":                {"http": providertest.Values{"timeout": tftypes.UnknownValue}},
		"http.max_retries":            {"http": providertest.Values{"max_retries": tftypes.UnknownValue}},
		"http.retry_wait_min":         {"http": providertest.Values{"retry_wait_min": tftypes.UnknownValue}},
		"http.retry_wait_max":         {"http": providertest.Values{"retry_wait_max": tftypes.UnknownValue}},
		"http.ca_certificate":         {"http": providertest.Values{"ca_certificate": tftypes.UnknownValue}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := providertest.New(t, sandbox.Options{})
			w, diags := s.Tried(t, config)
			if len(diags) > 0 {
				t.Fatal(providertest.Said(diags))
			}
			planned, diags := w.Plan("thulium_chat_conversation", providertest.Object{}, providertest.Values{"chat_queue_id": 3})
			w.Must(nil, diags)
			if planned == nil || planned.PlannedState == nil {
				t.Error("there is no plan")
			}
			_, diags = w.Data(t.Context(), "thulium_chat_conversations", providertest.Values{})
			if !providertest.Failed(diags) {
				t.Error("the data source was read")
			}
			providertest.Has(t, providertest.Said(diags), name, "not known yet")
			providertest.Saw(t, s)
		})
	}
}
