package jelouclose_test

import (
	"reflect"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// What a step makes of the results.
const (
	jelouNone = "none" // they are null
	jelouKept = "kept" // they are as before
	jelouNew  = "new"  // they are those of the last call; the plan showed them as unknown
)

// jelouStep is one apply of a transition.
type jelouStep struct {
	change   providertest.Values // arguments on top of the user's; nil: a destroy
	replaces bool                // whether it is a replacement
	sends    []string            // the bodies that it sends, in order
	results  string
}

// TestJelouTransitions takes the resource through each change that its arguments
// allow, and counts what each of them sends.
func TestJelouTransitions(t *testing.T) {
	t.Parallel()
	none := providertest.Values{}
	armed := providertest.Values{"when": "destroy"}
	bye, again := jelouBody("Bye"), jelouBody("Bye again")
	with := func(changes ...providertest.Values) providertest.Values {
		all := providertest.Values{}
		for _, change := range changes {
			for name, value := range change {
				all[name] = value
			}
		}
		return all
	}
	payload := providertest.Values{"redirect_payload": jelouText("Bye")}
	changedPayload := providertest.Values{"redirect_payload": jelouText("Bye again")}
	triggers := func(release string) providertest.Values {
		return providertest.Values{"triggers": providertest.Values{"release": release}}
	}
	bot2 := `{"botId":"bot-2","userId":"user-0815"}`
	user2 := `{"botId":"bot-1","userId":"user-2"}`

	for name, steps := range map[string][]jelouStep{
		"create sends, destroy forgets": {
			{change: none, sends: []string{jelouBody("")}, results: jelouNew},
			{},
		},
		"create arms, destroy sends": {
			{change: with(armed, payload), results: jelouNone},
			{sends: []string{bye}},
		},
		"armed: a changed payload is used at destroy": {
			{change: with(armed, payload), results: jelouNone},
			{change: with(armed, changedPayload), results: jelouNone},
			{sends: []string{again}},
		},
		"armed: a payload that was removed is not sent": {
			{change: with(armed, payload), results: jelouNone},
			{change: armed, results: jelouNone},
			{sends: []string{jelouBody("")}},
		},
		"armed: changed triggers send once, with the providertest.Values in the state": {
			{change: with(armed, payload, triggers("1")), results: jelouNone},
			{change: with(armed, changedPayload, triggers("2")), replaces: true, sends: []string{bye}, results: jelouNone},
			{sends: []string{again}},
		},
		"armed: another bot sends once to the old one": {
			{change: armed, results: jelouNone},
			{change: with(armed, providertest.Values{"bot_id": "bot-2"}), replaces: true, sends: []string{jelouBody("")}, results: jelouNone},
			{sends: []string{bot2}},
		},
		"armed: another user sends once to the old one": {
			{change: armed, results: jelouNone},
			{change: with(armed, providertest.Values{"user_id": "user-2"}), replaces: true, sends: []string{jelouBody("")}, results: jelouNone},
			{sends: []string{user2}},
		},
		"sent: triggers that are added, changed and removed send again": {
			{change: payload, sends: []string{bye}, results: jelouNew},
			{change: with(payload, triggers("1")), replaces: true, sends: []string{bye}, results: jelouNew},
			{change: with(payload, triggers("2")), replaces: true, sends: []string{bye}, results: jelouNew},
			{change: payload, replaces: true, sends: []string{bye}, results: jelouNew},
			{},
		},
		"sent: another bot or user sends to the new one": {
			{change: none, sends: []string{jelouBody("")}, results: jelouNew},
			{change: providertest.Values{"bot_id": "bot-2"}, replaces: true, sends: []string{bot2}, results: jelouNew},
			{change: providertest.Values{"user_id": "user-2"}, replaces: true, sends: []string{user2}, results: jelouNew},
			{},
		},
		"sent: a changed payload sends nothing": {
			{change: payload, sends: []string{bye}, results: jelouNew},
			{change: changedPayload, results: jelouKept},
			{change: providertest.Values{"redirect_payload": providertest.Values{"type": "edge"}}, results: jelouKept},
			{change: none, results: jelouKept},
			{},
		},
		"create to destroy keeps the results and arms": {
			{change: payload, sends: []string{bye}, results: jelouNew},
			{change: with(payload, armed), results: jelouKept},
			{sends: []string{bye}},
		},
		"create to destroy with a changed payload": {
			{change: payload, sends: []string{bye}, results: jelouNew},
			{change: with(changedPayload, armed), results: jelouKept},
			{sends: []string{again}},
		},
		"destroy to create sends now": {
			{change: with(armed, payload), results: jelouNone},
			{change: payload, sends: []string{bye}, results: jelouNew},
			{},
		},
		"destroy to create with a changed payload sends the new one": {
			{change: with(armed, payload), results: jelouNone},
			{change: changedPayload, sends: []string{again}, results: jelouNew},
			{},
		},
		"there and back again": {
			{change: none, sends: []string{jelouBody("")}, results: jelouNew},
			{change: armed, results: jelouKept},
			{change: none, sends: []string{jelouBody("")}, results: jelouNew},
			{change: armed, results: jelouKept},
			{sends: []string{jelouBody("")}},
		},
		"when written down as its default": {
			{change: none, sends: []string{jelouBody("")}, results: jelouNew},
			{change: providertest.Values{"when": "create"}, results: jelouKept},
			{},
		},
		"armed: replaced by one that sends at create": {
			{change: with(armed, payload), results: jelouNone},
			{change: with(changedPayload, triggers("1")), replaces: true, sends: []string{bye, again}, results: jelouNew},
			{},
		},
		"sent: replaced by an armed one": {
			{change: payload, sends: []string{bye}, results: jelouNew},
			{change: with(armed, payload, triggers("1")), replaces: true, results: jelouNone},
			{sends: []string{bye}},
		},
		"ignore_not_found both ways": {
			{change: none, sends: []string{jelouBody("")}, results: jelouNew},
			{change: providertest.Values{"ignore_not_found": true}, results: jelouKept},
			{change: providertest.Values{"ignore_not_found": false}, results: jelouKept},
			{},
		},
		"ignore_not_found both ways, armed": {
			{change: armed, results: jelouNone},
			{change: with(armed, providertest.Values{"ignore_not_found": true}), results: jelouNone},
			{change: armed, results: jelouNone},
			{sends: []string{jelouBody("")}},
		},
		"timeouts": {
			{change: none, sends: []string{jelouBody("")}, results: jelouNew},
			{change: providertest.Values{"timeouts": providertest.Values{"create": "1m", "update": "1m", "delete": "1m"}}, results: jelouKept},
			{change: providertest.Values{"timeouts": providertest.Values{"create": "2m"}}, results: jelouKept},
			{},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := providertest.New(t, sandbox.Options{})
			w := s.Configured(t, providertest.Values{"http": providertest.QuickHTTP()})
			var have providertest.Object
			for i, step := range steps {
				t.Logf("step %d", i+1)
				have = step.run(t, s, w, have)
			}
			if have.State != nil {
				t.Errorf("left in the state: %v", have.State)
			}
		})
	}
}

