package chatbotmessage_test

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// conversation is a thread of its own, two questions in it and what the thread has then.
const conversation = providertest.Quick + `
resource "chatbot_thread" "test" {
  provider   = conversation
  chatbot_id = "` + sandbox.ChatbotID + `"
}

resource "chatbot_message" "first" {
  provider   = conversation
  chatbot_id = chatbot_thread.test.chatbot_id
  thread_id  = chatbot_thread.test.thread_id
  text       = "When do you open?"
}

resource "chatbot_message" "second" {
  provider   = conversation
  chatbot_id = chatbot_thread.test.chatbot_id
  thread_id  = chatbot_thread.test.thread_id
  text       = %q
  depends_on = [chatbot_message.first]
}

data "chatbot_thread" "test" {
  provider   = conversation
  chatbot_id = chatbot_thread.test.chatbot_id
  thread_id  = chatbot_thread.test.thread_id
  depends_on = [chatbot_message.second]
}
`

// calls checks how many calls of each kind there were so far.
func calls(s *providertest.Stage, want map[string]int) resource.TestCheckFunc {
	return func(*terraform.State) error {
		for call, n := range want {
			if got := s.Count(call); got != n {
				return fmt.Errorf("%d calls of %s, want %d", got, call, n)
			}
		}
		return nil
	}
}

// TestAccChatbotMessage asks twice, reads the thread, and asks once more when a text changes.
func TestAccChatbotMessage(t *testing.T) {
	s := providertest.New(t, sandbox.Options{})
	s.Set(func(k *sandbox.Knobs) {
		k.Answers = map[string]string{"When do you open?": "At nine.", "And on Sunday?": "We do not.", "And on Monday?": "At ten."}
	})
	is := func(address, attribute, value string) statecheck.StateCheck {
		return statecheck.ExpectKnownValue(address, tfjsonpath.New(attribute), knownvalue.StringExact(value))
	}
	answers := func(texts ...string) statecheck.StateCheck {
		var want []knownvalue.Check
		for _, text := range texts {
			want = append(want, knownvalue.StringExact(text))
		}
		return statecheck.ExpectKnownValue("data.chatbot_thread.test", tfjsonpath.New("answers"), knownvalue.ListExact(want))
	}
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: s.Factories(),
		Steps: []resource.TestStep{
			{
				Config: fmt.Sprintf(conversation, "And on Sunday?"),
				ConfigStateChecks: []statecheck.StateCheck{
					is("chatbot_message.first", "answer", "At nine."), is("chatbot_message.second", "answer", "We do not."),
					answers("At nine.", "We do not."), is("data.chatbot_thread.test", "last_answer", "We do not."),
				},
				Check:            calls(s, map[string]int{"chatbot.create": 1, "chatbot.message": 2, "chatbot.update": 0}),
				ConfigPlanChecks: resource.ConfigPlanChecks{PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}},
			},
			{
				Config: fmt.Sprintf(conversation, "And on Monday?"),
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
					plancheck.ExpectResourceAction("chatbot_message.first", plancheck.ResourceActionNoop),
					plancheck.ExpectResourceAction("chatbot_message.second", plancheck.ResourceActionReplace),
				}},
				ConfigStateChecks: []statecheck.StateCheck{
					is("chatbot_message.second", "answer", "At ten."), answers("At nine.", "We do not.", "At ten."),
				},
				Check: calls(s, map[string]int{"chatbot.create": 1, "chatbot.message": 3}),
			},
		},
	})
	if n := s.Count("chatbot.message"); n != 3 {
		t.Errorf("%d messages at the end", n)
	}
}

// TestAccChatbotMessageLost finds a lost answer, and taints a message that it cannot find.
func TestAccChatbotMessageLost(t *testing.T) {
	s := providertest.New(t, sandbox.Options{})
	config := providertest.Quick + `
resource "chatbot_message" "test" {
  provider   = conversation
  chatbot_id = "` + sandbox.ChatbotID + `"
  thread_id  = "` + sandbox.EmptyThreadID + `"
  text       = "When do you open?"
  timeouts   = { create = "10s" }
}
`
	fault := func(kind string) func() {
		return func() {
			s.ClearFaults()
			s.AddFault(sandbox.Fault{Call: "chatbot.message", Kind: kind, Times: 1})
		}
	}
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: s.Factories(),
		Steps: []resource.TestStep{
			{PreConfig: fault(sandbox.FaultResetBefore), Config: config, ExpectError: regexp.MustCompile(`(?s)Unable to ask chatbot.*tainted`)},
			{
				PreConfig: fault(sandbox.FaultResetAfter),
				Config:    config, // the tainted one is replaced
				ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownValue("chatbot_message.test", tfjsonpath.New("answer"),
					knownvalue.StringExact("You asked: When do you open?"))},
				Check: calls(s, map[string]int{"chatbot.message": 2}),
			},
		},
	})
}
