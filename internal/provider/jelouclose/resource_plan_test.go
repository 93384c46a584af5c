package jelouclose_test

import (
	"reflect"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// The resource and the action refuse at plan what could never work, at its attribute.
func TestBadInput(t *testing.T) {
	t.Parallel()
	root := func(name string) string { return `AttributeName("` + name + `")` }
	within := func(name, part string) string { return root(name) + "." + root(part) }
	payload := func(payload values) values { return values{"redirect_payload": payload} }
	s := providertest.New(t, sandbox.Options{})
	w := s.Quick(t)
	for path, changes := range map[string][]values{
		root("bot_id"):                     {{"bot_id": ""}},
		"bot_id":                           {{"bot_id": nil}},
		root("user_id"):                    {{"user_id": ""}},
		"user_id":                          {{"user_id": nil}},
		root("project_id"):                 {{"project_id": ""}, {"project_id": "."}, {"project_id": ".."}},
		within("redirect_payload", "text"): {payload(values{"type": "text"}), says(""), payload(values{"type": "edge", "text": ""})},
		within("redirect_payload", "type"): {payload(values{"type": "video", "text": "Bye"}), payload(values{"type": "", "text": "Bye"})},
		"type":                             {payload(values{"text": "Bye"})},
	} {
		for _, change := range changes {
			_, diags := w.Plan(jelouClose, object{}, arguments(change))
			providertest.Complains(t, diags, path)
			_, diags = w.Invoke(t.Context(), jelouClose, arguments(change))
			providertest.Complains(t, diags, path)
		}
	}
	for path, change := range map[string]values{
		root("when"):                 {"when": "later"},
		within("timeouts", "create"): {"timeouts": values{"create": "0s"}},
		within("timeouts", "update"): {"timeouts": values{"update": "-1m"}},
		within("timeouts", "delete"): {"timeouts": values{"delete": "soon"}},
	} {
		_, diags := w.Plan(jelouClose, object{}, arguments(change))
		providertest.Complains(t, diags, path)
	}
	_, diags := w.Invoke(t.Context(), jelouClose, arguments(values{"timeouts": values{"invoke": "soon"}}))
	providertest.Complains(t, diags, within("timeouts", "invoke"))
	sent(t, s)
}

// A service that is not configured is an error of the plan for a block that will make a
// call, and for no other.
func TestNotConfigured(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	w := s.Quick(t)
	wasSent := w.MustApply(jelouClose, object{}, arguments())
	isArmed := w.MustApply(jelouClose, object{}, arguments(armed))
	s.ClearRequests()
	s.Environment["JELOU_API_KEY"] = ""
	w = s.Quick(t)
	for name, test := range map[string]struct {
		prior  object
		config values // nil: a destroy
		works  bool
	}{
		"create":                          {config: arguments()},
		"create, armed":                   {config: arguments(armed)},
		"an armed one, unchanged":         {prior: isArmed, config: arguments(armed)},
		"an armed one to be destroyed":    {prior: isArmed},
		"an armed one, sent":              {prior: isArmed, config: arguments()},
		"one that was sent, to be armed":  {prior: wasSent, config: arguments(armed)},
		"one that was sent, unchanged":    {prior: wasSent, config: arguments(), works: true},
		"one that was sent, in place":     {prior: wasSent, config: arguments(says("Bye")), works: true},
		"one that was sent, to be forgot": {prior: wasSent, works: true},
	} {
		t.Log(name)
		_, diags := w.Plan(jelouClose, test.prior, test.config)
		if test.works {
			w.Must(nil, diags)
		} else {
			providertest.Complains(t, diags, "jelou.api_key is not set", "JELOU_API_KEY", "JELOU_CLIENT_ID", "JELOU_CLIENT_SECRET")
		}
	}
	w.MustApply(jelouClose, wasSent, nil)
	for _, prior := range []object{wasSent, isArmed} {
		if read, diags := w.Refresh(jelouClose, prior); len(diags) > 0 || !reflect.DeepEqual(read.State, prior.State) {
			t.Errorf("a refresh without the service makes %v of %v\n%s", read.State, prior.State, providertest.Said(diags))
		}
	}
	sent(t, s)
}

// What is not known yet is planned as unknown, without a call.
func TestUnknownAtPlan(t *testing.T) {
	t.Parallel()
	unknown := tftypes.UnknownValue
	every := values{
		"project_id": unknown, "bot_id": unknown, "user_id": unknown, "triggers": unknown, "redirect_payload": unknown, "when": unknown, "ignore_not_found": unknown,
	}
	parts := values{"redirect_payload": values{"type": unknown, "text": unknown}, "triggers": values{"at": unknown}}
	later := values{"redirect_payload": values{"type": "text", "text": unknown}}
	s := providertest.New(t, sandbox.Options{})
	for name, test := range map[string]struct{ provider, config, want values }{
		"the provider's project":   {values{"jelou": values{"project_id": unknown}}, nil, values{"project_id": unknown, "status": unknown}},
		"the provider's block":     {values{"jelou": unknown}, nil, values{"project_id": unknown, "status": unknown}},
		"the credential":           {values{"jelou": values{"api_key": unknown}}, nil, values{"project_id": "project-1", "status": unknown}},
		"the address":              {values{"jelou": values{"base_url": unknown}}, nil, values{"project_id": "project-1", "status": unknown}},
		"the policy":               {values{"http": values{"max_retries": unknown}}, nil, values{"project_id": "project-1", "status": unknown}},
		"every argument":           {nil, every, with(every, each(unknown))},
		"parts of the arguments":   {nil, parts, parts},
		"the text of an armed one": {nil, with(later, armed), with(later, each(nil))},
	} {
		planned, _ := plans(s.Configured(t, with(values{"http": providertest.QuickHTTP()}, test.provider)), object{}, arguments(test.config))
		for attribute, want := range test.want {
			if !reflect.DeepEqual(planned[attribute], want) {
				t.Errorf("%s: %s is planned as %v, want %v", name, attribute, planned[attribute], want)
			}
		}
	}
	sent(t, s)
}

// No call is made with a credential that is still unknown at apply.
func TestUnknownAtApply(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	w := s.Configured(t, values{"jelou": values{"api_key": tftypes.UnknownValue}})
	made, diags := w.Apply(t.Context(), jelouClose, object{}, arguments())
	providertest.Complains(t, diags, "jelou.api_key", "not known yet")
	if made.State != nil {
		t.Errorf("saved %v", made.State)
	}
	isArmed := w.MustApply(jelouClose, object{}, arguments(armed)) // which makes no call
	kept, diags := w.Apply(t.Context(), jelouClose, isArmed, nil)
	providertest.Complains(t, diags, "jelou.api_key", "not known yet")
	if !reflect.DeepEqual(kept.State, isArmed.State) {
		t.Errorf("a destroy that could not be made leaves %v", kept.State)
	}
	sent(t, s)
}
