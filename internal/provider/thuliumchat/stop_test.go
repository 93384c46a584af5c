package thuliumchat_test

import (
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// Destroy succeeds when the conversation is over, however the service says so,
// and keeps the state when it is not.
func TestThuliumDestroyOutcomes(t *testing.T) {
	t.Parallel()
	acts, refuses, unshown := true, []string{"thulium.stop", "thulium.list"}, []string{"thulium.stop", "thulium.list", "thulium.list"}
	three := []string{"thulium.stop", "thulium.stop", "thulium.stop", "thulium.list"} // two retries
	for name, tc := range map[string]struct {
		knobs  func(*sandbox.Knobs)
		fault  sandbox.Fault
		moved  bool // to another queue
		closed bool // by an operator, before the destroy
		calls  []string
		says   []string // nil: destroy succeeds
	}{
		"open":                               {calls: []string{"thulium.stop"}},
		"closed, which is accepted":          {knobs: func(k *sandbox.Knobs) { k.StopStopped = 200 }, closed: true, calls: []string{"thulium.stop"}},
		"closed, which is not found":         {knobs: func(k *sandbox.Knobs) { k.StopStopped = 404 }, closed: true, calls: []string{"thulium.stop"}},
		"closed, which is a conflict":        {closed: true, calls: refuses},
		"closed, which is unprocessable":     {knobs: func(k *sandbox.Knobs) { k.StopStopped = 422 }, closed: true, calls: refuses},
		"closed, shown by its time only":     {knobs: func(k *sandbox.Knobs) { k.ClosedBy = sandbox.ClosedByTime }, closed: true, calls: refuses},
		"closed, shown by its status only":   {knobs: func(k *sandbox.Knobs) { k.ClosedBy = sandbox.ClosedByStatus }, closed: true, calls: refuses},
		"closed, shown among closed only":    {knobs: func(k *sandbox.Knobs) { k.HideOpen = true }, closed: true, calls: refuses},
		"refused although open":              {fault: sandbox.Fault{Kind: sandbox.FaultStatus, Status: 403}, calls: refuses, says: []string{"403", "was not stopped", "API user", "shows the conversation open"}},
		"credentials refused":                {fault: sandbox.Fault{Kind: sandbox.FaultStatus, Status: 401}, calls: refuses, says: []string{"401", "thulium.username", "THULIUM_PASSWORD"}},
		"refused, and the listing too":       {knobs: func(k *sandbox.Knobs) { k.ListRefused = 403 }, closed: true, calls: unshown, says: []string{"409", "already closed", "was not stopped", "/chats", "403 Forbidden", "Allow GET chats", "terraform state rm"}},
		"refused, and not shown":             {knobs: func(k *sandbox.Knobs) { k.RowID = sandbox.RowIDAbsent }, closed: true, calls: unshown, says: []string{"409", "was not stopped", "does not show the conversation", "terraform state rm"}},
		"transferred, then closed":           {moved: true, closed: true, calls: unshown},
		"transferred, refused although open": {moved: true, fault: sandbox.Fault{Kind: sandbox.FaultStatus, Status: 403}, calls: unshown, says: []string{"403", "was not stopped"}},
		"failed again and again, yet acted":  {fault: sandbox.Fault{Kind: sandbox.FaultStatus, Status: 500, Acts: &acts}, calls: three},
		"failed again and again":             {fault: sandbox.Fault{Kind: sandbox.FaultStatus, Status: 500}, calls: three, says: []string{"500", "may have been stopped", "after 3 attempts"}},
		"reset after it acted":               {fault: sandbox.Fault{Kind: sandbox.FaultResetAfter, Times: 1}, calls: []string{"thulium.stop", "thulium.stop", "thulium.list"}},
		"failed once":                        {fault: sandbox.Fault{Kind: sandbox.FaultStatus, Status: 502, Times: 1}, calls: []string{"thulium.stop", "thulium.stop"}},
		"limited once":                       {fault: sandbox.Fault{Kind: sandbox.FaultStatus, Status: 429, RetryAfter: "0", Times: 1}, calls: []string{"thulium.stop", "thulium.stop"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := providertest.New(t, sandbox.Options{})
			w := s.Quick(t)
			started := thuliumStarted(t, s, w, providertest.Values{"chat_queue_id": 3, "external_chatbot_id": "bot"})
			if tc.knobs != nil {
				s.Set(tc.knobs)
			}
			if tc.fault.Kind != "" {
				tc.fault.Call = "thulium.stop"
				s.AddFault(tc.fault)
			}
			if tc.moved {
				s.MoveConversation(started.State["id"].(string), 9)
			}
			if tc.closed && !s.CloseConversation(started.State["id"].(string)) {
				t.Fatal("there is nothing to close")
			}
			after, diags := w.Apply(t.Context(), "thulium_chat_conversation", started, nil)
			for _, request := range providertest.Saw(t, s, tc.calls...) {
				if request.Call == "thulium.stop" && request.Query.Get("external_chatbot_id") != "bot" {
					t.Errorf("external_chatbot_id was not sent: %v", request.Query)
				}
			}
			if len(tc.says) == 0 {
				w.Must(nil, diags)
				if after.State != nil {
					t.Errorf("the state was kept: %v", after.State)
				}
				return
			}
			if !providertest.Failed(diags) || after.State["id"] != started.State["id"] {
				t.Fatalf("the state is %v after: %s", after.State, providertest.Said(diags))
			}
			providertest.Has(t, providertest.Said(diags), append(tc.says, "Unable to stop Thulium chat conversation", "POST "+s.URL, "/stop")...)
		})
	}
}

// An id that the service has never heard of, or has forgotten, is gone.
func TestThuliumDestroyOfAnUnknownConversation(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	w := s.Quick(t)
	for _, status := range []int{http.StatusOK, http.StatusNotFound} {
		s.Set(func(k *sandbox.Knobs) { k.StopUnknown = status })
		state := thuliumStarted(t, s, w, providertest.Values{"chat_queue_id": 3})
		state.State["id"] = "0b6ab1f4-31c0-4e22-b7d7-7c15bb39d6a7"
		after, diags := w.Apply(t.Context(), "thulium_chat_conversation", state, nil)
		w.Must(nil, diags)
		if after.State != nil {
			t.Errorf("%d: the state was kept", status)
		}
		providertest.Saw(t, s, "thulium.stop")
	}
}

// The API itself says in its envelope, or with nothing, that it does not know a
// conversation. What another server says is looked up.
func TestThuliumDestroyAnsweredWithA404(t *testing.T) {
	t.Parallel()
	one, looked := []string{"thulium.stop"}, []string{"thulium.stop", "thulium.list", "thulium.list"}
	for form, tc := range map[string]struct {
		forgotten []string // the calls where the conversation is unknown
		warned    bool     // in that case
		page      string   // what the answer is taken for
	}{
		sandbox.GoneEnvelope: {forgotten: one},
		sandbox.GoneEmpty:    {forgotten: one},
		sandbox.GoneJSON:     {forgotten: looked, warned: true, page: "thulium.base_url"},
		sandbox.GoneHTML:     {forgotten: looked, warned: true, page: "web page"},
	} {
		t.Run(form, func(t *testing.T) {
			t.Parallel()
			s := providertest.New(t, sandbox.Options{})
			s.Set(func(k *sandbox.Knobs) { k.GoneForm, k.StopStopped = form, http.StatusNotFound })
			w := s.Quick(t)

			unknown := thuliumStarted(t, s, w, providertest.Values{"chat_queue_id": 3})
			unknown.State["id"] = "0b6ab1f4-31c0-4e22-b7d7-7c15bb39d6a7"
			after, diags := w.Apply(t.Context(), resourceName, unknown, nil)
			w.Must(nil, diags)
			if after.State != nil || len(diags) > 0 != tc.warned {
				t.Errorf("unknown: the state is %v: %s", after.State, providertest.Said(diags))
			}
			if tc.warned {
				providertest.Has(t, providertest.Said(diags), "may still be open", "POST "+s.URL, "404", tc.page, "THULIUM_BASE_URL",
					"0b6ab1f4-31c0-4e22-b7d7-7c15bb39d6a7 of queue 3")
			}
			providertest.Saw(t, s, tc.forgotten...)

			closed := thuliumStarted(t, s, w, providertest.Values{"chat_queue_id": 3})
			s.CloseConversation(closed.State["id"].(string))
			after, diags = w.Apply(t.Context(), resourceName, closed, nil)
			if after.State != nil || len(diags) > 0 {
				t.Errorf("closed: the state is %v: %s", after.State, providertest.Said(diags))
			}
		})
	}
}

// A 404 of another server is no reason to forget a conversation that is open, or of
// which nobody can tell.
func TestThuliumDestroyAnsweredByAnotherServer(t *testing.T) {
	t.Parallel()
	for body, own := range map[string]bool{
		"<!DOCTYPE html><title>Not found</title>":       false,
		`{"message":"no Route matched"}`:                false,
		`{"request_id":"1","message":"no Route"}`:       false,
		`{"errors":[{"message":"Not found","code":1}]}`: true,
		`{"request_id":"53678450401cf","errors":[]}`:    true,
	} {
		s := providertest.New(t, sandbox.Options{})
		w := s.Quick(t)
		started := thuliumStarted(t, s, w, providertest.Values{"chat_queue_id": 3})
		id := started.State["id"].(string)
		s.AddFault(sandbox.Fault{Call: "thulium.stop", Kind: sandbox.FaultStatus, Status: http.StatusNotFound, Body: body})
		after, diags := w.Apply(t.Context(), resourceName, started, nil)
		if own {
			w.Must(nil, diags)
			providertest.Saw(t, s, "thulium.stop")
			continue
		}
		if after.State["id"] != id {
			t.Errorf("%s: the state is %v", body, after.State)
		}
		failed(t, diags, "404", id+" of queue 3 was not stopped", "shows the conversation open", "thulium.base_url")
		providertest.Saw(t, s, "thulium.stop", "thulium.list")

		s.Set(func(k *sandbox.Knobs) { k.ListRefused = http.StatusForbidden })
		after, diags = s.Quick(t).Apply(t.Context(), resourceName, started, nil)
		if after.State["id"] != id {
			t.Errorf("%s, list refused: the state is %v", body, after.State)
		}
		failed(t, diags, "404", "could not be read", "terraform state rm")
	}
}

// Each of many destroys looks in the list again. Once the requests of the queue are used up,
// a chat that was not shown before counts as not shown.
func TestThuliumDestroysAnsweredWithA404UseUpTheList(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	s.Set(func(k *sandbox.Knobs) { k.HideOpen = true })
	s.AddFault(sandbox.Fault{Call: "thulium.stop", Kind: sandbox.FaultHTML, Status: http.StatusNotFound, Acts: new(false)})
	w := s.Quick(t)
	for i, chat := range thuliumFiled(s, 120, 3, func(int) time.Time { return time.Now() }) {
		after, diags := w.Apply(t.Context(), resourceName, chat, nil)
		if after.State != nil || len(diags) != 1 {
			t.Fatalf("%d: the state is %v: %s", i, after.State, providertest.Said(diags))
		}
		providertest.Has(t, providertest.Said(diags), "WARNING", "may still be open", "does not show the conversation")
	}
	if n := s.Count("thulium.list"); n != 200 {
		t.Errorf("%d requests of the list, want 100 of the queue and 100 of all", n)
	}
}

// A success with a page, or with an envelope of errors, is none: the list decides.
func TestThuliumStopWithAnOddSuccess(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		fault  sandbox.Fault
		acts   bool
		failed bool
		warned string
	}{
		"a login page, not stopped":  {fault: sandbox.Fault{Kind: sandbox.FaultHTML}, failed: true},
		"a login page, stopped":      {fault: sandbox.Fault{Kind: sandbox.FaultHTML}, acts: true},
		"an envelope, not stopped":   {fault: sandbox.Fault{Kind: sandbox.FaultStatus, Status: 200, Body: `{"request_id":"1","errors":[{"message":"No.","code":1}]}`}, failed: true},
		"white space":                {fault: sandbox.Fault{Kind: sandbox.FaultStatus, Status: 200, Body: " \r\n"}, acts: true},
		"a body that says something": {fault: sandbox.Fault{Kind: sandbox.FaultStatus, Status: 200, Body: `{"status":"stopped"}`}, acts: true, warned: "unexpected answer"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := providertest.New(t, sandbox.Options{})
			w := s.Quick(t)
			started := thuliumStarted(t, s, w, providertest.Values{"chat_queue_id": 3})
			tc.fault.Call, tc.fault.Acts = "thulium.stop", &tc.acts
			s.AddFault(tc.fault)
			after, diags := w.Apply(t.Context(), resourceName, started, nil)
			if providertest.Failed(diags) != tc.failed || (after.State != nil) != tc.failed {
				t.Errorf("the state is %v: %s", after.State, providertest.Said(diags))
			}
			providertest.Has(t, providertest.Said(diags), tc.warned)
			if tc.warned == "" && !tc.failed && len(diags) > 0 {
				t.Errorf("said %s", providertest.Said(diags))
			}
		})
	}
}

