package jelouclose_test

import (
	"reflect"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// sentTo fails the test unless each close went to the project.
func sentTo(t *testing.T, s *providertest.Stage, project string) {
	t.Helper()
	for _, r := range s.Requests() {
		if r.Path != "/external-support/"+project+"/conversations/close" {
			t.Errorf("sent to %s", r.Path)
		}
	}
}

// The project is that of the nearest place that names one.
func TestDefaultProject(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		environment     string
		provider, block any
		want            string // "": the plan is refused
	}{
		"environment":              {environment: "p-env", want: "p-env"},
		"provider":                 {environment: "p-env", provider: "p-provider", want: "p-provider"},
		"block":                    {environment: "p-env", provider: "p-provider", block: "p-block", want: "p-block"},
		"block alone":              {block: "p-block", want: "p-block"},
		"none":                     {},
		"environment with a dot":   {environment: "."},
		"environment with dots":    {environment: ".."},
		"environment not asked":    {environment: "..", block: "p-block", want: "p-block"},
		"environment not asked, 2": {environment: ".", provider: "p-provider", want: "p-provider"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			project := sandbox.JelouProject{ID: test.want, APIKey: "fake-key", Bots: []string{sandbox.JelouBotID}}
			s := providertest.New(t, sandbox.Options{Jelou: []sandbox.JelouProject{project}})
			s.Environment["JELOU_PROJECT_ID"], s.Environment["JELOU_API_KEY"] = test.environment, project.APIKey
			w := s.Configured(t, values{"jelou": values{"project_id": test.provider}})
			config := arguments(values{"project_id": test.block})
			if test.want == "" {
				_, diags := w.Plan(jelouClose, object{}, config)
				providertest.Complains(t, diags, `AttributeName("project_id")`, "JELOU_PROJECT_ID")
				sent(t, s)
				return
			}
			made := w.MustApply(jelouClose, object{}, config)
			if made.State["project_id"] != test.want {
				t.Errorf("project_id is %v, want %s", made.State["project_id"], test.want)
			}
			sentTo(t, s, test.want)
			settled(t, s, w, made, config)
		})
	}
}

// The resource is replaced when the provider's project has changed, and only then.
func TestDefaultProjectThatChanges(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		before, after any // project_id in the block
		provider      any // the provider's project afterwards
		replaces      bool
	}{
		"unchanged":                             {provider: "project-1"},
		"changed":                               {provider: "project-2", replaces: true},
		"changed, but the block has one":        {before: "project-1", after: "project-1", provider: "project-2"},
		"the block's one left out, the same":    {before: "project-1", provider: "project-1"},
		"the block's one left out, another":     {before: "project-1", provider: "project-2", replaces: true},
		"the default written down":              {after: "project-1", provider: "project-2"},
		"not known yet":                         {provider: tftypes.UnknownValue},
		"not known yet, the block has the same": {before: "project-1", after: "project-1", provider: tftypes.UnknownValue},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := providertest.New(t, secondProject())
			made := s.Quick(t).MustApply(jelouClose, object{}, arguments(values{"project_id": test.before}))
			s.ClearRequests()
			w := s.Configured(t, values{"jelou": values{"project_id": test.provider, "api_key": "fake-key-2"}})
			read, diags := w.Refresh(jelouClose, made)
			if len(diags) > 0 || !reflect.DeepEqual(read.State, made.State) {
				t.Errorf("a refresh makes %v of %v\n%s", read.State, made.State, providertest.Said(diags))
			}
			config := arguments(values{"project_id": test.after})
			planned, replaces := plans(w, read, config)
			if project := map[bool]string{true: "project-2", false: "project-1"}[test.replaces]; planned["project_id"] != project || replaces != test.replaces {
				t.Errorf("planned %v, replaces: %t; want %s", planned["project_id"], replaces, project)
			}
			sent(t, s)
			if test.replaces {
				w.MustApply(jelouClose, read, config)
				sent(t, s, body(""))
				sentTo(t, s, "project-2")
			}
		})
	}
}

