package provider

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// TestAccKeptState plans nothing for a state that an earlier version has written,
// and acts on what it says. testdata/kept_state holds the configuration and the
// state that Terraform 1.11.4 wrote for it when every schema was of version 0;
// neither is changed later.
func TestAccKeptState(t *testing.T) {
	t.Parallel()
	exercised(t, "kept state")
	s := newStage(t, sandbox.Options{})
	read := func(name string) string {
		text, err := os.ReadFile(filepath.Join("testdata", "kept_state", name))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	w := newStateWorkspace(t, s, map[string]string{"main.tf": read("main.tf"), "terraform.tfstate": read("state.json")})
	w.clean()
	if reads, calls := s.Count("chatbot.thread"), s.Count("*"); reads != 2 || calls != 2 {
		t.Errorf("a plan made %d calls, %d of them reads of a thread; want 2 and 2", calls, reads)
	}

	s.ClearRequests()
	w.must("destroy", "-no-color", "-auto-approve", "-refresh=false")
	jelouSentAll(t, s,
		`{"botId":"bot-1","userId":"user-armed","redirectPayload":{"type":"text","text":"This conversation has ended."}}`,
		`{"botId":"bot-2","userId":"user-armed-later","redirectPayload":{"type":"edge"}}`)
}
