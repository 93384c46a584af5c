package thuliumchat_test

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

func join(words []string) string { return strings.Join(words, " ") }

// The chat is read when the conversation has begun in the same apply, and waited for.
func TestAccThuliumChat(t *testing.T) {
	s := providertest.New(t, sandbox.Options{})
	s.Set(func(k *sandbox.Knobs) { k.AgentAfter = sandbox.Duration(time.Second) })
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: s.Factories(),
		Steps: []resource.TestStep{{
			Config: providertest.Quick + `
resource "thulium_chat_conversation" "test" {
  provider      = conversation
  chat_queue_id = 3
  client_name   = "Jan"
  client_email  = "jan@example.com"
}

data "thulium_chat_conversation" "test" {
  provider        = conversation
  id              = thulium_chat_conversation.test.id
  wait_for_status = ["IN_PROGRESS", "CLOSED"]
  on_timeout      = "warn"
  timeouts        = { read = "30s" }
}
`,
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue("data.thulium_chat_conversation.test", tfjsonpath.New("status"), knownvalue.StringExact("IN_PROGRESS")),
				statecheck.ExpectKnownValue("data.thulium_chat_conversation.test", tfjsonpath.New("reached"), knownvalue.Bool(true)),
				statecheck.ExpectKnownValue("data.thulium_chat_conversation.test", tfjsonpath.New("chat_queue_id"), knownvalue.Int64Exact(3)),
				statecheck.ExpectKnownValue("data.thulium_chat_conversation.test", tfjsonpath.New("client_email"), knownvalue.StringExact("jan@example.com")),
				statecheck.ExpectKnownValue("data.thulium_chat_conversation.test", tfjsonpath.New("closed_at"), knownvalue.Null()),
			},
		}},
	})
	providertest.ThuliumEnded(t, s, 1)
}

func TestThuliumChat(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	customer := int64(17)
	created := time.Now().AddDate(0, 0, -20)
	id := s.AddConversation(sandbox.Conversation{QueueID: 3, CreatedAt: created, ClientName: "Jan", ClientEmail: "jan@example.com", CustomerID: &customer})
	w := s.Quick(t)
	for _, queue := range []any{nil, 3} {
		got, diags := w.Data(t.Context(), resourceName, providertest.Values{"id": id, "chat_queue_id": queue})
		w.Must(nil, diags)
		want := providertest.Values{
			"id": id, "chat_queue_id": 3, "status": "CREATED", "created_at": created.In(warsaw(t)).Format("2006-01-02 15:04:05.000"), "closed_at": nil,
			"client_email": "jan@example.com", "client_name": "Jan", "customer_id": 17, "reached": true, "wait_for_status": nil, "on_timeout": nil,
		}
		for attribute, value := range want {
			if got[attribute] != value {
				t.Errorf("%s is %v, want %v", attribute, got[attribute], value)
			}
		}
		requests := providertest.Saw(t, s, "thulium.list", "thulium.list", "thulium.list") // 1, 7 and 31 days
		if asked := requests[0].Query.Get("chat_queue_id"); (asked == "3") != (queue != nil) {
			t.Errorf("asked for queue %q", asked)
		}
	}
}

