package thuliumchat_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

const (
	actionThulium      = "thulium_chat_conversation_stop"
	actionConversation = "0f8fad5b-d9cb-469f-a165-70867728950e"
	actionStop         = "POST /chat_conversations/" + actionConversation + "/stop?"
)

// actionStops are the stops that reached the service, with their query, and
// whatever else was called.
func actionStops(s *providertest.Stage) []string {
	calls := []string{}
	for _, r := range s.Requests() {
		calls = append(calls, r.Method+" "+r.Path+"?"+r.Query.Encode()+r.Body)
	}
	return calls
}

// actionOpened files the conversation, started an hour ago by a killed pipeline.
func actionOpened(s *providertest.Stage) {
	s.AddConversation(sandbox.Conversation{ID: actionConversation, QueueID: 3, CreatedAt: time.Now().Add(-time.Hour)})
}

// actionStopArguments name the conversation, with changes on top.
func actionStopArguments(changes providertest.Values) providertest.Values {
	return with(providertest.Values{"conversation_id": actionConversation}, changes)
}

// TestActionThuliumStop stops a conversation that somebody else has started.
func TestActionThuliumStop(t *testing.T) {
	t.Parallel()
	opened := func(more func(*providertest.Stage)) func(*providertest.Stage) {
		return func(s *providertest.Stage) {
			actionOpened(s)
			if more != nil {
				more(s)
			}
		}
	}
	fault := func(fault sandbox.Fault) func(*providertest.Stage) {
		return opened(func(s *providertest.Stage) {
			fault.Call = "thulium.stop"
			s.AddFault(fault)
		})
	}
	stopped := []string{"Stopped", actionConversation}
	one, three := []string{actionStop}, []string{actionStop, actionStop, actionStop}

	// Where the chat is looked for, in growing windows.
	day := func(ago int) string { return time.Now().UTC().AddDate(0, 0, -ago).Format(time.DateOnly) }
	looks, end := []string{}, ""
	for _, ago := range []int{1, 7, 31, 366} {
		looks = append(looks, "GET /chats?date_from="+day(ago)+end+"&limit=100&offset=0")
		end = "&date_to=" + day(ago) + "+00%3A00"
	}

	for name, test := range map[string]actionRun{
		"stops": {prepare: opened(nil), arguments: actionStopArguments(nil), sends: one, progress: stopped},
		"stops with the chatbot in the query and in the body": {
			prepare: opened(nil), arguments: actionStopArguments(providertest.Values{"external_chatbot_id": "bot 1&2/ä"}),
			sends: []string{actionStop + `external_chatbot_id=bot+1%262%2F%C3%A4{"external_chatbot_id":"bot 1\u00262/ä"}`}, progress: stopped,
		},
		"an id that has to be escaped": {
			prepare: func(s *providertest.Stage) {
				s.AddConversation(sandbox.Conversation{ID: "a/b ?", QueueID: 3, CreatedAt: time.Now()})
			},
			arguments: providertest.Values{"conversation_id": "a/b ?"}, sends: []string{"POST /chat_conversations/a%2Fb%20%3F/stop?"}, progress: []string{"a/b ?"},
		},
		"an unknown one": {
			arguments: actionStopArguments(nil), sends: one,
			complaint: []string{`AttributeName("conversation_id")`, "404", "Conversation does not exist.", "110005", "request id", "ignore_not_found", "was not stopped"},
		},
		"an unknown one, ignored": {
			arguments: actionStopArguments(providertest.Values{"ignore_not_found": true}), sends: one,
			progress: []string{actionConversation, "404", "ignore_not_found", "nothing was stopped"},
		},
		"an unknown one that the service does not mind": {
			prepare:   func(s *providertest.Stage) { s.Set(func(k *sandbox.Knobs) { k.StopUnknown = 200 }) },
			arguments: actionStopArguments(nil), sends: one, progress: stopped,
		},
		"an unknown one, 422": {
			prepare:   func(s *providertest.Stage) { s.Set(func(k *sandbox.Knobs) { k.StopUnknown = 422 }) },
			arguments: actionStopArguments(providertest.Values{"ignore_not_found": true}), sends: append(one, looks...),
			complaint: []string{"422", "was not stopped", "does not show the conversation"},
		},
		"one that is closed already, ignored": {
			prepare:   opened(func(s *providertest.Stage) { s.CloseConversation(actionConversation) }),
			arguments: actionStopArguments(providertest.Values{"ignore_not_found": true}), sends: append(one, looks[0]),
			progress: []string{"shows the Thulium conversation " + actionConversation + " closed", "nothing was stopped"},
		},
		"one that is open, refused, ignored": {
			prepare:   fault(sandbox.Fault{Kind: sandbox.FaultStatus, Status: 403}),
			arguments: actionStopArguments(providertest.Values{"ignore_not_found": true}), sends: append(one, looks[0]),
			complaint: []string{"403", "was not stopped", "shows the conversation open"},
		},
		"one that another server does not know, ignored": {
			prepare:   func(s *providertest.Stage) { s.Set(func(k *sandbox.Knobs) { k.GoneForm = sandbox.GoneHTML }) },
			arguments: actionStopArguments(providertest.Values{"ignore_not_found": true}), sends: append(one, looks...),
			warning:  []string{"may still be open", "404", "web page", "does not show the conversation"},
			progress: []string{"404", "ignore_not_found", "nothing was stopped"},
		},
		"one that another server does not know, ignored, without the list": {
			prepare: func(s *providertest.Stage) {
				s.Set(func(k *sandbox.Knobs) { k.GoneForm, k.ListRefused = sandbox.GoneHTML, 403 })
			},
			arguments: actionStopArguments(providertest.Values{"ignore_not_found": true}), sends: append(one, looks[0]),
			warning:  []string{"WARNING", "counts as not known", "It may still be open if this is not the API", "403"},
			progress: []string{"404", "ignore_not_found", "nothing was stopped"},
		},
		"an open one that another server does not know, ignored": {
			prepare:   fault(sandbox.Fault{Kind: sandbox.FaultStatus, Status: 404, Body: `{"message":"no Route matched"}`}),
			arguments: actionStopArguments(providertest.Values{"ignore_not_found": true}), sends: append(one, looks[0]),
			complaint: []string{"404", "was not stopped", "shows the conversation open"},
		},
		"a body that says something": {
			prepare:   fault(sandbox.Fault{Kind: sandbox.FaultStatus, Status: 200, Body: `{"status":"stopped"}`}),
			arguments: actionStopArguments(nil), sends: one, warning: []string{"unexpected answer"}, progress: stopped,
		},
		"a login page": {
			prepare:   fault(sandbox.Fault{Kind: sandbox.FaultHTML}),
			arguments: actionStopArguments(nil), sends: three, complaint: []string{"web page", "may have been stopped"},
		},
		"one that is closed already": {
			prepare:   opened(func(s *providertest.Stage) { s.CloseConversation(actionConversation) }),
			arguments: actionStopArguments(nil), sends: one,
			complaint: []string{"409", "Conversation is already closed.", "110006", "was not stopped", "If it is closed already, ignore_not_found = true accepts that."},
		},
		"one that is closed already, which the service does not mind": {
			prepare: opened(func(s *providertest.Stage) {
				s.CloseConversation(actionConversation)
				s.Set(func(k *sandbox.Knobs) { k.StopStopped = 200 })
			}),
			arguments: actionStopArguments(nil), sends: one, progress: stopped,
		},
		"a wrong password": {
			prepare:   opened(func(s *providertest.Stage) { s.Environment["THULIUM_PASSWORD"] = "fake-wrong-password" }),
			arguments: actionStopArguments(nil), sends: one, complaint: []string{"401", "thulium.password", "was not stopped"},
		},
		"a redirect": {
			prepare:   fault(sandbox.Fault{Kind: sandbox.FaultRedirect, Location: "https://other.example/"}),
			arguments: actionStopArguments(nil), sends: one, complaint: []string{"other.example", "was not stopped"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.run(t, actionThulium, actionStops)
		})
	}
}

