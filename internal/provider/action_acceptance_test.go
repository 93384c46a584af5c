package provider

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	tfstate "github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// actionBlocks are both actions, the close for the given bot, and a resource
// whose event runs them.
func actionBlocks(bot, event string) string {
	return quick + fmt.Sprintf(`
action "jelou_conversation_close" "test" {
  provider = conversation

  config {
    bot_id           = %q
    user_id          = "user-0815"
    redirect_payload = { type = "text", text = "Bye" }
  }
}

action "thulium_chat_conversation_stop" "test" {
  provider = conversation

  config {
    conversation_id     = %q
    external_chatbot_id = "bot"
  }
}

resource "terraform_data" "release" {
  lifecycle {
    action_trigger {
      events  = [%s]
      actions = [action.jelou_conversation_close.test, action.thulium_chat_conversation_stop.test]
    }
  }
}
`, bot, actionConversation, event)
}

// actionReached checks which calls reached the services so far, in order.
func actionReached(s *stage, want ...string) resource.TestCheckFunc {
	return func(*tfstate.State) error {
		if got := strings.Join(actionStops(s), "\n"); got != strings.Join(want, "\n") {
			return fmt.Errorf("sent:\n%s\nwant:\n%s", got, strings.Join(want, "\n"))
		}
		return nil
	}
}

// actionClosed is the close of actionBlocks as actionStops writes it, actionStopped its stop.
func actionClosed(bot string) string {
	return `POST /external-support/project-1/conversations/close?` + strings.Replace(jelouBody("Bye"), "bot-1", bot, 1)
}

const actionStopped = actionStop + "external_chatbot_id=bot"

// TestAccActions runs both actions on the event of a resource, and not again.
func TestAccActions(t *testing.T) {
	requires(t, featureActions)
	s := newStage(t, sandbox.Options{})
	actionOpened(s)
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: s.factories(),
		CheckDestroy:             actionReached(s, actionClosed("bot-1"), actionStopped),
		Steps: []resource.TestStep{{
			Config:           actionBlocks("bot-1", "after_create"),
			Check:            actionReached(s, actionClosed("bot-1"), actionStopped),
			ConfigPlanChecks: resource.ConfigPlanChecks{PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}},
		}},
	})
}

// TestAccActionFailed shows the error of an action, which the next apply does not repeat.
func TestAccActionFailed(t *testing.T) {
	requires(t, featureActions)
	s := newStage(t, sandbox.Options{})
	actionOpened(s)
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: s.factories(),
		CheckDestroy:             actionReached(s, actionClosed("bot-9")),
		Steps: []resource.TestStep{
			{
				Config:      actionBlocks("bot-9", "after_create"),
				ExpectError: regexp.MustCompile(`(?s)BOT_NOT_FOUND.*Nothing\s+happened.*ignore_not_found`),
			},
			{
				Config:           actionBlocks("bot-9", "after_create"),
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}},
				Check:            actionReached(s, actionClosed("bot-9")),
			},
		},
	})
}

// TestAccActionsBadInput reports at plan what stands in the way of an action.
func TestAccActionsBadInput(t *testing.T) {
	requires(t, featureActions)
	s := newStage(t, sandbox.Options{})
	bad := func(from, to string) string {
		return strings.Replace(actionBlocks("bot-1", "after_create"), from, to, 1)
	}
	s.Environment[envThuliumPassword] = ""
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: s.factories(),
		CheckDestroy:             actionReached(s),
		Steps: []resource.TestStep{
			{Config: bad(`, text = "Bye"`, ""), PlanOnly: true, ExpectError: regexp.MustCompile(`Missing redirect_payload\.text`)},
			{Config: bad(`"user-0815"`, `""`), PlanOnly: true, ExpectError: regexp.MustCompile(`Invalid user_id`)},
			{Config: bad(actionConversation, ".."), PlanOnly: true, ExpectError: regexp.MustCompile(`Invalid conversation_id`)},
			{Config: bad("", ""), PlanOnly: true, ExpectError: regexp.MustCompile(`(?s)thulium\.password.*THULIUM_PASSWORD`)},
		},
	})
}

// TestAccActionsUnknownValues closes and stops what a resource of the same apply names.
func TestAccActionsUnknownValues(t *testing.T) {
	requires(t, featureActions)
	exercised(t, "unknown values")
	s := newStage(t, sandbox.Options{})
	actionOpened(s)
	config := strings.NewReplacer(
		`"bot-1"`, `terraform_data.release.output.bot`, `"`+actionConversation+`"`, `terraform_data.release.output.conversation`,
		`resource "terraform_data" "release" {`, fmt.Sprintf("resource \"terraform_data\" \"release\" {\n"+
			"  input = { bot = \"bot-1\", conversation = %q }", actionConversation),
	).Replace(actionBlocks("bot-1", "after_create"))
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: s.factories(),
		Steps:                    []resource.TestStep{{Config: config, Check: actionReached(s, actionClosed("bot-1"), actionStopped)}},
	})
}

// TestAccActionsInvoked runs an action by hand, and prints what it did.
func TestAccActionsInvoked(t *testing.T) {
	t.Parallel()
	requires(t, featureActions)
	s := newStage(t, sandbox.Options{})
	actionOpened(s)
	w := newStateWorkspace(t, s, map[string]string{"main.tf": stateRequired + actionBlocks("bot-1", "after_create")})
	for name, want := range map[string]string{
		"action.jelou_conversation_close.test":       "Closed the Jelou conversation",
		"action.thulium_chat_conversation_stop.test": "Stopped the Thulium conversation " + actionConversation,
	} {
		if said := stateOneLine(w.must("apply", "-no-color", "-auto-approve", "-invoke="+name)); !strings.Contains(said, want) {
			t.Errorf("no %q in %s", want, said)
		}
	}
	if said := w.fails("apply", "-no-color", "-auto-approve", "-invoke=action.thulium_chat_conversation_stop.test"); !strings.Contains(said, "409 Conflict") {
		t.Errorf("no word of the refusal in %s", said)
	}
	if closes, stops := s.Count("jelou.close"), s.Count("thulium.stop"); closes != 1 || stops != 2 {
		t.Errorf("%d closes and %d stops, want 1 and 2", closes, stops)
	}
}

// TestAccActionsBeforeDestroy runs both actions before a resource is destroyed.
func TestAccActionsBeforeDestroy(t *testing.T) {
	requires(t, featureDestroyActions)
	s := newStage(t, sandbox.Options{})
	actionOpened(s)
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: s.factories(),
		CheckDestroy:             actionReached(s, actionClosed("bot-1"), actionStopped),
		Steps: []resource.TestStep{{
			Config: actionBlocks("bot-1", "before_destroy"), Check: actionReached(s),
		}},
	})
}
