package provider

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"github.com/conversation-tools/terraform-provider-conversation/internal/cli"
)

// stateSource is the provider's address as both products read it.
const stateSource = "registry.terraform.io/conversation-tools/conversation"

// stateRequired stands before a configuration that a workspace runs.
const stateRequired = `
terraform {
  required_providers {
    conversation = {
      source = "` + stateSource + `"
    }
  }
}
`

// stateWorkspace is a directory that the CLI runs in as at a user's, with the
// provider as an executable and the stage's environment: for what terraform-plugin-testing has no step for,
// such as untaint, a saved plan or a kept state.
type stateWorkspace struct {
	*cli.Workspace
	t *testing.T
}

// newStateWorkspace writes the files, by name, and initialises the directory.
func newStateWorkspace(t *testing.T, s *stage, files map[string]string) *stateWorkspace {
	t.Helper()
	dir := filepath.Join(filepath.Dir(os.Getenv("TF_CLI_CONFIG_FILE")), "provider") // removed at the end of the run
	mirror, err := cli.BuildProvider(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	w := &stateWorkspace{t: t, Workspace: &cli.Workspace{CLI: terraform, Mirror: mirror, Dir: t.TempDir(), Env: s.Environment}}
	w.write(files)
	w.must("init", "-no-color")
	return w
}

// write writes files into the directory, by name.
func (w *stateWorkspace) write(files map[string]string) {
	w.t.Helper()
	for name, text := range files {
		file := filepath.Join(w.Dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			w.t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			w.t.Fatal(err)
		}
	}
}

// must runs the CLI, which has to succeed, and returns what it printed.
func (w *stateWorkspace) must(args ...string) string {
	w.t.Helper()
	result, err := w.Must(w.t.Context(), args...)
	if err != nil {
		w.t.Fatal(err)
	}
	return result.Stdout + result.Stderr
}

// fails runs the CLI, which has to fail, and returns what it printed, as one line.
func (w *stateWorkspace) fails(args ...string) string {
	w.t.Helper()
	result, err := w.Run(w.t.Context(), args...)
	if err != nil {
		w.t.Fatal(err)
	}
	if result.Code == 0 {
		w.t.Fatalf("%v succeeded:\n%s", args, result.Stdout)
	}
	return stateOneLine(result.Stdout + result.Stderr)
}

// clean fails the test unless a plan has no changes.
func (w *stateWorkspace) clean() {
	w.t.Helper()
	result, err := w.Run(w.t.Context(), "plan", "-no-color", "-detailed-exitcode")
	if err != nil {
		w.t.Fatal(err)
	}
	if result.Code != 0 {
		w.t.Errorf("the plan is not empty, exit code %d:\n%s%s", result.Code, result.Stdout, result.Stderr)
	}
}

// file returns the content of a file of the directory.
func (w *stateWorkspace) file(name string) string {
	w.t.Helper()
	text, err := os.ReadFile(filepath.Join(w.Dir, name))
	if err != nil {
		w.t.Fatal(err)
	}
	return string(text)
}

// stateOneLine undoes the frame and the line breaks of a CLI's messages.
func stateOneLine(text string) string {
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("│╷╵", r) }), " ")
}
