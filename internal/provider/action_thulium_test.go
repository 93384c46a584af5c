package provider

import (
	"fmt"
	"testing"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

const (
	actionThulium      = "thulium_chat_conversation_stop"
	actionConversation = "0f8fad5b-d9cb-469f-a165-70867728950e"
	actionStop         = "POST /chat_conversations/" + actionConversation + "/stop?"
)

// actionStops are the stops that reached the service, with their query, and
// whatever else was called.
func actionStops(s *stage) []string {
	calls := []string{}
	for _, r := range s.Requests() {
		calls = append(calls, r.Method+" "+r.Path+"?"+r.Query.Encode()+r.Body)
	}
	return calls
}

// actionOpened files the conversation, started an hour ago by a killed pipeline.
func actionOpened(s *stage) {
	s.AddConversation(sandbox.Conversation{ID: actionConversation, QueueID: 3, CreatedAt: time.Now().Add(-time.Hour)})
}

// actionStopArguments name the conversation, with changes on top.
func actionStopArguments(changes values) values {
	return chatbotWith(values{"conversation_id": actionConversation}, changes)
}

// TestActionThuliumStop stops a conversation that somebody else has started.
func TestActionThuliumStop(t *testing.T) {
	t.Parallel()
	opened := func(more func(*stage)) func(*stage) {
		return func(s *stage) {
			actionOpened(s)
			if more != nil {
				more(s)
			}
		}
	}
	fault := func(fault sandbox.Fault) func(*stage) {
		return opened(func(s *stage) {
			fault.Call = "thulium.stop"
			s.AddFault(fault)
		})
	}
	stopped := []string{"Stopped", actionConversation}
	one, three := []string{actionStop}, []string{actionStop, actionStop, actionStop}

	for name, test := range map[string]actionRun{
		"stops": {prepare: opened(nil), arguments: actionStopArguments(nil), sends: one, progress: stopped},
		"stops with the chatbot in the query": {
			prepare: opened(nil), arguments: actionStopArguments(values{"external_chatbot_id": "bot 1&2/ä"}),
			sends: []string{actionStop + "external_chatbot_id=bot+1%262%2F%C3%A4"}, progress: stopped,
		},
		"an id that has to be escaped": {
			prepare: func(s *stage) {
				s.AddConversation(sandbox.Conversation{ID: "a/b ?", QueueID: 3, CreatedAt: time.Now()})
			},
			arguments: values{"conversation_id": "a/b ?"}, sends: []string{"POST /chat_conversations/a%2Fb%20%3F/stop?"}, progress: []string{"a/b ?"},
		},
		"an unknown one": {
			arguments: actionStopArguments(nil), sends: one,
			complaint: []string{`AttributeName("conversation_id")`, "404", "Conversation does not exist.", "110005", "request id", "ignore_not_found", "Nothing was stopped"},
		},
		"an unknown one, ignored": {
			arguments: actionStopArguments(values{"ignore_not_found": true}), sends: one,
			progress: []string{actionConversation, "404", "ignore_not_found", "nothing was stopped"},
		},
		"an unknown one that the service does not mind": {
			prepare:   func(s *stage) { s.Set(func(k *sandbox.Knobs) { k.StopUnknown = 200 }) },
			arguments: actionStopArguments(nil), sends: one, progress: stopped,
		},
		"an unknown one, 422": {
			prepare:   func(s *stage) { s.Set(func(k *sandbox.Knobs) { k.StopUnknown = 422 }) },
			arguments: actionStopArguments(values{"ignore_not_found": true}), sends: one, complaint: []string{"422", "was not stopped"},
		},
		"one that is closed already": {
			prepare:   opened(func(s *stage) { s.CloseConversation(actionConversation) }),
			arguments: actionStopArguments(nil), sends: one,
			complaint: []string{"409", "Conversation is already closed.", "110006", "was not stopped"},
		},
		"one that is closed already, which the service does not mind": {
			prepare: opened(func(s *stage) {
				s.CloseConversation(actionConversation)
				s.Set(func(k *sandbox.Knobs) { k.StopStopped = 200 })
			}),
			arguments: actionStopArguments(nil), sends: one, progress: stopped,
		},
		"a wrong password": {
			prepare:   opened(func(s *stage) { s.Environment[envThuliumPassword] = "fake-wrong-password" }),
			arguments: actionStopArguments(nil), sends: one, complaint: []string{"401", "thulium.password", "was not stopped"},
		},
		"a missing right": {
			prepare:   fault(sandbox.Fault{Kind: sandbox.FaultStatus, Status: 403}),
			arguments: actionStopArguments(nil), sends: one, complaint: []string{"403", "allow it", "was not stopped"},
		},
		"a redirect": {
			prepare:   fault(sandbox.Fault{Kind: sandbox.FaultRedirect, Location: "https://other.example/"}),
			arguments: actionStopArguments(nil), sends: one, complaint: []string{"other.example", "was not stopped"},
		},
		"500 twice, then done": {
			prepare:   fault(sandbox.Fault{Kind: sandbox.FaultStatus, Status: 500, Times: 2}),
			arguments: actionStopArguments(nil), sends: three, progress: stopped,
		},
		"reset before it was taken": {
			prepare:   fault(sandbox.Fault{Kind: sandbox.FaultResetBefore, Times: 2}),
			arguments: actionStopArguments(nil), sends: three, progress: stopped,
		},
		"429, then done": {
			prepare:   fault(sandbox.Fault{Kind: sandbox.FaultStatus, Status: 429, RetryAfter: "5", Times: 1}),
			arguments: actionStopArguments(nil), sends: []string{actionStop, actionStop}, progress: stopped,
		},
		"500 for ever": {
			prepare:   fault(sandbox.Fault{Kind: sandbox.FaultStatus, Status: 500}),
			arguments: actionStopArguments(nil), sends: three, complaint: []string{"500", "3 attempts", "may have been stopped", "harmless"},
		},
		"429 for ever": {
			prepare:   fault(sandbox.Fault{Kind: sandbox.FaultStatus, Status: 429}),
			arguments: actionStopArguments(nil), sends: three, complaint: []string{"429", "3 attempts", "was not stopped"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			exercisedInProcess(t, featureActions.name)
			test.run(t, actionThulium, actionStops)
		})
	}
}

// TestActionThuliumValidation refuses at plan what could never work.
func TestActionThuliumValidation(t *testing.T) {
	t.Parallel()
	for path, changes := range map[string][]values{
		`AttributeName("conversation_id")`:                  {{"conversation_id": ""}, {"conversation_id": "."}, {"conversation_id": ".."}},
		`AttributeName("external_chatbot_id")`:              {{"external_chatbot_id": ""}},
		`AttributeName("timeouts").AttributeName("invoke")`: {{"timeouts": values{"invoke": "0s"}}, {"timeouts": values{"invoke": "-1s"}}, {"timeouts": values{"invoke": "soon"}}},
	} {
		for i, change := range changes {
			t.Run(fmt.Sprint(path, " ", i), func(t *testing.T) {
				t.Parallel()
				exercisedInProcess(t, "bad input")
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
		complaint []string
		progress  []string
	}{
		"refused":          {second: 409, complaint: []string{"409", "2 attempts", "may have been stopped", "harmless"}},
		"refused, ignored": {second: 409, ignore: true, complaint: []string{"409", "may have been stopped", "harmless"}},
		"unknown":          {second: 404, complaint: []string{"404", `AttributeName("conversation_id")`, "may have been stopped", "harmless"}},
		"unknown, ignored": {second: 404, ignore: true, progress: []string{actionConversation, "404", "ignore_not_found", "earlier attempt"}},
		"accepted":         {second: 200, progress: []string{"Stopped", actionConversation}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			exercisedInProcess(t, featureActions.name)
			run := actionRun{
				prepare: func(s *stage) {
					actionOpened(s)
					s.Set(func(k *sandbox.Knobs) { k.StopStopped = test.second })
					s.AddFault(sandbox.Fault{Call: "thulium.stop", Kind: sandbox.FaultResetAfter, Times: 1})
				},
				arguments: actionStopArguments(values{"ignore_not_found": test.ignore}),
				sends:     []string{actionStop, actionStop}, complaint: test.complaint, progress: test.progress,
			}
			run.run(t, actionThulium, actionStops)
		})
	}
}

// Terraform does not validate an action again: an id that turns out to be none at
// apply is refused, and nothing is sent.
func TestActionThuliumStopOfNothing(t *testing.T) {
	t.Parallel()
	for _, id := range []any{nil, "", ".", ".."} {
		s := newStage(t, sandbox.Options{})
		w := thuliumWire(t, s)
		diags := w.invokeUnchecked(actionThulium, values{"conversation_id": id, "ignore_not_found": true})
		if !failed(diags) {
			t.Errorf("%v passed for an id", id)
		}
		thuliumHas(t, said(diags), `AttributeName("conversation_id")`, "Invalid conversation_id")
		thuliumSaw(t, s)
	}
}
