package providertest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"github.com/conversation-tools/terraform-provider-conversation/internal/terraform"
)

// Required stands before a configuration that a Workspace runs. It names the provider's
// address as both products read it.
const Required = `
terraform {
  required_providers {
    conversation = {
      source = "registry.terraform.io/conversation-tools/conversation"
    }
  }
}
`

// Workspace is a directory that the CLI runs in as at a user's, with the provider as an
// executable and the stage's environment. It is for what terraform-plugin-testing has no
// step for, such as untaint, a saved plan or terraform test.
type Workspace struct {
	*terraform.Workspace

	T *testing.T
}

// NewWorkspace writes the files, by name, and initialises the directory.
func NewWorkspace(t *testing.T, s *Stage, files map[string]string) *Workspace {
	t.Helper()
	dir := filepath.Join(filepath.Dir(os.Getenv("TF_CLI_CONFIG_FILE")), "provider") // removed at the end of the run
	mirror, err := terraform.BuildProvider(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	w := &Workspace{T: t, Workspace: &terraform.Workspace{CLI: CLI, Mirror: mirror, Dir: t.TempDir(), Env: s.Environment}}
	w.Write(files)
	w.Succeeds("init", "-no-color")
	return w
}

// Write writes files into the directory, by name.
func (w *Workspace) Write(files map[string]string) {
	w.T.Helper()
	for name, text := range files {
		file := filepath.Join(w.Dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			w.T.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			w.T.Fatal(err)
		}
	}
}

// Succeeds runs the CLI, which has to succeed, and returns what it printed.
func (w *Workspace) Succeeds(args ...string) string {
	w.T.Helper()
	result, err := w.Must(w.T.Context(), args...)
	if err != nil {
		w.T.Fatal(err)
	}
	return result.Stdout + result.Stderr
}

// Fails runs the CLI, which has to fail, and returns what it printed, as one line.
func (w *Workspace) Fails(args ...string) string {
	w.T.Helper()
	result, err := w.Run(w.T.Context(), args...)
	if err != nil {
		w.T.Fatal(err)
	}
	if result.Code == 0 {
		w.T.Fatalf("%v succeeded:\n%s", args, result.Stdout)
	}
	return OneLine(result.Stdout + result.Stderr)
}

// Clean fails the test unless a plan has no changes.
func (w *Workspace) Clean() {
	w.T.Helper()
	result, err := w.Run(w.T.Context(), "plan", "-no-color", "-detailed-exitcode")
	if err != nil {
		w.T.Fatal(err)
	}
	if result.Code != 0 {
		w.T.Errorf("the plan is not empty, exit code %d:\n%s%s", result.Code, result.Stdout, result.Stderr)
	}
}

// OneLine undoes the frame and the line breaks of a CLI's messages.
func OneLine(text string) string {
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("│╷╵", r) }), " ")
}