// run plans and applies the step, and compares what was planned, what was sent
// and what is in the state.
func (step *jelouStep) run(t *testing.T, s *providertest.Stage, w *providertest.Wire, have providertest.Object) providertest.Object {
	t.Helper()
	s.ClearRequests()
	var arguments providertest.Values
	if step.change != nil {
		arguments = jelouArguments(step.change)
	}
	planned, diags := w.Plan(jelouClose, have, arguments)
	if providertest.Failed(diags) {
		t.Fatal(providertest.Said(diags))
	}
	jelouSent(t, s)
	if replaces := have.State != nil && len(planned.RequiresReplace) > 0; replaces != step.replaces {
		t.Errorf("replaces: %t, want %t", replaces, step.replaces)
	}
	wantPlanned := map[string]providertest.Values{
		jelouNone: jelouAll(nil), jelouKept: jelouResults(have.State), jelouNew: jelouAll(tftypes.UnknownValue),
	}[step.results]
	plan := w.Values(w.Schemas.ResourceSchemas[jelouClose], planned.PlannedState)
	if arguments != nil && !step.replaces && !reflect.DeepEqual(jelouResults(plan), wantPlanned) {
		t.Errorf("results are planned as %v, want %v", jelouResults(plan), wantPlanned)
	}

	after, diags := w.Apply(t.Context(), jelouClose, have, arguments)
	if len(diags) > 0 {
		t.Fatal(providertest.Said(diags))
	}
	jelouSent(t, s, step.sends...)
	if arguments == nil {
		return after
	}
	switch step.results {
	case jelouNone:
		if got := jelouResults(after.State); !reflect.DeepEqual(got, jelouAll(nil)) {
			t.Errorf("results are %v, want none", got)
		}
	case jelouKept:
		if got, want := jelouResults(after.State), jelouResults(have.State); !reflect.DeepEqual(got, want) {
			t.Errorf("results are %v, want %v as before", got, want)
		}
	default:
		jelouFresh(t, s, after.State)
	}
	if same := after.State["id"] == have.State["id"]; have.State != nil && same == step.replaces {
		t.Errorf("id was %v and is %v", have.State["id"], after.State["id"])
	}
	jelouSettled(t, s, w, after, arguments)
	return after
}
