package chatbotthread_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
)

func TestMain(m *testing.M) { providertest.Main(m) }

// warns fails the test unless diags have no error and all the words.
func warns(t *testing.T, diags []*tfprotov6.Diagnostic, words ...string) {
	t.Helper()
	if providertest.Failed(diags) {
		t.Errorf("an error; want a warning with %q:\n%s", words, providertest.Said(diags))
		return
	}
	providertest.Has(t, providertest.Said(diags), words...)
}

// lacks fails the test for each of the words that diags have.
func lacks(t *testing.T, diags []*tfprotov6.Diagnostic, words ...string) {
	t.Helper()
	for _, word := range words {
		if strings.Contains(providertest.Said(diags), word) {
			t.Errorf("%q in:\n%s", word, providertest.Said(diags))
		}
	}
}
