// Package providertest is for tests: one Stage (the sandbox and a provider, over HTTP or in
// memory), one driver of the protocol, and one vocabulary of assertions.
package providertest

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// Stage is a sandbox that listens, and an environment for the provider that
// leads to it.
type Stage struct {
	*sandbox.Sandbox
	URL         string
	Environment map[string]string
	Dial        provider.Dialer // nil: the network's
}

// New starts a sandbox for one test.
func New(tb testing.TB, options sandbox.Options) *Stage {
	tb.Helper()
	s := &Stage{Sandbox: sandbox.New(options)}
	s.Opens(tb, httptest.NewServer(s.Sandbox))
	return s
}

// Opens leads the stage's environment to its server, until the test has ended.
func (s *Stage) Opens(tb testing.TB, server *httptest.Server) {
	tb.Helper()
	tb.Cleanup(func() {
		s.Close() // ends silences, which the server would wait for
		server.Close()
	})
	s.URL = server.URL
	s.Environment = maps.Collect(sandbox.Environment(s.URL))
}

// Factories serve the provider to terraform-plugin-testing under its one name.
func (s *Stage) Factories() map[string]func() (tfprotov6.ProviderServer, error) {
	return map[string]func() (tfprotov6.ProviderServer, error){
		"conversation": func() (tfprotov6.ProviderServer, error) { return s.Server(), nil },
	}
}

// Server returns a provider of its own, which sees the stage's environment only.
func (s *Stage) Server() tfprotov6.ProviderServer {
	getenv := func(name string) string { return s.Environment[name] }
	options := provider.Options{Version: "test", Interrupt: &rest.Interrupt{}, Getenv: getenv, Dial: s.Dial}
	return providerserver.NewProtocol6(provider.New(options)())()
}

// Quick is a provider block whose pauses are short; all else comes from the environment.
const Quick = `
provider "conversation" {
  http = {
    retry_wait_min = "1ms"
    retry_wait_max = "5ms"
  }
}
`

// InBubble runs a subtest whose clock is that of a synctest bubble: what waits
// takes no time and exactly as long as it is told. Its stages are in memory.
func InBubble(t *testing.T, name string, test func(t *testing.T)) {
	t.Helper()
	t.Run(name, func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, test)
	})
}

// NewInMemory is New without a network, whose waits no bubble sees.
func NewInMemory(tb testing.TB, options sandbox.Options) *Stage {
	tb.Helper()
	network := newMemory()
	s := &Stage{Sandbox: sandbox.New(options), Dial: network.dial}
	server := &httptest.Server{Listener: network, Config: &http.Server{Handler: s.Sandbox}}
	server.Start()
	s.Opens(tb, server)
	return s
}
