package provider

import (
	"maps"
	"reflect"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// TestJelouNotConfigured reports at plan what is missing, for a block that will
// make a call and for no other.
func TestJelouNotConfigured(t *testing.T) {
	t.Parallel()
	exercisedInProcess(t, "a service that is not configured")
	s := newStage(t, sandbox.Options{})
	w := s.configured(t, values{"http": quickHTTP()})
	sent := jelouMade(t, w, jelouArguments(nil))
	armed := jelouMade(t, w, jelouArguments(values{"when": "destroy"}))
	s.ClearRequests()

	s.Environment[envJelouAPIKey] = ""
	w = s.configured(t, values{"http": quickHTTP()})
	missing := []string{"jelou.api_key is not set", "JELOU_API_KEY", "JELOU_CLIENT_ID", "JELOU_CLIENT_SECRET"}
	for name, test := range map[string]struct {
		prior     object
		arguments values // nil: a destroy
		works     bool
	}{
		"create":                          {arguments: jelouArguments(nil)},
		"create, armed":                   {arguments: jelouArguments(values{"when": "destroy"})},
		"an armed one, unchanged":         {prior: armed, arguments: jelouArguments(values{"when": "destroy"})},
		"an armed one to be destroyed":    {prior: armed},
		"an armed one, sent":              {prior: armed, arguments: jelouArguments(nil)},
		"one that was sent, to be armed":  {prior: sent, arguments: jelouArguments(values{"when": "destroy"})},
		"one that was sent, unchanged":    {prior: sent, arguments: jelouArguments(nil), works: true},
		"one that was sent, in place":     {prior: sent, arguments: jelouArguments(values{"redirect_payload": jelouText("Bye")}), works: true},
		"one that was sent, to be forgot": {prior: sent, works: true},
	} {
		_, diags := w.plan(jelouClose, test.prior, test.arguments)
		if test.works && failed(diags) {
			t.Errorf("%s: %s", name, said(diags))
		}
		if !test.works {
			t.Log(name)
			complains(t, diags, missing...)
		}
	}
	if gone, diags := w.apply(t.Context(), jelouClose, sent, nil); failed(diags) || gone.State != nil {
		t.Errorf("one that was sent cannot be forgotten without the service: %s", said(diags))
	}
	for _, prior := range []object{sent, armed} {
		if read, diags := w.refresh(jelouClose, prior); len(diags) > 0 || !reflect.DeepEqual(read.State, prior.State) {
			t.Errorf("a refresh without the service makes %v of %v\n%s", read.State, prior.State, said(diags))
		}
	}
	jelouSent(t, s)
}

// TestJelouUnknownAtPlan plans what is not known yet as unknown, without a call.
func TestJelouUnknownAtPlan(t *testing.T) {
	t.Parallel()
	exercisedInProcess(t, "unknown values")
	unknown := tftypes.UnknownValue
	for name, test := range map[string]struct {
		provider  values
		arguments values
		want      values
	}{
		"the provider's project": {
			provider: values{"jelou": values{"project_id": unknown}},
			want:     values{"project_id": unknown, "status": unknown},
		},
		"the provider's block": {
			provider: values{"jelou": unknown},
			want:     values{"project_id": unknown, "status": unknown},
		},
		"the credential": {
			provider: values{"jelou": values{"api_key": unknown}},
			want:     values{"project_id": "project-1", "status": unknown},
		},
		"the address": {
			provider: values{"jelou": values{"base_url": unknown}},
			want:     values{"project_id": "project-1", "status": unknown},
		},
		"the policy": {
			provider: values{"http": values{"max_retries": unknown}},
			want:     values{"project_id": "project-1", "status": unknown},
		},
		"every argument": {
			arguments: values{
				"project_id": unknown, "bot_id": unknown, "user_id": unknown, "triggers": unknown, "redirect_payload": unknown,
				"when": unknown, "ignore_not_found": unknown,
			},
			want: values{
				"project_id": unknown, "bot_id": unknown, "user_id": unknown, "triggers": unknown, "redirect_payload": unknown,
				"when": unknown, "ignore_not_found": unknown, "status": unknown, "closed_at": unknown,
			},
		},
		"the parts of the payload": {
			arguments: values{"redirect_payload": values{"type": unknown, "text": unknown}},
			want:      values{"redirect_payload": values{"type": unknown, "text": unknown}},
		},
		"the text only": {
			arguments: values{"redirect_payload": values{"type": "text", "text": unknown}, "when": "destroy"},
			want:      values{"redirect_payload": values{"type": "text", "text": unknown}, "status": nil},
		},
		"a trigger": {
			arguments: values{"triggers": values{"at": unknown}},
			want:      values{"triggers": values{"at": unknown}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t, sandbox.Options{})
			block := values{"http": quickHTTP()}
			maps.Copy(block, test.provider)
			w := s.configured(t, block)
			planned, diags := w.plan(jelouClose, object{}, jelouArguments(test.arguments))
			if failed(diags) {
				t.Fatal(said(diags))
			}
			plan := w.values(w.schemas.ResourceSchemas[jelouClose], planned.PlannedState)
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
	exercisedInProcess(t, "unknown values")
	s := newStage(t, sandbox.Options{})
	w := s.configured(t, values{"jelou": values{"api_key": tftypes.UnknownValue}})
	made, diags := w.apply(t.Context(), jelouClose, object{}, jelouArguments(nil))
	complains(t, diags, "jelou.api_key", "not known yet")
	if made.State != nil {
		t.Errorf("saved %v", made.State)
	}
	jelouSent(t, s)
	var armed []*tfprotov6.Diagnostic
	if made, armed = w.apply(t.Context(), jelouClose, object{}, jelouArguments(values{"when": "destroy"})); failed(armed) {
		t.Errorf("arming makes no call, but: %s", said(armed))
	}
	kept, diags := w.apply(t.Context(), jelouClose, made, nil)
	complains(t, diags, "jelou.api_key", "not known yet")
	if !reflect.DeepEqual(kept.State, made.State) {
		t.Errorf("a destroy that could not be made leaves %v", kept.State)
	}
	jelouSent(t, s)
}
