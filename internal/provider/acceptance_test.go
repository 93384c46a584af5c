package provider

import (
	"context"
	"fmt"
	"maps"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/conversation-tools/terraform-provider-conversation/internal/cli"
	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// terraform is the CLI that acceptance tests run with.
var terraform *cli.CLI

// TestMain finds a real CLI, so that no acceptance test is ever skipped because
// none was named.
func TestMain(m *testing.M) {
	code, err := runWithCLI(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, "acceptance tests need Terraform or OpenTofu:", err)
		code = 1
	}
	os.Exit(code)
}

func runWithCLI(m *testing.M) (int, error) {
	var err error
	if terraform, err = cli.Find(context.Background()); err != nil {
		return 0, err
	}
	dir, err := os.MkdirTemp("", "acceptance")
	if err != nil {
		return 0, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	config := filepath.Join(dir, "cli.tfrc")
	if err := cli.WriteConfig(config, dir); err != nil {
		return 0, err
	}
	environment := cli.AcceptanceEnvironment(terraform, os.Environ(), config)
	os.Clearenv()
	for _, variable := range environment {
		name, value, _ := strings.Cut(variable, "=")
		if err := os.Setenv(name, value); err != nil {
			return 0, err
		}
	}
	code := m.Run()
	return code, notes.report(os.Stdout)
}

// stage is a sandbox that listens, and an environment for the provider that
// leads to it.
type stage struct {
	*sandbox.Sandbox
	URL         string
	Environment map[string]string
	Dial        dialer // nil: the network's
	Logged      bool   // somebody has asked for a log
}

// newStage starts a sandbox for one test.
func newStage(tb testing.TB, options sandbox.Options) *stage {
	tb.Helper()
	s := &stage{Sandbox: sandbox.New(options)}
	s.opens(tb, httptest.NewServer(s.Sandbox))
	return s
}

// opens leads the stage's environment to its server, until the test has ended.
func (s *stage) opens(tb testing.TB, server *httptest.Server) {
	tb.Helper()
	tb.Cleanup(func() {
		s.Close() // ends silences, which the server would wait for
		server.Close()
	})
	s.URL = server.URL
	s.Environment = maps.Collect(sandbox.Environment(s.URL))
}

// factories serve the provider to terraform-plugin-testing under its one name.
func (s *stage) factories() map[string]func() (tfprotov6.ProviderServer, error) {
	return map[string]func() (tfprotov6.ProviderServer, error){
		"conversation": func() (tfprotov6.ProviderServer, error) { return s.server(), nil },
	}
}

// server returns a provider of its own, which sees the stage's environment only.
func (s *stage) server() tfprotov6.ProviderServer {
	getenv := func(name string) string { return s.Environment[name] }
	return newServer(newIn("test", &rest.Interrupt{}, getenv, s.Dial)(), !s.Logged)
}

// quick is a provider block whose pauses are short; all else comes from the
// environment.
const quick = `
provider "conversation" {
  http = {
    retry_wait_min = "1ms"
    retry_wait_max = "5ms"
  }
}
`
