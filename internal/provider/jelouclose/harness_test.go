package jelouclose_test

import (
	"maps"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

const (
	jelouClose = "jelou_conversation_close"
	jelouUser  = "user-0815"
)

// jelouArguments are what a close needs, with changes on top of them.
func jelouArguments(changes providertest.Values) providertest.Values {
	arguments := providertest.Values{"bot_id": sandbox.JelouBotID, "user_id": jelouUser}
	maps.Copy(arguments, changes)
	return arguments
}

// jelouWith is values with changes on top of them.
func jelouWith(values, changes providertest.Values) providertest.Values {
	all := maps.Clone(values)
	maps.Copy(all, changes)
	return all
}

// jelouText is a payload of type text.
func jelouText(text string) providertest.Values {
	return providertest.Values{"type": "text", "text": text}
}

// jelouBody is the body of a close of the user of jelouArguments; no text, no payload.
func jelouBody(text string) string {
	if text == "" {
		return `{"botId":"bot-1","userId":"user-0815"}`
	}
	return `{"botId":"bot-1","userId":"user-0815","redirectPayload":{"type":"text","text":"` + text + `"}}`
}

// jelouBodies are the bodies that reached the service, in order. Whatever else
// was called stands between them, so that no call goes unseen.
func jelouBodies(s *providertest.Stage) []string {
	bodies := []string{}
	for _, r := range s.Requests() {
		if r.Call != "jelou.close" {
			bodies = append(bodies, r.Method+" "+r.Path)
			continue
		}
		bodies = append(bodies, r.Body)
	}
	return bodies
}

// jelouSent fails the test unless exactly these bodies reached the service.
func jelouSent(t *testing.T, s *providertest.Stage, want ...string) {
	t.Helper()
	if got := jelouBodies(s); len(got) != len(want) || (len(want) > 0 && !reflect.DeepEqual(got, want)) {
		t.Errorf("sent:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// jelouResults are the attributes that the call fills in.
func jelouResults(state providertest.Values) providertest.Values {
	results := providertest.Values{}
	for _, name := range []string{"conversation_id", "status", "ended_reason", "closed_at"} {
		results[name] = state[name]
	}
	return results
}

// jelouAll is each result with the one value.
func jelouAll(value any) providertest.Values {
	return providertest.Values{"conversation_id": value, "status": value, "ended_reason": value, "closed_at": value}
}

// jelouFresh fails the test unless the results are those of the last close.
func jelouFresh(t *testing.T, s *providertest.Stage, state providertest.Values) {
	t.Helper()
	closes := s.JelouClosed()
	if len(closes) == 0 {
		t.Fatal("no conversation was closed")
	}
	at, _ := state["closed_at"].(string)
	closedAt, err := time.Parse(time.RFC3339, at)
	if err != nil || !strings.HasSuffix(at, "Z") || time.Since(closedAt).Abs() > time.Minute {
		t.Errorf("closed_at is %q", at)
	}
	want := providertest.Values{
		"conversation_id": closes[len(closes)-1].Conversation, "status": "closed",
		"ended_reason": "closed_by_operator", "closed_at": at,
	}
	if got := jelouResults(state); !reflect.DeepEqual(got, want) {
		t.Errorf("results are %v, want %v", got, want)
	}
}

// jelouMade applies arguments to nothing, which has to work.
func jelouMade(t *testing.T, w *providertest.Wire, arguments providertest.Values) providertest.Object {
	t.Helper()
	made, diags := w.Apply(t.Context(), jelouClose, providertest.Object{}, arguments)
	if providertest.Failed(diags) {
		t.Fatal(providertest.Said(diags))
	}
	return made
}

// jelouSettled fails the test unless a refresh and a plan find nothing to do
// and make no call.
func jelouSettled(t *testing.T, s *providertest.Stage, w *providertest.Wire, have providertest.Object, arguments providertest.Values) {
	t.Helper()
	before := s.Count("*")
	read, diags := w.Refresh(jelouClose, have)
	if len(diags) > 0 || !reflect.DeepEqual(read.State, have.State) {
		t.Errorf("a refresh makes %v of %v\n%s", read.State, have.State, providertest.Said(diags))
	}
	planned, diags := w.Plan(jelouClose, have, arguments)
	if providertest.Failed(diags) {
		t.Fatal(providertest.Said(diags))
	}
	plan := w.Values(w.Schemas.ResourceSchemas[jelouClose], planned.PlannedState)
	if !reflect.DeepEqual(plan, have.State) || len(planned.RequiresReplace) > 0 {
		t.Errorf("a second plan has changes: %v, replacing for %v; the state is %v", plan, planned.RequiresReplace, have.State)
	}
	if calls := s.Count("*") - before; calls != 0 {
		t.Errorf("a refresh and a plan made %d calls", calls)
	}
}

// complains fails the test unless diags have an error and all the words, in one
// diagnostic or several. A word such as `AttributeName("bot_id")` is a path.
func complains(t *testing.T, diags []*tfprotov6.Diagnostic, words ...string) {
	t.Helper()
	if !providertest.Failed(diags) {
		t.Errorf("no error; want one with %q", words)
		return
	}
	text := providertest.Said(diags)
	for _, word := range words {
		if !strings.Contains(text, word) {
			t.Errorf("no %q in:\n%s", word, text)
		}
	}
}