// A state that names no conversation sends nothing, and says how to mend it.
func TestThuliumDamagedState(t *testing.T) {
	t.Parallel()
	for _, id := range []any{nil, "", "..", " a", "a\n"} {
		s := providertest.New(t, sandbox.Options{})
		w := s.Quick(t)
		damaged := providertest.Object{State: providertest.Values{"id": id, "chat_queue_id": 3, "on_closed": "restart", "on_lost_start": "error"}}
		refreshed, diags := w.Refresh(resourceName, damaged)
		whole := damaged
		whole.Identity = w.Identity(resourceName, providertest.Values{"id": "as-before"})
		if kept, _ := w.Refresh(resourceName, whole); w.Identified(resourceName, kept.Identity)["id"] != "as-before" {
			t.Errorf("id %v: the identity has changed to %v", id, w.Identified(resourceName, kept.Identity))
		}
		if providertest.Failed(diags) || !reflect.DeepEqual(refreshed.State["id"], id) {
			t.Errorf("%q: refreshed to %v: %s", id, refreshed.State, providertest.Said(diags))
		}
		providertest.Has(t, providertest.Said(diags), "WARNING", "damaged")
		after, diags := w.Apply(t.Context(), resourceName, damaged, nil)
		if after.State == nil {
			t.Errorf("%q: the state was forgotten", id)
		}
		failed(t, diags, "Unable to stop", "damaged", "Nothing was sent", "terraform state rm", "queue 3")
		providertest.Saw(t, s)
	}
}

