package jelouclose_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// jelouSentAll fails the test unless these bodies reached the service, in any order.
func jelouSentAll(t *testing.T, s *providertest.Stage, want ...string) {
	t.Helper()
	got := jelouBodies(s)
	slices.Sort(got)
	want = slices.Sorted(slices.Values(want))
	if !slices.Equal(got, want) {
		t.Errorf("sent:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestAccJelouUnknownValues takes every argument from a resource of the same apply.
func TestAccJelouUnknownValues(t *testing.T) {
	s := providertest.New(t, sandbox.Options{})
	config := providertest.Quick + `
resource "terraform_data" "source" {
  input = {
    project = "project-1"
    bot     = "bot-1"
    user    = "user-0815"
    release = "1"
    type    = "text"
    text    = "Bye"
    when    = "create"
    ignore  = true
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
`
	unknown := func(name string) plancheck.PlanCheck {
		return plancheck.ExpectUnknownValue(jelouAddress, tfjsonpath.New(name))
	}
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: s.Factories(),
		CheckDestroy:             jelouReached(s, jelouBody("Bye"), jelouBody("Ciao")),
		Steps: []resource.TestStep{
			{
				Config: config, ConfigPlanChecks: jelouActs(plancheck.ResourceActionCreate,
					unknown("project_id"), unknown("bot_id"), unknown("user_id"), unknown("when"), unknown("status")),
				ConfigStateChecks: jelouClosedState(), Check: jelouReached(s, jelouBody("Bye")),
			},
			{ // all is unknown again: Terraform plans for a replacement, since it may come to one
				Config:            strings.Replace(strings.Replace(config, `"Bye"`, `"Ciao"`, 1), `release = "1"`, `release = "2"`, 1),
				ConfigPlanChecks:  jelouActs(plancheck.ResourceActionReplace),
				ConfigStateChecks: jelouClosedState(), Check: jelouReached(s, jelouBody("Bye"), jelouBody("Ciao")),
			},
		},
	})
}

// TestAccJelouUnknownProvider configures the provider from a resource of the same apply.
func TestAccJelouUnknownProvider(t *testing.T) {
	s := providertest.New(t, sandbox.Options{})
	s.Environment = map[string]string{}
	config := func(more string) string {
		return fmt.Sprintf(`
resource "terraform_data" "account" {
  input = {
    address = %q
    project = "project-1"
    key     = %q
  }
}

provider "conversation" {
  jelou = {
    base_url   = terraform_data.account.output.address
    project_id = terraform_data.account.output.project
    api_key    = terraform_data.account.output.key
  }
}

resource "jelou_conversation_close" "test" {
  provider = conversation
  bot_id   = "bot-1"
  user_id  = "user-0815"
  %s
}
`, s.URL+sandbox.JelouPath, sandbox.JelouAPIKey, more)
	}
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: s.Factories(),
		CheckDestroy:             jelouReached(s, jelouBody("")),
		Steps: []resource.TestStep{
			{
				Config: config(""), ConfigPlanChecks: jelouActs(plancheck.ResourceActionCreate,
					plancheck.ExpectUnknownValue(jelouAddress, tfjsonpath.New("project_id"))),
				ConfigStateChecks: jelouClosedState(), Check: jelouReached(s, jelouBody("")),
			},
			{ // the account is unknown once more, and comes out as it was
				Config:           strings.Replace(config(""), "input = {", "triggers_replace = [1]\n  input = {", 1),
				ConfigPlanChecks: jelouActs(plancheck.ResourceActionNoop), ConfigStateChecks: jelouClosedState(),
				Check: jelouReached(s, jelouBody("")),
			},
			{
				Config:           strings.Replace(config(`redirect_payload = { type = "edge" }`), "input = {", "triggers_replace = [2]\n  input = {", 1),
				ConfigPlanChecks: jelouActs(plancheck.ResourceActionUpdate), ConfigStateChecks: jelouClosedState(),
				Check: jelouReached(s, jelouBody("")),
			},
		},
	})
}

