package jelouclose_test

import (
	"strings"
	"testing"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// A 404 counts as success where it is to be ignored, with a warning where Jelou has not
// said it itself: a web page or a gateway may have, and then nothing was closed.
func TestNotFoundOfAnotherServer(t *testing.T) {
	t.Parallel()
	for body, warned := range map[string]bool{
		`{"message":["no"],"status":0,"error":{"key":"BOT_NOT_FOUND"}}`: false,
		`{"message":"no","statusMessage":"failed"}`:                     false,
		"<!DOCTYPE html><title>Not found</title>":                       true,
		`{"message":"Not Found"}`:                                       true,
		`404 page not found`:                                            true,
		" ":                                                             true,
	} {
		t.Run(body, func(t *testing.T) {
			t.Parallel()
			s := providertest.New(t, sandbox.Options{})
			w := s.Quick(t)
			ignore := providertest.Values{"ignore_not_found": true}
			armed := jelouMade(t, w, jelouArguments(jelouWith(ignore, providertest.Values{"when": "destroy"})))
			s.AddFault(sandbox.Fault{Call: "jelou.close", Kind: sandbox.FaultStatus, Status: 404, Body: body})

			made, diags := w.Apply(t.Context(), jelouClose, providertest.Object{}, jelouArguments(ignore))
			w.Must(nil, diags)
			said := providertest.Said(diags)
			if made.State["status"] != "not_found" || made.State["closed_at"] != nil {
				t.Errorf("a create makes %v", made.State)
			}
			sent, diags := w.Apply(t.Context(), jelouClose, armed, jelouArguments(ignore))
			w.Must(nil, diags)
			said += providertest.Said(diags)
			if sent.State["status"] != "not_found" {
				t.Errorf("an update makes %v", sent.State)
			}
			gone, diags := w.Apply(t.Context(), jelouClose, armed, nil)
			w.Must(nil, diags)
			said += providertest.Said(diags)
			if gone.State != nil {
				t.Errorf("a destroy leaves %v", gone.State)
			}
			_, diags = w.Invoke(t.Context(), jelouClose, jelouArguments(ignore))
			w.Must(nil, diags)
			said += providertest.Said(diags)
			jelouSent(t, s, jelouBody(""), jelouBody(""), jelouBody(""), jelouBody(""))

			warning := "Conversation may not be closed"
			if got := strings.Count(said, warning); warned && got != 4 || !warned && said != "" {
				t.Errorf("%d warnings of 4 calls:\n%s", got, said)
			}
			if warned {
				providertest.Has(t, said, "POST "+s.URL, "404", "no conversation was closed")
			}
		})
	}
}

// An error at destroy says which resource it is about, and not which user.
func TestErrorsAtDestroyNameTheResource(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	w := s.Quick(t)
	armed := jelouMade(t, w, jelouArguments(providertest.Values{"when": "destroy"}))
	for _, status := range []int{401, 422, 500} {
		s.AddFault(sandbox.Fault{Call: "jelou.close", Kind: sandbox.FaultStatus, Status: status, Times: 1})
		_, diags := w.Apply(t.Context(), jelouClose, armed, nil)
		id, _ := armed.State["id"].(string)
		complains(t, diags, "jelou_conversation_close with the id "+id, "bot bot-1 of project project-1")
		if strings.Count(providertest.Said(diags), jelouUser) > 0 {
			t.Errorf("the user is named:\n%s", providertest.Said(diags))
		}
	}
}

// A damaged state sends nothing, and the error says how to mend it.
func TestDamagedStateSendsNothing(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	w := s.Quick(t)
	armed := jelouMade(t, w, jelouArguments(providertest.Values{"when": "destroy"}))
	for name, value := range map[string]any{"project_id": "..", "bot_id": nil, "user_id": ""} {
		damaged := armed
		damaged.State = jelouWith(armed.State, providertest.Values{name: value})
		kept, diags := w.Apply(t.Context(), jelouClose, damaged, nil)
		complains(t, diags, "The state is damaged: its "+name, "Nothing was sent", "terraform state rm")
		if kept.State == nil {
			t.Errorf("%s: the resource left the state", name)
		}
	}
	jelouSent(t, s)
}

// What the service says of a close is shown as words, in an action's progress too.
func TestProgressShowsWords(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	acts := true
	s.AddFault(sandbox.Fault{
		Call: "jelou.close", Kind: sandbox.FaultStatus, Status: 200, Acts: &acts,
		Body: `{"status":1,"data":{"conversationId":"c-1\u001b[2K\u0007","status":"closed for ` + jelouUser + `","endedReason":"` + sandbox.JelouAPIKey + `"}}`,
	})
	messages, diags := s.Quick(t).Invoke(t.Context(), jelouClose, jelouArguments(nil))
	if len(diags) > 0 || len(messages) != 1 {
		t.Fatalf("%q %s", messages, providertest.Said(diags))
	}
	providertest.Has(t, messages[0], "status closed for ***", "ended by ***")
	for _, raw := range []string{"\u001b", "\u0007", jelouUser, sandbox.JelouAPIKey} {
		if strings.Count(messages[0], raw) > 0 {
			t.Errorf("%q is in %q", raw, messages[0])
		}
	}
}