// A time-out in the state that is no duration gives way to the default.
func TestThuliumDamagedTimeout(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	w := s.Quick(t)
	started := thuliumStarted(t, s, w, providertest.Values{"chat_queue_id": 3, "timeouts": providertest.Values{"delete": "1m"}})
	started.State["timeouts"] = providertest.Values{"create": nil, "delete": "soon"}
	after, diags := w.Apply(t.Context(), resourceName, started, nil)
	if after.State != nil || providertest.Failed(diags) {
		t.Errorf("the state is %v", after.State)
	}
	providertest.Has(t, providertest.Said(diags), "WARNING", "timeouts.delete", "5m")
	providertest.Saw(t, s, "thulium.stop")
}

// With on_closed = "keep" a conversation that a refresh has seen closed is not
// stopped again; one of which nobody knows yet is.
func TestThuliumDestroyOfAKeptConversation(t *testing.T) {
	t.Parallel()
	for _, closedBy := range []string{sandbox.ClosedByBoth, sandbox.ClosedByStatus, sandbox.ClosedByTime} {
		s := providertest.New(t, sandbox.Options{})
		s.Set(func(k *sandbox.Knobs) { k.ClosedBy, k.StopStopped = closedBy, http.StatusOK })
		w := s.Quick(t)
		config := providertest.Values{"chat_queue_id": 3, "on_closed": "keep"}

		unseen := thuliumStarted(t, s, w, config)
		s.CloseConversation(unseen.State["id"].(string))
		w.MustApply(resourceName, unseen, nil)
		providertest.Saw(t, s, "thulium.stop")

		seen := thuliumStarted(t, s, w, config)
		s.CloseConversation(seen.State["id"].(string))
		seen, diags := w.Refresh("thulium_chat_conversation", seen)
		w.Must(nil, diags)
		providertest.Saw(t, s, "thulium.list")
		if after := w.MustApply(resourceName, seen, nil); after.State != nil {
			t.Errorf("%s: the state was kept", closedBy)
		}
		providertest.Saw(t, s)
	}
}

