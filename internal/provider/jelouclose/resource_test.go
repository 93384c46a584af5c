package jelouclose_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// What a step makes of the results.
const (
	isNone = "none" // they are null
	isKept = "kept" // they are as before
	isNew  = "new"  // they are those of the last call; the plan showed them as unknown
)

// step is one apply of a transition.
type step struct {
	change   values   // arguments on top of the user's; nil: a destroy
	replaces bool     // whether it is a replacement
	sends    []string // the bodies that it sends, in order
	results  string
}

// The resource goes through each change that its arguments allow, and each step sends what
// it should and no more.
func TestTransitions(t *testing.T) {
	t.Parallel()
	none, bye, again := values{}, says("Bye"), says("Again")
	sentNone, sentBye, sentAgain := []string{body("")}, []string{body("Bye")}, []string{body("Again")}
	trigger := func(release string) values { return values{"triggers": values{"release": release}} }
	bot2, user2 := values{"bot_id": "bot-2"}, values{"user_id": "user-2"}
	toBot2, toUser2 := []string{`{"botId":"bot-2","userId":"user-0815"}`}, []string{`{"botId":"bot-1","userId":"user-2"}`}

	for name, steps := range map[string][]step{
		"create sends, destroy forgets": {
			{change: none, sends: sentNone, results: isNew},
			{},
		},
		"armed: the payload of the state is sent at destroy": {
			{change: with(armed, bye), results: isNone},
			{change: armed, results: isNone},
			{change: with(armed, again), results: isNone},
			{sends: sentAgain},
		},
		"armed: changed triggers send once, with the payload of the state": {
			{change: with(armed, bye, trigger("1")), results: isNone},
			{change: with(armed, again, trigger("2")), replaces: true, sends: sentBye, results: isNone},
			{sends: sentAgain},
		},
		"armed: another bot or user sends once to the old one": {
			{change: armed, results: isNone},
			{change: with(armed, bot2), replaces: true, sends: sentNone, results: isNone},
			{change: with(armed, user2), replaces: true, sends: toBot2, results: isNone},
			{sends: toUser2},
		},
		"armed: replaced by one that sends at create": {
			{change: with(armed, bye), results: isNone},
			{change: with(again, trigger("1")), replaces: true, sends: []string{body("Bye"), body("Again")}, results: isNew},
			{},
		},
		"armed: to be sent now, with another payload": {
			{change: with(armed, bye), results: isNone},
			{change: again, sends: sentAgain, results: isNew},
			{},
		},
		"sent: triggers that are added, changed and removed send again": {
			{change: bye, sends: sentBye, results: isNew},
			{change: with(bye, trigger("1")), replaces: true, sends: sentBye, results: isNew},
			{change: with(bye, trigger("2")), replaces: true, sends: sentBye, results: isNew},
			{change: bye, replaces: true, sends: sentBye, results: isNew},
			{},
		},
		"sent: another bot or user sends to the new one": {
			{change: none, sends: sentNone, results: isNew},
			{change: bot2, replaces: true, sends: toBot2, results: isNew},
			{change: user2, replaces: true, sends: toUser2, results: isNew},
			{},
		},
		"sent: all else changes in place and sends nothing": {
			{change: bye, sends: sentBye, results: isNew},
			{change: again, results: isKept},
			{change: values{"redirect_payload": values{"type": "edge"}}, results: isKept},
			{change: ignore, results: isKept},
			{change: values{"when": "create"}, results: isKept}, // its default, written down
			{change: values{"timeouts": values{"create": "1m", "update": "1m", "delete": "1m"}}, results: isKept},
			{change: none, results: isKept},
			{},
		},
		"sent: replaced by an armed one": {
			{change: bye, sends: sentBye, results: isNew},
			{change: with(armed, bye, trigger("1")), replaces: true, results: isNone},
			{sends: sentBye},
		},
		"sent: armed, sent and armed again": {
			{change: none, sends: sentNone, results: isNew},
			{change: armed, results: isKept},
			{change: none, sends: sentNone, results: isNew},
			{change: with(again, armed), results: isKept},
			{sends: sentAgain},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := providertest.New(t, sandbox.Options{})
			w := s.Quick(t)
			var have object
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

// run plans and applies the step, and compares what was planned, what was sent and what is
// in the state.
func (step *step) run(t *testing.T, s *providertest.Stage, w *providertest.Wire, have object) object {
	t.Helper()
	s.ClearRequests()
	if step.change == nil {
		gone := w.MustApply(jelouClose, have, nil)
		sent(t, s, step.sends...)
		return gone
	}
	config := arguments(step.change)
	planned, replaces := plans(w, have, config)
	sent(t, s)
	if replaces = replaces && have.State != nil; replaces != step.replaces {
		t.Errorf("replaces: %t, want %t", replaces, step.replaces)
	}
	want := map[string]values{isNone: each(nil), isKept: results(have.State), isNew: each(tftypes.UnknownValue)}[step.results]
	if !step.replaces && !reflect.DeepEqual(results(planned), want) {
		t.Errorf("results are planned as %v, want %v", results(planned), want)
	}

	after, diags := w.Apply(t.Context(), jelouClose, have, config)
	if len(diags) > 0 {
		t.Fatal(providertest.Said(diags))
	}
	sent(t, s, step.sends...)
	if step.results == isNew {
		want = fresh(t, s, after.State["closed_at"])
	}
	if got := results(after.State); !reflect.DeepEqual(got, want) {
		t.Errorf("results are %v, want %v", got, want)
	}
	if same := after.State["id"] == have.State["id"]; have.State != nil && same == step.replaces {
		t.Errorf("id was %v and is %v", have.State["id"], after.State["id"])
	}
	settled(t, s, w, after, config)
	return after
}

// Triggers that say nothing are the same: no change between them closes the user's next
// conversation.
func TestTriggersThatSayNothing(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	w := s.Quick(t)
	triggers := func(value any) values { return arguments(values{"triggers": value}) }
	none, nulls := values{}, values{"a": nil}
	have := w.MustApply(jelouClose, object{}, arguments())
	for _, same := range []any{none, nulls, nil, nulls, none, nil} {
		after := w.MustApply(jelouClose, have, triggers(same))
		settled(t, s, w, after, triggers(same))
		if !reflect.DeepEqual(results(after.State), results(have.State)) || after.State["id"] != have.State["id"] {
			t.Errorf("%v changes the results: %v", same, after.State)
		}
		have = after
	}
	sent(t, s, body(""))

	said := w.MustApply(jelouClose, have, triggers(values{"a": "1", "b": nil}))
	sent(t, s, body(""), body(""))
	for _, same := range []any{values{"a": "1"}, values{"a": "1", "c": nil}} {
		settled(t, s, w, said, triggers(same)) // no change at all
	}
	for _, other := range []any{nil, nulls, values{"a": "2"}, values{"a": "1", "b": ""}, values{"a": tftypes.UnknownValue}, tftypes.UnknownValue} {
		if _, replaces := plans(w, said, triggers(other)); !replaces {
			t.Errorf("%v replaces nothing", other)
		}
	}
}

// An error at destroy says which resource it is about, and not which user.
func TestErrorsAtDestroyNameTheResource(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	w := s.Quick(t)
	isArmed := w.MustApply(jelouClose, object{}, arguments(armed))
	answers(s, 401, "")
	_, diags := w.Apply(t.Context(), jelouClose, isArmed, nil)
	id, _ := isArmed.State["id"].(string)
	providertest.Complains(t, diags, "jelou_conversation_close with the id "+id, "bot bot-1 of project project-1")
	if said := providertest.Said(diags); strings.Contains(said, user) {
		t.Errorf("the user is named:\n%s", said)
	}
}

// A damaged state sends nothing, and the error says how to mend it.
func TestDamagedState(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	w := s.Quick(t)
	isArmed := w.MustApply(jelouClose, object{}, arguments(armed))
	for name, value := range map[string]any{"project_id": "..", "bot_id": nil, "user_id": ""} {
		damaged := isArmed
		damaged.State = with(isArmed.State, values{name: value})
		kept, diags := w.Apply(t.Context(), jelouClose, damaged, nil)
		providertest.Complains(t, diags, "The state is damaged: its "+name, "Nothing was sent", "terraform state rm 'jelou_conversation_close.NAME'")
		if kept.State == nil {
			t.Errorf("%s: the resource left the state", name)
		}
	}
	sent(t, s)
}
