package provider_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// TestNumbersMustBeWhole refuses fractions at their attribute, without blaming
// the provider and without the number, which may be personal.
func TestNumbersMustBeWhole(t *testing.T) {
	t.Parallel()
	thread := providertest.Values{"chatbot_id": "c", "thread_id": "t"}
	for name, test := range map[string]struct {
		validate func(*testing.T, *providertest.Wire) []*tfprotov6.Diagnostic
		says     []string
	}{
		"a customer": {
			func(_ *testing.T, w *providertest.Wire) []*tfprotov6.Diagnostic {
				_, diags := w.Plan("thulium_chat_conversation", providertest.Object{}, providertest.Values{"chat_queue_id": 3, "customer_id": 12345.5})
				return diags
			},
			[]string{"Invalid customer_id", "whole number"},
		},
		"a customer too large, and a queue": {
			func(_ *testing.T, w *providertest.Wire) []*tfprotov6.Diagnostic {
				_, diags := w.Plan("thulium_chat_conversation", providertest.Object{}, providertest.Values{"chat_queue_id": 3.25, "customer_id": 12345e30})
				return diags
			},
			[]string{"Invalid customer_id", "Invalid chat_queue_id"},
		},
		"a fraction beside another fault": {
			func(_ *testing.T, w *providertest.Wire) []*tfprotov6.Diagnostic {
				_, diags := w.Plan("thulium_chat_conversation", providertest.Object{}, providertest.Values{"chat_queue_id": 3, "customer_id": 12345.5, "client_email": "no"})
				return diags
			},
			[]string{"Invalid customer_id", "whole number", "Invalid client_email"},
		},
		"one beside another fault": {
			func(_ *testing.T, w *providertest.Wire) []*tfprotov6.Diagnostic {
				_, diags := w.Plan("thulium_chat_conversation", providertest.Object{}, providertest.Values{"chat_queue_id": 3, "customer_id": -1, "client_email": "no"})
				return diags
			},
			[]string{"Invalid customer_id", "at least 1", "Invalid client_email"},
		},
		"what a thread is waited for": {
			func(_ *testing.T, w *providertest.Wire) []*tfprotov6.Diagnostic {
				_, diags := w.Data(w.T.Context(), "chatbot_thread", with(thread, providertest.Values{"minimum_messages": 12345.5}))
				return diags
			},
			[]string{"Invalid minimum_messages", "whole number"},
		},
		"what an ephemeral one is waited for": {
			func(_ *testing.T, w *providertest.Wire) []*tfprotov6.Diagnostic {
				_, diags := w.Open(w.T.Context(), "chatbot_thread", with(thread, providertest.Values{"minimum_answers": 12345.5}))
				return diags
			},
			[]string{"Invalid minimum_answers", "whole number"},
		},
		"a number of the provider block": {
			func(t *testing.T, _ *providertest.Wire) []*tfprotov6.Diagnostic {
				t.Helper()
				_, diags := providertest.New(t, sandbox.Options{}).Tried(t, providertest.Values{"http": providertest.Values{"max_retries": 12345.5}, "jelou": providertest.Values{"requests_per_minute": 0.5}})
				return diags
			},
			[]string{"Invalid http.max_retries", "Invalid jelou.requests_per_minute", "whole number"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := providertest.Said(test.validate(t, providertest.New(t, sandbox.Options{}).Configured(t, providertest.Values{})))
			providertest.Has(t, text, test.says...)
			for _, word := range []string{"12345", "error in the provider", "big.Float"} {
				if strings.Contains(text, word) {
					t.Errorf("%q is in: %s", word, text)
				}
			}
		})
	}
}

// with returns a block with changes.
func with(block, changes providertest.Values) providertest.Values {
	changed := maps.Clone(block)
	maps.Copy(changed, changes)
	return changed
}
