package cli

import (
	"bytes"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// Every example that the documentation shows is one that works: applied, planned again without a change, destroyed.
// examples/test-environment is make demo's.
func TestExamples(t *testing.T) {
	requireAcceptance(t)
	t.Parallel()
	c, mirror := built(t)
	settings, err := os.ReadFile(filepath.Join(examples(t), "provider", "provider.tf"))
	if err != nil {
		t.Fatal(err)
	}
	// The terraform block alone: the address of the services comes from the environment.
	required, _, found := bytes.Cut(settings, []byte("\n}\n"))
	if !found {
		t.Fatal("provider.tf does not begin with a terraform block")
	}
	for _, tc := range []struct{ example, terraform, opentofu string }{
		{"resources/thulium_chat_conversation/resource.tf", "1.5", "1.8"},
		{"resources/jelou_conversation_close/resource.tf", "1.5", "1.8"},
		{"data-sources/chatbot_thread/data-source.tf", "1.5", "1.8"},
		{"data-sources/thulium_chat_conversations/data-source.tf", "1.5", "1.8"},
		{"ephemeral-resources/chatbot_thread/ephemeral-resource.tf", "1.10", "1.11"},
		{"actions/jelou_conversation_close/action.tf", "1.14", ""},
		{"actions/thulium_chat_conversation_stop/action.tf", "1.14", ""},
	} {
		t.Run(strings.ReplaceAll(tc.example, "/", " "), func(t *testing.T) {
			t.Parallel()
			if !c.AtLeast(tc.terraform, tc.opentofu) {
				t.Skipf("%s has no such block", c)
			}
			example, err := os.ReadFile(filepath.Join(examples(t), filepath.FromSlash(tc.example)))
			if err != nil {
				t.Fatal(err)
			}
			box := sandbox.New(sandbox.Options{})
			w := &Workspace{CLI: c, Mirror: mirror, Dir: t.TempDir(), Env: serve(t, box)}
			write(t, filepath.Join(w.Dir, "main.tf"), string(required)+"\n}\n\n"+string(example), 0o644)
			for _, args := range [][]string{
				{"init"}, {"apply", "-auto-approve"}, {"plan", "-detailed-exitcode"}, {"destroy", "-auto-approve"},
			} {
				if _, err := w.Must(t.Context(), args...); err != nil {
					t.Fatal(err)
				}
			}
			if started, stopped := box.Count("thulium.start"), box.Count("thulium.stop"); started != stopped {
				t.Errorf("%d conversations were started, %d stopped", started, stopped)
			}
		})
	}
}

func TestProviderExampleIsValid(t *testing.T) {
	requireAcceptance(t)
	t.Parallel()
	c, mirror := built(t)
	w := &Workspace{CLI: c, Mirror: mirror, Dir: t.TempDir()}
	if err := CopyConfiguration(filepath.Join(examples(t), "provider"), w.Dir); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"init"}, {"validate"}} {
		if _, err := w.Must(t.Context(), args...); err != nil {
			t.Fatal(err)
		}
	}
}

func TestExamplesAreFormatted(t *testing.T) {
	requireAcceptance(t)
	t.Parallel()
	c, err := Find(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	w := &Workspace{CLI: c, Dir: examples(t)}
	if _, err := w.Must(t.Context(), "fmt", "-check", "-diff", "-recursive"); err != nil {
		t.Error(err)
	}
}

func examples(t *testing.T) string {
	t.Helper()
	root, err := ModuleRoot()
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(root, "examples")
}

// built is the CLI, and the provider in a mirror.
func built(t *testing.T) (*CLI, *Mirror) {
	t.Helper()
	c, err := Find(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	mirror, err := BuildProvider(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return c, mirror
}

// serve serves the sandbox and returns the environment that points the provider at it.
func serve(t *testing.T, box *sandbox.Sandbox) map[string]string {
	t.Helper()
	server := httptest.NewServer(box)
	t.Cleanup(func() {
		box.Close()
		server.Close()
	})
	return map[string]string{
		"THULIUM_BASE_URL": server.URL + sandbox.ThuliumPath,
		"THULIUM_USERNAME": sandbox.ThuliumUsername,
		"THULIUM_PASSWORD": sandbox.ThuliumPassword,
		"JELOU_BASE_URL":   server.URL + sandbox.JelouPath,
		"JELOU_PROJECT_ID": sandbox.JelouProjectID,
		"JELOU_API_KEY":    sandbox.JelouAPIKey,
		"CHATBOT_BASE_URL": server.URL + sandbox.ChatbotPath,
		"CHATBOT_TOKEN":    sandbox.ChatbotToken,
	}
}
