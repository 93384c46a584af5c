package jelouclose_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// actionBlocks are the action for the given bot, and a resource whose event runs it.
func actionBlocks(bot, event string) string {
	return providertest.Quick + fmt.Sprintf(`
action "jelou_conversation_close" "test" {
  provider = conversation

  config {
    bot_id           = %q
    user_id          = "user-0815"
    redirect_payload = { type = "text", text = "Bye" }
  }
}

resource "terraform_data" "release" {
  lifecycle {
    action_trigger {
      events  = [%s]
      actions = [action.jelou_conversation_close.test]
    }
  }
}
`, bot, event)
}

// actionClosed is the body that actionBlocks sends.
func actionClosed(bot string) string { return strings.Replace(jelouBody("Bye"), "bot-1", bot, 1) }

// TestAccActions runs the action on the event of a resource, and not again.
func TestAccActions(t *testing.T) {
	providertest.Requires(t, providertest.Actions)
	s := providertest.New(t, sandbox.Options{})
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: s.Factories(),
		CheckDestroy:             jelouReached(s, actionClosed("bot-1")),
		Steps: []resource.TestStep{{
			Config:           actionBlocks("bot-1", "after_create"),
			Check:            jelouReached(s, actionClosed("bot-1")),
			ConfigPlanChecks: resource.ConfigPlanChecks{PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}},
		}},
	})
}

// TestAccActionFailed shows the error of an action, which the next apply does not repeat.
func TestAccActionFailed(t *testing.T) {
	providertest.Requires(t, providertest.Actions)
	s := providertest.New(t, sandbox.Options{})
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: s.Factories(),
		CheckDestroy:             jelouReached(s, actionClosed("bot-9")),
		Steps: []resource.TestStep{
			{
				Config:      actionBlocks("bot-9", "after_create"),
				ExpectError: regexp.MustCompile(`(?s)BOT_NOT_FOUND.*Nothing\s+happened.*ignore_not_found`),
			},
			{
				Config:           actionBlocks("bot-9", "after_create"),
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}},
				Check:            jelouReached(s, actionClosed("bot-9")),
			},
		},
	})
}

// TestAccActionsBadInput reports at plan what stands in the way of an action.
func TestAccActionsBadInput(t *testing.T) {
	providertest.Requires(t, providertest.Actions)
	s := providertest.New(t, sandbox.Options{})
	bad := func(from, to string) string {
		return strings.Replace(actionBlocks("bot-1", "after_create"), from, to, 1)
	}
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: s.Factories(),
		CheckDestroy:             jelouReached(s),
		Steps: []resource.TestStep{
			{Config: bad(`, text = "Bye"`, ""), PlanOnly: true, ExpectError: regexp.MustCompile(`Missing redirect_payload\.text`)},
			{Config: bad(`"user-0815"`, `""`), PlanOnly: true, ExpectError: regexp.MustCompile(`Invalid user_id`)},
		},
	})
}

// TestAccActionsUnknownValues closes what a resource of the same apply names.
func TestAccActionsUnknownValues(t *testing.T) {
	providertest.Requires(t, providertest.Actions)
	s := providertest.New(t, sandbox.Options{})
	config := strings.NewReplacer(
		`"bot-1"`, `terraform_data.release.output.bot`,
		`resource "terraform_data" "release" {`, "resource \"terraform_data\" \"release\" {\n  input = { bot = \"bot-1\" }",
	).Replace(actionBlocks("bot-1", "after_create"))
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: s.Factories(),
		Steps:                    []resource.TestStep{{Config: config, Check: jelouReached(s, actionClosed("bot-1"))}},
	})
}

// TestAccActionsInvoked runs an action by hand, and prints what it did.
func TestAccActionsInvoked(t *testing.T) {
	t.Parallel()
	providertest.Requires(t, providertest.Actions)
	s := providertest.New(t, sandbox.Options{})
	w := providertest.NewWorkspace(t, s, map[string]string{"main.tf": providertest.Required + actionBlocks("bot-1", "after_create")})
	said := providertest.OneLine(w.Succeeds("apply", "-no-color", "-auto-approve", "-invoke=action.jelou_conversation_close.test"))
	if want := "Closed the Jelou conversation"; !strings.Contains(said, want) {
		t.Errorf("no %q in %s", want, said)
	}
	jelouSent(t, s, actionClosed("bot-1"))
}

// TestAccActionsBeforeDestroy runs the action before a resource is destroyed.
func TestAccActionsBeforeDestroy(t *testing.T) {
	providertest.Requires(t, providertest.DestroyActions)
	s := providertest.New(t, sandbox.Options{})
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: s.Factories(),
		CheckDestroy:             jelouReached(s, actionClosed("bot-1")),
		Steps: []resource.TestStep{{
			Config: actionBlocks("bot-1", "before_destroy"), Check: jelouReached(s),
		}},
	})
}
