package provider

import (
	"strings"
	"testing"

	"github.com/conversation-tools/terraform-provider-conversation/internal/cli"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// TestAccJelouTest closes at the end of a run of the CLI's own tests.
func TestAccJelouTest(t *testing.T) {
	t.Parallel()
	requires(t, featureTest)
	s := newStage(t, sandbox.Options{})
	w := newStateWorkspace(t, s, map[string]string{
		"main.tf": stateRequired + jelouConfig("when = \"destroy\"\n  redirect_payload = { type = \"text\", text = \"Bye\" }"),
		"tests/close.tftest.hcl": `
run "arms" {
  assert {
    condition     = jelou_conversation_close.test.status == null
    error_message = "It was sent too early."
  }
}
`,
	})
	if printed := w.must("test", "-no-color"); !strings.Contains(printed, "1 passed, 0 failed") {
		t.Error(printed)
	}
	jelouSent(t, s, jelouBody("Bye"))
}

// TestAccJelouForgotten takes an armed one out of the state, which sends nothing.
func TestAccJelouForgotten(t *testing.T) {
	t.Parallel()
	s := newStage(t, sandbox.Options{})
	forget := map[string]func(*stateWorkspace){
		"state rm": func(w *stateWorkspace) { w.must("state", "rm", jelouAddress) },
		"removed block": func(w *stateWorkspace) {
			lifecycle := "lifecycle {\n destroy = false\n }"
			if terraform.Product == cli.OpenTofu {
				lifecycle = "" // forgets without being told to
			}
			w.write(map[string]string{"main.tf": stateRequired + quick + "removed {\n from = " + jelouAddress + "\n" + lifecycle + "\n}"})
			w.must("apply", "-no-color", "-auto-approve")
		},
	}
	for name, forget := range forget {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if name == featureRemovedBlock.name {
				requires(t, featureRemovedBlock)
			}
			w := newStateWorkspace(t, s, map[string]string{"main.tf": stateRequired + jelouConfig(`when = "destroy"`)})
			w.must("apply", "-no-color", "-auto-approve")
			forget(w)
			if left := strings.TrimSpace(w.must("state", "list")); left != "" {
				t.Errorf("left in the state: %s", left)
			}
			jelouSent(t, s)
		})
	}
}
