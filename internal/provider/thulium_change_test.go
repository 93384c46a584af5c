package provider

import (
	"maps"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// The last three arguments change in place, without a call; any other change
// stops one conversation and starts the next.
func TestThuliumChangeInPlaceAndReplace(t *testing.T) {
	exercised(t, "thulium: change in place and replace")
	s := newStage(t, sandbox.Options{})
	var ids []string
	keepID := statecheck.ExpectKnownValue(thuliumAddress, tfjsonpath.New("id"), knownvalue.StringFunc(func(id string) error {
		ids = append(ids, id)
		return nil
	}))
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: s.factories(),
		Steps: []resource.TestStep{
			{
				Config: quick + `
resource "thulium_chat_conversation" "test" {
  provider      = conversation
  chat_queue_id = 3
}
`,
				ConfigStateChecks: []statecheck.StateCheck{keepID},
			},
			{
				Config: quick + `
resource "thulium_chat_conversation" "test" {
  provider            = conversation
  chat_queue_id       = 3
  external_chatbot_id = "first"
  on_closed           = "keep"
  timeouts            = { create = "1m", delete = "2m" }
}
`,
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
					plancheck.ExpectResourceAction(thuliumAddress, plancheck.ResourceActionUpdate),
				}},
				ConfigStateChecks: []statecheck.StateCheck{
					keepID,
					thuliumPosts{stage: s, starts: 1},
					statecheck.ExpectKnownValue(thuliumAddress, tfjsonpath.New("external_chatbot_id"), knownvalue.StringExact("first")),
					statecheck.ExpectKnownValue(thuliumAddress, tfjsonpath.New("on_closed"), knownvalue.StringExact("keep")),
					statecheck.ExpectKnownValue(thuliumAddress, tfjsonpath.New("timeouts").AtMapKey("delete"), knownvalue.StringExact("2m")),
				},
			},
			{
				Config: quick + `
resource "thulium_chat_conversation" "test" {
  provider            = conversation
  chat_queue_id       = 4
  external_chatbot_id = "second"
}
`,
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
					plancheck.ExpectResourceAction(thuliumAddress, plancheck.ResourceActionDestroyBeforeCreate),
					thuliumPosts{stage: s, starts: 1},
				}},
				ConfigStateChecks: []statecheck.StateCheck{
					keepID,
					thuliumPosts{stage: s, starts: 2, stops: 1},
					statecheck.ExpectKnownValue(thuliumAddress, tfjsonpath.New("status"), knownvalue.Null()),
				},
			},
		},
	})
	thuliumEnded(t, s, 2)
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
	exercisedInProcess(t, "thulium: change in place and replace")
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
		"timeouts":            {one: values{"create": "1m"}, other: values{"create": "2m", "delete": "1m"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t, sandbox.Options{})
			w := thuliumWire(t, s)
			with := func(value any) values {
				config := values{"chat_queue_id": 3, "client_surname": "Z"}
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
				planned, diags := w.plan(thuliumConversation, started, config)
				w.must(nil, diags)
				if replaces := len(planned.RequiresReplace) > 0; replaces != tc.replaces {
					t.Fatalf("to %v: replaces %v, want %v", value, planned.RequiresReplace, tc.replaces)
				}
				if tc.replaces {
					if got, want := planned.RequiresReplace[0].String(), tftypes.NewAttributePath().WithAttributeName(name).String(); got != want {
						t.Errorf("to %v: %s replaces, want %s", value, got, want)
					}
				}
				thuliumSaw(t, s)

				before := started
				started = thuliumChanged(t, w, started, config)
				if tc.replaces {
					thuliumSaw(t, s, "thulium.stop", "thulium.start")
				} else {
					thuliumSaw(t, s)
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
			thuliumChanged(t, w, started, nil)
			if open := s.Open(); len(open) > 0 {
				t.Errorf("left open: %v", open)
			}
		})
	}
}

// What was refreshed stays in the state when something changes in place.
func TestThuliumChangeInPlaceKeepsWhatWasSeen(t *testing.T) {
	t.Parallel()
	s := newStage(t, sandbox.Options{})
	w := thuliumWire(t, s)
	started, diags := w.refresh(thuliumConversation, thuliumStarted(t, s, w, values{"chat_queue_id": 3}))
	w.must(nil, diags)
	want := maps.Clone(started.State)
	want["external_chatbot_id"] = "bot"
	if got := thuliumChanged(t, w, started, values{"chat_queue_id": 3, "external_chatbot_id": "bot"}); !maps.EqualFunc(got.State, want, thuliumSame) {
		t.Errorf("the state is %v, want %v", got.State, want)
	}
	thuliumSaw(t, s, "thulium.list")
}
