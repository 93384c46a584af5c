package jelouconversation_test

import (
	"maps"
	"testing"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// The names are short here, because nearly every line has one.
type (
	values = providertest.Values
	object = providertest.Object
)

const (
	conversation = "jelou_conversation"
	user         = "user-0815"

	start = "jelou.start"
	read  = "jelou.conversation"
	end   = "jelou.close"
)

// with are values with changes on top of them.
func with(have, changes values) values {
	all := maps.Clone(have)
	maps.Copy(all, changes)
	return all
}

// arguments are what a conversation needs, with changes on top of them.
func arguments(changes values) values {
	return with(values{"bot_id": sandbox.JelouBotID, "user_id": user}, changes)
}

// started applies a configuration to nothing, which has to work, and forgets the calls.
func started(t *testing.T, s *providertest.Stage, w *providertest.Wire, config values) object {
	t.Helper()
	made, diags := w.Apply(t.Context(), conversation, object{}, config)
	if len(diags) > 0 {
		t.Fatal(providertest.Said(diags))
	}
	providertest.Saw(t, s, start, read)
	return made
}

// idOf is the id of a conversation in the state.
func idOf(o object) string {
	id, _ := o.State["id"].(string)
	return id
}

// answers makes a call answer with status and body, without an effect.
func answers(s *providertest.Stage, call string, status int, body string) {
	s.AddFault(sandbox.Fault{Call: call, Kind: sandbox.FaultStatus, Status: status, Body: body})
}

// openOf are the ids of the open conversations.
func openOf(s *providertest.Stage) []string {
	open := []string{}
	for _, c := range s.JelouConversations() {
		if c.EndAt == nil {
			open = append(open, c.ID)
		}
	}
	return open
}
