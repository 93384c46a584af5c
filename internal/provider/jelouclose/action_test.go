package jelouclose_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// actionRun is one invocation of an action and what it has to come to.
type actionRun struct {
	provider  providertest.Values // besides http
	prepare   func(*providertest.Stage)
	arguments providertest.Values
	sends     []string // bodies
	progress  []string // words of the one progress message; nil: there is none
	complaint []string // words of the error; nil: it works
}

// run invokes the action on a stage of its own.
func (a *actionRun) run(t *testing.T) {
	t.Helper()
	s := providertest.NewInMemory(t, sandbox.Options{})
	if a.prepare != nil {
		a.prepare(s)
	}
	messages, diags := s.Configured(t, jelouWith(providertest.Values{"http": providertest.QuickHTTP()}, a.provider)).Invoke(t.Context(), jelouClose, a.arguments)
	if a.complaint != nil {
		complains(t, diags, a.complaint...)
	} else if len(diags) > 0 {
		t.Error(providertest.Said(diags))
	}
	actionProgress(t, messages, a.progress)
	jelouSent(t, s, a.sends...)
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
	knobs := func(change func(*sandbox.Knobs)) func(*providertest.Stage) {
		return func(s *providertest.Stage) { s.Set(change) }
	}
	unknownBot := func(changes providertest.Values) providertest.Values {
		return jelouArguments(jelouWith(providertest.Values{"bot_id": "bot-9"}, changes))
	}
	bot9 := []string{`{"botId":"bot-9","userId":"user-0815"}`}

	for name, test := range map[string]actionRun{
		"closes": {
			arguments: jelouArguments(nil), sends: []string{jelouBody("")}, progress: closed,
		},
		"closes with a text": {
			arguments: jelouArguments(providertest.Values{"redirect_payload": jelouText("Bye")}), sends: []string{jelouBody("Bye")}, progress: closed,
		},
		"closes with an edge": {
			arguments: jelouArguments(providertest.Values{"redirect_payload": providertest.Values{"type": "edge"}}),
			sends:     []string{`{"botId":"bot-1","userId":"user-0815","redirectPayload":{"type":"edge"}}`}, progress: closed,
		},
		"the client's id and secret": {
			provider:  providertest.Values{"jelou": providertest.Values{"client_id": sandbox.JelouClientID, "client_secret": sandbox.JelouClientSecret}},
			arguments: jelouArguments(nil), sends: []string{jelouBody("")}, progress: closed,
		},
		"the provider's project": {
			prepare:   func(s *providertest.Stage) { s.Environment["JELOU_PROJECT_ID"] = "" },
			provider:  providertest.Values{"jelou": providertest.Values{"project_id": sandbox.JelouProjectID}},
			arguments: jelouArguments(nil), sends: []string{jelouBody("")}, progress: closed,
		},
		"the block's project": {
			prepare:   func(s *providertest.Stage) { s.Environment["JELOU_PROJECT_ID"] = "project-9" },
			arguments: jelouArguments(providertest.Values{"project_id": sandbox.JelouProjectID}), sends: []string{jelouBody("")}, progress: closed,
		},
		"no project": {
			prepare:   func(s *providertest.Stage) { s.Environment["JELOU_PROJECT_ID"] = "" },
			arguments: jelouArguments(nil), complaint: []string{`AttributeName("project_id")`, "jelou.project_id", "JELOU_PROJECT_ID"},
		},
		"an unusable default project": {
			prepare:   func(s *providertest.Stage) { s.Environment["JELOU_PROJECT_ID"] = ".." },
			arguments: jelouArguments(nil), complaint: []string{`AttributeName("project_id")`, "JELOU_PROJECT_ID"},
		},
		"no service": {
			prepare:   func(s *providertest.Stage) { s.Environment["JELOU_API_KEY"] = "" },
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
			arguments: unknownBot(providertest.Values{"ignore_not_found": true}), sends: bot9,
			progress: []string{"404", "ignore_not_found", "nothing was closed"},
		},
		"an unknown bot, not ignored": {
			arguments: unknownBot(providertest.Values{"ignore_not_found": false}), sends: bot9, complaint: []string{"404", "Nothing happened"},
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
			prepare: func(s *providertest.Stage) {
				s.AddFault(sandbox.Fault{Call: "jelou.close", Kind: sandbox.FaultStatus, Status: 200, Body: `{"status":0,"message":"Not today"}`, Acts: &acts})
			},
			arguments: jelouArguments(nil), sends: []string{jelouBody("")}, complaint: []string{"Not today", "may have taken effect"},
		},
		"not acted, then done": {
			prepare: func(s *providertest.Stage) {
				s.AddFault(sandbox.Fault{Call: "jelou.close", Kind: sandbox.FaultStatus, Status: 429, RetryAfter: "5", Times: 2})
			},
			arguments: jelouArguments(nil), sends: []string{jelouBody(""), jelouBody(""), jelouBody("")}, progress: closed,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.run(t)
		})
	}
}

// TestActionJelouUnknown sends a call of unknown outcome once, and says what it may have done.
func TestActionJelouUnknown(t *testing.T) {
	t.Parallel()
	for name, fault := range jelouUnknownOutcomes() {
		providertest.InBubble(t, name, func(t *testing.T) {
			run := actionRun{
				prepare:   func(s *providertest.Stage) { s.AddFault(fault) },
				arguments: jelouArguments(nil), sends: []string{jelouBody("")},
				complaint: []string{"Unable to close Jelou conversation", "may have taken effect", "before the action is invoked again"},
			}
			run.run(t)
		})
	}
}

