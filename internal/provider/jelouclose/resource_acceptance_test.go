package jelouclose_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	tfstate "github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

const address = "jelou_conversation_close.test"

// block is a close of the user of arguments, with further arguments.
func block(more string) string {
	return fmt.Sprintf(`
resource "jelou_conversation_close" "test" {
  provider = conversation
  bot_id   = "bot-1"
  user_id  = "user-0815"
  %s
}
`, more)
}

// module is a root module with a close.
func module(more string) map[string]string {
	return map[string]string{"main.tf": providertest.Required + providertest.Quick + block(more)}
}

// reached checks which bodies reached the service so far.
func reached(s *providertest.Stage, want ...string) resource.TestCheckFunc {
	return func(*tfstate.State) error {
		if got := strings.Join(bodies(s), "\n"); got != strings.Join(want, "\n") {
			return fmt.Errorf("sent:\n%s\nwant:\n%s", got, strings.Join(want, "\n"))
		}
		return nil
	}
}

// status checks the result of the last call; nil for none.
func status(want knownvalue.Check) []statecheck.StateCheck {
	return []statecheck.StateCheck{statecheck.ExpectKnownValue(address, tfjsonpath.New("status"), want)}
}

var isClosed, isNull = status(knownvalue.StringExact("closed")), status(knownvalue.Null())

// acts expects the plan to do this with the resource and not to know some attributes, and
// the plan after the apply to do nothing.
func acts(action plancheck.ResourceActionType, unknown ...string) resource.ConfigPlanChecks {
	checks := []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, action)}
	for _, name := range unknown {
		checks = append(checks, plancheck.ExpectUnknownValue(address, tfjsonpath.New(name)))
	}
	return resource.ConfigPlanChecks{PreApply: checks, PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}}
}

// TestAccClose takes one resource through its life at a CLI.
func TestAccClose(t *testing.T) {
	s := providertest.New(t, sandbox.Options{})
	says := func(words string) string {
		return fmt.Sprintf("redirect_payload = { type = \"text\", text = %q }\n", words)
	}
	const armed, second, third = "when = \"destroy\"\n", "triggers = { release = \"2\" }\n", "triggers = { release = \"3\" }\n"
	bye, all := body("Bye"), []string{body("Bye"), body("Bye"), body("Armed"), body("Now")}
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: s.Factories(),
		CheckDestroy:             reached(s, all...),
		Steps: []resource.TestStep{
			{Config: block(says("Bye")), ConfigPlanChecks: acts(plancheck.ResourceActionCreate, "status"), ConfigStateChecks: isClosed, Check: reached(s, bye)},
			{Config: block(says("Bye")), ConfigPlanChecks: acts(plancheck.ResourceActionNoop), Check: reached(s, bye)},
			{Config: block(says("Bye") + second), ConfigPlanChecks: acts(plancheck.ResourceActionReplace), ConfigStateChecks: isClosed, Check: reached(s, bye, bye)},
			{ // arms, and keeps the results
				Config: block(says("Armed") + second + armed), ConfigPlanChecks: acts(plancheck.ResourceActionUpdate), ConfigStateChecks: isClosed, Check: reached(s, bye, bye),
			},
			{ // the armed one sends before it is replaced
				Config: block(says("Later") + third + armed), ConfigPlanChecks: acts(plancheck.ResourceActionReplace), ConfigStateChecks: isNull, Check: reached(s, all[:3]...),
			},
			{ // sends at the update that turns when back
				Config: block(says("Now") + third), ConfigPlanChecks: acts(plancheck.ResourceActionUpdate, "status", "closed_at"), ConfigStateChecks: isClosed, Check: reached(s, all...),
			},
		},
	})
}

// TestAccUntaint accepts a call of unknown outcome as sent.
func TestAccUntaint(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	s.AddFault(sandbox.Fault{Call: call, Kind: sandbox.FaultStatus, Status: 500})
	w := providertest.NewWorkspace(t, s, module(""))
	said := w.Fails("apply", "-no-color", "-auto-approve")
	providertest.Has(t, said, "Unable to close Jelou conversation", "500 Internal Server Error", "may have taken effect", "terraform untaint")
	w.Succeeds("untaint", address)
	w.Clean()
	w.Succeeds("destroy", "-no-color", "-auto-approve")
	sent(t, s, body(""))
}

