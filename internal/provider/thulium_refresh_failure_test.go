package provider

import (
	"context"
	"reflect"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// thuliumParallelism is how many resources Terraform refreshes at a time.
const thuliumParallelism = 10

// thuliumRefreshed refreshes the objects as Terraform does, some at a time, and
// returns them in their order with all that was said.
func thuliumRefreshed(w *wire, objects []object) ([]object, []*tfprotov6.Diagnostic) {
	var wait sync.WaitGroup
	after, diags := make([]object, len(objects)), make([][]*tfprotov6.Diagnostic, len(objects))
	slots := make(chan struct{}, thuliumParallelism)
	for i := range objects {
		slots <- struct{}{}
		wait.Go(func() {
			after[i], diags[i] = w.refresh(thuliumConversation, objects[i])
			<-slots
		})
	}
	wait.Wait()
	var all []*tfprotov6.Diagnostic
	for _, some := range diags {
		all = append(all, some...)
	}
	return after, all
}

// thuliumKept is a conversation as the state keeps it.
func thuliumKept(id string, queue int64, startedAt time.Time) object {
	return object{State: values{
		"id": id, "chat_queue_id": int(queue), "on_closed": "restart", "started_at": startedAt.UTC().Format(time.RFC3339),
	}}
}

// thuliumFiled files so many open chats of a queue and returns them as a state keeps them.
func thuliumFiled(s *stage, n int, queue int64, startedAt func(i int) time.Time) []object {
	kept := make([]object, n)
	for i := range kept {
		at := startedAt(i)
		id := s.AddConversation(sandbox.Conversation{QueueID: queue, CreatedAt: at})
		kept[i] = thuliumKept(id, queue, at)
	}
	return kept
}

// A listing that fails, however it fails, costs its own attempts and one warning
// for all conversations, and is in the way of nothing.
func TestThuliumRefreshFails(t *testing.T) {
	exercisedInProcess(t, "thulium: refresh without the right to list")
	t.Parallel()
	refused := func(status int) func(*stage) {
		return func(s *stage) { s.Set(func(k *sandbox.Knobs) { k.ListRefused = status }) }
	}
	faulty := func(f sandbox.Fault) func(*stage) {
		f.Call = "thulium.list"
		return func(s *stage) { s.AddFault(f) }
	}
	const attempts = 3 // two retries
	for name, tc := range map[string]struct {
		fails    func(*stage)
		requests int
		says     []string
	}{
		"unauthorized": {refused(401), 1, []string{"401", envThuliumUsername}},
		"forbidden":    {refused(403), 1, []string{"403", "API user"}},
		"not found":    {refused(404), 1, []string{"404"}},
		"not allowed":  {refused(405), 1, []string{"405"}},
		"500":          {faulty(sandbox.Fault{Kind: sandbox.FaultStatus, Status: 500}), attempts, []string{"500"}},
		"503":          {faulty(sandbox.Fault{Kind: sandbox.FaultStatus, Status: 503, RetryAfter: "0"}), attempts, []string{"503"}},
		"429":          {faulty(sandbox.Fault{Kind: sandbox.FaultStatus, Status: 429, RetryAfter: "0"}), attempts, []string{"429", "requests_per_minute"}},
		"reset":        {faulty(sandbox.Fault{Kind: sandbox.FaultResetAfter}), attempts, nil},
		"half":         {faulty(sandbox.Fault{Kind: sandbox.FaultHalf}), attempts, []string{"broke off"}},
		"empty":        {faulty(sandbox.Fault{Kind: sandbox.FaultEmpty}), attempts, []string{"the answer is empty"}},
		"html":         {faulty(sandbox.Fault{Kind: sandbox.FaultHTML}), attempts, []string{"web page", envThuliumBaseURL}},
		"wrong types":  {faulty(sandbox.Fault{Kind: sandbox.FaultWrongTypes}), attempts, nil},
		"no list":      {faulty(sandbox.Fault{Kind: sandbox.FaultStatus, Status: 200, Body: `{"count":1}`}), attempts, []string{"result"}},
		"redirect":     {faulty(sandbox.Fault{Kind: sandbox.FaultRedirect, Location: "https://elsewhere.example/chats"}), 1, []string{"elsewhere.example"}},
		"silence":      {faulty(sandbox.Fault{Kind: sandbox.FaultSilence}), attempts, []string{"within 20s"}},
	} {
		inBubble(t, name, func(t *testing.T) {
			s := newStageInMemory(t, sandbox.Options{})
			began := time.Now()
			kept := thuliumFiled(s, 30, 3, func(int) time.Time { return began })
			tc.fails(s)
			w := s.configured(t, values{"http": matrixWith(quickHTTP(), "timeout", "20s")})
			after, diags := thuliumRefreshed(w, kept)
			if len(diags) != 1 || diags[0].Severity != tfprotov6.DiagnosticSeverityWarning {
				t.Fatalf("want one warning, got %d: %s", len(diags), said(diags))
			}
			thuliumHas(t, said(diags), append(tc.says, "Unable to list Thulium chats", "GET "+s.URL, "thulium.refresh = false")...)
			again, diags := thuliumRefreshed(w, after)
			if len(diags) > 0 {
				t.Errorf("warned again: %s", said(diags))
			}
			for i := range kept {
				if again[i].State["id"] != kept[i].State["id"] || again[i].State["status"] != nil {
					t.Fatalf("the state is %v", again[i].State)
				}
			}
			if got := s.Count("thulium.list"); got != tc.requests || s.Count("*") != got {
				t.Errorf("%d requests of the listing, want %d", got, tc.requests)
			}
			thuliumChanged(t, w, kept[0], nil)
			if s.Count("thulium.stop") != 1 || len(s.Open()) != 29 {
				t.Errorf("destroy sent %d stops", s.Count("thulium.stop"))
			}
		})
	}
}

// An API user that may not list: with a real CLI a refresh warns, plans nothing,
// and destroy stops.
func TestThuliumRefreshWithoutTheRight(t *testing.T) {
	exercised(t, "thulium: refresh without the right to list")
	s := newStage(t, sandbox.Options{})
	s.Environment[envThuliumUsername], s.Environment[envThuliumPassword] = sandbox.ThuliumNoListUsername, sandbox.ThuliumNoListPassword
	config := quick + `
resource "thulium_chat_conversation" "test" {
  provider      = conversation
  count         = 3
  chat_queue_id = 3
}
`
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: s.factories(),
		Steps: []resource.TestStep{
			{Config: config},
			{Config: config, ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}}},
		},
	})
	if s.Count("thulium.list") == 0 {
		t.Error("the listing was never asked")
	}
	thuliumEnded(t, s, 3)
}

