package thuliummessage_test

import (
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

const (
	name         = "thulium_chat_conversation_message"
	conversation = "0f8fad5b-d9cb-469f-a165-70867728950e"
)

// chatting returns a stage with an open chat.
func chatting(t *testing.T) *providertest.Stage {
	t.Helper()
	s := providertest.New(t, sandbox.Options{})
	s.AddConversation(sandbox.Conversation{ID: conversation, QueueID: 3})
	return s
}

// says are the arguments of a message, with changes on top.
func says(text string, changes ...providertest.Values) providertest.Values {
	config := providertest.Values{"conversation_id": conversation, "text": text}
	for _, change := range changes {
		for name, value := range change {
			config[name] = value
		}
	}
	return config
}

// heard are the texts in the chat.
func heard(s *providertest.Stage) []string {
	texts := []string{}
	for _, message := range s.Conversations()[0].Messages {
		texts = append(texts, message.Text)
	}
	return texts
}

// failed fails the test unless there is an error, and all words are said.
func failed(t *testing.T, said string, words ...string) {
	t.Helper()
	providertest.Has(t, said, append(words, "ERROR")...)
}

// A conversation is started and spoken in, in one configuration.
func TestAccMessage(t *testing.T) {
	s := providertest.New(t, sandbox.Options{})
	config := func(text string) string {
		return providertest.Quick + fmt.Sprintf(`
resource "thulium_chat_conversation" "test" {
  provider      = conversation
  chat_queue_id = 3
}

resource "thulium_chat_conversation_message" "test" {
  provider            = conversation
  conversation_id     = thulium_chat_conversation.test.id
  text                = %q
  external_chatbot_id = "bot-1"
}
`, text)
	}
	const address = "thulium_chat_conversation_message.test"
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: s.Factories(),
		Steps: []resource.TestStep{
			{
				Config: config("Hello"),
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectKnownValue(address, tfjsonpath.New("id"), knownvalue.NotNull()),
					statecheck.ExpectKnownValue(address, tfjsonpath.New("sent_at"), knownvalue.StringFunc(func(text string) error {
						_, err := time.Parse("2006-01-02T15:04:05Z", text)
						return err
					})),
				},
				ConfigPlanChecks: resource.ConfigPlanChecks{PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}},
			},
			{
				Config: config("Are you there?"),
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
					plancheck.ExpectResourceAction(address, plancheck.ResourceActionReplace),
				}},
			},
		},
	})
	if got := heard(&providertest.Stage{Sandbox: s.Sandbox}); !reflect.DeepEqual(got, []string{"Hello", "Are you there?"}) {
		t.Errorf("heard %q", got)
	}
	for call, want := range map[string]int{"thulium.start": 1, "thulium.message": 2, "thulium.stop": 1} {
		if n := s.Count(call); n != want {
			t.Errorf("%d of %s, want %d", n, call, want)
		}
	}
}

// The message is sent once, at create: refresh and destroy send nothing.
func TestMessageIsSentOnce(t *testing.T) {
	t.Parallel()
	s := chatting(t)
	w := s.Quick(t)
	sent := w.MustApply(name, providertest.Object{}, says("Hello", providertest.Values{"external_chatbot_id": "bot-1"}))
	request := providertest.Saw(t, s, "thulium.message")[0]
	if request.Method != http.MethodPost || request.Path != "/chat_conversations/"+conversation+"/message" || len(request.Query) > 0 ||
		request.Body != `{"external_chatbot_id":"bot-1","text":"Hello"}` {
		t.Errorf("sent %s with %s", request.Line(), request.Body)
	}
	refreshed, diags := w.Refresh(name, sent)
	if len(diags) > 0 || !reflect.DeepEqual(refreshed.State, sent.State) {
		t.Errorf("refreshed to %v: %s", refreshed.State, providertest.Said(diags))
	}
	if gone := w.MustApply(name, sent, nil); gone.State != nil {
		t.Errorf("the state is %v", gone.State)
	}
	providertest.Saw(t, s)
}

