package providertest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/conversation-tools/terraform-provider-conversation/internal/terraform"
)

// CLI is the Terraform or OpenTofu that acceptance tests run with, once Main has found it.
var CLI *terraform.CLI

// Main is the TestMain of a package with acceptance tests. It finds a real CLI, so that no
// acceptance test is ever skipped because none was named.
func Main(m *testing.M) {
	code, err := runWithCLI(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, "acceptance tests need Terraform or OpenTofu:", err)
		code = 1
	}
	os.Exit(code)
}

func runWithCLI(m *testing.M) (int, error) {
	var err error
	if CLI, err = terraform.Find(context.Background()); err != nil {
		return 0, err
	}
	dir, err := os.MkdirTemp("", "acceptance")
	if err != nil {
		return 0, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	config := filepath.Join(dir, "cli.tfrc")
	if err := terraform.WriteConfig(config, dir); err != nil {
		return 0, err
	}
	environment := terraform.AcceptanceEnvironment(CLI, os.Environ(), config)
	os.Clearenv()
	for _, variable := range environment {
		name, value, _ := strings.Cut(variable, "=")
		if err := os.Setenv(name, value); err != nil {
			return 0, err
		}
	}
	return m.Run(), nil
}

// The features of a CLI that tests ask for.
var (
	ImportBlock    = terraform.ImportBlock
	GenerateConfig = terraform.ImportBlock
	TestCommand    = terraform.Tests
	RemovedBlock   = terraform.RemovedBlock
	Ephemeral      = terraform.Ephemeral
	Identity       = terraform.ImportIdentity
	Actions        = terraform.Actions
	DestroyActions = terraform.DestroyTriggers
	Functions      = terraform.Functions
	Query          = terraform.Query
)

// Requires skips the test where the CLI lacks the feature.
func Requires(t *testing.T, f terraform.Feature) {
	t.Helper()
	CLI.Require(t, f)
}
