package jelouclose_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// secondProject is beside the sandbox's own.
func secondProject() sandbox.Options {
	second := sandbox.JelouProject{ID: "project-2", APIKey: "fake-key-2", Bots: []string{sandbox.JelouBotID}}
	return sandbox.Options{Jelou: append(sandbox.DefaultJelouProjects(), second)}
}

// A plan that was made with another default project, or while that was not known, is
// refused in the apply with what has changed.
func TestPlanOfAnotherDefaultProject(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, secondProject())
	armed := providertest.Values{"when": "destroy"}
	made := jelouMade(t, s.Quick(t), jelouArguments(armed))
	changed := jelouArguments(jelouWith(armed, providertest.Values{"ignore_not_found": true}))

	unknown := s.Configured(t, providertest.Values{"jelou": providertest.Values{"project_id": tftypes.UnknownValue}})
	unknownSeen, _ := unknown.Refresh(jelouClose, made)
	_, diags := unknown.Plan(jelouClose, unknownSeen, changed)
	unknown.Must(nil, diags)

	s.Environment["JELOU_PROJECT_ID"] = "project-2"
	byVariable := s.Quick(t)
	_, diags = byVariable.Plan(jelouClose, made, changed)
	complains(t, diags, `AttributeName("project_id")`, "has changed since the plan was made", "This block is for project project-1",
		"was project-1 when the plan was made", "is now project-2", "the environment variable JELOU_PROJECT_ID", "Make a new plan")

	byAttribute := s.Configured(t, providertest.Values{"jelou": providertest.Values{"project_id": "project-2", "api_key": "fake-key-2"}})
	_, diags = byAttribute.Plan(jelouClose, unknownSeen, changed)
	complains(t, diags, `AttributeName("project_id")`, "was not known or not set when the plan was made", "is now project-2", "jelou.project_id of the provider block")

	// The refresh of a new plan sees the project, and so the block is replaced.
	seen, _ := byVariable.Refresh(jelouClose, made)
	planned, diags := byVariable.Plan(jelouClose, seen, changed)
	byVariable.Must(nil, diags)
	if len(planned.RequiresReplace) != 1 {
		t.Errorf("replaced for %v", planned.RequiresReplace)
	}
	jelouSent(t, s)
}

// TestAccSavedPlanOfAnotherProject applies a saved plan of an update with another
// JELOU_PROJECT_ID.
func TestAccSavedPlanOfAnotherProject(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, secondProject())
	config := func(more string) map[string]string {
		return map[string]string{"main.tf": providertest.Required + jelouConfig("when = \"destroy\"\n"+more)}
	}
	w := providertest.NewWorkspace(t, s, config(""))
	w.Succeeds("apply", "-no-color", "-auto-approve")
	w.Write(config("ignore_not_found = true"))
	w.Succeeds("plan", "-no-color", "-out=saved.plan")
	s.Environment["JELOU_PROJECT_ID"] = "project-2"
	said := w.Fails("apply", "-no-color", "saved.plan")
	providertest.Has(t, said, "The project has changed since the plan was made", "JELOU_PROJECT_ID", "is now project-2", "Make a new plan")
	if strings.Contains(said, "bug in the provider") || strings.Count(said, "Error: ") != 1 {
		t.Errorf("more is said than that: %s", said)
	}
	jelouSent(t, s)
}

// TestAccProjectUnknownAtPlan has a default project that is known only in the apply, and
// is another one than before.
func TestAccProjectUnknownAtPlan(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, secondProject())
	block := `
resource "jelou_conversation_close" "test" {
  provider         = conversation
  bot_id           = "bot-1"
  user_id          = "user-0815"
  when             = "destroy"
  ignore_not_found = %s
}
`
	w := providertest.NewWorkspace(t, s, map[string]string{"main.tf": providertest.Required + providertest.Quick + strings.Replace(block, "%s", "false", 1)})
	w.Succeeds("apply", "-no-color", "-auto-approve")
	w.Write(map[string]string{"main.tf": providertest.Required + `
resource "terraform_data" "project" {
  input = "project-2"
}
provider "conversation" {
  jelou = {
    project_id = terraform_data.project.output
    api_key    = "fake-key-2"
  }
}
` + strings.Replace(block, "%s", "true", 1)})
	said := w.Fails("apply", "-no-color", "-auto-approve")
	providertest.Has(t, said, "The default of project_id is not known yet", "The project has changed since the plan was made", "is now project-2", "Make a new plan")
	if strings.Contains(said, "bug in the provider") {
		t.Errorf("more is said than that: %s", said)
	}
	jelouSent(t, s)
	if next := providertest.OneLine(w.Succeeds("plan", "-no-color")); !strings.Contains(next, "must be replaced") {
		t.Errorf("the next plan replaces nothing: %s", next)
	}
}
