package provider

import (
	"archive/zip"
	"fmt"
	"io"
	"path/filepath"
	"regexp"
	"strings"
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
	case int:
		return knownvalue.Int64Exact(int64(value))
	case []any:
		elements := []knownvalue.Check{}
		for _, element := range value {
			elements = append(elements, chatbotKnown(element))
		}
		return knownvalue.ListExact(elements)
	case values:
		attributes := map[string]knownvalue.Check{}
		for name, attribute := range value {
			attributes[name] = chatbotKnown(attribute)
		}
		return knownvalue.ObjectExact(attributes)
	}
	return knownvalue.Null()
}

// chatbotOnlyReads checks that the service was asked for threads and nothing else.
func chatbotOnlyReads(s *stage) resource.TestCheckFunc {
	return func(*tfstate.State) error {
		if reads, all := s.Count("chatbot.thread"), s.Count("*"); reads == 0 || reads != all {
			return fmt.Errorf("%d reads of a thread among %d calls", reads, all)
		}
		return nil
	}
}

// TestAccChatbotThread reads the documentation's example, every field of it.
func TestAccChatbotThread(t *testing.T) {
	exercised(t, "chatbot_thread: every field")
	s := newStage(t, sandbox.Options{})
	checks := []statecheck.StateCheck{
		statecheck.ExpectSensitiveValue(chatbotAddress, tfjsonpath.New("webhook_url")),
	}
	for name, value := range chatbotExample() {
		checks = append(checks, statecheck.ExpectKnownValue(chatbotAddress, tfjsonpath.New(name), chatbotKnown(value)))
	}
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: s.factories(),
		Steps: []resource.TestStep{{
			Config:            quick + chatbotConfig("data", sandbox.ThreadID, ""),
			ConfigStateChecks: checks,
			ConfigPlanChecks:  resource.ConfigPlanChecks{PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}},
			Check:             chatbotOnlyReads(s),
		}},
	})
}

