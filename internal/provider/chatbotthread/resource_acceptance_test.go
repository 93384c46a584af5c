package chatbotthread_test

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	tfstate "github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

const threadAddress = "chatbot_thread.test"

func ownThread(arguments string) string {
	return providertest.Quick + fmt.Sprintf(`
resource "chatbot_thread" "test" {
  provider   = conversation
  chatbot_id = %q
  %s
}
`, sandbox.ChatbotID, arguments)
}

// counts checks how many calls that change something there were so far.
func counts(s *providertest.Stage, creates, updates int) resource.TestCheckFunc {
	return func(*tfstate.State) error {
		if c, u := s.Count("chatbot.create"), s.Count("chatbot.update"); c != creates || u != updates {
			return fmt.Errorf("%d creates and %d updates, want %d and %d", c, u, creates, updates)
		}
		return nil
	}
}

// TestAccOwnThread creates a thread, changes it in place, and replaces it.
func TestAccOwnThread(t *testing.T) {
	s := providertest.New(t, sandbox.Options{})
	is := func(attribute, value string) statecheck.StateCheck {
		return statecheck.ExpectKnownValue(threadAddress, tfjsonpath.New(attribute), knownvalue.StringExact(value))
	}
	empty := resource.ConfigPlanChecks{PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}}
	action := func(action plancheck.ResourceActionType) resource.ConfigPlanChecks {
		checks := empty
		checks.PreApply = []plancheck.PlanCheck{plancheck.ExpectResourceAction(threadAddress, action)}
		return checks
	}
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: s.Factories(),
		Steps: []resource.TestStep{
			{
				Config:            ownThread(`thread_id = "t-1"`),
				ConfigPlanChecks:  empty,
				ConfigStateChecks: []statecheck.StateCheck{is("id", sandbox.ChatbotID+"/t-1"), is("mode", "AI")},
				Check:             counts(s, 1, 0),
			},
			{
				ResourceName: threadAddress, ImportState: true, ImportStateVerify: true, ImportStateId: sandbox.ChatbotID + "/t-1",
			},
			{
				Config: ownThread(`
  thread_id   = "t-1"
  mode        = "AGENT"
  webhook_url = "https://hooks.example.com/threads"
  chat_user   = { email = "jan@example.com", name = "Jan" }
`),
				ConfigPlanChecks: action(plancheck.ResourceActionUpdate),
				ConfigStateChecks: []statecheck.StateCheck{
					is("mode", "AGENT"), statecheck.ExpectSensitiveValue(threadAddress, tfjsonpath.New("webhook_url")),
				},
				Check: counts(s, 1, 1),
			},
			{
				Config:           ownThread(""), // the id is kept
				ConfigPlanChecks: action(plancheck.ResourceActionUpdate),
				Check:            counts(s, 1, 2),
			},
			{
				Config:           ownThread(`thread_id = "t-2"`),
				ConfigPlanChecks: action(plancheck.ResourceActionReplace),
				Check:            counts(s, 2, 2),
			},
			{
				Config:      ownThread(fmt.Sprintf("thread_id = %q", sandbox.ThreadID)),
				ExpectError: regexp.MustCompile(`(?s)Chatbot thread exists already.*terraform import`),
			},
		},
	})
	if err := counts(s, 2, 2)(nil); err != nil {
		t.Error(err)
	}
}

// TestAccOwnThreadByIdentity shows the identity, and imports by it. The block names the
// provider, which OpenTofu needs.
func TestAccOwnThreadByIdentity(t *testing.T) {
	providertest.Requires(t, providertest.Identity)
	s := providertest.New(t, sandbox.Options{})
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: s.Factories(),
		Steps: []resource.TestStep{{
			Config: ownThread(fmt.Sprintf("thread_id = %q", sandbox.ThreadID)) + fmt.Sprintf(`
import {
  provider = conversation
  to       = %s
  identity = {
    chatbot_id = %q
    thread_id  = %q
  }
}
`, threadAddress, sandbox.ChatbotID, sandbox.ThreadID),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectIdentityValue(threadAddress, tfjsonpath.New("chatbot_id"), knownvalue.StringExact(sandbox.ChatbotID)),
				statecheck.ExpectIdentityValueMatchesState(threadAddress, tfjsonpath.New("thread_id")),
			},
			Check: counts(s, 0, 0),
		}},
	})
}

// TestAccDestroyIsNotHeldUp destroys what stands beside a data source that waits in vain.
func TestAccDestroyIsNotHeldUp(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	waits := `
data "chatbot_thread" "test" {
  provider        = conversation
  chatbot_id      = chatbot_thread.test.chatbot_id
  thread_id       = chatbot_thread.test.thread_id
  minimum_answers = 1
  on_timeout      = "warn"
  timeouts        = { read = "2s" }
}

output "reached" {
  value = data.chatbot_thread.test.reached
}
`
	w := providertest.NewWorkspace(t, s, map[string]string{"main.tf": providertest.Required + ownThread("") + waits})
	providertest.Has(t, providertest.OneLine(w.Succeeds("apply", "-no-color", "-auto-approve")), "reached = false", "Warning: Unable to wait for chatbot thread", "Expected at least 1 answer, but the thread has 0 messages: timed out after 2 s")
	providertest.Has(t, providertest.OneLine(w.Succeeds("destroy", "-no-color", "-auto-approve")), "Warning: Chatbot threads are not deleted", "1 destroyed")
}
