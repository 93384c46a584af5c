package jelouclose_test

import (
	"fmt"
	"regexp"
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

const jelouAddress = "jelou_conversation_close.test"

// jelouConfig is a configuration with one close of the user of jelouArguments,
// with further arguments.
func jelouConfig(arguments string) string {
	return providertest.Quick + fmt.Sprintf(`
resource "jelou_conversation_close" "test" {
  provider = conversation
  bot_id   = "bot-1"
  user_id  = "user-0815"
  %s
}
`, arguments)
}

// jelouReached checks which bodies reached the service so far.
func jelouReached(s *providertest.Stage, want ...string) resource.TestCheckFunc {
	return func(*tfstate.State) error {
		if got := strings.Join(jelouBodies(s), "\n"); got != strings.Join(want, "\n") {
			return fmt.Errorf("sent:\n%s\nwant:\n%s", got, strings.Join(want, "\n"))
		}
		return nil
	}
}

// jelouClosedState checks the results of a call that was answered.
func jelouClosedState() []statecheck.StateCheck {
	rfc3339 := regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$`)
	return []statecheck.StateCheck{
		statecheck.ExpectKnownValue(jelouAddress, tfjsonpath.New("project_id"), knownvalue.StringExact(sandbox.JelouProjectID)),
		statecheck.ExpectKnownValue(jelouAddress, tfjsonpath.New("id"), knownvalue.NotNull()),
		statecheck.ExpectKnownValue(jelouAddress, tfjsonpath.New("conversation_id"), knownvalue.NotNull()),
		statecheck.ExpectKnownValue(jelouAddress, tfjsonpath.New("status"), knownvalue.StringExact("closed")),
		statecheck.ExpectKnownValue(jelouAddress, tfjsonpath.New("ended_reason"), knownvalue.StringExact("closed_by_operator")),
		statecheck.ExpectKnownValue(jelouAddress, tfjsonpath.New("closed_at"), knownvalue.StringRegexp(rfc3339)),
	}
}

// jelouNullState checks that no call was answered.
func jelouNullState() []statecheck.StateCheck {
	var checks []statecheck.StateCheck
	for name := range jelouAll(nil) {
		checks = append(checks, statecheck.ExpectKnownValue(jelouAddress, tfjsonpath.New(name), knownvalue.Null()))
	}
	return checks
}

// jelouActs expects the plan to do this with the resource, and the one after the
// apply to do nothing.
func jelouActs(action plancheck.ResourceActionType, checks ...plancheck.PlanCheck) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{
		PreApply:             append(checks, plancheck.ExpectResourceAction(jelouAddress, action)),
		PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
	}
}

// TestAccJelouConversationClose takes one resource through its life at a CLI.
func TestAccJelouConversationClose(t *testing.T) {
	s := providertest.New(t, sandbox.Options{})
	const bye = `redirect_payload = { type = "text", text = "Bye" }
`
	one, armed := jelouBody("Bye"), jelouBody("Armed")
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: s.Factories(),
		CheckDestroy:             jelouReached(s, one, one, armed, jelouBody("Later")),
		Steps: []resource.TestStep{
			{ // sends
				Config: jelouConfig(bye), ConfigPlanChecks: jelouActs(plancheck.ResourceActionCreate,
					plancheck.ExpectUnknownValue(jelouAddress, tfjsonpath.New("status")),
					plancheck.ExpectKnownValue(jelouAddress, tfjsonpath.New("project_id"), knownvalue.StringExact(sandbox.JelouProjectID))),
				ConfigStateChecks: jelouClosedState(), Check: jelouReached(s, one),
			},
			{ // sends nothing
				Config: jelouConfig(bye), ConfigPlanChecks: jelouActs(plancheck.ResourceActionNoop), Check: jelouReached(s, one),
			},
			{ // sends again
				Config:            jelouConfig(bye + `triggers = { release = "2" }`),
				ConfigPlanChecks:  jelouActs(plancheck.ResourceActionReplace),
				ConfigStateChecks: jelouClosedState(), Check: jelouReached(s, one, one),
			},
			{ // arms, and keeps the results
				Config: jelouConfig(`
				  triggers         = { release = "2" }
				  when             = "destroy"
				  redirect_payload = { type = "text", text = "Armed" }`),
				ConfigPlanChecks:  jelouActs(plancheck.ResourceActionUpdate),
				ConfigStateChecks: jelouClosedState(), Check: jelouReached(s, one, one),
			},
			{ // the armed one sends before it is replaced
				Config: jelouConfig(`
				  triggers         = { release = "3" }
				  when             = "destroy"
				  redirect_payload = { type = "text", text = "Later" }`),
				ConfigPlanChecks:  jelouActs(plancheck.ResourceActionReplace),
				ConfigStateChecks: jelouNullState(), Check: jelouReached(s, one, one, armed),
			},
		},
	})
}

// TestAccJelouArmedToSent sends at the update that turns when back.
func TestAccJelouArmedToSent(t *testing.T) {
	s := providertest.New(t, sandbox.Options{})
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: s.Factories(),
		CheckDestroy:             jelouReached(s, jelouBody("")),
		Steps: []resource.TestStep{
			{
				Config: jelouConfig(`when = "destroy"`), ConfigPlanChecks: jelouActs(plancheck.ResourceActionCreate),
				ConfigStateChecks: jelouNullState(), Check: jelouReached(s),
			},
			{
				Config: jelouConfig(`ignore_not_found = true`), ConfigPlanChecks: jelouActs(plancheck.ResourceActionUpdate,
					plancheck.ExpectUnknownValue(jelouAddress, tfjsonpath.New("status")),
					plancheck.ExpectUnknownValue(jelouAddress, tfjsonpath.New("closed_at"))),
				ConfigStateChecks: jelouClosedState(), Check: jelouReached(s, jelouBody("")),
			},
		},
	})
}

// TestAccJelouTainted sends again at the apply after one of unknown outcome.
func TestAccJelouTainted(t *testing.T) {
	s := providertest.New(t, sandbox.Options{})
	s.AddFault(sandbox.Fault{Call: "jelou.close", Kind: sandbox.FaultResetAfter, Times: 1})
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: s.Factories(),
		CheckDestroy:             jelouReached(s, jelouBody(""), jelouBody("")),
		Steps: []resource.TestStep{
			{
				Config: jelouConfig(""),
				ExpectError: regexp.MustCompile(
					`(?s)Unable to close Jelou conversation.*may\s+have\s+taken\s+effect.*tainted.*terraform\s+untaint`),
			},
			{
				Config: jelouConfig(""), ConfigPlanChecks: jelouActs(plancheck.ResourceActionReplace),
				ConfigStateChecks: jelouClosedState(), Check: jelouReached(s, jelouBody(""), jelouBody("")),
			},
		},
	})
}

// TestAccJelouUntaint accepts a call of unknown outcome as sent.
func TestAccJelouUntaint(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	s.AddFault(sandbox.Fault{Call: "jelou.close", Kind: sandbox.FaultStatus, Status: 500})
	w := providertest.NewWorkspace(t, s, map[string]string{"main.tf": providertest.Required + jelouConfig("")})
	said := w.Fails("apply", "-no-color", "-auto-approve")
	for _, words := range []string{"Unable to close Jelou conversation", "500 Internal Server Error", "may have taken effect", "terraform untaint"} {
		if !strings.Contains(said, words) {
			t.Errorf("no %q in %s", words, said)
		}
	}
	w.Succeeds("untaint", jelouAddress)
	w.Clean()
	w.Succeeds("destroy", "-no-color", "-auto-approve")
	jelouSent(t, s, jelouBody(""))
}

// TestAccJelouRefused saves nothing of a call that was refused.
func TestAccJelouRefused(t *testing.T) {
	s := providertest.New(t, sandbox.Options{})
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: s.Factories(),
		CheckDestroy:             jelouReached(s, `{"botId":"bot-9","userId":"user-0815"}`, `{"botId":"bot-9","userId":"user-0815"}`),
		Steps: []resource.TestStep{
			{
				Config: strings.Replace(jelouConfig(""), "bot-1", "bot-9", 1),
				ExpectError: regexp.MustCompile(
					`(?s)with jelou_conversation_close.test.*BOT_NOT_FOUND.*Nothing\s+happened.*ignore_not_found\s+=\s+true`),
			},
			{
				Config:           strings.Replace(jelouConfig("ignore_not_found = true"), "bot-1", "bot-9", 1),
				ConfigPlanChecks: jelouActs(plancheck.ResourceActionCreate),
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectKnownValue(jelouAddress, tfjsonpath.New("status"), knownvalue.StringExact("not_found")),
					statecheck.ExpectKnownValue(jelouAddress, tfjsonpath.New("closed_at"), knownvalue.Null()),
					statecheck.ExpectKnownValue(jelouAddress, tfjsonpath.New("conversation_id"), knownvalue.Null()),
				},
			},
		},
	})
}

// TestAccJelouBadInput shows at plan, at its place, what could never work.
func TestAccJelouBadInput(t *testing.T) {
	s := providertest.New(t, sandbox.Options{})
	var steps []resource.TestStep
	for arguments, want := range map[string]string{
		`redirect_payload = { type = "text" }`: `Missing redirect_payload\.text`,
		`project_id = ".."`:                    `Invalid project_id`,
		`when = "later"`:                       `Attribute when value must be one of`,
		`timeouts = { create = "0s" }`:         `Invalid timeouts\.create`,
		`timeouts = { delete = "soon" }`:       `Invalid timeouts\.delete`,
	} {
		steps = append(steps, resource.TestStep{Config: jelouConfig(arguments), PlanOnly: true, ExpectError: regexp.MustCompile(want)})
	}
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: s.Factories(), CheckDestroy: jelouReached(s), Steps: steps,
	})
}
