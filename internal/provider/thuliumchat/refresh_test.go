package thuliumchat_test

import (
	"fmt"
	"maps"
	"reflect"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// A conversation that was closed is started again, unless on_closed says that it
// stays; then destroy sends nothing.
func TestThuliumRefreshFindsTheConversationClosed(t *testing.T) {
	config := func(onClosed string) string {
		return providertest.Quick + fmt.Sprintf(`
resource "thulium_chat_conversation" "test" {
  provider      = conversation
  chat_queue_id = 3
  client_email  = "jan@example.com"
  on_closed     = %q
}
`, onClosed)
	}
	for _, tc := range []struct {
		onClosed      string
		action        plancheck.ResourceActionType
		status        knownvalue.Check
		starts, stops int // in the end
	}{
		{"restart", plancheck.ResourceActionCreate, knownvalue.Null(), 2, 1},
		{"keep", plancheck.ResourceActionNoop, knownvalue.StringExact("CLOSED"), 1, 0},
	} {
		t.Run(tc.onClosed, func(t *testing.T) {
			s := providertest.New(t, sandbox.Options{})
			resource.ParallelTest(t, resource.TestCase{
				ProtoV6ProviderFactories: s.Factories(),
				Steps: []resource.TestStep{
					{Config: config(tc.onClosed)},
					{
						PreConfig: func() { s.CloseConversation(s.Conversations()[0].ID) },
						Config:    config(tc.onClosed),
						ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
							plancheck.ExpectResourceAction("thulium_chat_conversation.test", tc.action),
							providertest.ThuliumCalls{Stage: s, Starts: 1},
						}},
						ConfigStateChecks: []statecheck.StateCheck{
							providertest.ThuliumCalls{Stage: s, Starts: tc.starts},
							statecheck.ExpectKnownValue("thulium_chat_conversation.test", tfjsonpath.New("status"), tc.status),
						},
					},
				},
			})
			if err := (providertest.ThuliumCalls{Stage: s, Starts: tc.starts, Stops: tc.stops}).Wrong(); err != nil {
				t.Error(err)
			}
			if open := s.Open(); len(open) > 0 {
				t.Errorf("left open: %v", open)
			}
		})
	}
}