func TestThuliumChatRefused(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		config providertest.Values
		knobs  func(*sandbox.Knobs)
		says   []string
		asks   int
	}{
		"an empty id":          {config: providertest.Values{"id": ""}, says: []string{`AttributeName("id")`}},
		"an id of two dots":    {config: providertest.Values{"id": ".."}, says: []string{`AttributeName("id")`}},
		"an id with a blank":   {config: providertest.Values{"id": "a "}, says: []string{`AttributeName("id")`, "white space", "trimspace()"}},
		"an id with a line":    {config: providertest.Values{"id": "a\n"}, says: []string{`AttributeName("id")`, "line end", "trimspace()"}},
		"no status":            {config: providertest.Values{"id": "a", "wait_for_status": []any{}}, says: []string{`AttributeName("wait_for_status")`}},
		"an empty status":      {config: providertest.Values{"id": "a", "wait_for_status": []any{""}}, says: []string{`AttributeName("wait_for_status")`, "empty"}},
		"a status of null":     {config: providertest.Values{"id": "a", "wait_for_status": []any{nil}}, says: []string{`AttributeName("wait_for_status")`}},
		"another on_timeout":   {config: providertest.Values{"id": "a", "on_timeout": "ignore"}, says: []string{`AttributeName("on_timeout")`}},
		"no duration":          {config: providertest.Values{"id": "a", "timeouts": providertest.Values{"read": "soon"}}, says: []string{`AttributeName("read")`, `"10s"`}},
		"queue 0":              {config: providertest.Values{"id": "a", "chat_queue_id": 0}, says: []string{`AttributeName("chat_queue_id")`}},
		"not to be found":      {config: providertest.Values{"id": "a"}, asks: 4, says: []string{"No chat of the last 366 days has the id a", "wait_for_status"}},
		"not in the queue":     {config: providertest.Values{"id": "a", "chat_queue_id": 4}, asks: 4, says: []string{"Queue 4 shows no chat of the last 366 days", "transfer"}},
		"a list that fails":    {config: providertest.Values{"id": "a"}, knobs: func(k *sandbox.Knobs) { k.ListRefused = 403 }, asks: 1, says: []string{"Unable to read Thulium chat conversation", "403"}},
		"a failure is no wait": {config: providertest.Values{"id": "a", "wait_for_status": []any{"CLOSED"}, "on_timeout": "warn"}, knobs: func(k *sandbox.Knobs) { k.ListRefused = 403 }, asks: 1, says: []string{"403"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := providertest.New(t, sandbox.Options{})
			if tc.knobs != nil {
				s.Set(tc.knobs)
			}
			_, diags := s.Quick(t).Data(t.Context(), resourceName, tc.config)
			failed(t, diags, tc.says...)
			if n := s.Count("*"); n != tc.asks {
				t.Errorf("%d requests, want %d", n, tc.asks)
			}
		})
	}
}

// A queue narrows the search only where the list is too long and none is given.
func TestThuliumChatAmongTooMany(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		queue  any
		arm    func(*sandbox.Knobs)
		narrow bool
	}{
		"too many":               {nil, func(k *sandbox.Knobs) { k.PageLimit = 1 }, true},
		"too many, and a queue":  {3, func(k *sandbox.Knobs) { k.PageLimit = 1 }, false},
		"a list that is refused": {nil, func(k *sandbox.Knobs) { k.ListRefused = 403 }, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := providertest.New(t, sandbox.Options{})
			s.Set(tc.arm)
			thuliumFiled(s, 101, 3, func(int) time.Time { return time.Now() })
			_, diags := s.Quick(t).Data(t.Context(), resourceName, providertest.Values{"id": "a", "chat_queue_id": tc.queue})
			failed(t, diags, "Unable to read Thulium chat conversation")
			if said := providertest.Said(diags); strings.Contains(said, "Set chat_queue_id") != tc.narrow {
				t.Errorf("said %s", said)
			}
		})
	}
}

