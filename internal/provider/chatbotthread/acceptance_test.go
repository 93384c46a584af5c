package chatbotthread_test

import (
	"fmt"
	"regexp"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/echoprovider"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	tfstate "github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

const chatbotAddress = "data.chatbot_thread.test"

// chatbotConfig is a block that reads a thread, of the given kind: data or ephemeral.
func chatbotConfig(kind, thread, arguments string) string {
	return fmt.Sprintf(`
%s "chatbot_thread" "test" {
  provider   = conversation
  chatbot_id = %q
  thread_id  = %q
  %s
}
`, kind, sandbox.ChatbotID, thread, arguments)
}

// chatbotKnown is a value of a thread as a check of plan or state.
func chatbotKnown(value any) knownvalue.Check {
	switch value := value.(type) {
	case string:
		return knownvalue.StringExact(value)
	case bool:
		return knownvalue.Bool(value)
	case int:
		return knownvalue.Int64Exact(int64(value))
	case []any:
		elements := []knownvalue.Check{}
		for _, element := range value {
			elements = append(elements, chatbotKnown(element))
		}
		return knownvalue.ListExact(elements)
	case providertest.Values:
		attributes := map[string]knownvalue.Check{}
		for name, attribute := range value {
			attributes[name] = chatbotKnown(attribute)
		}
		return knownvalue.ObjectExact(attributes)
	}
	return knownvalue.Null()
}

// chatbotOnlyReads checks that the service was asked for threads and nothing else.
func chatbotOnlyReads(s *providertest.Stage) resource.TestCheckFunc {
	return func(*tfstate.State) error {
		if reads, all := s.Count("chatbot.thread"), s.Count("*"); reads == 0 || reads != all {
			return fmt.Errorf("%d reads of a thread among %d calls", reads, all)
		}
		return nil
	}
}

// TestAccChatbotThread reads the documentation's example, every field of it.
func TestAccChatbotThread(t *testing.T) {
	s := providertest.New(t, sandbox.Options{})
	checks := []statecheck.StateCheck{
		statecheck.ExpectSensitiveValue(chatbotAddress, tfjsonpath.New("webhook_url")),
	}
	for name, value := range chatbotExample() {
		checks = append(checks, statecheck.ExpectKnownValue(chatbotAddress, tfjsonpath.New(name), chatbotKnown(value)))
	}
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: s.Factories(),
		Steps: []resource.TestStep{{
			Config:            providertest.Quick + chatbotConfig("data", sandbox.ThreadID, ""),
			ConfigStateChecks: checks,
			ConfigPlanChecks:  resource.ConfigPlanChecks{PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}},
			Check:             chatbotOnlyReads(s),
		}},
	})
}

// TestAccChatbotThreadSensitive keeps a chat user from being printed.
func TestAccChatbotThreadSensitive(t *testing.T) {
	s := providertest.New(t, sandbox.Options{})
	s.AddThread(sandbox.ChatbotID, "t-1", []byte(`{"threadId":"t-1","chatUser":{"email":"jan@example.com"},"messages":[]}`))
	block := providertest.Quick + chatbotConfig("data", "t-1", "")
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: s.Factories(),
		Steps: []resource.TestStep{
			{
				Config:      block + `output "user" { value = data.chatbot_thread.test.chat_user }`,
				ExpectError: regexp.MustCompile(`Output refers to sensitive values`),
			},
			{
				Config: block,
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectSensitiveValue(chatbotAddress, tfjsonpath.New("chat_user")),
					statecheck.ExpectKnownValue(chatbotAddress, tfjsonpath.New("chat_user"), knownvalue.StringExact(`{"email":"jan@example.com"}`)),
					statecheck.ExpectKnownValue(chatbotAddress, tfjsonpath.New("messages"), knownvalue.ListExact(nil)),
				},
				Check: chatbotOnlyReads(s),
			},
		},
	})
}

