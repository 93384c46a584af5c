package chatbotmessage_test

import (
	"maps"
	"regexp"
	"strings"
	"testing"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

func TestMain(m *testing.M) { providertest.Main(m) }

const chatbotMessage = "chatbot_message"

// question is a block that asks in the sandbox's empty thread, with changes on top.
func question(changes providertest.Values) providertest.Values {
	block := providertest.Values{"chatbot_id": sandbox.ChatbotID, "thread_id": sandbox.EmptyThreadID, "text": "When do you open?"}
	maps.Copy(block, changes)
	return block
}

// asked applies a block that must go without an error.
func asked(t *testing.T, w *providertest.Wire, prior providertest.Object, config providertest.Values) providertest.Object {
	t.Helper()
	after, diags := w.Apply(t.Context(), chatbotMessage, prior, config)
	w.Must(nil, diags)
	return after
}

// has fails the test for each attribute of the state that is another than wanted.
func has(t *testing.T, message providertest.Object, want providertest.Values) {
	t.Helper()
	for name, value := range want {
		if got := message.State[name]; got != value {
			t.Errorf("%s is %v, want %v", name, got, value)
		}
	}
}

// saw fails the test unless the calls since the log was emptied match the expressions, in
// this order, and empties it. A call is its name and its body.
func saw(t *testing.T, s *providertest.Stage, want ...string) {
	t.Helper()
	var calls []string
	for _, request := range s.Requests() {
		calls = append(calls, strings.TrimSpace(request.Call+" "+request.Body))
	}
	s.ClearRequests()
	for i := range max(len(calls), len(want)) {
		if i >= len(calls) || i >= len(want) || !regexp.MustCompile("^"+want[i]+"$").MatchString(calls[i]) {
			t.Errorf("calls were\n%s\nwant\n%s", strings.Join(calls, "\n"), strings.Join(want, "\n"))
			return
		}
	}
}