// TestActionJelouValidation refuses at plan what could never work.
func TestActionJelouValidation(t *testing.T) {
	t.Parallel()
	for path, changes := range map[string][]providertest.Values{
		`AttributeName("bot_id")`:     {{"bot_id": ""}},
		`AttributeName("user_id")`:    {{"user_id": ""}},
		`AttributeName("project_id")`: {{"project_id": ""}, {"project_id": "."}, {"project_id": ".."}},
		`AttributeName("redirect_payload").AttributeName("text")`: {
			{"redirect_payload": providertest.Values{"type": "text"}}, {"redirect_payload": jelouText("")}, {"redirect_payload": providertest.Values{"type": "edge", "text": ""}},
		},
		`AttributeName("redirect_payload").AttributeName("type")`: {{"redirect_payload": providertest.Values{"type": "video", "text": "Bye"}}},
		`AttributeName("timeouts").AttributeName("invoke")`: {
			{"timeouts": providertest.Values{"invoke": "0s"}}, {"timeouts": providertest.Values{"invoke": "-1s"}}, {"timeouts": providertest.Values{"invoke": "soon"}},
		},
	} {
		for i, change := range changes {
			t.Run(fmt.Sprint(path, " ", i), func(t *testing.T) {
				t.Parallel()
				run := actionRun{arguments: jelouArguments(change), complaint: []string{path}}
				run.run(t)
			})
		}
	}
}

// TestActionPlan finds at plan what stands in the way, and nothing wrong with
// what is not known yet.
func TestActionPlan(t *testing.T) {
	t.Parallel()
	unknown := tftypes.UnknownValue
	for name, test := range map[string]struct {
		provider  providertest.Values
		missing   string // a variable that is not set
		arguments providertest.Values
		complaint []string
	}{
		"jelou":              {arguments: jelouArguments(nil)},
		"no key":             {missing: "JELOU_API_KEY", arguments: jelouArguments(nil), complaint: []string{"jelou.api_key"}},
		"no project":         {missing: "JELOU_PROJECT_ID", arguments: jelouArguments(nil), complaint: []string{`AttributeName("project_id")`}},
		"an unknown key":     {provider: providertest.Values{"jelou": providertest.Values{"api_key": unknown}}, arguments: jelouArguments(nil)},
		"an unknown project": {provider: providertest.Values{"jelou": providertest.Values{"project_id": unknown}}, missing: "JELOU_PROJECT_ID", arguments: jelouArguments(nil)},
		"an unknown block":   {provider: providertest.Values{"jelou": unknown}, missing: "JELOU_PROJECT_ID", arguments: jelouArguments(nil)},
		"everything unknown": {missing: "JELOU_PROJECT_ID", arguments: providertest.Values{"project_id": unknown, "bot_id": unknown, "user_id": unknown, "redirect_payload": unknown, "ignore_not_found": unknown}},
		"an unknown text":    {arguments: jelouArguments(providertest.Values{"redirect_payload": providertest.Values{"type": "text", "text": unknown}})},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := providertest.New(t, sandbox.Options{})
			delete(s.Environment, test.missing)
			w := s.Configured(t, jelouWith(providertest.Values{"http": providertest.QuickHTTP()}, test.provider))
			server := w.Server.(tfprotov6.ActionServer)
			block := w.Dynamic(w.Schemas.ActionSchemas[jelouClose].Schema, test.arguments)
			validated, err := server.ValidateActionConfig(t.Context(), &tfprotov6.ValidateActionConfigRequest{ActionType: jelouClose, Config: block})
			w.Must(err, validated.Diagnostics)
			planned, err := server.PlanAction(t.Context(), &tfprotov6.PlanActionRequest{ActionType: jelouClose, Config: block})
			w.Fatal(err)
			if test.complaint != nil {
				complains(t, planned.Diagnostics, test.complaint...)
			} else if len(planned.Diagnostics) > 0 {
				t.Error(providertest.Said(planned.Diagnostics))
			}
			if calls := s.Count("*"); calls != 0 {
				t.Errorf("%d calls", calls)
			}
		})
	}
}

// TestActionTimeout ends a storm of 429 before the attempt that would come after
// the time-out of the action.
func TestActionTimeout(t *testing.T) {
	t.Parallel()
	providertest.InBubble(t, "of 25 seconds", func(t *testing.T) {
		s := providertest.NewInMemory(t, sandbox.Options{})
		s.AddFault(sandbox.Fault{Call: "*", Kind: sandbox.FaultStatus, Status: 429})
		w := s.Configured(t, providertest.Values{"http": providertest.StormHTTP()})
		started := time.Now()
		messages, diags := w.Invoke(t.Context(), jelouClose, jelouArguments(providertest.Values{"timeouts": providertest.Values{"invoke": "25s"}}))
		complains(t, diags, "429", "time-out")
		actionProgress(t, messages, nil)
		if took, calls := time.Since(started), s.Count("*"); took != 20*time.Second || calls != 3 {
			t.Errorf("%d calls in %s, want 3 in 20 s", calls, took)
		}
	})
}
