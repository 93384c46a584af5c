package provider

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

const actionJelou = "jelou_conversation_close"

// actionRun is one invocation of an action and what it has to come to.
type actionRun struct {
	provider  values // besides http
	prepare   func(*stage)
	arguments values
	sends     []string // bodies of Jelou, or methods and paths with their query
	progress  []string // words of the one progress message; nil: there is none
	complaint []string // words of the error; nil: it works
}

// run invokes the action on a stage of its own.
func (a *actionRun) run(t *testing.T, name string, sent func(*stage) []string) {
	t.Helper()
	s := newStageInMemory(t, sandbox.Options{})
	if a.prepare != nil {
		a.prepare(s)
	}
	block := values{"http": quickHTTP()}
	for attribute, value := range a.provider {
		block[attribute] = value
	}
	messages, diags := s.configured(t, block).invoke(t.Context(), name, a.arguments)
	if a.complaint != nil {
		complains(t, diags, a.complaint...)
	} else if len(diags) > 0 {
		t.Error(said(diags))
	}
	actionProgress(t, messages, a.progress)
	if got := sent(s); len(got)+len(a.sends) > 0 && !reflect.DeepEqual(got, a.sends) {
		t.Errorf("sent:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(a.sends, "\n"))
	}
}

// actionProgress fails the test unless there is one message with the words, or
// none where there are no words.
func actionProgress(t *testing.T, messages, words []string) {
	t.Helper()
	if words == nil {
		if len(messages) > 0 {
			t.Errorf("progress: %q, want none", messages)
		}
		return
	}
	if len(messages) != 1 {
		t.Errorf("progress: %q, want one message", messages)
		return
	}
	for _, word := range words {
		if !strings.Contains(messages[0], word) {
			t.Errorf("no %q in %q", word, messages[0])
		}
	}
}

// TestActionJelouClose sends the call as the resource does.
func TestActionJelouClose(t *testing.T) {
	t.Parallel()
	acts := true
	closed := []string{"bot bot-1", "closed", "closed_by_operator"}
	knobs := func(change func(*sandbox.Knobs)) func(*stage) { return func(s *stage) { s.Set(change) } }
	unknownBot := func(changes values) values { return jelouArguments(chatbotWith(values{"bot_id": "bot-9"}, changes)) }
	bot9 := []string{`{"botId":"bot-9","userId":"user-0815"}`}

	for name, test := range map[string]actionRun{
		"closes": {
			arguments: jelouArguments(nil), sends: []string{jelouBody("")}, progress: closed,
		},
		"closes with a text": {
			arguments: jelouArguments(values{"redirect_payload": jelouText("Bye")}), sends: []string{jelouBody("Bye")}, progress: closed,
		},
		"closes with an edge": {
			arguments: jelouArguments(values{"redirect_payload": values{"type": "edge"}}),
			sends:     []string{`{"botId":"bot-1","userId":"user-0815","redirectPayload":{"type":"edge"}}`}, progress: closed,
		},
		"the client's id and secret": {
			provider:  values{"jelou": values{"client_id": sandbox.JelouClientID, "client_secret": sandbox.JelouClientSecret}},
			arguments: jelouArguments(nil), sends: []string{jelouBody("")}, progress: closed,
		},
		"the provider's project": {
			prepare:   func(s *stage) { s.Environment[envJelouProjectID] = "" },
			provider:  values{"jelou": values{"project_id": sandbox.JelouProjectID}},
			arguments: jelouArguments(nil), sends: []string{jelouBody("")}, progress: closed,
		},
		"the block's project": {
			prepare:   func(s *stage) { s.Environment[envJelouProjectID] = "project-9" },
			arguments: jelouArguments(values{"project_id": sandbox.JelouProjectID}), sends: []string{jelouBody("")}, progress: closed,
		},
		"no project": {
			prepare:   func(s *stage) { s.Environment[envJelouProjectID] = "" },
			arguments: jelouArguments(nil), complaint: []string{`AttributeName("project_id")`, "jelou.project_id", "JELOU_PROJECT_ID"},
		},
		"an unusable default project": {
			prepare:   func(s *stage) { s.Environment[envJelouProjectID] = ".." },
			arguments: jelouArguments(nil), complaint: []string{`AttributeName("project_id")`, "JELOU_PROJECT_ID"},
		},
		"no service": {
			prepare:   func(s *stage) { s.Environment[envJelouAPIKey] = "" },
			arguments: jelouArguments(nil), complaint: []string{"jelou.api_key", "JELOU_API_KEY", "JELOU_CLIENT_ID"},
		},
		"no data in the answer": {
			prepare:   knobs(func(k *sandbox.Knobs) { k.DataAbsent = true }),
			arguments: jelouArguments(nil), sends: []string{jelouBody("")}, progress: []string{"Closed", "bot-1"},
		},
		"an unknown bot": {
			arguments: unknownBot(nil), sends: bot9,
			complaint: []string{"404", `AttributeName("bot_id")`, "BOT_NOT_FOUND", "Nothing happened", "ignore_not_found"},
		},
		"an unknown bot, ignored": {
			arguments: unknownBot(values{"ignore_not_found": true}), sends: bot9,
			progress: []string{"404", "ignore_not_found", "nothing was closed"},
		},
		"an unknown bot, not ignored": {
			arguments: unknownBot(values{"ignore_not_found": false}), sends: bot9, complaint: []string{"404", "Nothing happened"},
		},
		"an unknown user": {
			prepare:   knobs(func(k *sandbox.Knobs) { k.EveryUserOpen = false }),
			arguments: jelouArguments(nil), sends: []string{jelouBody("")}, complaint: []string{"404", `AttributeName("user_id")`, "USER_NOT_FOUND"},
		},
		"a wrong key": {
			prepare:   jelouWrongKey(401),
			arguments: jelouArguments(nil), sends: []string{jelouBody("")}, complaint: []string{"401", "Authentication failed", "jelou.api_key"},
		},
		"status 0": {
			prepare: func(s *stage) {
				s.AddFault(sandbox.Fault{Call: "jelou.close", Kind: sandbox.FaultStatus, Status: 200, Body: `{"status":0,"message":"Not today"}`, Acts: &acts})
			},
			arguments: jelouArguments(nil), sends: []string{jelouBody("")}, complaint: []string{"Not today", "may have taken effect"},
		},
		"not acted, then done": {
			prepare: func(s *stage) {
				s.AddFault(sandbox.Fault{Call: "jelou.close", Kind: sandbox.FaultStatus, Status: 429, RetryAfter: "5", Times: 2})
			},
			arguments: jelouArguments(nil), sends: []string{jelouBody(""), jelouBody(""), jelouBody("")}, progress: closed,
		},
		"never acted": {
			prepare: func(s *stage) {
				s.AddFault(sandbox.Fault{Call: "jelou.close", Kind: sandbox.FaultStatus, Status: 429})
			},
			arguments: jelouArguments(nil), sends: []string{jelouBody(""), jelouBody(""), jelouBody("")},
			complaint: []string{"No conversation was closed", "3 attempts"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			exercisedInProcess(t, featureActions.name)
			test.run(t, actionJelou, jelouBodies)
		})
	}
}

// TestActionJelouUnknown sends a call of unknown outcome once, and says what it may have done.
func TestActionJelouUnknown(t *testing.T) {
	t.Parallel()
	for name, fault := range jelouUnknownOutcomes() {
		inBubble(t, name, func(t *testing.T) {
			exercisedInProcess(t, featureActions.name)
			run := actionRun{
				prepare:   func(s *stage) { s.AddFault(fault) },
				arguments: jelouArguments(nil), sends: []string{jelouBody("")},
				complaint: []string{"Unable to close Jelou conversation", "may have taken effect", "before the action is invoked again"},
			}
			run.run(t, actionJelou, jelouBodies)
		})
	}
}

// TestActionJelouValidation refuses at plan what could never work.
func TestActionJelouValidation(t *testing.T) {
	t.Parallel()
	for path, changes := range map[string][]values{
		`AttributeName("bot_id")`:     {{"bot_id": ""}},
		`AttributeName("user_id")`:    {{"user_id": ""}},
		`AttributeName("project_id")`: {{"project_id": ""}, {"project_id": "."}, {"project_id": ".."}},
		`AttributeName("redirect_payload").AttributeName("text")`: {
			{"redirect_payload": values{"type": "text"}}, {"redirect_payload": jelouText("")}, {"redirect_payload": values{"type": "edge", "text": ""}},
		},
		`AttributeName("redirect_payload").AttributeName("type")`: {{"redirect_payload": values{"type": "video", "text": "Bye"}}},
		`AttributeName("timeouts").AttributeName("invoke")`: {
			{"timeouts": values{"invoke": "0s"}}, {"timeouts": values{"invoke": "-1s"}}, {"timeouts": values{"invoke": "soon"}},
		},
	} {
		for i, change := range changes {
			t.Run(fmt.Sprint(path, " ", i), func(t *testing.T) {
				t.Parallel()
				exercisedInProcess(t, "bad input")
				run := actionRun{arguments: jelouArguments(change), complaint: []string{path}}
				run.run(t, actionJelou, jelouBodies)
			})
		}
	}
}

// TestActionPlan finds at plan what stands in the way, and nothing wrong with
// what is not known yet.
func TestActionPlan(t *testing.T) {
	t.Parallel()
	unknown := tftypes.UnknownValue
	stop := values{"conversation_id": "c-1"}
	for name, test := range map[string]struct {
		action    string
		provider  values
		missing   string // a variable that is not set
		arguments values
		complaint []string
	}{
		"jelou":                          {action: actionJelou, arguments: jelouArguments(nil)},
		"jelou, no key":                  {action: actionJelou, missing: envJelouAPIKey, arguments: jelouArguments(nil), complaint: []string{"jelou.api_key"}},
		"jelou, no project":              {action: actionJelou, missing: envJelouProjectID, arguments: jelouArguments(nil), complaint: []string{`AttributeName("project_id")`}},
		"jelou, an unknown key":          {action: actionJelou, provider: values{"jelou": values{"api_key": unknown}}, arguments: jelouArguments(nil)},
		"jelou, an unknown project":      {action: actionJelou, provider: values{"jelou": values{"project_id": unknown}}, missing: envJelouProjectID, arguments: jelouArguments(nil)},
		"jelou, an unknown block":        {action: actionJelou, provider: values{"jelou": unknown}, missing: envJelouProjectID, arguments: jelouArguments(nil)},
		"jelou, everything unknown":      {action: actionJelou, missing: envJelouProjectID, arguments: values{"project_id": unknown, "bot_id": unknown, "user_id": unknown, "redirect_payload": unknown, "ignore_not_found": unknown}},
		"jelou, an unknown text":         {action: actionJelou, arguments: jelouArguments(values{"redirect_payload": values{"type": "text", "text": unknown}})},
		"thulium":                        {action: actionThulium, arguments: stop},
		"thulium, no address":            {action: actionThulium, missing: envThuliumBaseURL, arguments: stop, complaint: []string{"thulium.base_url", "THULIUM_BASE_URL"}},
		"thulium, no password":           {action: actionThulium, missing: envThuliumPassword, arguments: stop, complaint: []string{"thulium.password", "THULIUM_PASSWORD"}},
		"thulium, an unknown block":      {action: actionThulium, provider: values{"thulium": unknown}, arguments: stop},
		"thulium, an unknown password":   {action: actionThulium, provider: values{"thulium": values{"username": "u", "password": unknown}}, arguments: stop},
		"thulium, an unknown identifier": {action: actionThulium, arguments: values{"conversation_id": unknown, "external_chatbot_id": unknown, "ignore_not_found": unknown}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			exercisedInProcess(t, featureActions.name)
			s := newStage(t, sandbox.Options{})
			delete(s.Environment, test.missing)
			w := s.configured(t, chatbotWith(values{"http": quickHTTP()}, test.provider))
			server := w.server.(tfprotov6.ActionServer)
			block := w.dynamic(w.schemas.ActionSchemas[test.action].Schema, test.arguments)
			validated, err := server.ValidateActionConfig(t.Context(), &tfprotov6.ValidateActionConfigRequest{ActionType: test.action, Config: block})
			w.must(err, validated.Diagnostics)
			planned, err := server.PlanAction(t.Context(), &tfprotov6.PlanActionRequest{ActionType: test.action, Config: block})
			w.fatal(err)
			if test.complaint != nil {
				complains(t, planned.Diagnostics, test.complaint...)
			} else if len(planned.Diagnostics) > 0 {
				t.Error(said(planned.Diagnostics))
			}
			if calls := s.Count("*"); calls != 0 {
				t.Errorf("%d calls", calls)
			}
		})
	}
}

// TestActionTimeouts ends a storm of 429 before the attempt that would come after
// the time-out of the action.
func TestActionTimeouts(t *testing.T) {
	t.Parallel()
	timeout := values{"timeouts": values{"invoke": "25s"}}
	for name, arguments := range map[string]values{
		actionJelou:   jelouArguments(timeout),
		actionThulium: chatbotWith(values{"conversation_id": "c-1"}, timeout),
	} {
		inBubble(t, name, func(t *testing.T) {
			exercisedInProcess(t, "timeouts")
			s := newStageInMemory(t, sandbox.Options{})
			s.AddFault(sandbox.Fault{Call: "*", Kind: sandbox.FaultStatus, Status: 429})
			w := s.configured(t, values{"http": stormHTTP()})
			started := time.Now()
			messages, diags := w.invoke(t.Context(), name, arguments)
			complains(t, diags, "429", "time-out")
			actionProgress(t, messages, nil)
			if took, calls := time.Since(started), s.Count("*"); took != 20*time.Second || calls != 3 {
				t.Errorf("%d calls in %s, want 3 in 20 s", calls, took)
			}
		})
	}
}