// A closing time that cannot be says nothing: the conversation is open, so it is looked at
// again and stopped, although it would be kept.
func TestThuliumDestroyOfAnOpenConversationWithAClosingTime(t *testing.T) {
	t.Parallel()
	inHours := time.Now().UTC().Add(10 * time.Hour).Format("2006-01-02 15:04:05.000")
	for _, closedAt := range []string{sandbox.OpenClosedAtBefore, sandbox.OpenClosedAtFuture, inHours} {
		s := providertest.New(t, sandbox.Options{Location: time.UTC})
		s.Set(func(k *sandbox.Knobs) { k.OpenClosedAt = closedAt })
		config := providertest.Values{"http": providertest.QuickHTTP(), "thulium": providertest.Values{"time_zone": "UTC"}}
		w := s.Configured(t, config)
		open := thuliumStarted(t, s, w, providertest.Values{"chat_queue_id": 3, "on_closed": "keep"})
		open, diags := w.Refresh(resourceName, open)
		w.Must(nil, diags)
		if open.State["status"] != "CREATED" || open.State["closed_at"] == nil || open.Private != nil {
			t.Errorf("%s: the state is %v, private %s", closedAt, open.State, open.Private)
		}
		providertest.Saw(t, s, "thulium.list")
		_, diags = s.Configured(t, config).Refresh(resourceName, open)
		w.Must(nil, diags)
		providertest.Saw(t, s, "thulium.list")
		w.MustApply(resourceName, open, nil)
		providertest.Saw(t, s, "thulium.stop")
		if n := len(s.Open()); n > 0 {
			t.Errorf("%s: %d conversations are open", closedAt, n)
		}
	}
}