// Whatever a listing may be like, only a row that is closed says that the chat
// is gone, and no row ever changes an argument.
func TestThuliumRefreshSurvivesEachKindOfListing(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		knobs    func(*sandbox.Knobs)
		moved    bool
		unshown  bool // an open chat is not in the listing
		open     string
		requests int // 0: three pages or fewer
	}{
		"newest first":            {},
		"oldest first":            {knobs: func(k *sandbox.Knobs) { k.ListOrder = sandbox.OldestFirst }},
		"open chats hidden":       {knobs: func(k *sandbox.Knobs) { k.HideOpen = true }, unshown: true},
		"open chats shown late":   {knobs: func(k *sandbox.Knobs) { k.ShowAfter = sandbox.Duration(time.Hour) }, unshown: true},
		"moved":                   {moved: true, unshown: true},
		"moved, shown as started": {moved: true, knobs: func(k *sandbox.Knobs) { k.OriginalQueue = true }},
		"customer filled in":      {knobs: func(k *sandbox.Knobs) { k.CustomerFilledIn = true }},
		"first name only":         {knobs: func(k *sandbox.Knobs) { k.FirstNameOnly = true }},
		"empty texts":             {knobs: func(k *sandbox.Knobs) { k.EmptyTexts = true }},
		"rows between pages":      {knobs: func(k *sandbox.Knobs) { k.InsertBetweenPages = 7 }, requests: 4},
		"ids in upper case":       {knobs: func(k *sandbox.Knobs) { k.RowID = sandbox.RowIDUpper }},
		"no ids":                  {knobs: func(k *sandbox.Knobs) { k.RowID = sandbox.RowIDAbsent }, unshown: true},
		"no count":                {knobs: func(k *sandbox.Knobs) { k.Count = sandbox.CountAbsent }},
		"closed by status":        {knobs: func(k *sandbox.Knobs) { k.ClosedBy = sandbox.ClosedByStatus }},
		"closed by time":          {knobs: func(k *sandbox.Knobs) { k.ClosedBy = sandbox.ClosedByTime }},
		"another word for open":   {knobs: func(k *sandbox.Knobs) { k.OpenStatus = "W TOKU" }, open: "W TOKU"},
	} {
		for _, onClosed := range []string{"restart", "keep"} {
			t.Run(name+" "+onClosed, func(t *testing.T) {
				t.Parallel()
				s := providertest.New(t, sandbox.Options{})
				if tc.knobs != nil {
					s.Set(tc.knobs)
				}
				strangers := func(n int) {
					for range n {
						s.AddConversation(sandbox.Conversation{QueueID: 3, ClientName: "Somebody"})
					}
				}
				strangers(120)
				w := s.Quick(t)
				started := thuliumStarted(t, s, w, providertest.Values{
					"chat_queue_id": 3, "client_name": "Jan", "client_surname": "Kowalski", "client_email": "jan@example.com",
					"client_id": "17", "customer_id": 4711, "on_closed": onClosed,
				})
				strangers(120)
				id := started.State["id"].(string)
				if tc.moved {
					s.MoveConversation(id, 9)
				}
				refreshed := func() (providertest.Object, providertest.Values) {
					t.Helper()
					s.ClearRequests()
					after, diags := w.Refresh("thulium_chat_conversation", started)
					if len(diags) > 0 {
						t.Error(providertest.Said(diags))
					}
					if got := s.Count("thulium.list"); got > max(tc.requests, 3) || got != s.Count("*") {
						t.Errorf("%d requests, %d of the listing", s.Count("*"), got)
					}
					return after, maps.Clone(started.State)
				}

				open, want := refreshed()
				if !tc.unshown {
					want["status"] = max(tc.open, "CREATED")
				}
				if !reflect.DeepEqual(open.State, want) {
					t.Errorf("open: the state is\n%v, want\n%v", open.State, want)
				}

				s.CloseConversation(id)
				w = s.Quick(t) // the next run: this one has seen the chat open
				closed, want := refreshed()
				shownClosed := !tc.moved && s.Knobs().RowID != sandbox.RowIDAbsent || s.Knobs().OriginalQueue
				switch {
				case !shownClosed:
				case onClosed == "restart":
					want = nil
				default:
					want["status"], want["closed_at"] = closed.State["status"], closed.State["closed_at"]
					if want["status"] != "CLOSED" && want["closed_at"] == nil {
						t.Errorf("nothing in the state says that the chat is closed: %v", closed.State)
					}
				}
				if !reflect.DeepEqual(closed.State, want) {
					t.Errorf("closed: the state is\n%v, want\n%v", closed.State, want)
				}
			})
		}
	}
}

// The columns are written as the service sends them.
func TestThuliumRefreshWritesWhatTheServiceSends(t *testing.T) {
	t.Parallel()
	for closedBy, want := range map[string][2]any{
		sandbox.ClosedByBoth:   {"CLOSED", "2026-11-22 13:35:00.250"},
		sandbox.ClosedByStatus: {"CLOSED", nil},
		sandbox.ClosedByTime:   {"CREATED", "2026-11-22 13:35:00.250"},
	} {
		s := providertest.New(t, sandbox.Options{Location: time.FixedZone("", 3600)})
		s.Set(func(k *sandbox.Knobs) { k.ClosedBy = closedBy })
		created := time.Date(2026, 11, 22, 12, 30, 0, 0, time.UTC)
		ended := created.Add(5*time.Minute + 250*time.Millisecond)
		id := s.AddConversation(sandbox.Conversation{QueueID: 3, CreatedAt: created, ClosedAt: &ended})
		kept := providertest.Object{State: providertest.Values{
			"id": id, "chat_queue_id": 3, "on_closed": "keep", "started_at": "2026-11-22T12:30:00Z",
		}}
		after, diags := s.Quick(t).Refresh("thulium_chat_conversation", kept)
		if len(diags) > 0 || after.State["status"] != want[0] || after.State["closed_at"] != want[1] {
			t.Errorf("%s: %v, %v, want %v: %s", closedBy, after.State["status"], after.State["closed_at"], want, providertest.Said(diags))
		}
		if from := s.Requests()[0].Query.Get("date_from"); from != "2026-11-21" {
			t.Errorf("the listing begins at %s", from)
		}
	}
}

