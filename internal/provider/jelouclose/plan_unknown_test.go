package jelouclose_test

import (
	"maps"
	"reflect"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// TestJelouNotConfigured reports at plan what is missing, for a block that will
// make a call and for no other.
func TestJelouNotConfigured(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	w := s.Configured(t, providertest.Values{"http": providertest.QuickHTTP()})
	sent := jelouMade(t, w, jelouArguments(nil))
	armed := jelouMade(t, w, jelouArguments(providertest.Values{"when": "destroy"}))
	s.ClearRequests()

	s.Environment["JELOU_API_KEY"] = ""
	w = s.Configured(t, providertest.Values{"http": providertest.QuickHTTP()})
	missing := []string{"jelou.api_key is not set", "JELOU_API_KEY", "JELOU_CLIENT_ID", "JELOU_CLIENT_SECRET"}
	for name, test := range map[string]struct {
		prior     providertest.Object
		arguments providertest.Values // nil: a destroy
		works     bool
	}{
		"create":                          {arguments: jelouArguments(nil)},
		"create, armed":                   {arguments: jelouArguments(providertest.Values{"when": "destroy"})},
		"an armed one, unchanged":         {prior: armed, arguments: jelouArguments(providertest.Values{"when": "destroy"})},
		"an armed one to be destroyed":    {prior: armed},
		"an armed one, sent":              {prior: armed, arguments: jelouArguments(nil)},
		"one that was sent, to be armed":  {prior: sent, arguments: jelouArguments(providertest.Values{"when": "destroy"})},
		"one that was sent, unchanged":    {prior: sent, arguments: jelouArguments(nil), works: true},
		"one that was sent, in place":     {prior: sent, arguments: jelouArguments(providertest.Values{"redirect_payload": jelouText("Bye")}), works: true},
		"one that was sent, to be forgot": {prior: sent, works: true},
	} {
		_, diags := w.Plan(jelouClose, test.prior, test.arguments)
		if test.works && providertest.Failed(diags) {
			t.Errorf("%s: %s", name, providertest.Said(diags))
		}
		if !test.works {
			t.Log(name)
			complains(t, diags, missing...)
		}
	}
	if gone, diags := w.Apply(t.Context(), jelouClose, sent, nil); providertest.Failed(diags) || gone.State != nil {
		t.Errorf("one that was sent cannot be forgotten without the service: %s", providertest.Said(diags))
	}
	for _, prior := range []providertest.Object{sent, armed} {
		if read, diags := w.Refresh(jelouClose, prior); len(diags) > 0 || !reflect.DeepEqual(read.State, prior.State) {
			t.Errorf("a refresh without the service makes %v of %v\n%s", read.State, prior.State, providertest.Said(diags))
		}
	}
	jelouSent(t, s)
}

// TestJelouUnknownAtPlan plans what is not known yet as unknown, without a call.
func TestJelouUnknownAtPlan(t *testing.T) {
	t.Parallel()
	unknown := tftypes.UnknownValue
	for name, test := range map[string]struct {
		provider  providertest.Values
		arguments providertest.Values
		want      providertest.Values
	}{
		"the provider's project": {
			provider: providertest.Values{"jelou": providertest.Values{"project_id": unknown}},
			want:     providertest.Values{"project_id": unknown, "status": unknown},
		},
		"the provider's block": {
			provider: providertest.Values{"jelou": unknown},
			want:     providertest.Values{"project_id": unknown, "status": unknown},
		},
		"the credential": {
			provider: providertest.Values{"jelou": providertest.Values{"api_key": unknown}},
			want:     providertest.Values{"project_id": "project-1", "status": unknown},
		},
		"the address": {
			provider: providertest.Values{"jelou": providertest.Values{"base_url": unknown}},
			want:     providertest.Values{"project_id": "project-1", "status": unknown},
		},
		"the policy": {
			provider: providertest.Values{"http": providertest.Values{"max_retries": unknown}},
			want:     providertest.Values{"project_id": "project-1", "status": unknown},
		},
		"every argument": {
			arguments: providertest.Values{
				"project_id": unknown, "bot_id": unknown, "user_id": unknown, "triggers": unknown, "redirect_payload": unknown,
				"when": unknown, "ignore_not_found": unknown,
			},
			want: providertest.Values{
				"project_id": unknown, "bot_id": unknown, "user_id": unknown, "triggers": unknown, "redirect_payload": unknown,
				"when": unknown, "ignore_not_found": unknown, "status": unknown, "closed_at": unknown,
			},
		},
		"the parts of the payload": {
			arguments: providertest.Values{"redirect_payload": providertest.Values{"type": unknown, "text": unknown}},
			want:      providertest.Values{"redirect_payload": providertest.Values{"type": unknown, "text": unknown}},
		},
		"the text only": {
			arguments: providertest.Values{"redirect_payload": providertest.Values{"type": "text", "text": unknown}, "when": "destroy"},
			want:      providertest.Values{"redirect_payload": providertest.Values{"type": "text", "text": unknown}, "status": nil},
		},
		"a trigger": {
			arguments: providertest.Values{"triggers": providertest.Values{"at": unknown}},
			want:      providertest.Values{"triggers": providertest.Values{"at": unknown}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := providertest.New(t, sandbox.Options{})
			block := providertest.Values{"http": providertest.QuickHTTP()}
			maps.Copy(block, test.provider)
			w := s.Configured(t, block)
			planned, diags := w.Plan(jelouClose, providertest.Object{}, jelouArguments(test.arguments))
			if providertest.Failed(diags) {
				t.Fatal(providertest.Said(diags))
			}
			plan := w.Values(w.Schemas.ResourceSchemas[jelouClose], planned.PlannedState)
			for attribute, want := range test.want {
				if !reflect.DeepEqual(plan[attribute], want) {
					t.Errorf("%s is planned as %v, want %v", attribute, plan[attribute], want)
				}
			}
			jelouSent(t, s)
		})
	}
}

// TestJelouUnknownAtApply makes no call with an address or a credential that is
// still unknown, and says so.
func TestJelouUnknownAtApply(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	w := s.Configured(t, providertest.Values{"jelou": providertest.Values{"api_key": tftypes.UnknownValue}})
	made, diags := w.Apply(t.Context(), jelouClose, providertest.Object{}, jelouArguments(nil))
	complains(t, diags, "jelou.api_key", "not known yet")
	if made.State != nil {
		t.Errorf("saved %v", made.State)
	}
	jelouSent(t, s)
	var armed []*tfprotov6.Diagnostic
	if made, armed = w.Apply(t.Context(), jelouClose, providertest.Object{}, jelouArguments(providertest.Values{"when": "destroy"})); providertest.Failed(armed) {
		t.Errorf("arming makes no call, but: %s", providertest.Said(armed))
	}
	kept, diags := w.Apply(t.Context(), jelouClose, made, nil)
	complains(t, diags, "jelou.api_key", "not known yet")
	if !reflect.DeepEqual(kept.State, made.State) {
		t.Errorf("a destroy that could not be made leaves %v", kept.State)
	}
	jelouSent(t, s)
}