// TestAccChatbotThreadUnknown reads at apply what is named by a resource of the
// same apply, in several instances.
func TestAccChatbotThreadUnknown(t *testing.T) {
	s := providertest.New(t, sandbox.Options{})
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: s.Factories(),
		Steps: []resource.TestStep{{
			Config: providertest.Quick + fmt.Sprintf(`
resource "terraform_data" "threads" {
  input = [%q, %q]
}

data "chatbot_thread" "test" {
  count      = 2
  provider   = conversation
  chatbot_id = %q
  thread_id  = terraform_data.threads.output[count.index]
}

output "messages" {
  value = [for thread in data.chatbot_thread.test : length(thread.messages)]
}
`, sandbox.ThreadID, sandbox.EmptyThreadID, sandbox.ChatbotID),
			ConfigPlanChecks: resource.ConfigPlanChecks{
				PreApply:             []plancheck.PlanCheck{plancheck.ExpectUnknownOutputValueAtPath("messages", tfjsonpath.New(0))},
				PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
			},
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownOutputValue("messages", knownvalue.TupleExact([]knownvalue.Check{
					knownvalue.Int64Exact(3), knownvalue.Int64Exact(0),
				})),
			},
			Check: chatbotOnlyReads(s),
		}},
	})
}

// TestAccChatbotThreadWaits waits for the answer that the sandbox's thread gains.
func TestAccChatbotThreadWaits(t *testing.T) {
	s := providertest.New(t, sandbox.Options{})
	s.Set(func(k *sandbox.Knobs) { k.AnswerAfter = sandbox.Duration(500 * time.Millisecond) })
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: s.Factories(),
		Steps: []resource.TestStep{
			{
				Config:      providertest.Quick + chatbotConfig("data", sandbox.EmptyThreadID, "minimum_messages = 1\n timeouts = { read = \"3s\" }"),
				ExpectError: regexp.MustCompile(`(?s)Unable to wait for chatbot thread.*Expected\s+at\s+least\s+1\s+message,\s+but\s+the\s+thread\s+has\s+0\s+messages`),
			},
			{
				Config: providertest.Quick + chatbotConfig("data", sandbox.WaitingThreadID, "minimum_answers = 1"),
				ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownValue(chatbotAddress,
					tfjsonpath.New("messages").AtSliceIndex(0).AtMapKey("answer").AtMapKey("text"), knownvalue.StringExact("At nine o'clock."))},
				Check: chatbotOnlyReads(s),
			},
		},
	})
}

// TestAccChatbotNotConfigured reports at plan what is missing.
func TestAccChatbotNotConfigured(t *testing.T) {
	s := providertest.New(t, sandbox.Options{})
	delete(s.Environment, "CHATBOT_TOKEN")
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: s.Factories(),
		Steps: []resource.TestStep{{
			Config: providertest.Quick + chatbotConfig("data", sandbox.ThreadID, ""), PlanOnly: true,
			ExpectError: regexp.MustCompile(`(?s)chatbot\.token.*CHATBOT_TOKEN`),
		}},
	})
	if calls := s.Count("*"); calls != 0 {
		t.Errorf("%d calls", calls)
	}
}

// TestAccChatbotThreadEphemeral hands a thread to another provider, which shows
// every field of it.
func TestAccChatbotThreadEphemeral(t *testing.T) {
	providertest.Requires(t, providertest.Ephemeral)
	s := providertest.New(t, sandbox.Options{})
	factories := s.Factories()
	factories["echo"] = func() (tfprotov6.ProviderServer, error) { return echoprovider.NewProviderServer()() }
	checks := []statecheck.StateCheck{}
	for name, value := range chatbotExample() {
		checks = append(checks, statecheck.ExpectKnownValue("echo.test", tfjsonpath.New("data").AtMapKey(name), chatbotKnown(value)))
	}
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		Steps: []resource.TestStep{{
			Config: providertest.Quick + chatbotConfig("ephemeral", sandbox.ThreadID, "") + `
provider "echo" {
  data = ephemeral.chatbot_thread.test
}

resource "echo" "test" {}
`,
			ConfigStateChecks: checks,
			Check:             chatbotOnlyReads(s),
		}},
	})
}
