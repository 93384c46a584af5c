package jelouclose_test

import (
	"reflect"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// TestJelouDefaultProject takes the project from the nearest place that names one.
func TestJelouDefaultProject(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		environment, provider, block any
		want                         string
		complaint                    []string // of the plan; nil when it works
	}{
		"environment":              {environment: "p-env", want: "p-env"},
		"provider":                 {environment: "p-env", provider: "p-provider", want: "p-provider"},
		"block":                    {environment: "p-env", provider: "p-provider", block: "p-block", want: "p-block"},
		"block alone":              {environment: "", block: "p-block", want: "p-block"},
		"none":                     {environment: "", complaint: []string{`AttributeName("project_id")`, "jelou.project_id", "JELOU_PROJECT_ID"}},
		"environment with a dot":   {environment: ".", complaint: []string{`AttributeName("project_id")`, "JELOU_PROJECT_ID"}},
		"environment with dots":    {environment: "..", complaint: []string{`AttributeName("project_id")`, "JELOU_PROJECT_ID"}},
		"environment not asked":    {environment: "..", block: "p-block", want: "p-block"},
		"environment not asked, 2": {environment: ".", provider: "p-provider", want: "p-provider"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var projects []sandbox.JelouProject
			for _, id := range []string{"p-env", "p-provider", "p-block"} {
				projects = append(projects, sandbox.JelouProject{ID: id, APIKey: "fake-key-of-" + id, Bots: []string{sandbox.JelouBotID}})
			}
			s := providertest.New(t, sandbox.Options{Jelou: projects})
			s.Environment["JELOU_PROJECT_ID"] = test.environment.(string)
			s.Environment["JELOU_API_KEY"] = "fake-key-of-" + test.want
			w := s.Configured(t, providertest.Values{"http": providertest.QuickHTTP(), "jelou": providertest.Values{"project_id": test.provider}})
			arguments := jelouArguments(providertest.Values{"project_id": test.block})
			if test.complaint != nil {
				_, diags := w.Plan(jelouClose, providertest.Object{}, arguments)
				complains(t, diags, test.complaint...)
				jelouSent(t, s)
				return
			}
			made := jelouMade(t, w, arguments)
			if made.State["project_id"] != test.want {
				t.Errorf("project_id is %v, want %s", made.State["project_id"], test.want)
			}
			if path := s.Requests()[0].Path; path != "/external-support/"+test.want+"/conversations/close" {
				t.Errorf("sent to %s", path)
			}
			jelouSettled(t, s, w, made, arguments)
		})
	}
}

// TestJelouDefaultProjectChange replaces the resource when the provider's
// project has changed, and only then.
func TestJelouDefaultProjectChange(t *testing.T) {
	t.Parallel()
	other := sandbox.JelouProject{ID: "project-2", APIKey: "fake-key-2", Bots: []string{sandbox.JelouBotID}}
	projects := append(sandbox.DefaultJelouProjects(), other)
	onProjectID := []*tftypes.AttributePath{tftypes.NewAttributePath().WithAttributeName("project_id")}

	for name, test := range map[string]struct {
		before, after any // project_id in the block
		provider      any // the provider's project afterwards
		planned       any
		replaces      []*tftypes.AttributePath
	}{
		"unchanged":                             {provider: "project-1", planned: "project-1"},
		"changed":                               {provider: "project-2", planned: "project-2", replaces: onProjectID},
		"changed, but the block has one":        {before: "project-1", after: "project-1", provider: "project-2", planned: "project-1"},
		"the block's one left out, the same":    {before: "project-1", provider: "project-1", planned: "project-1"},
		"the block's one left out, another":     {before: "project-1", provider: "project-2", planned: "project-2", replaces: onProjectID},
		"the default written down":              {after: "project-1", provider: "project-2", planned: "project-1"},
		"not known yet":                         {provider: tftypes.UnknownValue, planned: "project-1"},
		"not known yet, the block has the same": {before: "project-1", after: "project-1", provider: tftypes.UnknownValue, planned: "project-1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := providertest.New(t, sandbox.Options{Jelou: projects})
			made := jelouMade(t, s.Configured(t, providertest.Values{"http": providertest.QuickHTTP()}), jelouArguments(providertest.Values{"project_id": test.before}))
			s.ClearRequests()

			key := sandbox.JelouAPIKey
			if test.provider == "project-2" {
				key = other.APIKey
			}
			w := s.Configured(t, providertest.Values{"http": providertest.QuickHTTP(), "jelou": providertest.Values{"project_id": test.provider, "api_key": key}})
			read, diags := w.Refresh(jelouClose, made)
			if len(diags) > 0 || !reflect.DeepEqual(read.State, made.State) {
				t.Errorf("a refresh makes %v of %v\n%s", read.State, made.State, providertest.Said(diags))
			}
			arguments := jelouArguments(providertest.Values{"project_id": test.after})
			planned, diags := w.Plan(jelouClose, read, arguments)
			if providertest.Failed(diags) {
				t.Fatal(providertest.Said(diags))
			}
			plan := w.Values(w.Schemas.ResourceSchemas[jelouClose], planned.PlannedState)
			if plan["project_id"] != test.planned || !reflect.DeepEqual(planned.RequiresReplace, test.replaces) {
				t.Errorf("planned %v, replacing for %v; want %v for %v", plan["project_id"], planned.RequiresReplace, test.planned, test.replaces)
			}
			jelouSent(t, s)
			if test.replaces == nil {
				return
			}
			replaced, diags := w.Apply(t.Context(), jelouClose, read, arguments)
			if providertest.Failed(diags) {
				t.Fatal(providertest.Said(diags))
			}
			jelouFresh(t, s, replaced.State)
			jelouSent(t, s, jelouBody(""))
			if path := s.Requests()[0].Path; path != "/external-support/project-2/conversations/close" {
				t.Errorf("sent to %s", path)
			}
		})
	}
}

