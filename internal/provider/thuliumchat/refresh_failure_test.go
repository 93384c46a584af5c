package thuliumchat_test

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

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// thuliumParallelism is how many resources Terraform refreshes at a time.
const thuliumParallelism = 10

// thuliumRefreshed refreshes the objects as Terraform does, some at a time, and
// returns them in their order with all that was said.
func thuliumRefreshed(w *providertest.Wire, objects []providertest.Object) ([]providertest.Object, []*tfprotov6.Diagnostic) {
	var wait sync.WaitGroup
	after, diags := make([]providertest.Object, len(objects)), make([][]*tfprotov6.Diagnostic, len(objects))
	slots := make(chan struct{}, thuliumParallelism)
	for i := range objects {
		slots <- struct{}{}
		wait.Go(func() {
			after[i], diags[i] = w.Refresh("thulium_chat_conversation", objects[i])
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
func thuliumKept(id string, queue int64, startedAt time.Time) providertest.Object {
	return providertest.Object{State: providertest.Values{
		"id": id, "chat_queue_id": int(queue), "on_closed": "restart", "started_at": startedAt.UTC().Format(time.RFC3339),
	}}
}

// thuliumFiled files so many open chats of a queue and returns them as a state keeps them.
func thuliumFiled(s *providertest.Stage, n int, queue int64, startedAt func(i int) time.Time) []providertest.Object {
	kept := make([]providertest.Object, n)
	for i := range kept {
		at := startedAt(i)
		id := s.AddConversation(sandbox.Conversation{QueueID: queue, CreatedAt: at})
		kept[i] = thuliumKept(id, queue, at)
	}
	return kept
}

// A listing that fails costs its own attempts and one warning for all conversations,
// and is in the way of nothing. The fault matrix has the other kinds of failure.
func TestThuliumRefreshFails(t *testing.T) {
	t.Parallel()
	faulty := func(f sandbox.Fault) func(*providertest.Stage) {
		f.Call = "thulium.list"
		return func(s *providertest.Stage) { s.AddFault(f) }
	}
	const attempts = 3 // two retries
	for name, tc := range map[string]struct {
		fails    func(*providertest.Stage)
		requests int
		says     []string
	}{
		"forbidden": {func(s *providertest.Stage) { s.Set(func(k *sandbox.Knobs) { k.ListRefused = 403 }) }, 1, []string{"403", "API user"}},
		"500":       {faulty(sandbox.Fault{Kind: sandbox.FaultStatus, Status: 500}), attempts, []string{"500"}},
		"429":       {faulty(sandbox.Fault{Kind: sandbox.FaultStatus, Status: 429, RetryAfter: "3600"}), 1, []string{"429", "requests_per_minute"}},
		"no list":   {faulty(sandbox.Fault{Kind: sandbox.FaultStatus, Status: 200, Body: `{"count":1}`}), attempts, []string{"result"}},
	} {
		providertest.InBubble(t, name, func(t *testing.T) {
			s := providertest.NewInMemory(t, sandbox.Options{})
			began := time.Now()
			kept := thuliumFiled(s, 30, 3, func(int) time.Time { return began })
			tc.fails(s)
			w := s.Quick(t)
			after, diags := thuliumRefreshed(w, kept)
			if len(diags) != 1 || diags[0].Severity != tfprotov6.DiagnosticSeverityWarning {
				t.Fatalf("want one warning, got %d: %s", len(diags), providertest.Said(diags))
			}
			providertest.Has(t, providertest.Said(diags), append(tc.says, "Unable to list Thulium chats", "GET "+s.URL, "thulium.refresh = false")...)
			again, diags := thuliumRefreshed(w, after)
			if len(diags) > 0 {
				t.Errorf("warned again: %s", providertest.Said(diags))
			}
			for i := range kept {
				if again[i].State["id"] != kept[i].State["id"] || again[i].State["status"] != nil {
					t.Fatalf("the state is %v", again[i].State)
				}
			}
			if got := s.Count("thulium.list"); got != tc.requests || s.Count("*") != got {
				t.Errorf("%d requests of the listing, want %d", got, tc.requests)
			}
			w.MustApply(resourceName, kept[0], nil)
			if s.Count("thulium.stop") != 1 || len(s.Open()) != 29 {
				t.Errorf("destroy sent %d stops", s.Count("thulium.stop"))
			}
		})
	}
}

// An API user that may not list: with a real CLI a refresh warns, plans nothing,
// and destroy stops.
func TestThuliumRefreshWithoutTheRight(t *testing.T) {
	s := providertest.New(t, sandbox.Options{})
	s.Environment["THULIUM_USERNAME"], s.Environment["THULIUM_PASSWORD"] = sandbox.ThuliumNoListUsername, sandbox.ThuliumNoListPassword
	config := providertest.Quick + `
resource "thulium_chat_conversation" "test" {
  provider      = conversation
  count         = 3
  chat_queue_id = 3
}
`
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: s.Factories(),
		Steps: []resource.TestStep{
			{Config: config},
			{Config: config, ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}}},
		},
	})
	if s.Count("thulium.list") == 0 {
		t.Error("the listing was never asked")
	}
	providertest.ThuliumEnded(t, s, 3)
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
		providertest.InBubble(t, name, func(t *testing.T) {
			s := providertest.NewInMemory(t, sandbox.Options{})
			w := s.Quick(t)
			started := thuliumStarted(t, s, w, providertest.Values{"chat_queue_id": 3})
			s.AddFault(sandbox.Fault{Call: "thulium.list", Kind: sandbox.FaultSilence, Times: 1})

			ctx, cancel := tc.bound(t.Context())
			defer cancel()
			served := make(chan struct{})
			go func() {
				defer close(served)
				schema := w.Schemas.ResourceSchemas["thulium_chat_conversation"]
				read, err := w.Server.ReadResource(ctx, &tfprotov6.ReadResourceRequest{
					TypeName: "thulium_chat_conversation", CurrentState: w.Dynamic(schema, started.State),
				})
				if err != nil || providertest.Failed(read.Diagnostics) || len(read.Diagnostics) != tc.warnings {
					t.Errorf("%v %s", err, providertest.Said(read.Diagnostics))
				}
				if !reflect.DeepEqual(w.Values(schema, read.NewState), started.State) {
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

			after, diags := w.Refresh("thulium_chat_conversation", started)
			if len(diags) > 0 || after.State["status"] != "CREATED" {
				t.Errorf("afterwards the state is %v: %s", after.State, providertest.Said(diags))
			}
		})
	}
}

// A start and a stop through this provider make the listing be read anew.
func TestThuliumRefreshSeesItsOwnChanges(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	w := s.Quick(t)
	one := thuliumStarted(t, s, w, providertest.Values{"chat_queue_id": 3})
	refreshed := func(o providertest.Object, status any, calls ...string) {
		t.Helper()
		after, diags := w.Refresh("thulium_chat_conversation", o)
		if len(diags) > 0 || after.State["status"] != status {
			t.Errorf("the state is %v, want status %v: %s", after.State, status, providertest.Said(diags))
		}
		providertest.Saw(t, s, calls...)
	}
	refreshed(one, "CREATED", "thulium.list")
	refreshed(one, "CREATED")
	two := thuliumStarted(t, s, w, providertest.Values{"chat_queue_id": 3})
	refreshed(two, "CREATED", "thulium.list")
	refreshed(one, "CREATED")
	w.MustApply(resourceName, two, nil)
	providertest.Saw(t, s, "thulium.stop")
	refreshed(two, nil, "thulium.list") // gone: it has no status
	refreshed(one, "CREATED")

	other := thuliumStarted(t, s, w, providertest.Values{"chat_queue_id": 4})
	refreshed(other, "CREATED", "thulium.list")
}

// A listing that is silent until the time of the refresh is over fails once for all, too.
func TestThuliumRefreshOfASilentListingIsWaitedForOnce(t *testing.T) {
	t.Parallel()
	for name, timeout := range map[string]string{"within an attempt": "1m10s", "in a pause that would be too long": "4m59s"} {
		providertest.InBubble(t, name, func(t *testing.T) {
			s := providertest.NewInMemory(t, sandbox.Options{})
			began := time.Now()
			kept := thuliumFiled(s, 3*thuliumParallelism, 3, func(int) time.Time { return began })
			s.AddFault(sandbox.Fault{Call: "thulium.list", Kind: sandbox.FaultSilence})
			w := s.Configured(t, providertest.Values{"http": providertest.Values{"timeout": timeout, "retry_wait_min": "5s", "retry_wait_max": "5s"}})
			_, diags := thuliumRefreshed(w, kept)
			if took := time.Since(began).Round(time.Second); took > 5*time.Minute {
				t.Errorf("the refresh took %s and %d requests", took, s.Count("thulium.list"))
			}
			if len(diags) != 1 {
				t.Errorf("said: %s", providertest.Said(diags))
			}
		})
	}
}
