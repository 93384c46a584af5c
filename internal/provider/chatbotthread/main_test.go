package chatbotthread_test

import (
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