// TestAccJelouMany closes for several users with count and for_each; one that
// leaves the list is sent where it is armed.
func TestAccJelouMany(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	config := func(users, number string) map[string]string {
		return map[string]string{"main.tf": providertest.Required + providertest.Quick + fmt.Sprintf(`
resource "jelou_conversation_close" "each" {
  for_each = toset(%s)
  provider = conversation
  bot_id   = "bot-1"
  user_id  = each.key
  when     = "destroy"
}

resource "jelou_conversation_close" "count" {
  count    = %s
  provider = conversation
  bot_id   = "bot-2"
  user_id  = "user-${count.index}"
}
`, users, number)}
	}
	body := func(bot, user string) string { return fmt.Sprintf(`{"botId":%q,"userId":%q}`, bot, user) }
	sent := []string{body("bot-2", "user-0"), body("bot-2", "user-1")}
	w := providertest.NewWorkspace(t, s, config(`["a", "b"]`, "2"))
	w.Succeeds("apply", "-no-color", "-auto-approve")
	w.Clean()
	jelouSentAll(t, s, sent...)

	w.Write(config(`["a", "c"]`, "1"))
	w.Succeeds("apply", "-no-color", "-auto-approve")
	w.Clean()
	sent = append(sent, body("bot-1", "b"))
	jelouSentAll(t, s, sent...)

	w.Succeeds("destroy", "-no-color", "-auto-approve")
	jelouSentAll(t, s, append(sent, body("bot-1", "a"), body("bot-1", "c"))...)
}

// TestAccJelouModule keeps two accounts apart that a module is given in turn.
func TestAccJelouModule(t *testing.T) {
	t.Parallel()
	other := sandbox.JelouProject{ID: "project-2", APIKey: "fake-key-2", Bots: []string{sandbox.JelouBotID}}
	s := providertest.New(t, sandbox.Options{Jelou: append(sandbox.DefaultJelouProjects(), other)})
	w := providertest.NewWorkspace(t, s, map[string]string{
		"main.tf": providertest.Required + `
provider "conversation" {}

provider "conversation" {
  alias = "second"
  jelou = {
    project_id = "project-2"
    api_key    = "fake-key-2"
  }
}

module "first" {
  source    = "./goodbye"
  users     = ["a", "b"]
  providers = { conversation = conversation }
}

module "second" {
  source    = "./goodbye"
  users     = module.first.closed
  providers = { conversation = conversation.second }
}
`,
		"goodbye/main.tf": providertest.Required + `
variable "users" {
  type = list(string)
}

resource "jelou_conversation_close" "this" {
  count    = length(var.users)
  provider = conversation
  bot_id   = "bot-1"
  user_id  = var.users[count.index]
}

output "closed" {
  value = [for close in jelou_conversation_close.this : "${close.user_id}${close.status == "closed" ? 2 : 0}"]
}
`,
	})
	w.Succeeds("apply", "-no-color", "-auto-approve")
	w.Clean()
	w.Succeeds("destroy", "-no-color", "-auto-approve")
	var got []string
	for _, r := range s.Requests() {
		got = append(got, r.Account+" "+r.Path+" "+r.Body)
	}
	slices.Sort(got)
	const path = " /external-support/project-%d/conversations/close {\"botId\":\"bot-1\",\"userId\":\"%s\"}"
	want := []string{
		fmt.Sprintf("api_key of project-1"+path, 1, "a"), fmt.Sprintf("api_key of project-1"+path, 1, "b"),
		fmt.Sprintf("api_key of project-2"+path, 2, "a2"), fmt.Sprintf("api_key of project-2"+path, 2, "b2"),
	}
	if !slices.Equal(got, want) {
		t.Errorf("sent:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestAccJelouProviderDefault replaces the resource when the provider block has
// another project.
func TestAccJelouProviderDefault(t *testing.T) {
	other := sandbox.JelouProject{ID: "project-2", APIKey: "fake-key-2", Bots: []string{sandbox.JelouBotID}}
	s := providertest.New(t, sandbox.Options{Jelou: append(sandbox.DefaultJelouProjects(), other)})
	config := func(project, key string) string {
		return fmt.Sprintf("provider \"conversation\" {\n jelou = { project_id = %q, api_key = %q }\n}\n", project, key) +
			strings.TrimPrefix(jelouConfig(""), providertest.Quick)
	}
	project := func(want string) []statecheck.StateCheck {
		return []statecheck.StateCheck{
			statecheck.ExpectKnownValue(jelouAddress, tfjsonpath.New("project_id"), knownvalue.StringExact(want)),
		}
	}
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: s.Factories(),
		CheckDestroy:             jelouReached(s, jelouBody(""), jelouBody("")),
		Steps: []resource.TestStep{
			{
				Config: config("project-1", sandbox.JelouAPIKey), ConfigPlanChecks: jelouActs(plancheck.ResourceActionCreate),
				ConfigStateChecks: project("project-1"),
			},
			{
				Config: config("project-2", other.APIKey), ConfigPlanChecks: jelouActs(plancheck.ResourceActionReplace),
				ConfigStateChecks: project("project-2"),
			},
		},
	})
}
