package thuliumchat_test

import (
	"maps"
	"reflect"
	"strings"
	"testing"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

const resourceName = "thulium_chat_conversation"

// thuliumStarted starts a conversation and forgets the call.
func thuliumStarted(t *testing.T, s *providertest.Stage, w *providertest.Wire, config providertest.Values) providertest.Object {
	t.Helper()
	started := w.MustApply(resourceName, providertest.Object{}, config)
	providertest.Saw(t, s, "thulium.start")
	return started
}

// with returns a block with changes on top.
func with(block, changes providertest.Values) providertest.Values {
	changed := maps.Clone(block)
	maps.Copy(changed, changes)
	return changed
}

// actionRun is one invocation of an action and what it has to come to.
type actionRun struct {
	prepare   func(*providertest.Stage)
	arguments providertest.Values
	sends     []string // methods and paths with their query
	progress  []string // words of the one progress message; nil: there is none
	complaint []string // words of the error; nil: it works
	warning   []string // words of the warning; nil: there is none
}

// run invokes the action on a stage of its own.
func (a *actionRun) run(t *testing.T, name string, sent func(*providertest.Stage) []string) {
	t.Helper()
	s := providertest.NewInMemory(t, sandbox.Options{})
	if a.prepare != nil {
		a.prepare(s)
	}
	messages, diags := s.Quick(t).Invoke(t.Context(), name, a.arguments)
	said := providertest.Said(diags)
	if providertest.Failed(diags) != (a.complaint != nil) || len(diags) > 0 != (a.complaint != nil || a.warning != nil) {
		t.Errorf("said: %s", said)
	}
	providertest.Has(t, said, append(a.complaint, a.warning...)...)
	if len(messages) != min(1, len(a.progress)) {
		t.Errorf("progress: %q", messages)
	}
	providertest.Has(t, strings.Join(messages, "\n"), a.progress...)
	if got := sent(s); len(got)+len(a.sends) > 0 && !reflect.DeepEqual(got, a.sends) {
		t.Errorf("sent:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(a.sends, "\n"))
	}
}
