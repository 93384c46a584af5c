package provider

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// Destroy succeeds when the conversation is over, however the service says so,
// and keeps the state when it is not.
func TestThuliumDestroyOutcomes(t *testing.T) {
	exercisedInProcess(t, "thulium: destroy of a conversation that is gone")
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
		"credentials refused":                {fault: sandbox.Fault{Kind: sandbox.FaultStatus, Status: 401}, calls: refuses, says: []string{"401", "thulium.username", envThuliumPassword}},
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
			s := newStage(t, sandbox.Options{})
			w := thuliumWire(t, s)
			started := thuliumStarted(t, s, w, values{"chat_queue_id": 3, "external_chatbot_id": "bot"})
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
			after, diags := w.apply(t.Context(), thuliumConversation, started, nil)
			for _, request := range thuliumSaw(t, s, tc.calls...) {
				if request.Call == "thulium.stop" && request.Query.Get("external_chatbot_id") != "bot" {
					t.Errorf("external_chatbot_id was not sent: %v", request.Query)
				}
			}
			if len(tc.says) == 0 {
				w.must(nil, diags)
				if after.State != nil {
					t.Errorf("the state was kept: %v", after.State)
				}
				return
			}
			if !failed(diags) || after.State["id"] != started.State["id"] {
				t.Fatalf("the state is %v after: %s", after.State, said(diags))
			}
			thuliumHas(t, said(diags), append(tc.says, "Unable to stop Thulium chat conversation", "POST "+s.URL, "/stop")...)
		})
	}
}

// An id that the service has never heard of, or has forgotten, is gone.
func TestThuliumDestroyOfAnUnknownConversation(t *testing.T) {
	t.Parallel()
	s := newStage(t, sandbox.Options{})
	w := thuliumWire(t, s)
	for _, status := range []int{http.StatusOK, http.StatusNotFound} {
		s.Set(func(k *sandbox.Knobs) { k.StopUnknown = status })
		state := thuliumStarted(t, s, w, values{"chat_queue_id": 3})
		state.State["id"] = "0b6ab1f4-31c0-4e22-b7d7-7c15bb39d6a7"
		after, diags := w.apply(t.Context(), thuliumConversation, state, nil)
		w.must(nil, diags)
		if after.State != nil {
			t.Errorf("%d: the state was kept", status)
		}
		thuliumSaw(t, s, "thulium.stop")
	}
}

// A 404 that is a web page is success too, with a warning: it may be of another server.
func TestThuliumDestroyAnsweredByAPage(t *testing.T) {
	t.Parallel()
	for body, warned := range map[string]bool{
		"<!DOCTYPE html><title>Not found</title>":       true,
		`{"errors":[{"message":"Not found","code":1}]}`: false,
		`{"request_id":"53678450401cf","errors":[]}`:    false,
	} {
		s := newStage(t, sandbox.Options{})
		w := thuliumWire(t, s)
		started := thuliumStarted(t, s, w, values{"chat_queue_id": 3})
		s.AddFault(sandbox.Fault{Call: "thulium.stop", Kind: sandbox.FaultStatus, Status: http.StatusNotFound, Body: body})
		after, diags := w.apply(t.Context(), thuliumConversation, started, nil)
		w.must(nil, diags)
		if after.State != nil {
			t.Errorf("%s: the state was kept", body)
		}
		if got := len(diags) > 0; got != warned {
			t.Errorf("%s: said %s", body, said(diags))
		}
		if warned {
			thuliumHas(t, said(diags), "may still be open", "POST "+s.URL, "404", "web page", "thulium.base_url", envThuliumBaseURL)
		}
		thuliumSaw(t, s, "thulium.stop")
	}
}

// With on_closed = "keep" a conversation that a refresh has seen closed is not
// stopped again; one of which nobody knows yet is.
func TestThuliumDestroyOfAKeptConversation(t *testing.T) {
	t.Parallel()
	for _, closedBy := range []string{sandbox.ClosedByBoth, sandbox.ClosedByStatus, sandbox.ClosedByTime} {
		s := newStage(t, sandbox.Options{})
		s.Set(func(k *sandbox.Knobs) { k.ClosedBy, k.StopStopped = closedBy, http.StatusOK })
		w := thuliumWire(t, s)
		config := values{"chat_queue_id": 3, "on_closed": "keep"}

		unseen := thuliumStarted(t, s, w, config)
		s.CloseConversation(unseen.State["id"].(string))
		thuliumChanged(t, w, unseen, nil)
		thuliumSaw(t, s, "thulium.stop")

		seen := thuliumStarted(t, s, w, config)
		s.CloseConversation(seen.State["id"].(string))
		seen, diags := w.refresh(thuliumConversation, seen)
		w.must(nil, diags)
		thuliumSaw(t, s, "thulium.list")
		if after := thuliumChanged(t, w, seen, nil); after.State != nil {
			t.Errorf("%s: the state was kept", closedBy)
		}
		thuliumSaw(t, s)
	}
}

// Nothing is asked for a conversation that is over, so nothing has to be configured.
func TestThuliumDestroyOfAKeptConversationNeedsNoService(t *testing.T) {
	t.Parallel()
	s := newStage(t, sandbox.Options{})
	w := thuliumWire(t, s)
	seen := thuliumStarted(t, s, w, values{"chat_queue_id": 3, "on_closed": "keep"})
	s.CloseConversation(seen.State["id"].(string))
	seen, _ = w.refresh(thuliumConversation, seen)

	clear(s.Environment)
	w = s.configured(t, values{})
	thuliumChanged(t, w, seen, nil)
	if n := s.Count("thulium.stop"); n != 0 {
		t.Errorf("%d stops were sent", n)
	}
}

// A stop whose time-out is over does not go on.
func TestThuliumDeleteTimeout(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newStageInMemory(t, sandbox.Options{})
		w := thuliumWire(t, s)
		started := thuliumStarted(t, s, w, values{"chat_queue_id": 3, "timeouts": values{"delete": "200ms"}})
		s.AddFault(sandbox.Fault{Call: "thulium.*", Kind: sandbox.FaultSilence})
		began := time.Now()
		after, diags := w.apply(t.Context(), thuliumConversation, started, nil)
		if took := time.Since(began); took != 200*time.Millisecond {
			t.Errorf("took %s", took)
		}
		if !failed(diags) || after.State == nil {
			t.Errorf("the state is %v after: %s", after.State, said(diags))
		}
		thuliumHas(t, said(diags), "may have been stopped", "The time-out of the operation ended it")
		if strings.Contains(said(diags), "list of chats") {
			t.Errorf("the list of chats, which was not asked, is in: %s", said(diags))
		}
		thuliumSaw(t, s, "thulium.stop")
	})
}

// A 404 at destroy is success for a real CLI too.
func TestThuliumDestroyNotFound(t *testing.T) {
	exercised(t, "thulium: destroy of a conversation that is gone")
	s := newStage(t, sandbox.Options{})
	s.Set(func(k *sandbox.Knobs) { k.HideOpen, k.StopStopped = true, http.StatusNotFound })
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: s.factories(),
		Steps: []resource.TestStep{
			{Config: quick + `
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