// Only where the API itself says that it does not know the conversation does the error
// advise to accept that: another server's 404 may come from a wrong base_url.
func TestActionThuliumStopAnsweredWithA404(t *testing.T) {
	t.Parallel()
	for form, own := range map[string]bool{sandbox.GoneEnvelope: true, sandbox.GoneEmpty: true, sandbox.GoneJSON: false, sandbox.GoneHTML: false} {
		s := providertest.New(t, sandbox.Options{})
		s.Set(func(k *sandbox.Knobs) { k.GoneForm = form })
		_, diags := s.Quick(t).Invoke(t.Context(), actionThulium, actionStopArguments(nil))
		said := providertest.Said(diags)
		providertest.Complains(t, diags, "404", actionConversation+" was not stopped", "thulium.base_url")
		for _, advice := range []string{"ignore_not_found", `AttributeName("conversation_id")`} {
			if strings.Contains(said, advice) != own {
				t.Errorf("%s: %s: %s", form, advice, said)
			}
		}
		providertest.Saw(t, s, "thulium.stop")
	}
}

// TestActionThuliumValidation refuses at plan what could never work.
func TestActionThuliumValidation(t *testing.T) {
	t.Parallel()
	for path, changes := range map[string][]providertest.Values{
		`AttributeName("conversation_id")`:                  {{"conversation_id": ""}, {"conversation_id": "."}, {"conversation_id": ".."}},
		`AttributeName("external_chatbot_id")`:              {{"external_chatbot_id": ""}},
		`AttributeName("timeouts").AttributeName("invoke")`: {{"timeouts": providertest.Values{"invoke": "0s"}}, {"timeouts": providertest.Values{"invoke": "-1s"}}, {"timeouts": providertest.Values{"invoke": "soon"}}},
	} {
		for i, change := range changes {
			t.Run(fmt.Sprint(path, " ", i), func(t *testing.T) {
				t.Parallel()
				run := actionRun{arguments: actionStopArguments(change), complaint: []string{path}}
				run.run(t, actionThulium, actionStops)
			})
		}
	}
}