// A changed argument is said too; what says nothing new changes in place.
func TestMessageChanges(t *testing.T) {
	t.Parallel()
	for what, tc := range map[string]struct {
		from, to providertest.Values
		sends    bool
	}{
		"the text":                  {says("Hello"), says("Bye"), true},
		"the conversation":          {says("Hello"), says("Hello", providertest.Values{"conversation_id": "another"}), true},
		"the chatbot":               {says("Hello"), says("Hello", providertest.Values{"external_chatbot_id": "bot"}), true},
		"a trigger":                 {says("Hello", triggers("a", "1")), says("Hello", triggers("a", "2")), true},
		"a trigger that goes":       {says("Hello", triggers("a", "1")), says("Hello"), true},
		"a trigger that is unknown": {says("Hello", triggers("a", "1")), says("Hello", triggers("a", tftypes.UnknownValue)), true},
		"no triggers to none":       {says("Hello"), says("Hello", providertest.Values{"triggers": providertest.Values{}}), false},
		"none to null":              {says("Hello", providertest.Values{"triggers": providertest.Values{}}), says("Hello", triggers("a", nil)), false},
		"null to no triggers":       {says("Hello", triggers("a", nil)), says("Hello"), false},
		"the timeouts":              {says("Hello"), says("Hello", providertest.Values{"timeouts": providertest.Values{"create": "1m"}}), false},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			s := chatting(t)
			s.AddConversation(sandbox.Conversation{ID: "another", QueueID: 3})
			w := s.Quick(t)
			sent := w.MustApply(name, providertest.Object{}, tc.from)
			planned, diags := w.Plan(name, sent, tc.to)
			w.Must(nil, diags)
			if replaces := len(planned.RequiresReplace) > 0; replaces != tc.sends {
				t.Errorf("replaces %v", planned.RequiresReplace)
			}
			providertest.Saw(t, s, "thulium.message")
			if !tc.sends {
				changed := w.MustApply(name, sent, tc.to)
				if changed.State["id"] != sent.State["id"] || changed.State["sent_at"] != sent.State["sent_at"] {
					t.Errorf("changed to %v", changed.State)
				}
				providertest.Saw(t, s)
			}
		})
	}
}

func triggers(name string, value any) providertest.Values {
	return providertest.Values{"triggers": providertest.Values{name: value}}
}

// What becomes of a message depends on what is known of its call. It is never sent
// twice.
func TestMessageOutcomes(t *testing.T) {
	t.Parallel()
	acts := true
	for what, tc := range map[string]struct {
		fault   sandbox.Fault
		knobs   func(*sandbox.Knobs)
		closed  bool
		heard   int
		calls   int
		tainted bool
		words   []string // of the error or the warning; nil: neither
	}{
		"closed":                     {closed: true, calls: 1, words: []string{"409", "Nothing happened"}},
		"limited for too long":       {fault: sandbox.Fault{Kind: sandbox.FaultStatus, Status: 429, RetryAfter: "3600"}, calls: 1, words: []string{"429", "nothing was said"}},
		"lost after it acted":        {fault: sandbox.Fault{Kind: sandbox.FaultResetAfter}, calls: 1, heard: 1, tainted: true, words: []string{"may have taken effect", "tainted", "untaint"}},
		"a success with an envelope": {fault: sandbox.Fault{Kind: sandbox.FaultStatus, Status: 200, Body: `{"errors":[{"message":"No.","code":1}]}`}, calls: 1, tainted: true, words: []string{"No.", "may have taken effect"}},
		"a body that says something": {fault: sandbox.Fault{Kind: sandbox.FaultStatus, Status: 200, Acts: &acts, Body: `{"id":7}`}, calls: 1, heard: 1, words: []string{"WARNING", "unexpected answer"}},
		"white space":                {fault: sandbox.Fault{Kind: sandbox.FaultStatus, Status: 200, Acts: &acts, Body: "\r\n"}, calls: 1, heard: 1},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			s := chatting(t)
			if tc.fault.Kind != "" {
				tc.fault.Call = "thulium.message"
				s.AddFault(tc.fault)
			}
			if tc.closed {
				s.CloseConversation(conversation)
			}
			after, diags := s.Quick(t).Apply(t.Context(), name, providertest.Object{}, says("Confidential words"))
			said := providertest.Said(diags)
			failed := len(tc.words) > 0 && tc.words[0] != "WARNING"
			if providertest.Failed(diags) != failed || len(diags) > 0 != (len(tc.words) > 0) {
				t.Errorf("said %s", said)
			}
			providertest.Has(t, said, tc.words...)
			if failed {
				providertest.Has(t, said, "Unable to send Thulium chat message", "conversation "+conversation)
			}
			if strings.Contains(said, "Confidential") {
				t.Errorf("the text is in %s", said)
			}
			if after.Tainted != tc.tainted || (after.State == nil) != (failed && !tc.tainted) {
				t.Errorf("the state is %v, tainted %t", after.State, after.Tainted)
			}
			if tc.tainted && after.State["sent_at"] != nil {
				t.Errorf("sent at %v", after.State["sent_at"])
			}
			if n := s.Count("thulium.message"); n != tc.calls || len(heard(s)) != tc.heard {
				t.Errorf("%d calls, heard %q", n, heard(s))
			}
		})
	}
}

