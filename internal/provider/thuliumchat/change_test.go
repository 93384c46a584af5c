package thuliumchat_test

import (
	"maps"
	"reflect"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// The last three arguments change in place, without a call; any other change
// stops one conversation and starts the next.
func TestThuliumChangeInPlaceAndReplace(t *testing.T) {
	s := providertest.New(t, sandbox.Options{})
	var ids []string
	keepID := statecheck.ExpectKnownValue("thulium_chat_conversation.test", tfjsonpath.New("id"), knownvalue.StringFunc(func(id string) error {
		ids = append(ids, id)
		return nil
	}))
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: s.Factories(),
		Steps: []resource.TestStep{
			{
				Config: providertest.Quick + `
resource "thulium_chat_conversation" "test" {
  provider      = conversation
  chat_queue_id = 3
}
`,
				ConfigStateChecks: []statecheck.StateCheck{keepID},
			},
			{
				Config: providertest.Quick + `
resource "thulium_chat_conversation" "test" {
  provider            = conversation
  chat_queue_id       = 3
  external_chatbot_id = "first"
  on_closed           = "keep"
  timeouts            = { create = "1m", delete = "2m" }
}
`,
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
					plancheck.ExpectResourceAction("thulium_chat_conversation.test", plancheck.ResourceActionUpdate),
				}},
				ConfigStateChecks: []statecheck.StateCheck{
					keepID,
					providertest.ThuliumCalls{Stage: s, Starts: 1},
					statecheck.ExpectKnownValue("thulium_chat_conversation.test", tfjsonpath.New("external_chatbot_id"), knownvalue.StringExact("first")),
					statecheck.ExpectKnownValue("thulium_chat_conversation.test", tfjsonpath.New("on_closed"), knownvalue.StringExact("keep")),
					statecheck.ExpectKnownValue("thulium_chat_conversation.test", tfjsonpath.New("timeouts").AtMapKey("delete"), knownvalue.StringExact("2m")),
				},
			},
			{
				Config: providertest.Quick + `
resource "thulium_chat_conversation" "test" {
  provider            = conversation
  chat_queue_id       = 4
  external_chatbot_id = "second"
}
`,
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
					plancheck.ExpectResourceAction("thulium_chat_conversation.test", plancheck.ResourceActionDestroyBeforeCreate),
					providertest.ThuliumCalls{Stage: s, Starts: 1},
				}},
				ConfigStateChecks: []statecheck.StateCheck{
					keepID,
					providertest.ThuliumCalls{Stage: s, Starts: 2, Stops: 1},
					statecheck.ExpectKnownValue("thulium_chat_conversation.test", tfjsonpath.New("status"), knownvalue.Null()),
				},
			},
		},
	})
	providertest.ThuliumEnded(t, s, 2)
	if len(ids) != 3 || ids[0] != ids[1] || ids[1] == ids[2] {
		t.Errorf("ids were %v: want the second to be the first, and the third another", ids)
	}
	// A replacement stops with what was in the state, not with what is to come.
	if got := []string{s.Conversations()[0].StoppedWith, s.Conversations()[1].StoppedWith}; !slices.Equal(got, []string{"first", "second"}) {
		t.Errorf("stopped with %v", got)
	}
}

// Setting, changing and removing each argument, over the protocol.
func TestThuliumArgumentsReplaceOrChangeInPlace(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		one, other any
		replaces   bool
		required   bool
	}{
		"chat_queue_id":       {one: 3, other: 4, replaces: true, required: true},
		"client_name":         {one: "Jan", other: "Ewa", replaces: true},
		"client_surname":      {one: "Kowalski", other: "Nowak", replaces: true},
		"client_email":        {one: "jan@example.com", other: "ewa@example.com", replaces: true},
		"client_id":           {one: "17", other: "18", replaces: true},
		"customer_id":         {one: 17, other: 18, replaces: true},
		"external_chatbot_id": {one: "a", other: "b"},
		"on_closed":           {one: "keep", other: "restart"},
		"on_lost_start":       {one: "adopt", other: "error"},
		"timeouts":            {one: providertest.Values{"create": "1m"}, other: providertest.Values{"create": "2m", "delete": "1m"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := providertest.New(t, sandbox.Options{})
			w := s.Configured(t, providertest.Values{"http": providertest.QuickHTTP(), "thulium": providertest.Values{"time_zone": "UTC"}})
			with := func(value any) providertest.Values {
				config := providertest.Values{"chat_queue_id": 3, "client_surname": "Z"}
				if config[name] = value; value == nil {
					delete(config, name)
				}
				return config
			}
			steps := []any{tc.one, tc.other, nil, tc.one}
			if tc.required {
				steps = []any{tc.one, tc.other, tc.one}
			}
			started := thuliumStarted(t, s, w, with(steps[0]))
			for _, value := range steps[1:] {
				config := with(value)
				planned, diags := w.Plan("thulium_chat_conversation", started, config)
				w.Must(nil, diags)
				if replaces := len(planned.RequiresReplace) > 0; replaces != tc.replaces {
					t.Fatalf("to %v: replaces %v, want %v", value, planned.RequiresReplace, tc.replaces)
				}
				if tc.replaces {
					if got, want := planned.RequiresReplace[0].String(), tftypes.NewAttributePath().WithAttributeName(name).String(); got != want {
						t.Errorf("to %v: %s replaces, want %s", value, got, want)
					}
				}
				providertest.Saw(t, s)

				before := started
				started = w.MustApply(resourceName, started, config)
				if tc.replaces {
					providertest.Saw(t, s, "thulium.stop", "thulium.start")
				} else {
					providertest.Saw(t, s)
				}
				if same := started.State["id"] == before.State["id"]; same == tc.replaces {
					t.Errorf("to %v: the id went from %v to %v", value, before.State["id"], started.State["id"])
				}
				for attribute, got := range started.State {
					if got == tftypes.UnknownValue {
						t.Errorf("to %v: %s is unknown after apply", value, attribute)
					}
				}
			}
			w.MustApply(resourceName, started, nil)
			if open := s.Open(); len(open) > 0 {
				t.Errorf("left open: %v", open)
			}
		})
	}
}

// What was refreshed stays in the state when something changes in place.
func TestThuliumChangeInPlaceKeepsWhatWasSeen(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	w := s.Quick(t)
	started, diags := w.Refresh("thulium_chat_conversation", thuliumStarted(t, s, w, providertest.Values{"chat_queue_id": 3}))
	w.Must(nil, diags)
	want := maps.Clone(started.State)
	want["external_chatbot_id"] = "bot"
	if got := w.MustApply(resourceName, started, providertest.Values{"chat_queue_id": 3, "external_chatbot_id": "bot"}); !maps.EqualFunc(got.State, want, reflect.DeepEqual) {
		t.Errorf("the state is %v, want %v", got.State, want)
	}
	providertest.Saw(t, s, "thulium.list")
}