// TestActionThuliumLostStop does not say that nothing was stopped where the
// answer to the first attempt was lost and the second is refused: the first was
// taken, as here, or it was not.
func TestActionThuliumLostStop(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		second    int // what a stop of a stopped conversation is answered with
		ignore    bool
		looks     int
		complaint []string
		progress  []string
	}{
		"refused":          {second: 409, complaint: []string{"409", "2 attempts", "may have been stopped", "harmless"}},
		"refused, ignored": {second: 409, ignore: true, looks: 1, progress: []string{"closed", "earlier attempt"}},
		"unknown":          {second: 404, complaint: []string{"404", `AttributeName("conversation_id")`, "may have been stopped", "harmless"}},
		"unknown, ignored": {second: 404, ignore: true, progress: []string{actionConversation, "404", "ignore_not_found", "earlier attempt"}},
		"accepted":         {second: 200, progress: []string{"Stopped", actionConversation}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			run := actionRun{
				prepare: func(s *providertest.Stage) {
					actionOpened(s)
					s.Set(func(k *sandbox.Knobs) { k.StopStopped = test.second })
					s.AddFault(sandbox.Fault{Call: "thulium.stop", Kind: sandbox.FaultResetAfter, Times: 1})
				},
				arguments: actionStopArguments(providertest.Values{"ignore_not_found": test.ignore}),
				sends:     []string{actionStop, actionStop}, complaint: test.complaint, progress: test.progress,
			}
			run.run(t, actionThulium, func(s *providertest.Stage) []string {
				if n := s.Count("thulium.list"); n != test.looks {
					t.Errorf("%d requests of the list, want %d", n, test.looks)
				}
				return slices.DeleteFunc(actionStops(s), func(call string) bool { return strings.HasPrefix(call, "GET") })
			})
		})
	}
}

// Terraform does not validate an action again: an id that turns out to be none at
// apply is refused, as is a time-out, and nothing is sent.
func TestActionThuliumStopOfNothing(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	diags := s.Quick(t).InvokeUnchecked(actionThulium, providertest.Values{"conversation_id": "a", "timeouts": providertest.Values{"invoke": "soon"}})
	providertest.Complains(t, diags, `AttributeName("timeouts").AttributeName("invoke")`, "must be a duration")
	providertest.Saw(t, s)
	for _, id := range []any{nil, "", ".", ".."} {
		s := providertest.New(t, sandbox.Options{})
		w := s.Quick(t)
		diags := w.InvokeUnchecked(actionThulium, providertest.Values{"conversation_id": id, "ignore_not_found": true})
		if !providertest.Failed(diags) {
			t.Errorf("%v passed for an id", id)
		}
		providertest.Has(t, providertest.Said(diags), `AttributeName("conversation_id")`, "Invalid conversation_id")
		providertest.Saw(t, s)
	}
}