// A conversation that Thulium closes by itself is no different.
func TestThuliumRefreshAfterInactivity(t *testing.T) {
	t.Parallel()
	now := time.Now()
	s := providertest.New(t, sandbox.Options{Clock: func() time.Time { return now }})
	s.Set(func(k *sandbox.Knobs) { k.InactivityAfter = sandbox.Duration(time.Hour) })
	w := s.Quick(t)
	started := thuliumStarted(t, s, w, providertest.Values{"chat_queue_id": 3})
	if after, _ := w.Refresh("thulium_chat_conversation", started); after.State["status"] != "CREATED" {
		t.Errorf("before the hour the state is %v", after.State)
	}
	now = now.Add(2 * time.Hour)
	if after, _ := s.Quick(t).Refresh("thulium_chat_conversation", started); after.State != nil {
		t.Errorf("after the hour the state is %v", after.State)
	}
}

// refresh = false asks nothing, and neither does a configuration that is not known yet.
func TestThuliumRefreshThatAsksNothing(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	started := thuliumStarted(t, s, s.Quick(t), providertest.Values{"chat_queue_id": 3})
	s.CloseConversation(started.State["id"].(string))
	for name, config := range map[string]providertest.Values{
		"switched off":         {"thulium": providertest.Values{"refresh": false}},
		"address unknown":      {"thulium": providertest.Values{"base_url": tftypes.UnknownValue}},
		"password unknown":     {"thulium": providertest.Values{"username": "u", "password": tftypes.UnknownValue}},
		"refresh unknown":      {"thulium": providertest.Values{"refresh": tftypes.UnknownValue}},
		"limit unknown":        {"thulium": providertest.Values{"requests_per_minute": tftypes.UnknownValue}},
		"whole object unknown": {"thulium": tftypes.UnknownValue},
		"http unknown":         {"http": tftypes.UnknownValue},
		"http attribute":       {"http": providertest.Values{"timeout": tftypes.UnknownValue}},
		"certificate unknown":  {"http": providertest.Values{"ca_certificate": tftypes.UnknownValue}},
		"all services unknown": {"thulium": tftypes.UnknownValue, "jelou": tftypes.UnknownValue, "chatbot": tftypes.UnknownValue, "http": tftypes.UnknownValue},
	} {
		w := s.Configured(t, config)
		after, diags := w.Refresh("thulium_chat_conversation", started)
		if len(diags) > 0 || !reflect.DeepEqual(after.State, started.State) {
			t.Errorf("%s: the state is %v, diagnostics: %s", name, after.State, providertest.Said(diags))
		}
	}
	// A service that is not configured is never asked: a plan that only refreshes must not look as if all were in order.
	w := s.Configured(t, providertest.Values{"thulium": providertest.Values{"username": "u"}})
	for _, warnings := range []int{1, 0} {
		after, diags := w.Refresh("thulium_chat_conversation", started)
		if len(diags) != warnings || providertest.Failed(diags) || !reflect.DeepEqual(after.State, started.State) {
			t.Errorf("the state is %v, diagnostics: %s", after.State, providertest.Said(diags))
		} else if warnings > 0 {
			providertest.Has(t, providertest.Said(diags), "WARNING", "was not compared with Thulium", "thulium.password")
		}
	}
	// Terraform prints no address at a destroy.
	_, diags := w.Plan("thulium_chat_conversation", started, nil)
	providertest.Complains(t, diags, "Unable to call Thulium", "This is the conversation "+started.State["id"].(string)+" of queue 3.")
	providertest.Saw(t, s)
}
