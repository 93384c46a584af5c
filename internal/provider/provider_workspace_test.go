package provider_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/terraform"
)

// providerWorkspace is a directory with a copy of the configuration in from, in
// which the CLI starts the provider as users do: a process for each of its
// configurations, where terraform-plugin-testing serves all of them in one.
func providerWorkspace(t *testing.T, s *providertest.Stage, from string) *terraform.Workspace {
	t.Helper()
	dir := filepath.Join(filepath.Dir(os.Getenv("TF_CLI_CONFIG_FILE")), "provider") // removed at the end of the run
	mirror, err := terraform.BuildProvider(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	w := &terraform.Workspace{CLI: providertest.CLI, Mirror: mirror, Dir: t.TempDir(), Env: s.Environment}
	if err := terraform.CopyConfiguration(from, w.Dir); err != nil {
		t.Fatal(err)
	}
	providerRuns(t, w, "init")
	return w
}

// providerRuns runs the CLI, which has to succeed, and returns what it printed.
func providerRuns(t *testing.T, w *terraform.Workspace, args ...string) string {
	t.Helper()
	result, err := w.Must(t.Context(), append(args, "-no-color")...)
	if err != nil {
		t.Fatal(err)
	}
	return result.Stdout
}
