package jelouconversation_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	tfstate "github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
	"github.com/conversation-tools/terraform-provider-conversation/internal/terraform"
)

const address = "jelou_conversation.test"

// block is a configuration with one conversation, with further arguments.
func block(more string) string {
	return providertest.Quick + fmt.Sprintf(`
resource "jelou_conversation" "test" {
  provider = conversation
  bot_id   = "bot-1"
  user_id  = "user-0815"
  %s
}
`, more)
}

// sent checks which calls with an effect reached the service so far.
func sent(s *providertest.Stage, want ...string) resource.TestCheckFunc {
	return func(*tfstate.State) error {
		var got []string
		for _, r := range s.Requests() {
			if r.Call != read {
				got = append(got, r.Call)
			}
		}
		if !slices.Equal(got, want) {
			return fmt.Errorf("sent %v, want %v", got, want)
		}
		return nil
	}
}

// acts expects the plan to do this with the conversation.
func acts(action plancheck.ResourceActionType) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{
		PreApply:             []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, action)},
		PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
	}
}

func known(name string, value knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(address, tfjsonpath.New(name), value)
}

// TestAccConversation takes one conversation through its life at a CLI.
func TestAccConversation(t *testing.T) {
	s := providertest.New(t, sandbox.Options{})
	s.Set(func(k *sandbox.Knobs) { k.EveryUserOpen = false })
	const message = `initial_message = "Oi"
  metadata        = { ticket = "T-1" }
  assignment      = { type = "queue", target = "SUPPORT" }
`
	open := []statecheck.StateCheck{
		known("project_id", knownvalue.StringExact("project-1")), known("state", knownvalue.StringExact("active")),
		known("started_at", knownvalue.NotNull()), known("ended_at", knownvalue.Null()), known("room_id", knownvalue.NotNull()),
	}
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: s.Factories(),
		CheckDestroy:             sent(s, start, end, start, start),
		Steps: []resource.TestStep{
			{Config: block(message), ConfigPlanChecks: acts(plancheck.ResourceActionCreate), ConfigStateChecks: open, Check: sent(s, start)},
			{
				Config:           block(message + `redirect_payload = { type = "text", text = "Tchau" }`),
				ConfigPlanChecks: acts(plancheck.ResourceActionUpdate), ConfigStateChecks: open, Check: sent(s, start),
			},
			{ // another message: close, then start
				Config: block(`initial_message = "Olá"`), ConfigPlanChecks: acts(plancheck.ResourceActionReplace), ConfigStateChecks: open,
				Check: sent(s, start, end, start),
			},
			{ // closed by somebody: the next apply starts a new one
				PreConfig: func() { s.CloseJelouConversation(openOf(s)[0]) },
				Config:    block(`initial_message = "Olá"`), ConfigPlanChecks: acts(plancheck.ResourceActionCreate), ConfigStateChecks: open,
				Check: sent(s, start, end, start, start),
			},
			{ // closed by somebody, and kept: destroy sends nothing
				Config:           block("initial_message = \"Olá\"\n on_closed = \"keep\""),
				ConfigPlanChecks: acts(plancheck.ResourceActionUpdate), Check: sent(s, start, end, start, start),
			},
			{
				PreConfig:         func() { s.CloseJelouConversation(openOf(s)[0]) },
				Config:            block("initial_message = \"Olá\"\n on_closed = \"keep\""),
				ConfigPlanChecks:  acts(plancheck.ResourceActionNoop),
				ConfigStateChecks: []statecheck.StateCheck{known("state", knownvalue.StringExact("closed")), known("ended_at", knownvalue.NotNull())},
			},
		},
	})
}

// TestAccConversationImportBlock adopts a conversation with an import block, by id or by
// identity, and closes it at destroy.
func TestAccConversationImportBlock(t *testing.T) {
	t.Parallel()
	for name, feature := range map[string]terraform.Feature{"id": providertest.ImportBlock, "identity": providertest.Identity} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			providertest.Requires(t, feature)
			s := providertest.New(t, sandbox.Options{})
			id := s.OpenJelouConversation(sandbox.JelouProjectID, sandbox.JelouBotID, user)
			what := map[string]string{"id": fmt.Sprintf("id = %q", id), "identity": fmt.Sprintf("identity = { project_id = \"project-1\", id = %q }", id)}[name]
			w := providertest.NewWorkspace(t, s, map[string]string{
				"main.tf": providertest.Required + block(`initial_message = "Oi"`) + "import {\n provider = conversation\n to = " + address + "\n " + what + "\n}\n",
			})
			if said := providertest.OneLine(w.Succeeds("apply", "-no-color", "-auto-approve")); !strings.Contains(said, "1 imported, 0 added, 1 changed, 0 destroyed") {
				t.Errorf("the import says %s", said)
			}
			w.Clean()
			w.Succeeds("destroy", "-no-color", "-auto-approve")
			if err := sent(s, end)(nil); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestAccConversationTest starts, asserts and closes in the CLI's own tests, with a data
// source in a check block and the signature of an event.
func TestAccConversationTest(t *testing.T) {
	t.Parallel()
	providertest.Requires(t, providertest.TestCommand)
	s := providertest.New(t, sandbox.Options{})
	signature := ""
	if providertest.CLI.Has(providertest.Functions) {
		signature = `
output "signature" {
  value = provider::conversation::jelou_signature("body", "secret")
}
`
	}
	w := providertest.NewWorkspace(t, s, map[string]string{
		"main.tf": providertest.Required + block("") + signature + `
check "handed_over" {
  data "jelou_conversation" "test" {
    provider       = conversation
    id             = jelou_conversation.test.id
    wait_for_state = ["active"]
  }
  assert {
    condition     = data.jelou_conversation.test.user_id == "user-0815"
    error_message = "It is somebody else's."
  }
}
`,
		"tests/conversation.tftest.hcl": `
run "starts" {
  assert {
    condition     = jelou_conversation.test.state == "active"
    error_message = "It is not open."
  }
}
`,
	})
	if said := w.Succeeds("test", "-no-color"); !strings.Contains(said, "1 passed, 0 failed") {
		t.Error(said)
	}
	if err := sent(s, start, end)(nil); err != nil || len(openOf(s)) > 0 {
		t.Errorf("left open %v: %v", openOf(s), err)
	}
	if signature == "" {
		return
	}
	w.Succeeds("apply", "-no-color", "-auto-approve")
	if said := strings.TrimSpace(w.Succeeds("output", "-raw", "signature")); said != "sha256=dc46983557fea127b43af721467eb9b3fde2338fe3e14f51952aa8478c13d355" {
		t.Errorf("the signature is %s", said)
	}
	w.Succeeds("destroy", "-no-color", "-auto-approve")
}
