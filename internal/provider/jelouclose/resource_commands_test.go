package jelouclose_test

import (
	"strings"
	"testing"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
	"github.com/conversation-tools/terraform-provider-conversation/internal/terraform"
)

// TestAccJelouTest closes at the end of a run of the CLI's own tests.
func TestAccJelouTest(t *testing.T) {
	t.Parallel()
	providertest.Requires(t, providertest.TestCommand)
	s := providertest.New(t, sandbox.Options{})
	w := providertest.NewWorkspace(t, s, map[string]string{
		"main.tf": providertest.Required + jelouConfig("when = \"destroy\"\n  redirect_payload = { type = \"text\", text = \"Bye\" }"),
		"tests/close.tftest.hcl": `
run "arms" {
  assert {
    condition     = jelou_conversation_close.test.status == null
    error_message = "It was sent too early."
  }
}
`,
	})
	if printed := w.Succeeds("test", "-no-color"); !strings.Contains(printed, "1 passed, 0 failed") {
		t.Error(printed)
	}
	jelouSent(t, s, jelouBody("Bye"))
}

// TestAccJelouForgotten takes an armed one out of the state, which sends nothing.
func TestAccJelouForgotten(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	forget := map[string]func(*providertest.Workspace){
		"state rm": func(w *providertest.Workspace) { w.Succeeds("state", "rm", jelouAddress) },
		"removed block": func(w *providertest.Workspace) {
			lifecycle := "lifecycle {\n destroy = false\n }"
			if providertest.CLI.Product == terraform.OpenTofu {
				lifecycle = "" // forgets without being told to
			}
			w.Write(map[string]string{"main.tf": providertest.Required + providertest.Quick + "removed {\n from = " + jelouAddress + "\n" + lifecycle + "\n}"})
			w.Succeeds("apply", "-no-color", "-auto-approve")
		},
	}
	for name, forget := range forget {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if name == "removed block" {
				providertest.Requires(t, providertest.RemovedBlock)
			}
			w := providertest.NewWorkspace(t, s, map[string]string{"main.tf": providertest.Required + jelouConfig(`when = "destroy"`)})
			w.Succeeds("apply", "-no-color", "-auto-approve")
			forget(w)
			if left := strings.TrimSpace(w.Succeeds("state", "list")); left != "" {
				t.Errorf("left in the state: %s", left)
			}
			jelouSent(t, s)
		})
	}
}
