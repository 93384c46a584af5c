package jelouclose_test

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// The names are short here, because nearly every line has one.
type (
	values = providertest.Values
	object = providertest.Object
)

const (
	jelouClose = "jelou_conversation_close"
	user       = "user-0815"
	call       = "jelou.close"
)

// arguments are what a close needs, with changes on top of them.
func arguments(changes ...values) values {
	return with(values{"bot_id": sandbox.JelouBotID, "user_id": user}, changes...)
}

// with are values with changes on top of them.
func with(have values, changes ...values) values {
	all := maps.Clone(have)
	for _, change := range changes {
		maps.Copy(all, change)
	}
	return all
}

// The changes that tests make most.
var (
	armed  = values{"when": "destroy"}
	ignore = values{"ignore_not_found": true}
)

// says is a payload of type text.
func says(words string) values {
	return values{"redirect_payload": values{"type": "text", "text": words}}
}

// body is the body of a close of the user of arguments; no words, no payload.
func body(words string) string {
	if words == "" {
		return `{"botId":"bot-1","userId":"user-0815"}`
	}
	return `{"botId":"bot-1","userId":"user-0815","redirectPayload":{"type":"text","text":"` + words + `"}}`
}

// bodies are the bodies that reached the service, in order. Whatever else was called
// stands between them, so that no call goes unseen.
func bodies(s *providertest.Stage) []string {
	var bodies []string
	for _, r := range s.Requests() {
		if r.Call != call {
			r.Body = r.Method + " " + r.Path
		}
		bodies = append(bodies, r.Body)
	}
	return bodies
}

// sent fails the test unless exactly these bodies reached the service.
func sent(t *testing.T, s *providertest.Stage, want ...string) {
	t.Helper()
	if got := bodies(s); !slices.Equal(got, want) {
		t.Errorf("sent:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// answers makes the close answer with status and body, without an effect.
func answers(s *providertest.Stage, status int, body string) {
	s.AddFault(sandbox.Fault{Call: call, Kind: sandbox.FaultStatus, Status: status, Body: body})
}

// results are the attributes that the call fills in.
func results(state values) values {
	return values{
		"conversation_id": state["conversation_id"], "status": state["status"], "ended_reason": state["ended_reason"], "closed_at": state["closed_at"],
	}
}

// each is each result with the one value.
func each(value any) values {
	return values{"conversation_id": value, "status": value, "ended_reason": value, "closed_at": value}
}

// fresh are the results of the last close, answered at a time which has to be now.
func fresh(t *testing.T, s *providertest.Stage, at any) values {
	t.Helper()
	closes := s.JelouClosed()
	if len(closes) == 0 {
		t.Fatal("no conversation was closed")
	}
	text, _ := at.(string)
	closedAt, err := time.Parse(time.RFC3339, text)
	if err != nil || !strings.HasSuffix(text, "Z") || time.Since(closedAt).Abs() > time.Minute {
		t.Errorf("closed_at is %q", at)
	}
	return values{"conversation_id": closes[len(closes)-1].Conversation, "status": "closed", "ended_reason": "closed_by_operator", "closed_at": at}
}

// plans returns what is planned of a change that has to be possible, and whether it is a
// replacement.
func plans(w *providertest.Wire, have object, config values) (planned values, replaces bool) {
	w.T.Helper()
	response, diags := w.Plan(jelouClose, have, config)
	w.Must(nil, diags)
	return w.Values(w.Schemas.ResourceSchemas[jelouClose], response.PlannedState), len(response.RequiresReplace) > 0
}

// settled fails the test unless a refresh and a plan find nothing to do and make no call.
func settled(t *testing.T, s *providertest.Stage, w *providertest.Wire, have object, config values) {
	t.Helper()
	before := s.Count("*")
	read, diags := w.Refresh(jelouClose, have)
	if len(diags) > 0 || !reflect.DeepEqual(read.State, have.State) {
		t.Errorf("a refresh makes %v of %v\n%s", read.State, have.State, providertest.Said(diags))
	}
	if planned, replaces := plans(w, have, config); replaces || !reflect.DeepEqual(planned, have.State) {
		t.Errorf("a second plan has changes: %v, replaces: %t; the state is %v", planned, replaces, have.State)
	}
	if calls := s.Count("*") - before; calls != 0 {
		t.Errorf("a refresh and a plan made %d calls", calls)
	}
}

// secondProject is beside the sandbox's own.
func secondProject() sandbox.Options {
	second := sandbox.JelouProject{ID: "project-2", APIKey: "fake-key-2", Bots: []string{sandbox.JelouBotID}}
	return sandbox.Options{Jelou: append(sandbox.DefaultJelouProjects(), second)}
}
