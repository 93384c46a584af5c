package provider_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// TestAccKeptState plans nothing for a state that an earlier version has written,
// and acts on what it says. testdata/kept_state holds the configuration and the
// state that Terraform 1.11.4 wrote for it when every schema was of version 0;
// neither is changed later.
func TestAccKeptState(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	read := func(name string) string {
		text, err := os.ReadFile(filepath.Join("testdata", "kept_state", name))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	w := providertest.NewWorkspace(t, s, map[string]string{"main.tf": read("main.tf"), "terraform.tfstate": read("state.json")})
	w.Clean()
	if reads, calls := s.Count("chatbot.thread"), s.Count("*"); reads != 2 || calls != 2 {
		t.Errorf("a plan made %d calls, %d of them reads of a thread; want 2 and 2", calls, reads)
	}

	s.ClearRequests()
	w.Succeeds("destroy", "-no-color", "-auto-approve", "-refresh=false")
	closesSent(t, s,
		`{"botId":"bot-1","userId":"user-armed","redirectPayload":{"type":"text","text":"This conversation has ended."}}`,
		`{"botId":"bot-2","userId":"user-armed-later","redirectPayload":{"type":"edge"}}`)
}

// closesSent fails unless these are the bodies of all close calls, in whatever order.
func closesSent(t *testing.T, s *providertest.Stage, want ...string) {
	t.Helper()
	var got []string
	for _, request := range s.Requests() {
		if request.Call == "jelou.close" {
			got = append(got, request.Body)
		}
	}
	slices.Sort(got)
	if !slices.Equal(got, slices.Sorted(slices.Values(want))) {
		t.Errorf("sent %q, want %q", got, want)
	}
}
