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
    bot_id           = %s
    user_id          = "user-0815"
    redirect_payload = { type = "text", text = "Bye" }
  }
}

resource "terraform_data" "release" {
  input = { bot = "bot-1" }
  lifecycle {
    action_trigger {
      events  = [%s]
      actions = [action.jelou_conversation_close.test]
    }
  }
}
`, bot, event)
}

// TestAccActions runs the action on the event of a resource, and not again. Its bot is
// known, or comes from that resource.
func TestAccActions(t *testing.T) {
	providertest.Requires(t, providertest.Actions)
	for _, bot := range []string{`"bot-1"`, "terraform_data.release.output.bot"} {
		t.Run(bot, func(t *testing.T) {
			s := providertest.New(t, sandbox.Options{})
			resource.ParallelTest(t, resource.TestCase{
				ProtoV6ProviderFactories: s.Factories(),
				CheckDestroy:             reached(s, body("Bye")),
				Steps: []resource.TestStep{{
					Config:           actionBlocks(bot, "after_create"),
					Check:            reached(s, body("Bye")),
					ConfigPlanChecks: resource.ConfigPlanChecks{PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}},
				}},
			})
		})
	}
}

// TestAccActionErrors reports at plan what stands in the way of an action, and shows the
// error of one, which the next apply does not repeat.
func TestAccActionErrors(t *testing.T) {
	providertest.Requires(t, providertest.Actions)
	s := providertest.New(t, sandbox.Options{})
	once := reached(s, strings.Replace(body("Bye"), "bot-1", "bot-9", 1))
	config := actionBlocks(`"bot-9"`, "after_create")
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: s.Factories(),
		CheckDestroy:             once,
		Steps: []resource.TestStep{
			{Config: strings.Replace(config, `, text = "Bye"`, "", 1), PlanOnly: true, ExpectError: regexp.MustCompile(`Missing redirect_payload\.text`)},
			{Config: config, ExpectError: regexp.MustCompile(`(?s)BOT_NOT_FOUND.*Nothing\s+happened.*ignore_not_found`)},
			{Config: config, ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}}, Check: once},
		},
	})
}

// TestAccActionInvoked runs an action by hand, and prints what it did.
func TestAccActionInvoked(t *testing.T) {
	t.Parallel()
	providertest.Requires(t, providertest.Actions)
	s := providertest.New(t, sandbox.Options{})
	w := providertest.NewWorkspace(t, s, map[string]string{"main.tf": providertest.Required + actionBlocks(`"bot-1"`, "after_create")})
	said := providertest.OneLine(w.Succeeds("apply", "-no-color", "-auto-approve", "-invoke=action.jelou_conversation_close.test"))
	providertest.Has(t, said, "Closed the Jelou conversation")
	sent(t, s, body("Bye"))
}

// TestAccActionBeforeDestroy runs the action before a resource is destroyed.
func TestAccActionBeforeDestroy(t *testing.T) {
	providertest.Requires(t, providertest.DestroyActions)
	s := providertest.New(t, sandbox.Options{})
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: s.Factories(),
		CheckDestroy:             reached(s, body("Bye")),
		Steps:                    []resource.TestStep{{Config: actionBlocks(`"bot-1"`, "before_destroy"), Check: reached(s)}},
	})
}
