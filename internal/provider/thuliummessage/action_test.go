package thuliummessage_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

func TestMessageAction(t *testing.T) {
	t.Parallel()
	for what, tc := range map[string]struct {
		config   providertest.Values
		fault    sandbox.Fault
		heard    []string
		calls    int
		progress bool
		words    []string // of the error or warning
	}{
		"says it":             {config: says("Hello"), heard: []string{"Hello"}, calls: 1, progress: true},
		"in a chatbot's name": {config: says("Hello", providertest.Values{"external_chatbot_id": "bot"}), heard: []string{"Hello"}, calls: 1, progress: true},
		"an unknown chat":     {config: says("Hello", providertest.Values{"conversation_id": "unknown"}), heard: []string{}, calls: 1, words: []string{"404", "Nothing happened"}},
		"lost": {
			config: says("Hello"), fault: sandbox.Fault{Kind: sandbox.FaultResetAfter}, heard: []string{"Hello"}, calls: 1,
			words: []string{"may have taken effect", "Invoke the action again only if it is not there"},
		},
		"an odd success": {
			config: says("Hello"), fault: sandbox.Fault{Kind: sandbox.FaultStatus, Status: 200, Body: `{"id":7}`}, heard: []string{}, calls: 1, progress: true,
			words: []string{"unexpected answer"},
		},
		"no text":      {config: says(""), heard: []string{}, words: []string{`AttributeName("text")`}},
		"white space":  {config: says(" "), heard: []string{}, words: []string{`AttributeName("text")`}},
		"no id":        {config: says("Hello", providertest.Values{"conversation_id": ".."}), heard: []string{}, words: []string{`AttributeName("conversation_id")`}},
		"bad duration": {config: says("Hello", providertest.Values{"timeouts": providertest.Values{"invoke": "0s"}}), heard: []string{}, words: []string{`AttributeName("invoke")`}},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			s := chatting(t)
			if tc.fault.Kind != "" {
				tc.fault.Call = "thulium.message"
				s.AddFault(tc.fault)
			}
			messages, diags := s.Quick(t).Invoke(t.Context(), name, tc.config)
			if len(diags) > 0 != (len(tc.words) > 0) || len(messages) > 0 != tc.progress {
				t.Errorf("progress %q, said %s", messages, providertest.Said(diags))
			}
			providertest.Has(t, providertest.Said(diags), tc.words...)
			if tc.progress && (!strings.Contains(messages[0], conversation) || strings.Contains(messages[0], "Hello")) {
				t.Errorf("progress %q", messages)
			}
			if n := s.Count("*"); n != tc.calls || !reflect.DeepEqual(heard(s), tc.heard) {
				t.Errorf("%d calls, heard %q", n, heard(s))
			}
		})
	}
}

// Terraform does not validate an action again once its values are known.
func TestMessageActionWithValuesThatTurnOutWrong(t *testing.T) {
	t.Parallel()
	for path, config := range map[string]providertest.Values{
		"conversation_id":     says("Hello", providertest.Values{"conversation_id": " "}),
		"text":                says(" "),
		"external_chatbot_id": says("Hello", providertest.Values{"external_chatbot_id": ""}),
		"invoke":              says("Hello", providertest.Values{"timeouts": providertest.Values{"invoke": "soon"}}),
	} {
		s := chatting(t)
		failed(t, providertest.Said(s.Quick(t).InvokeUnchecked(name, config)), fmt.Sprintf("AttributeName(%q)", path))
		providertest.Saw(t, s)
	}
}

// The action says something when a resource changes.
func TestAccMessageAction(t *testing.T) {
	providertest.Requires(t, providertest.Actions)
	s := providertest.New(t, sandbox.Options{})
	s.AddConversation(sandbox.Conversation{ID: conversation, QueueID: 3})
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: s.Factories(),
		Steps: []resource.TestStep{{Config: providertest.Quick + fmt.Sprintf(`
action "thulium_chat_conversation_message" "test" {
  provider = conversation

  config {
    conversation_id = %q
    text            = "A new release"
  }
}

resource "terraform_data" "release" {
  lifecycle {
    action_trigger {
      events  = [after_create]
      actions = [action.thulium_chat_conversation_message.test]
    }
  }
}
`, conversation)}},
	})
	if got := heard(s); !reflect.DeepEqual(got, []string{"A new release"}) {
		t.Errorf("heard %q", got)
	}
}

// The next apply does not invoke an action again that has failed.
func TestAMessageOfAnActionIsNotLeftToTheNextApply(t *testing.T) {
	t.Parallel()
	s := providertest.NewInMemory(t, sandbox.Options{})
	s.AddFault(sandbox.Fault{Call: "thulium.message", Kind: sandbox.FaultStatus, Status: 429, RetryAfter: "3600"})
	_, diags := s.Quick(t).Invoke(t.Context(), "thulium_chat_conversation_message", providertest.Values{"conversation_id": "x", "text": "Hello"})
	providertest.Has(t, providertest.Said(diags), "did not act on the call")
	providertest.Lacks(t, diags, "Apply again")
}
