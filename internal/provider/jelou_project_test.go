package provider

import (
	"reflect"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// TestJelouDefaultProject takes the project from the nearest place that names one.
func TestJelouDefaultProject(t *testing.T) {
	t.Parallel()
	exercisedInProcess(t, "jelou_conversation_close: default project")
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
			s := newStage(t, sandbox.Options{Jelou: projects})
			s.Environment[envJelouProjectID] = test.environment.(string)
			s.Environment[envJelouAPIKey] = "fake-key-of-" + test.want
			w := s.configured(t, values{"http": quickHTTP(), "jelou": values{"project_id": test.provider}})
			arguments := jelouArguments(values{"project_id": test.block})
			if test.complaint != nil {
				_, diags := w.plan(jelouClose, object{}, arguments)
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
	exercisedInProcess(t, "jelou_conversation_close: default project")
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
			s := newStage(t, sandbox.Options{Jelou: projects})
			made := jelouMade(t, s.configured(t, values{"http": quickHTTP()}), jelouArguments(values{"project_id": test.before}))
			s.ClearRequests()

			key := sandbox.JelouAPIKey
			if test.provider == "project-2" {
				key = other.APIKey
			}
			w := s.configured(t, values{"http": quickHTTP(), "jelou": values{"project_id": test.provider, "api_key": key}})
			read, diags := w.refresh(jelouClose, made)
			if len(diags) > 0 || !reflect.DeepEqual(read.State, made.State) {
				t.Errorf("a refresh makes %v of %v\n%s", read.State, made.State, said(diags))
			}
			arguments := jelouArguments(values{"project_id": test.after})
			planned, diags := w.plan(jelouClose, made, arguments)
			if failed(diags) {
				t.Fatal(said(diags))
			}
			plan := w.values(w.schemas.ResourceSchemas[jelouClose], planned.PlannedState)
			if plan["project_id"] != test.planned || !reflect.DeepEqual(planned.RequiresReplace, test.replaces) {
				t.Errorf("planned %v, replacing for %v; want %v for %v", plan["project_id"], planned.RequiresReplace, test.planned, test.replaces)
			}
			jelouSent(t, s)
			if test.replaces == nil {
				return
			}
			replaced, diags := w.apply(t.Context(), jelouClose, made, arguments)
			if failed(diags) {
				t.Fatal(said(diags))
			}
			jelouFresh(t, s, replaced.State)
			jelouSent(t, s, jelouBody(""))
			if path := s.Requests()[0].Path; path != "/external-support/project-2/conversations/close" {
				t.Errorf("sent to %s", path)
			}
		})
	}
}