// A bot is no person: its id stands in the service's words.
func TestMessageRefusedForItsChatbot(t *testing.T) {
	t.Parallel()
	s := chatting(t)
	s.AddFault(sandbox.Fault{
		Call: "thulium.message", Kind: sandbox.FaultStatus, Status: 422,
		Body: `{"request_id":"1","errors":[{"message":"External chatbot 7 is not configured, 7 retries.","code":"7"}]}`,
	})
	_, diags := s.Quick(t).Apply(t.Context(), name, providertest.Object{}, says("Hello", providertest.Values{"external_chatbot_id": "7"}))
	failed(t, providertest.Said(diags), "External chatbot 7 is not configured, 7 retries. (code 7, request id 1)")
}

func TestMessageRefusedAtPlan(t *testing.T) {
	t.Parallel()
	for what, tc := range map[string]struct {
		config providertest.Values
		words  []string
	}{
		"no text":          {says(""), []string{`AttributeName("text")`, "empty"}},
		"white space":      {says(" \n"), []string{`AttributeName("text")`, "white space"}},
		"no conversation":  {says("Hello", providertest.Values{"conversation_id": ""}), []string{`AttributeName("conversation_id")`}},
		"two dots":         {says("Hello", providertest.Values{"conversation_id": ".."}), []string{`AttributeName("conversation_id")`}},
		"a line end":       {says("Hello", providertest.Values{"conversation_id": "a\n"}), []string{`AttributeName("conversation_id")`}},
		"an empty chatbot": {says("Hello", providertest.Values{"external_chatbot_id": ""}), []string{`AttributeName("external_chatbot_id")`}},
		"a bad duration":   {says("Hello", providertest.Values{"timeouts": providertest.Values{"create": "10"}}), []string{`AttributeName("create")`, `"10s"`}},
		"no configuration": {says("Hello"), []string{"THULIUM_PASSWORD"}},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			s := chatting(t)
			if what == "no configuration" {
				delete(s.Environment, "THULIUM_PASSWORD")
			}
			_, diags := s.Quick(t).Plan(name, providertest.Object{}, tc.config)
			failed(t, providertest.Said(diags), tc.words...)
			providertest.Saw(t, s)
		})
	}
}

// The user decides of a message whose outcome is unknown: untaint accepts it, an apply
// sends it again.
func TestAccMessageLost(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	s.AddConversation(sandbox.Conversation{ID: conversation, QueueID: 3})
	s.AddFault(sandbox.Fault{Call: "thulium.message", Kind: sandbox.FaultResetAfter, Times: 1})
	w := providertest.NewWorkspace(t, s, map[string]string{"main.tf": providertest.Required + providertest.Quick + fmt.Sprintf(`
resource "thulium_chat_conversation_message" "test" {
  provider        = conversation
  conversation_id = %q
  text            = "Hello"
}
`, conversation)})
	providertest.Has(t, w.Fails("apply", "-no-color", "-auto-approve"), "may have taken effect", "terraform untaint")
	plan := strings.ReplaceAll(w.Succeeds("plan", "-no-color"), "so it must", "so must") // as OpenTofu says it
	providertest.Has(t, plan, "is tainted, so must be replaced")
	w.Succeeds("untaint", "thulium_chat_conversation_message.test")
	w.Clean()
	if got := heard(s); len(got) != 1 || s.Count("thulium.message") != 1 {
		t.Errorf("heard %q", got)
	}
}

// A change of triggers that says nothing new is accepted by a real CLI.
func TestAccMessageTriggers(t *testing.T) {
	t.Parallel()
	s := chatting(t)
	config := func(triggers string) map[string]string {
		return map[string]string{"main.tf": providertest.Required + providertest.Quick + fmt.Sprintf(`
resource "thulium_chat_conversation_message" "test" {
  provider        = conversation
  conversation_id = %q
  text            = "Hello"
  %s
}
`, conversation, triggers)}
	}
	w := providertest.NewWorkspace(t, s, config(""))
	for _, triggers := range []string{"", "triggers = {}", "triggers = { a = null }", ""} {
		w.Write(config(triggers))
		w.Succeeds("apply", "-no-color", "-auto-approve")
		w.Clean()
	}
	if n := s.Count("thulium.message"); n != 1 {
		t.Errorf("sent %d times", n)
	}
}
