package thuliumchat_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	tfstate "github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// stopBlocks are the action, and a resource whose event runs it.
func stopBlocks(event string) string {
	return providertest.Quick + fmt.Sprintf(`
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
      actions = [action.thulium_chat_conversation_stop.test]
    }
  }
}
`, actionConversation, event)
}

// stopReached checks which calls reached the service so far, in order.
func stopReached(s *providertest.Stage, want ...string) resource.TestCheckFunc {
	return func(*tfstate.State) error {
		if got := strings.Join(actionStops(s), "\n"); got != strings.Join(want, "\n") {
			return fmt.Errorf("sent:\n%s\nwant:\n%s", got, strings.Join(want, "\n"))
		}
		return nil
	}
}

// stopSent is the stop of stopBlocks as actionStops writes it.
const stopSent = actionStop + `external_chatbot_id=bot{"external_chatbot_id":"bot"}`

// The action runs on the event of a resource, and not again.
func TestAccStopAction(t *testing.T) {
	providertest.Requires(t, providertest.Actions)
	s := providertest.New(t, sandbox.Options{})
	actionOpened(s)
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: s.Factories(),
		CheckDestroy:             stopReached(s, stopSent),
		Steps: []resource.TestStep{{
			Config:           stopBlocks("after_create"),
			Check:            stopReached(s, stopSent),
			ConfigPlanChecks: resource.ConfigPlanChecks{PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}},
		}},
	})
}

// The error of an action is shown, and the next apply does not repeat it.
func TestAccStopActionFailed(t *testing.T) {
	providertest.Requires(t, providertest.Actions)
	s := providertest.New(t, sandbox.Options{})
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: s.Factories(),
		CheckDestroy:             stopReached(s, stopSent),
		Steps: []resource.TestStep{
			{
				Config:      stopBlocks("after_create"),
				ExpectError: regexp.MustCompile(`(?s)Conversation\s+does\s+not\s+exist.*was\s+not\s+stopped.*ignore_not_found`),
			},
			{
				Config:           stopBlocks("after_create"),
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}},
				Check:            stopReached(s, stopSent),
			},
		},
	})
}

// What stands in the way of an action is reported at plan.
func TestAccStopActionBadInput(t *testing.T) {
	providertest.Requires(t, providertest.Actions)
	s := providertest.New(t, sandbox.Options{})
	s.Environment["THULIUM_PASSWORD"] = ""
	bad := func(value string) string {
		return strings.Replace(stopBlocks("after_create"), actionConversation, value, 1)
	}
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: s.Factories(),
		CheckDestroy:             stopReached(s),
		Steps: []resource.TestStep{
			{Config: bad(".."), PlanOnly: true, ExpectError: regexp.MustCompile(`Invalid conversation_id`)},
			{Config: bad(" a"), PlanOnly: true, ExpectError: regexp.MustCompile(`Invalid conversation_id`)},
			{Config: bad(actionConversation), PlanOnly: true, ExpectError: regexp.MustCompile(`(?s)thulium\.password.*THULIUM_PASSWORD`)},
		},
	})
}

// An action stops what a resource of the same apply names.
func TestAccStopActionUnknownValues(t *testing.T) {
	providertest.Requires(t, providertest.Actions)
	s := providertest.New(t, sandbox.Options{})
	actionOpened(s)
	config := strings.NewReplacer(
		`"`+actionConversation+`"`, `terraform_data.release.output`,
		`resource "terraform_data" "release" {`, fmt.Sprintf("resource \"terraform_data\" \"release\" {\n  input = %q", actionConversation),
	).Replace(stopBlocks("after_create"))
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: s.Factories(),
		Steps:                    []resource.TestStep{{Config: config, Check: stopReached(s, stopSent)}},
	})
}

// An action that is run by hand prints what it did.
func TestAccStopActionInvoked(t *testing.T) {
	t.Parallel()
	providertest.Requires(t, providertest.Actions)
	s := providertest.New(t, sandbox.Options{})
	actionOpened(s)
	w := providertest.NewWorkspace(t, s, map[string]string{"main.tf": providertest.Required + stopBlocks("after_create")})
	invoke := []string{"apply", "-no-color", "-auto-approve", "-invoke=action.thulium_chat_conversation_stop.test"}
	providertest.Has(t, providertest.OneLine(w.Succeeds(invoke...)), "Stopped the Thulium conversation "+actionConversation)
	providertest.Has(t, w.Fails(invoke...), "409 Conflict")
	if stops := s.Count("thulium.stop"); stops != 2 {
		t.Errorf("%d stops, want 2", stops)
	}
}

// The action runs before a resource is destroyed.
func TestAccStopActionBeforeDestroy(t *testing.T) {
	providertest.Requires(t, providertest.DestroyActions)
	s := providertest.New(t, sandbox.Options{})
	actionOpened(s)
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: s.Factories(),
		CheckDestroy:             stopReached(s, stopSent),
		Steps: []resource.TestStep{{
			Config: stopBlocks("before_destroy"), Check: stopReached(s),
		}},
	})
}