// TestAccUnknownValues takes every argument from a resource of the same apply.
func TestAccUnknownValues(t *testing.T) {
	s := providertest.New(t, sandbox.Options{})
	config := func(release, text string) string {
		return providertest.Quick + fmt.Sprintf(`
resource "terraform_data" "source" {
  input = {
    project = "project-1", bot = "bot-1", user = "user-0815", release = %q, type = "text", text = %q, when = "create", ignore = true
  }
}

resource "jelou_conversation_close" "test" {
  provider         = conversation
  project_id       = terraform_data.source.output.project
  bot_id           = terraform_data.source.output.bot
  user_id          = terraform_data.source.output.user
  triggers         = { release = terraform_data.source.output.release }
  redirect_payload = { type = terraform_data.source.output.type, text = terraform_data.source.output.text }
  when             = terraform_data.source.output.when
  ignore_not_found = terraform_data.source.output.ignore
}
`, release, text)
	}
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: s.Factories(),
		CheckDestroy:             reached(s, body("Bye"), body("Ciao")),
		Steps: []resource.TestStep{
			{
				Config: config("1", "Bye"), ConfigPlanChecks: acts(plancheck.ResourceActionCreate, "project_id", "bot_id", "user_id", "when", "status"),
				ConfigStateChecks: isClosed, Check: reached(s, body("Bye")),
			},
			{ // all is unknown again: Terraform plans for a replacement, since it may come to one
				Config: config("2", "Ciao"), ConfigPlanChecks: acts(plancheck.ResourceActionReplace),
				ConfigStateChecks: isClosed, Check: reached(s, body("Bye"), body("Ciao")),
			},
		},
	})
}

// TestAccUnknownProvider configures the provider from a resource of the same apply.
func TestAccUnknownProvider(t *testing.T) {
	s := providertest.New(t, sandbox.Options{})
	s.Environment = map[string]string{}
	config := func(change int, more string) string {
		return fmt.Sprintf(`
resource "terraform_data" "account" {
  triggers_replace = [%d]
  input            = { address = %q, project = "project-1", key = %q }
}

provider "conversation" {
  jelou = {
    base_url   = terraform_data.account.output.address
    project_id = terraform_data.account.output.project
    api_key    = terraform_data.account.output.key
  }
}
`, change, s.URL+sandbox.JelouPath, sandbox.JelouAPIKey) + block(more)
	}
	once := reached(s, body(""))
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: s.Factories(),
		CheckDestroy:             once,
		Steps: []resource.TestStep{
			{Config: config(0, ""), ConfigPlanChecks: acts(plancheck.ResourceActionCreate, "project_id"), ConfigStateChecks: isClosed, Check: once},
			{Config: config(1, ""), ConfigPlanChecks: acts(plancheck.ResourceActionNoop), ConfigStateChecks: isClosed, Check: once},
			{
				Config: config(2, `redirect_payload = { type = "edge" }`), ConfigPlanChecks: acts(plancheck.ResourceActionUpdate),
				ConfigStateChecks: isClosed, Check: once,
			},
		},
	})
}

// TestAccSavedPlanOfAnotherProject applies a saved plan of an update with another
// JELOU_PROJECT_ID.
func TestAccSavedPlanOfAnotherProject(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, secondProject())
	w := providertest.NewWorkspace(t, s, module(`when = "destroy"`))
	w.Succeeds("apply", "-no-color", "-auto-approve")
	w.Write(module("when = \"destroy\"\n ignore_not_found = true"))
	w.Succeeds("plan", "-no-color", "-out=saved.plan")
	s.Environment["JELOU_PROJECT_ID"] = "project-2"
	said := w.Fails("apply", "-no-color", "saved.plan")
	providertest.Has(t, said, "The project has changed since the plan was made", "JELOU_PROJECT_ID", "is now project-2", "Make a new plan")
	if strings.Contains(said, "bug in the provider") || strings.Count(said, "Error: ") != 1 {
		t.Errorf("more is said than that: %s", said)
	}
	sent(t, s)
}

// TestAccProjectUnknownAtPlan has a default project that is known only in the apply, and
// is another one than before.
func TestAccProjectUnknownAtPlan(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, secondProject())
	w := providertest.NewWorkspace(t, s, module(`when = "destroy"`))
	w.Succeeds("apply", "-no-color", "-auto-approve")
	w.Write(map[string]string{"main.tf": providertest.Required + `
resource "terraform_data" "project" {
  input = "project-2"
}

provider "conversation" {
  jelou = { project_id = terraform_data.project.output, api_key = "fake-key-2" }
}
` + block("when = \"destroy\"\n ignore_not_found = true")})
	said := w.Fails("apply", "-no-color", "-auto-approve")
	providertest.Has(t, said, "The default of project_id is not known yet", "The project has changed since the plan was made", "is now project-2", "Make a new plan")
	if strings.Contains(said, "bug in the provider") {
		t.Errorf("more is said than that: %s", said)
	}
	sent(t, s)
	if next := providertest.OneLine(w.Succeeds("plan", "-no-color")); !strings.Contains(next, "must be replaced") {
		t.Errorf("the next plan replaces nothing: %s", next)
	}
}

// TestAccTriggersThatSayNothing changes between triggers that say nothing.
func TestAccTriggersThatSayNothing(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	w := providertest.NewWorkspace(t, s, module(""))
	w.Succeeds("apply", "-no-color", "-auto-approve")
	for _, triggers := range []string{"triggers = {}", "triggers = { a = null }", ""} {
		w.Write(module(triggers))
		w.Succeeds("apply", "-no-color", "-auto-approve")
		w.Clean()
	}
	sent(t, s, body(""))
}
