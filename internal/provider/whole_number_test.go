package provider

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// TestNumbersMustBeWhole refuses fractions at their attribute, without blaming
// the provider and without the number, which may be personal.
func TestNumbersMustBeWhole(t *testing.T) {
	t.Parallel()
	thread := values{"chatbot_id": "c", "thread_id": "t"}
	for name, test := range map[string]struct {
		validate func(*testing.T, *wire) []*tfprotov6.Diagnostic
		says     []string
	}{
		"a customer": {
			func(_ *testing.T, w *wire) []*tfprotov6.Diagnostic {
				_, diags := w.plan(thuliumConversation, object{}, values{"chat_queue_id": 3, "customer_id": 12345.5})
				return diags
			},
			[]string{"Invalid customer_id", "whole number"},
		},
		"a customer too large, and a queue": {
			func(_ *testing.T, w *wire) []*tfprotov6.Diagnostic {
				_, diags := w.plan(thuliumConversation, object{}, values{"chat_queue_id": 3.25, "customer_id": 12345e30})
				return diags
			},
			[]string{"Invalid customer_id", "Invalid chat_queue_id"},
		},
		"a fraction beside another fault": {
			func(_ *testing.T, w *wire) []*tfprotov6.Diagnostic {
				_, diags := w.plan(thuliumConversation, object{}, values{"chat_queue_id": 3, "customer_id": 12345.5, "client_email": "no"})
				return diags
			},
			[]string{"Invalid customer_id", "whole number", "Invalid client_email"},
		},
		"one beside another fault": {
			func(_ *testing.T, w *wire) []*tfprotov6.Diagnostic {
				_, diags := w.plan(thuliumConversation, object{}, values{"chat_queue_id": 3, "customer_id": -1, "client_email": "no"})
				return diags
			},
			[]string{"Invalid customer_id", "at least 1", "Invalid client_email"},
		},
		"what a thread is waited for": {
			func(_ *testing.T, w *wire) []*tfprotov6.Diagnostic {
				_, diags := w.data(w.t.Context(), "chatbot_thread", chatbotWith(thread, values{"minimum_messages": 12345.5}))
				return diags
			},
			[]string{"Invalid minimum_messages", "whole number"},
		},
		"what an ephemeral one is waited for": {
			func(_ *testing.T, w *wire) []*tfprotov6.Diagnostic {
				_, diags := w.open(w.t.Context(), "chatbot_thread", chatbotWith(thread, values{"minimum_answers": 12345.5}))
				return diags
			},
			[]string{"Invalid minimum_answers", "whole number"},
		},
		"a number of the provider block": {
			func(t *testing.T, _ *wire) []*tfprotov6.Diagnostic {
				t.Helper()
				_, diags := settingsTried(t, newStage(t, sandbox.Options{}), values{"http": values{"max_retries": 12345.5}, "jelou": values{"requests_per_minute": 0.5}})
				return diags
			},
			[]string{"Invalid http.max_retries", "Invalid jelou.requests_per_minute", "whole number"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			exercisedInProcess(t, "bad input")
			text := said(test.validate(t, newStage(t, sandbox.Options{}).configured(t, values{})))
			thuliumHas(t, text, test.says...)
			for _, word := range []string{"12345", "error in the provider", "big.Float"} {
				if strings.Contains(text, word) {
					t.Errorf("%q is in: %s", word, text)
				}
			}
		})
	}
}