// TestJelouDefaultProjectUnknown warns of a change that cannot be planned for
// certain. Where nothing changes there is nothing to warn of.
func TestJelouDefaultProjectUnknown(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	made := jelouMade(t, s.Configured(t, providertest.Values{"http": providertest.QuickHTTP()}), jelouArguments(nil))
	w := s.Configured(t, providertest.Values{"jelou": providertest.Values{"project_id": tftypes.UnknownValue}})
	for name, test := range map[string]struct {
		changes providertest.Values
		warns   []string
	}{
		"nothing":            {nil, nil},
		"a text":             {providertest.Values{"redirect_payload": providertest.Values{"type": "text", "text": "Bye"}}, []string{`AttributeName("project_id")`, "not known yet", sandbox.JelouProjectID, "nothing is sent"}},
		"what replaces":      {providertest.Values{"triggers": providertest.Values{"a": "b"}}, nil},
		"a text, beside one": {providertest.Values{"project_id": sandbox.JelouProjectID, "redirect_payload": providertest.Values{"type": "edge"}}, nil},
	} {
		_, diags := w.Plan(jelouClose, made, jelouArguments(test.changes))
		if providertest.Failed(diags) || (len(diags) > 0) != (test.warns != nil) {
			t.Errorf("%s: %s", name, providertest.Said(diags))
		}
		providertest.Has(t, providertest.Said(diags), test.warns...)
	}
}

// TestJelouDefaultProjectGone keeps the project in the state where nothing names
// one any more: what was sent stays plannable, what is armed goes where it was to.
func TestJelouDefaultProjectGone(t *testing.T) {
	t.Parallel()
	armed := providertest.Values{"when": "destroy"}
	trigger := providertest.Values{"triggers": providertest.Values{"release": "2"}}
	bye := providertest.Values{"redirect_payload": jelouText("Bye")}

	for name, test := range map[string]struct {
		before, after providertest.Values
		destroyed     bool     // in the end
		replaces      bool     // which is a create, for which a project is missing
		sends         []string // the bodies that arrive without the default
	}{
		"sent":                              {},
		"sent, destroyed":                   {destroyed: true},
		"sent, with a project of the block": {before: providertest.Values{"project_id": sandbox.JelouProjectID}},
		"sent, another payload":             {after: bye},
		"sent, to be armed":                 {after: armed},
		"sent, armed and destroyed":         {after: armed, destroyed: true, sends: []string{jelouBody("")}},
		"sent, another trigger":             {after: trigger, replaces: true},
		"armed":                             {before: armed, after: armed},
		"armed, destroyed":                  {before: armed, after: armed, destroyed: true, sends: []string{jelouBody("")}},
		"armed, to be sent":                 {before: armed, after: bye, sends: []string{jelouBody("Bye")}},
		"armed, another trigger":            {before: armed, after: trigger, replaces: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := providertest.New(t, sandbox.Options{})
			have := jelouMade(t, s.Configured(t, providertest.Values{"http": providertest.QuickHTTP()}), jelouArguments(test.before))
			s.ClearRequests()
			delete(s.Environment, "JELOU_PROJECT_ID")
			w := s.Configured(t, providertest.Values{"http": providertest.QuickHTTP()})
			arguments := jelouArguments(test.after)

			planned, diags := w.Plan(jelouClose, have, arguments)
			if providertest.Failed(diags) || len(planned.RequiresReplace) > 0 != test.replaces {
				t.Fatalf("replaces for %v, want %t: %s", planned.RequiresReplace, test.replaces, providertest.Said(diags))
			}
			plan := w.Values(w.Schemas.ResourceSchemas[jelouClose], planned.PlannedState)
			if plan["project_id"] != sandbox.JelouProjectID {
				t.Errorf("project_id is planned as %v", plan["project_id"])
			}
			_, diags = w.Plan(jelouClose, providertest.Object{}, arguments)
			complains(t, diags, `AttributeName("project_id")`, "Missing project_id", "jelou.project_id", "JELOU_PROJECT_ID")
			jelouSent(t, s)
			if test.replaces {
				return
			}
			if have, diags = w.Apply(t.Context(), jelouClose, have, arguments); providertest.Failed(diags) {
				t.Fatal(providertest.Said(diags))
			}
			jelouSettled(t, s, w, have, arguments)
			if test.destroyed {
				if have, diags = w.Apply(t.Context(), jelouClose, have, nil); providertest.Failed(diags) || have.State != nil {
					t.Errorf("left %v: %s", have.State, providertest.Said(diags))
				}
			}
			jelouSent(t, s, test.sends...)
			for _, r := range s.Requests() {
				if r.Path != "/external-support/"+sandbox.JelouProjectID+"/conversations/close" {
					t.Errorf("sent to %s", r.Path)
				}
			}
		})
	}
}
