package thuliumchat_test

import (
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"regexp"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// Apply starts, a second apply does nothing, destroy stops.
func TestThuliumStartAndStop(t *testing.T) {
	s := providertest.New(t, sandbox.Options{})
	config := providertest.Quick + `
resource "thulium_chat_conversation" "test" {
  provider            = conversation
  chat_queue_id       = 3
  client_name         = "Jan"
  client_surname      = "Kowalski & Syn"
  client_email        = "jan+test@example.com"
  client_id           = "A/17"
  customer_id         = 4711
  external_chatbot_id = "bot 9"
}
`
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: s.Factories(),
		Steps: []resource.TestStep{
			{
				Config: config,
				ConfigPlanChecks: resource.ConfigPlanChecks{
					PreApply: []plancheck.PlanCheck{
						plancheck.ExpectResourceAction("thulium_chat_conversation.test", plancheck.ResourceActionCreate),
						plancheck.ExpectUnknownValue("thulium_chat_conversation.test", tfjsonpath.New("id")),
						plancheck.ExpectKnownValue("thulium_chat_conversation.test", tfjsonpath.New("status"), knownvalue.Null()),
						plancheck.ExpectKnownValue("thulium_chat_conversation.test", tfjsonpath.New("closed_at"), knownvalue.Null()),
						providertest.ThuliumCalls{Stage: s},
					},
					PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan(), providertest.ThuliumCalls{Stage: s, Starts: 1}},
				},
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectKnownValue("thulium_chat_conversation.test", tfjsonpath.New("id"), knownvalue.StringRegexp(regexp.MustCompile(`^[0-9a-f-]{36}$`))),
					statecheck.ExpectKnownValue("thulium_chat_conversation.test", tfjsonpath.New("started_at"), knownvalue.StringFunc(func(text string) error {
						_, err := time.Parse("2006-01-02T15:04:05Z", text)
						return err
					})),
					statecheck.ExpectKnownValue("thulium_chat_conversation.test", tfjsonpath.New("on_closed"), knownvalue.StringExact("restart")),
					statecheck.ExpectKnownValue("thulium_chat_conversation.test", tfjsonpath.New("status"), knownvalue.Null()),
					statecheck.ExpectKnownValue("thulium_chat_conversation.test", tfjsonpath.New("closed_at"), knownvalue.Null()),
					statecheck.ExpectKnownValue("thulium_chat_conversation.test", tfjsonpath.New("timeouts"), knownvalue.Null()),
				},
			},
			{
				Config: config,
				ConfigPlanChecks: resource.ConfigPlanChecks{
					PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
				},
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectKnownValue("thulium_chat_conversation.test", tfjsonpath.New("status"), knownvalue.StringExact("CREATED")),
					statecheck.ExpectKnownValue("thulium_chat_conversation.test", tfjsonpath.New("closed_at"), knownvalue.Null()),
					providertest.ThuliumCalls{Stage: s, Starts: 1},
				},
			},
		},
	})
	providertest.ThuliumEnded(t, s, 1)
	for _, request := range s.Requests() {
		switch request.Call {
		case "thulium.start":
			want := url.Values{
				"chat_queue_id": {"3"}, "client_name": {"Jan"}, "client_surname": {"Kowalski & Syn"},
				"client_email": {"jan+test@example.com"}, "client_id": {"A/17"}, "customer_id": {"4711"},
			}
			if !reflect.DeepEqual(request.Query, want) {
				t.Errorf("start was called with %v, want %v", request.Query, want)
			}
			thuliumEmptyPost(t, request)
		case "thulium.stop":
			if want := (url.Values{"external_chatbot_id": {"bot 9"}}); !reflect.DeepEqual(request.Query, want) || request.Body != `{"external_chatbot_id":"bot 9"}` {
				t.Errorf("stop was called with %v and %q, want %v", request.Query, request.Body, want)
			}
		}
	}
	if stopped := s.Conversations()[0].StoppedWith; stopped != "bot 9" {
		t.Errorf("the service understood external_chatbot_id %q", stopped)
	}
}

// Of several blocks each is started once and stopped once, and those that leave
// the configuration are stopped at once.
func TestThuliumCountAndForEach(t *testing.T) {
	s := providertest.New(t, sandbox.Options{})
	config := func(count int, names string) string {
		return providertest.Quick + fmt.Sprintf(`
resource "thulium_chat_conversation" "counted" {
  provider      = conversation
  count         = %d
  chat_queue_id = count.index + 1
}

resource "thulium_chat_conversation" "named" {
  provider      = conversation
  for_each      = toset(%s)
  chat_queue_id = 9
  client_name   = each.key
  client_email  = "${each.key}@example.com"
}
`, count, names)
	}
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: s.Factories(),
		Steps: []resource.TestStep{
			{
				Config: config(3, `["anna", "ben", "cleo"]`),
				ConfigStateChecks: []statecheck.StateCheck{
					providertest.ThuliumCalls{Stage: s, Starts: 6},
					statecheck.ExpectKnownValue("thulium_chat_conversation"+`.named["ben"]`, tfjsonpath.New("client_email"), knownvalue.StringExact("ben@example.com")),
				},
			},
			{
				Config: config(2, `["anna", "cleo"]`),
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
					plancheck.ExpectResourceAction("thulium_chat_conversation"+".counted[2]", plancheck.ResourceActionDestroy),
					plancheck.ExpectResourceAction("thulium_chat_conversation"+`.named["ben"]`, plancheck.ResourceActionDestroy),
					plancheck.ExpectResourceAction("thulium_chat_conversation"+".counted[0]", plancheck.ResourceActionNoop),
				}},
				ConfigStateChecks: []statecheck.StateCheck{providertest.ThuliumCalls{Stage: s, Starts: 6, Stops: 2}},
			},
			{
				// terraform-plugin-testing cannot destroy what for_each has made.
				Config:            config(2, `[]`),
				ConfigStateChecks: []statecheck.StateCheck{providertest.ThuliumCalls{Stage: s, Starts: 6, Stops: 4}},
			},
		},
	})
	providertest.ThuliumEnded(t, s, 6)
}

// thuliumEmptyPost fails unless the request is a POST that says that it has no body.
func thuliumEmptyPost(t *testing.T, request sandbox.Request) {
	t.Helper()
	if request.Method != http.MethodPost || request.Body != "" || request.ContentLength != 0 {
		t.Errorf("%s had the body %q of length %d", request.Line(), request.Body, request.ContentLength)
	}
	if got := request.Header.Get("Content-Type"); got != "application/json" {
		t.Errorf("%s had Content-Type %q", request.Line(), got)
	}
}

// No time lifts the limit of an account.
func TestThuliumStartBeyondAQuotaIsNotPutOff(t *testing.T) {
	t.Parallel()
	s := providertest.NewInMemory(t, sandbox.Options{})
	s.AddFault(sandbox.Fault{Call: "thulium.start", Kind: sandbox.FaultStatus, Status: 429, Body: `{"errors":[{"message":"No more chats","code":"CHATS_LIMIT_REACHED"}]}`})
	_, diags := s.Quick(t).Apply(t.Context(), resourceName, providertest.Object{}, providertest.Values{"chat_queue_id": 3})
	failed(t, diags, "CHATS_LIMIT_REACHED", "raise that limit at the service")
}