// What a refresh has found closed is kept in private state, until one finds it open.
func TestThuliumKeptConversationIsMarked(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	w := s.Quick(t)
	started := thuliumStarted(t, s, w, providertest.Values{"chat_queue_id": 3, "on_closed": "keep"})
	id := started.State["id"].(string)
	row := func(closedAt string) {
		s.ClearFaults()
		s.AddFault(sandbox.Fault{Call: "thulium.list", Kind: sandbox.FaultStatus, Status: 200, Body: `{"count":1,"result":[{"conversation_id":"` +
			id + `","status":"CREATED","closed_at":` + closedAt + `}]}`})
	}
	refreshed := func(prior providertest.Object) providertest.Object {
		t.Helper()
		after, diags := s.Quick(t).Refresh(resourceName, prior)
		w.Must(nil, diags)
		return after
	}
	row(`"2024-11-22 12:34:56"`)
	closed := refreshed(started)
	providertest.Saw(t, s, "thulium.list")
	w.MustApply(resourceName, closed, nil)
	if again := refreshed(closed); !reflect.DeepEqual(again, closed) {
		t.Errorf("what is over was changed to %v, private %s", again.State, again.Private)
	}
	providertest.Saw(t, s)

	restarts := w.MustApply(resourceName, closed, providertest.Values{"chat_queue_id": 3})
	row("null")
	keeps := w.MustApply(resourceName, refreshed(restarts), providertest.Values{"chat_queue_id": 3, "on_closed": "keep"})
	providertest.Saw(t, s, "thulium.list")
	w.MustApply(resourceName, keeps, nil)
	providertest.Saw(t, s, "thulium.stop")
}

