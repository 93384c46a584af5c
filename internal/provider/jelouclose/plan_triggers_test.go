package jelouclose_test

import (
	"reflect"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// Triggers that say nothing are the same: no change between them closes the user's next
// conversation.
func TestTriggersThatSayNothing(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	w := s.Quick(t)
	triggers := func(value any) providertest.Values {
		return jelouArguments(providertest.Values{"triggers": value})
	}
	none, nulls := providertest.Values{}, providertest.Values{"a": nil}
	have := jelouMade(t, w, jelouArguments(nil))
	for _, same := range []any{none, nulls, nil, nulls, none, nil} {
		after, diags := w.Apply(t.Context(), jelouClose, have, triggers(same))
		w.Must(nil, diags)
		jelouSettled(t, s, w, after, triggers(same))
		if !reflect.DeepEqual(jelouResults(after.State), jelouResults(have.State)) || after.State["id"] != have.State["id"] {
			t.Errorf("%v changes the results: %v", same, after.State)
		}
		have = after
	}
	jelouSent(t, s, jelouBody(""))

	set := providertest.Values{"a": "1", "b": nil}
	said, diags := w.Apply(t.Context(), jelouClose, have, triggers(set))
	w.Must(nil, diags)
	jelouSent(t, s, jelouBody(""), jelouBody(""))
	for _, same := range []any{providertest.Values{"a": "1"}, providertest.Values{"a": "1", "c": nil}} {
		jelouSettled(t, s, w, said, triggers(same)) // no change at all
	}
	for _, other := range []any{nil, nulls, providertest.Values{"a": "2"}, providertest.Values{"a": "1", "b": ""}, providertest.Values{"a": tftypes.UnknownValue}, tftypes.UnknownValue} {
		planned, diags := w.Plan(jelouClose, said, triggers(other))
		w.Must(nil, diags)
		if len(planned.RequiresReplace) == 0 {
			t.Errorf("%v replaces nothing", other)
		}
	}
}

// TestAccTriggersThatSayNothing sends nothing at a real CLI either.
func TestAccTriggersThatSayNothing(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	config := func(triggers string) map[string]string {
		return map[string]string{"main.tf": providertest.Required + jelouConfig(triggers)}
	}
	w := providertest.NewWorkspace(t, s, config(""))
	w.Succeeds("apply", "-no-color", "-auto-approve")
	for _, triggers := range []string{"triggers = {}", "triggers = { a = null }", ""} {
		w.Write(config(triggers))
		w.Succeeds("apply", "-no-color", "-auto-approve")
		w.Clean()
	}
	jelouSent(t, s, jelouBody(""))
}