// A change that cannot be planned for certain gets a warning. Where nothing changes there
// is nothing to warn of.
func TestDefaultProjectThatIsNotKnownYet(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	made := s.Quick(t).MustApply(jelouClose, object{}, arguments())
	w := s.Configured(t, values{"jelou": values{"project_id": tftypes.UnknownValue}})
	for name, test := range map[string]struct {
		changes values
		warns   []string
	}{
		"nothing":            {nil, nil},
		"a text":             {says("Bye"), []string{`AttributeName("project_id")`, "not known yet", sandbox.JelouProjectID, "nothing is sent"}},
		"what replaces":      {values{"triggers": values{"a": "b"}}, nil},
		"a text, beside one": {with(says("Bye"), values{"project_id": sandbox.JelouProjectID}), nil},
	} {
		_, diags := w.Plan(jelouClose, made, arguments(test.changes))
		w.Must(nil, diags)
		if (len(diags) > 0) != (test.warns != nil) {
			t.Errorf("%s: %s", name, providertest.Said(diags))
		}
		providertest.Has(t, providertest.Said(diags), test.warns...)
	}
}

// The project of the state stays where nothing names one any more: what was sent stays
// plannable, what is armed goes where it was to. A replacement needs a project.
func TestDefaultProjectThatIsGone(t *testing.T) {
	t.Parallel()
	trigger := values{"triggers": values{"release": "2"}}
	for name, test := range map[string]struct {
		before, after values
		replaces      bool     // which is a create, for which a project is missing
		sends         []string // the bodies that arrive without the default, until all is destroyed
	}{
		"sent":                              {},
		"sent, with a project of the block": {before: values{"project_id": sandbox.JelouProjectID}},
		"sent, another payload":             {after: says("Bye")},
		"sent, armed":                       {after: armed, sends: []string{body("")}},
		"sent, another trigger":             {after: trigger, replaces: true},
		"armed":                             {before: armed, after: armed, sends: []string{body("")}},
		"armed, to be sent":                 {before: armed, after: says("Bye"), sends: []string{body("Bye")}},
		"armed, another trigger":            {before: armed, after: trigger, replaces: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := providertest.New(t, sandbox.Options{})
			have := s.Quick(t).MustApply(jelouClose, object{}, arguments(test.before))
			s.ClearRequests()
			delete(s.Environment, "JELOU_PROJECT_ID")
			w := s.Quick(t)
			config := arguments(test.after)
			planned, replaces := plans(w, have, config)
			if replaces != test.replaces || planned["project_id"] != sandbox.JelouProjectID {
				t.Fatalf("replaces: %t, project_id is planned as %v", replaces, planned["project_id"])
			}
			_, diags := w.Plan(jelouClose, object{}, config)
			providertest.Complains(t, diags, `AttributeName("project_id")`, "Missing project_id", "jelou.project_id", "JELOU_PROJECT_ID")
			sent(t, s)
			if test.replaces {
				return
			}
			have = w.MustApply(jelouClose, have, config)
			settled(t, s, w, have, config)
			w.MustApply(jelouClose, have, nil)
			sent(t, s, test.sends...)
			sentTo(t, s, sandbox.JelouProjectID)
		})
	}
}

// A plan that was made with another default project, or while that was not known, is
// refused in the apply with what has changed.
func TestPlanOfAnotherDefaultProject(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, secondProject())
	made := s.Quick(t).MustApply(jelouClose, object{}, arguments(armed))
	changed := arguments(armed, ignore)
	unknown := s.Configured(t, values{"jelou": values{"project_id": tftypes.UnknownValue}})
	unknownSeen, _ := unknown.Refresh(jelouClose, made)
	plans(unknown, unknownSeen, changed)

	s.Environment["JELOU_PROJECT_ID"] = "project-2"
	byVariable := s.Quick(t)
	_, diags := byVariable.Plan(jelouClose, made, changed)
	providertest.Complains(t, diags, `AttributeName("project_id")`, "has changed since the plan was made", "This block is for project project-1",
		"was project-1 when the plan was made", "is now project-2", "the environment variable JELOU_PROJECT_ID", "Make a new plan")
	byAttribute := s.Configured(t, values{"jelou": values{"project_id": "project-2", "api_key": "fake-key-2"}})
	_, diags = byAttribute.Plan(jelouClose, unknownSeen, changed)
	providertest.Complains(t, diags, `AttributeName("project_id")`, "was not known or not set when the plan was made", "is now project-2", "jelou.project_id of the provider block")

	seen, _ := byVariable.Refresh(jelouClose, made) // of a new plan, which sees the project
	if _, replaces := plans(byVariable, seen, changed); !replaces {
		t.Error("nothing is replaced")
	}
	sent(t, s)
}