// Nothing is asked for a conversation that is over, so nothing has to be configured.
func TestThuliumDestroyOfAKeptConversationNeedsNoService(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	w := s.Quick(t)
	seen := thuliumStarted(t, s, w, providertest.Values{"chat_queue_id": 3, "on_closed": "keep"})
	s.CloseConversation(seen.State["id"].(string))
	seen, _ = w.Refresh("thulium_chat_conversation", seen)

	clear(s.Environment)
	w = s.Configured(t, providertest.Values{})
	w.MustApply(resourceName, seen, nil)
	if n := s.Count("thulium.stop"); n != 0 {
		t.Errorf("%d stops were sent", n)
	}
}

// A stop whose time-out is over does not go on.
func TestThuliumDeleteTimeout(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := providertest.NewInMemory(t, sandbox.Options{})
		w := s.Quick(t)
		started := thuliumStarted(t, s, w, providertest.Values{"chat_queue_id": 3, "timeouts": providertest.Values{"delete": "200ms"}})
		s.AddFault(sandbox.Fault{Call: "thulium.*", Kind: sandbox.FaultSilence})
		began := time.Now()
		after, diags := w.Apply(t.Context(), "thulium_chat_conversation", started, nil)
		if took := time.Since(began); took != 200*time.Millisecond {
			t.Errorf("took %s", took)
		}
		if !providertest.Failed(diags) || after.State == nil {
			t.Errorf("the state is %v after: %s", after.State, providertest.Said(diags))
		}
		providertest.Has(t, providertest.Said(diags), "may have been stopped", "The time-out of the operation ended it")
		if strings.Contains(providertest.Said(diags), "list of chats") {
			t.Errorf("the list of chats, which was not asked, is in: %s", providertest.Said(diags))
		}
		providertest.Saw(t, s, "thulium.stop")
	})
}

// A 404 at destroy is success for a real CLI too.
func TestThuliumDestroyNotFound(t *testing.T) {
	s := providertest.New(t, sandbox.Options{})
	s.Set(func(k *sandbox.Knobs) { k.HideOpen, k.StopStopped = true, http.StatusNotFound })
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: s.Factories(),
		Steps: []resource.TestStep{
			{Config: providertest.Quick + `
resource "thulium_chat_conversation" "test" {
  provider      = conversation
  chat_queue_id = 3
}
`},
			{
				PreConfig: func() {
					// Closed and not listed as such: only the stop finds out.
					s.Set(func(k *sandbox.Knobs) { k.RowID = sandbox.RowIDAbsent })
					s.CloseConversation(s.Conversations()[0].ID)
				},
				RefreshState: true,
			},
		},
	})
	stops := slices.DeleteFunc(s.Requests(), func(r sandbox.Request) bool { return r.Call != "thulium.stop" })
	if len(stops) != 1 || stops[0].Status != http.StatusNotFound || !strings.Contains(stops[0].Path, s.Conversations()[0].ID) {
		t.Errorf("stops were %v", stops)
	}
}

// A saved plan of a destroy may be applied where the credentials are missing. Terraform does not
// plan a destroy again then, and prints no address.
func TestThuliumDestroyWithoutCredentialsNamesTheConversation(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	w := s.Quick(t)
	started := thuliumStarted(t, s, w, providertest.Values{"chat_queue_id": 3})
	planned, diags := w.Plan(resourceName, started, nil)
	w.Must(nil, diags)
	schema := w.Schemas.ResourceSchemas[resourceName]
	delete(s.Environment, "THULIUM_PASSWORD")
	elsewhere := s.Quick(t)
	applied, err := elsewhere.Server.ApplyResourceChange(t.Context(), &tfprotov6.ApplyResourceChangeRequest{
		TypeName: resourceName, PriorState: w.Dynamic(schema, started.State), PlannedState: planned.PlannedState,
		Config: w.Dynamic(schema, nil), PlannedPrivate: planned.PlannedPrivate,
	})
	w.Fatal(err)
	failed(t, applied.Diagnostics, "THULIUM_PASSWORD", started.State["id"].(string), "queue 3")
	providertest.Saw(t, s)
}
