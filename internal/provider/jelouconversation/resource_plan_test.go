package jelouconversation_test

import (
	"reflect"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// What could never work is refused at plan, at its attribute and without the value.
func TestBadInput(t *testing.T) {
	t.Parallel()
	root := func(name string) string { return `AttributeName("` + name + `")` }
	within := func(name, part string) string { return root(name) + "." + root(part) }
	s := providertest.New(t, sandbox.Options{})
	w := s.Quick(t)
	for path, changes := range map[string][]values{
		root("bot_id"):                     {{"bot_id": ""}, {"bot_id": ".."}},
		"bot_id":                           {{"bot_id": nil}},
		root("user_id"):                    {{"user_id": ""}, {"user_id": " "}, {"user_id": "user-0815\n"}, {"user_id": "user\x1b[2K"}},
		root("project_id"):                 {{"project_id": ""}, {"project_id": "project-1\r\n"}},
		root("initial_message"):            {{"initial_message": ""}, {"initial_message": " \n"}},
		within("assignment", "type"):       {{"assignment": values{"type": "bot", "target": "t"}}},
		"type":                             {{"assignment": values{"target": "t"}}},
		"target":                           {{"assignment": values{"type": "queue"}}},
		within("assignment", "target"):     {{"assignment": values{"type": "queue", "target": ""}}},
		within("redirect_payload", "text"): {{"redirect_payload": values{"type": "text"}}},
		within("redirect_payload", "type"): {{"redirect_payload": values{"type": "video", "text": "x"}}},
		root("on_closed"):                  {{"on_closed": "forget"}},
		within("timeouts", "create"):       {{"timeouts": values{"create": "soon"}}},
		within("timeouts", "delete"):       {{"timeouts": values{"delete": "0s"}}},
	} {
		for _, change := range changes {
			_, diags := w.Plan(conversation, object{}, arguments(change))
			providertest.Complains(t, diags, path)
		}
	}
	providertest.Saw(t, s)
}

// A service that is not configured, and a project that nothing names, are errors of the
// plan; so is a default project that is none.
func TestPlanWithoutTheService(t *testing.T) {
	t.Parallel()
	for variable, c := range map[string]struct {
		value string
		words []string
	}{
		"JELOU_API_KEY":    {"", []string{"jelou.api_key", "JELOU_API_KEY", "JELOU_CLIENT_ID"}},
		"JELOU_PROJECT_ID": {"project-1\n", []string{`AttributeName("project_id")`, "JELOU_PROJECT_ID"}},
	} {
		s := providertest.New(t, sandbox.Options{})
		made := started(t, s, s.Quick(t), arguments(nil))
		s.Environment[variable] = c.value
		w := s.Quick(t)
		_, diags := w.Plan(conversation, object{}, arguments(nil))
		providertest.Complains(t, diags, c.words...)
		if variable == "JELOU_API_KEY" {
			_, diags = w.Plan(conversation, made, nil)
			providertest.Complains(t, diags, c.words...)
			over := made
			over.State = with(made.State, values{"state": "closed"})
			_, diags = w.Plan(conversation, over, nil) // nothing is to be sent
			w.Must(nil, diags)
		}
		providertest.Saw(t, s)
	}
}

// The plan makes no call, and what is not known yet is planned as unknown.
func TestUnknownAtPlan(t *testing.T) {
	t.Parallel()
	unknown := tftypes.UnknownValue
	for name, c := range map[string]struct {
		provider any
		config   values
		want     values
	}{
		"nothing":              {want: values{"project_id": "project-1", "id": unknown, "state": unknown, "on_closed": "restart"}},
		"the provider's block": {provider: unknown, want: values{"project_id": unknown}},
		"the project":          {provider: values{"project_id": unknown}, want: values{"project_id": unknown}},
		"the key":              {provider: values{"api_key": unknown}, want: values{"project_id": "project-1"}},
		"every argument": {
			config: values{"project_id": unknown, "bot_id": unknown, "user_id": unknown, "initial_message": unknown, "metadata": unknown, "assignment": unknown, "redirect_payload": unknown, "on_closed": unknown},
			want:   values{"project_id": unknown, "bot_id": unknown, "metadata": unknown, "assignment": unknown, "redirect_payload": unknown},
		},
		"parts of the arguments": {
			config: values{"metadata": values{"a": unknown}, "assignment": values{"type": "queue", "target": unknown}, "redirect_payload": values{"type": unknown, "text": unknown}},
			want:   values{"metadata": values{"a": unknown}, "assignment": values{"type": "queue", "target": unknown}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := providertest.New(t, sandbox.Options{})
			w := s.Configured(t, values{"http": providertest.QuickHTTP(), "jelou": c.provider})
			planned, diags := w.Plan(conversation, object{}, arguments(c.config))
			w.Must(nil, diags)
			plan := w.Values(w.Schemas.ResourceSchemas[conversation], planned.PlannedState)
			for name, want := range c.want {
				if !reflect.DeepEqual(plan[name], want) {
					t.Errorf("%s is planned as %v, want %v", name, plan[name], want)
				}
			}
			providertest.Saw(t, s)
		})
	}
}

// A create with values that are still unknown at apply makes no call.
func TestUnknownAtApply(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	for _, block := range []values{{"api_key": tftypes.UnknownValue}, {"project_id": tftypes.UnknownValue}} {
		made, diags := s.Configured(t, values{"jelou": block}).Apply(t.Context(), conversation, object{}, arguments(nil))
		providertest.Complains(t, diags, "not known yet")
		if made.State != nil {
			t.Errorf("saved %v", made.State)
		}
	}
	providertest.Saw(t, s)
}

// The default project is that of the provider. Another one replaces the conversation,
// but not in a plan that was made for the old one.
func TestDefaultProjectOfAConversation(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, secondProject())
	made := started(t, s, s.Quick(t), arguments(nil))
	s.Environment["JELOU_PROJECT_ID"], s.Environment["JELOU_API_KEY"] = "project-2", "fake-key-2"
	w := s.Quick(t)
	change := arguments(values{"on_closed": "keep"})
	_, diags := w.Plan(conversation, made, change)
	providertest.Complains(t, diags, `AttributeName("project_id")`, "has changed since the plan was made", "JELOU_PROJECT_ID")

	seen, _ := w.Refresh(conversation, made) // its reading fails, which keeps the state
	planned, diags := w.Plan(conversation, seen, change)
	w.Must(nil, diags)
	if len(planned.RequiresReplace) != 1 {
		t.Errorf("replaced for %v", planned.RequiresReplace)
	}
	planned, diags = w.Plan(conversation, made, arguments(values{"project_id": "project-1"}))
	w.Must(nil, diags)
	if len(planned.RequiresReplace) != 0 {
		t.Errorf("the block's own project is replaced for %v", planned.RequiresReplace)
	}
}

// A conversation that is over and kept needs no service any more: neither its refresh nor its
// plan nor its destroy makes a call. A change that starts a new one does.
func TestPlanOfAKeptConversationThatIsOver(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	config := arguments(values{"on_closed": "keep"})
	w := s.Quick(t)
	made := started(t, s, w, config)
	s.CloseJelouConversation(idOf(made))
	over, diags := w.Refresh(conversation, made)
	w.Must(nil, diags)
	s.ClearRequests()
	s.Environment["JELOU_API_KEY"] = ""
	w = s.Quick(t)
	for name, change := range map[string]values{"nothing": nil, "a text": {"redirect_payload": values{"type": "edge"}}} {
		if _, diags = w.Plan(conversation, over, with(config, change)); len(diags) > 0 {
			t.Errorf("%s: %s", name, providertest.Said(diags))
		}
	}
	_, diags = w.Plan(conversation, over, with(config, values{"user_id": "user-2"}))
	providertest.Complains(t, diags, "JELOU_API_KEY")
	_, diags = w.Plan(conversation, over, with(config, values{"project_id": "project-2"}))
	providertest.Complains(t, diags, "JELOU_API_KEY")
	w.MustApply(conversation, over, nil)
	providertest.Saw(t, s)
}