// Of a wait in vain on_timeout decides. What is known is in the state, reached is false.
func TestThuliumChatWaitedForInVain(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		prepare  func(*providertest.Stage)
		status   any
		says     []string
		took     time.Duration
		requests int
	}{
		"never reached": {func(*providertest.Stage) {}, "CREATED", []string{"has the status CREATED", "IN_PROGRESS", "timed out after 30 s", "timeouts.read"}, 30 * time.Second, 5},
		"never shown":   {func(s *providertest.Stage) { s.Set(func(k *sandbox.Knobs) { k.HideOpen = true }) }, nil, []string{"does not show", "366 days", "chat_queue_id"}, 30 * time.Second, 8},
		"closed":        {func(s *providertest.Stage) { s.CloseConversation(actionConversation) }, "CLOSED", []string{"is closed", "which is final"}, 0, 1},
	} {
		for _, onTimeout := range []any{nil, "error", "warn"} {
			providertest.InBubble(t, fmt.Sprint(name, " ", onTimeout), func(t *testing.T) {
				s := providertest.NewInMemory(t, sandbox.Options{})
				s.AddConversation(sandbox.Conversation{ID: actionConversation, QueueID: 3})
				tc.prepare(s)
				w := s.Quick(t)
				began := time.Now()
				got, diags := w.Data(t.Context(), resourceName, providertest.Values{
					"id": actionConversation, "wait_for_status": []any{"IN_PROGRESS"}, "on_timeout": onTimeout, "timeouts": providertest.Values{"read": "30s"},
				})
				if took := time.Since(began).Round(time.Second); took != tc.took {
					t.Errorf("took %s, want %s", took, tc.took)
				}
				providertest.Has(t, providertest.Said(diags), append(tc.says, "Unable to wait for Thulium chat conversation")...)
				if n := s.Count("thulium.list"); n != tc.requests {
					t.Errorf("%d requests, want %d", n, tc.requests)
				}
				switch {
				case onTimeout != "warn":
					if !providertest.Failed(diags) || got["reached"] != nil {
						t.Errorf("got %v", got)
					}
				case strings.Contains(providertest.Said(diags), "set on_timeout"):
					t.Errorf("what is set already is advised: %s", providertest.Said(diags))
				case providertest.Failed(diags) || got["reached"] != false || got["status"] != tc.status || (got["created_at"] == nil) != (tc.status == nil):
					t.Errorf("got %v: %s", got, providertest.Said(diags))
				}
			})
		}
	}
}

// An interrupt ends the wait, and is no time-out that on_timeout could forgive.
func TestThuliumChatWaitInterrupted(t *testing.T) {
	t.Parallel()
	for _, onTimeout := range []any{nil, "warn"} {
		providertest.InBubble(t, fmt.Sprint("by Terraform, ", onTimeout), func(t *testing.T) {
			s := providertest.NewInMemory(t, sandbox.Options{})
			s.AddConversation(sandbox.Conversation{ID: actionConversation, QueueID: 3})
			w := s.Quick(t)
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(5*time.Second, cancel)
			began := time.Now()
			_, diags := w.Data(ctx, resourceName, providertest.Values{
				"id": actionConversation, "wait_for_status": []any{"CLOSED"}, "on_timeout": onTimeout,
			})
			if took := time.Since(began); took != 5*time.Second {
				t.Errorf("took %s", took)
			}
			failed(t, diags, "interrupted after 5 s")
			providertest.Lacks(t, diags, "on_timeout") // more time would not help
		})
	}
}

// A data source that waits in vain must not keep what stands beside it from being
// destroyed.
func TestAccThuliumChatAtDestroy(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	config := func(onTimeout string) map[string]string {
		return map[string]string{"main.tf": providertest.Required + providertest.Quick + fmt.Sprintf(`
resource "thulium_chat_conversation" "test" {
  provider      = conversation
  chat_queue_id = 3
}

data "thulium_chat_conversation" "test" {
  provider        = conversation
  id              = thulium_chat_conversation.test.id
  wait_for_status = ["IN_PROGRESS"]
  on_timeout      = %q
  timeouts        = { read = "2s" }
}
`, onTimeout)}
	}
	w := providertest.NewWorkspace(t, s, config("warn"))
	providertest.Has(t, providertest.OneLine(w.Succeeds("apply", "-no-color", "-auto-approve")), "Unable to wait for Thulium chat conversation")
	w.Write(config("error"))
	if said := w.Fails("plan", "-no-color"); !regexp.MustCompile(`has the status CREATED`).MatchString(said) {
		t.Errorf("said %s", said)
	}
	w.Write(config("warn"))
	w.Succeeds("destroy", "-no-color", "-auto-approve")
	providertest.ThuliumEnded(t, s, 1)
}