// TestAccChatbotThreadSensitive keeps a chat user from being printed.
func TestAccChatbotThreadSensitive(t *testing.T) {
	exercised(t, "chatbot_thread: every field")
	s := newStage(t, sandbox.Options{})
	s.AddThread(sandbox.ChatbotID, "t-1", []byte(`{"threadId":"t-1","chatUser":{"email":"jan@example.com"},"messages":[]}`))
	block := quick + chatbotConfig("data", "t-1", "")
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: s.factories(),
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
	exercised(t, "unknown values")
	exercised(t, "count, for_each and modules")
	s := newStage(t, sandbox.Options{})
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: s.factories(),
		Steps: []resource.TestStep{{
			Config: quick + fmt.Sprintf(`
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
	exercised(t, "chatbot_thread: waiting")
	s := newStage(t, sandbox.Options{})
	s.Set(func(k *sandbox.Knobs) { k.AnswerAfter = sandbox.Duration(500 * time.Millisecond) })
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: s.factories(),
		Steps: []resource.TestStep{
			{
				Config:      quick + chatbotConfig("data", sandbox.EmptyThreadID, "minimum_messages = 1\n timeouts = { read = \"3s\" }"),
				ExpectError: regexp.MustCompile(`(?s)Unable to read chatbot thread.*0\s+messages`),
			},
			{
				Config: quick + chatbotConfig("data", sandbox.WaitingThreadID, "minimum_answers = 1"),
				ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownValue(chatbotAddress,
					tfjsonpath.New("messages").AtSliceIndex(0).AtMapKey("answer").AtMapKey("text"), knownvalue.StringExact("At nine o'clock."))},
				Check: chatbotOnlyReads(s),
			},
		},
	})
}

// TestAccChatbotNotConfigured reports at plan what is missing.
func TestAccChatbotNotConfigured(t *testing.T) {
	exercised(t, "a service that is not configured")
	s := newStage(t, sandbox.Options{})
	delete(s.Environment, envChatbotToken)
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: s.factories(),
		Steps: []resource.TestStep{{
			Config: quick + chatbotConfig("data", sandbox.ThreadID, ""), PlanOnly: true,
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
	requires(t, featureEphemeral)
	s := newStage(t, sandbox.Options{})
	factories := s.factories()
	factories["echo"] = func() (tfprotov6.ProviderServer, error) { return echoprovider.NewProviderServer()() }
	checks := []statecheck.StateCheck{}
	for name, value := range chatbotExample() {
		checks = append(checks, statecheck.ExpectKnownValue("echo.test", tfjsonpath.New("data").AtMapKey(name), chatbotKnown(value)))
	}
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		Steps: []resource.TestStep{{
			Config: quick + chatbotConfig("ephemeral", sandbox.ThreadID, "") + `
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

// chatbotWords are what only somebody who has read the thread can know.
func chatbotWords() []string {
	words := []string{"https://hooks.zapier.com", "15695697", "3hqs23e", "CONVERSATION_ESCALATED", "gpt-3.5-turbo", "NORMAL_MESSAGE"}
	for _, message := range chatbotExample()["messages"].([]any) {
		m := message.(values)
		words = append(words, m["message_id"].(string))
		for _, said := range []string{"question", "answer"} {
			if text, ok := m[said].(values); ok {
				words = append(words, `"`+text["text"].(string)+`"`, text["timestamp"].(string))
			}
		}
	}
	return words
}

// TestAccChatbotThreadLeavesNothing uses a thread in a check, in a local value and
// in the configuration of a provider, and finds no word of it in the state, in
// the plan or in what is printed.
func TestAccChatbotThreadLeavesNothing(t *testing.T) {
	t.Parallel()
	requires(t, featureEphemeral)
	// The second provider's token is a word of the thread.
	s := newStage(t, sandbox.Options{Chatbot: []string{sandbox.ChatbotToken, "gpt-3.5-turbo"}})
	w := newStateWorkspace(t, s, map[string]string{"main.tf": stateRequired + quick + chatbotConfig("ephemeral", sandbox.ThreadID, "") + fmt.Sprintf(`
locals {
  last = ephemeral.chatbot_thread.test.messages[2]
}

provider "conversation" {
  alias = "second"
  chatbot = {
    base_url = %q
    token    = local.last.gpt_model
  }
}

data "chatbot_thread" "empty" {
  provider   = conversation.second
  chatbot_id = %q
  thread_id  = %q
}

check "answered" {
  assert {
    condition     = anytrue([for message in ephemeral.chatbot_thread.test.messages : message.answer != null])
    error_message = "Nobody has answered."
  }
}

check "closed" {
  assert {
    condition     = local.last.reaction == "POSITIVE"
    error_message = "Nobody was pleased."
  }
}
`, s.URL+sandbox.ChatbotPath, sandbox.ChatbotID, sandbox.EmptyThreadID)})
	var shown strings.Builder
	shown.WriteString(w.must("plan", "-no-color", "-out=plan"))
	shown.WriteString(w.must("show", "-no-color", "plan"))
	shown.WriteString(w.must("show", "-json", "plan"))
	shown.WriteString(w.must("apply", "-no-color", "plan"))
	shown.WriteString(w.file("terraform.tfstate"))
	shown.WriteString(w.must("show", "-json"))
	if !strings.Contains(shown.String(), "Nobody was pleased.") || strings.Contains(shown.String(), "Nobody has answered.") {
		t.Errorf("the checks did not read the thread:\n%s", shown.String())
	}
	if !strings.Contains(shown.String(), sandbox.EmptyThreadID) {
		t.Error("the data source is not in the state")
	}
	archive, err := zip.OpenReader(filepath.Join(w.Dir, "plan"))
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close() //nolint:errcheck // nothing is left to lose
	for _, member := range archive.File {
		content, err := member.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(content)
		if err != nil {
			t.Fatal(err)
		}
		shown.Write(text)
	}
	for _, word := range chatbotWords() {
		if strings.Contains(shown.String(), word) {
			t.Errorf("%s is in the state, in the plan or in what was printed", word)
		}
	}
	second := false
	for _, r := range s.Requests() {
		second = second || r.Account == "token-2"
	}
	if !second {
		t.Error("the second provider did not use the word as its token")
	}
	w.clean()
}
