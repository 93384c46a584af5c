package provider_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// providerAccounts fails unless the conversations of each queue were started and
// stopped by the account that belongs to it, and by no other.
func providerAccounts(t *testing.T, s *providertest.Stage, accounts map[int64]string) {
	t.Helper()
	providertest.ThuliumEnded(t, s, len(accounts))
	starters := map[string]string{}
	for _, conversation := range s.Conversations() {
		if want := accounts[conversation.QueueID]; conversation.Account != want {
			t.Errorf("queue %d was started by %q, want %q", conversation.QueueID, conversation.Account, want)
		}
		starters[conversation.ID] = conversation.Account
	}
	for _, request := range s.Requests() {
		if request.Call != "thulium.stop" {
			continue
		}
		id := strings.Split(strings.Trim(request.Path, "/"), "/")
		if want := starters[id[len(id)-2]]; request.Account != want {
			t.Errorf("%s: stopped by %q, want %q", request.Line(), request.Account, want)
		}
	}
}

// Two configurations of the provider are two accounts, in one module and in
// modules that are handed one or the other. The environment's account lends the
// alias nothing.
func TestProviderAliasesAndModules(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	w := providerWorkspace(t, s, filepath.Join("testdata", "accounts"))
	providerRuns(t, w, "apply", "-auto-approve")
	providerRuns(t, w, "plan", "-detailed-exitcode")
	providerRuns(t, w, "destroy", "-auto-approve")
	const one, other = sandbox.ThuliumUsername, sandbox.ThuliumNoListUsername
	providerAccounts(t, s, map[int64]string{1: one, 2: other, 3: one, 4: other})
	lists := 0
	for _, request := range s.Requests() {
		if request.Call != "thulium.list" {
			continue
		}
		if lists++; request.Account != one {
			t.Errorf("%s: asked by %q, which is not to refresh", request.Line(), request.Account)
		}
	}
	if lists == 0 {
		t.Error("nothing was refreshed")
	}
}

// Neither account reaches the other's: not one request went out under a name that
// its block does not have.
func TestProviderAliasesOverTheProtocol(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	one := s.Configured(t, providertest.Values{"http": providertest.QuickHTTP()})
	other := s.Configured(t, providertest.Values{"http": providertest.QuickHTTP(), "thulium": providertest.Values{
		"username": sandbox.ThuliumNoListUsername, "password": sandbox.ThuliumNoListPassword,
	}})
	for _, w := range []*providertest.Wire{one, other, one, other} {
		started, diags := w.Apply(t.Context(), "thulium_chat_conversation", providertest.Object{}, providertest.Values{"chat_queue_id": 3})
		w.Must(nil, diags)
		_, diags = w.Refresh("thulium_chat_conversation", started)
		if warned := len(diags) > 0; w == one && warned {
			t.Error(providertest.Said(diags)) // what the other is refused is not this one's concern
		}
		w.MustApply("thulium_chat_conversation", started, nil)
	}
	var accounts []string
	for _, request := range s.Requests() {
		if request.Call == "thulium.start" {
			accounts = append(accounts, request.Account)
		}
	}
	if want := sandbox.ThuliumUsername + " " + sandbox.ThuliumNoListUsername; strings.Join(accounts, " ") != want+" "+want {
		t.Errorf("started by %v", accounts)
	}
}