// A refresh that Terraform gives up keeps the state and says nothing; one that is
// out of time warns. What one caller has given up is read for the next.
func TestThuliumRefreshGivenUp(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		bound    func(context.Context) (context.Context, context.CancelFunc)
		warnings int
	}{
		"cancelled": {context.WithCancel, 0},
		"out of time": {func(ctx context.Context) (context.Context, context.CancelFunc) {
			return context.WithTimeout(ctx, 20*time.Second)
		}, 1},
	} {
		inBubble(t, name, func(t *testing.T) {
			s := newStageInMemory(t, sandbox.Options{})
			s.Logged = true // else the end of the call arrives, and not why it ended
			w := thuliumWire(t, s)
			started := thuliumStarted(t, s, w, values{"chat_queue_id": 3})
			s.AddFault(sandbox.Fault{Call: "thulium.list", Kind: sandbox.FaultSilence, Times: 1})

			ctx, cancel := tc.bound(t.Context())
			defer cancel()
			served := make(chan struct{})
			go func() {
				defer close(served)
				schema := w.schemas.ResourceSchemas[thuliumConversation]
				read, err := w.server.ReadResource(ctx, &tfprotov6.ReadResourceRequest{
					TypeName: thuliumConversation, CurrentState: w.dynamic(schema, started.State),
				})
				if err != nil || failed(read.Diagnostics) || len(read.Diagnostics) != tc.warnings {
					t.Errorf("%v %s", err, said(read.Diagnostics))
				}
				if !reflect.DeepEqual(w.values(schema, read.NewState), started.State) {
					t.Error("the state was changed")
				}
			}()
			synctest.Wait() // until the request is on the wire
			if n := s.Count("thulium.list"); n != 1 {
				t.Errorf("%d requests are on the wire", n)
			}
			if tc.warnings == 0 {
				cancel()
			}
			<-served

			after, diags := w.refresh(thuliumConversation, started)
			if len(diags) > 0 || after.State["status"] != "OPEN" {
				t.Errorf("afterwards the state is %v: %s", after.State, said(diags))
			}
		})
	}
}

// A start and a stop through this provider make the listing be read anew.
func TestThuliumRefreshSeesItsOwnChanges(t *testing.T) {
	t.Parallel()
	s := newStage(t, sandbox.Options{})
	w := thuliumWire(t, s)
	one := thuliumStarted(t, s, w, values{"chat_queue_id": 3})
	refreshed := func(o object, status any, calls ...string) {
		t.Helper()
		after, diags := w.refresh(thuliumConversation, o)
		if len(diags) > 0 || after.State["status"] != status {
			t.Errorf("the state is %v, want status %v: %s", after.State, status, said(diags))
		}
		thuliumSaw(t, s, calls...)
	}
	refreshed(one, "OPEN", "thulium.list")
	refreshed(one, "OPEN")
	two := thuliumStarted(t, s, w, values{"chat_queue_id": 3})
	refreshed(two, "OPEN", "thulium.list")
	refreshed(one, "OPEN")
	thuliumChanged(t, w, two, nil)
	thuliumSaw(t, s, "thulium.stop")
	refreshed(two, nil, "thulium.list") // gone: it has no status
	refreshed(one, "OPEN")

	other := thuliumStarted(t, s, w, values{"chat_queue_id": 4})
	refreshed(other, "OPEN", "thulium.list")
}
