package thulium

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

func TestReadChat(t *testing.T) {
	t.Parallel()
	inBubble(t, "as the listing shows it now", func(t *testing.T) {
		s := newSystem(1)
		client := s.client()
		expect(t, "what was listed for a refresh", find(t, client, "chat-0", time.Now()), "found")
		s.CloseConversation("chat-0")
		chat, err := client.ReadChat(t.Context(), ReadRequest{QueueID: 3, ConversationID: "chat-0"})
		if err != nil || !chat.Closed() {
			t.Errorf("got %+v and %v", chat, err)
		}
		expect(t, "queues", s.queues(), "3 3")
	})
	inBubble(t, "looks back for a year", func(t *testing.T) {
		s := newSystem(0)
		s.open("old", -300*day)
		chat, err := s.client().ReadChat(t.Context(), ReadRequest{ConversationID: "old"})
		if err != nil || text(chat.ID) != "old" {
			t.Errorf("got %+v and %v", chat, err)
		}
		expect(t, "queues", s.queues(), strings.TrimSpace(strings.Repeat("all ", len(lookBacks))))
	})
	inBubble(t, "that is not shown", func(t *testing.T) {
		s := newSystem(1)
		_, err := s.client().ReadChat(t.Context(), ReadRequest{QueueID: 4, ConversationID: "chat-0"})
		if !errors.Is(err, ErrNotShown) || s.queues() != "4 4 4 4" {
			t.Errorf("got %v after %s", err, s.queues())
		}
	})
}

func TestWaitForAStatus(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		knobs    func(*sandbox.Knobs)
		statuses []string
		arm      func(s *system)
		status   string
		took     time.Duration
		requests int
	}{
		"that it has":  {func(*sandbox.Knobs) {}, []string{"IN_PROGRESS", "CREATED"}, nil, "CREATED", 0, 1},
		"that it gets": {func(k *sandbox.Knobs) { k.AgentAfter = sandbox.Duration(5 * time.Second) }, []string{"IN_PROGRESS", "CLOSED"}, nil, "IN_PROGRESS", 7 * time.Second, 4},
		"while it is not listed": {
			func(k *sandbox.Knobs) { k.ShowAfter = sandbox.Duration(2 * time.Second) }, []string{"CREATED"}, nil, "CREATED", 3 * time.Second, 6,
		},
		"that is its end": {func(*sandbox.Knobs) {}, []string{"CLOSED"}, func(s *system) {
			time.AfterFunc(20*time.Second, func() { s.CloseConversation("chat-0") })
		}, "CLOSED", 30 * time.Second, 6},
		"that only a time tells": {func(k *sandbox.Knobs) { k.ClosedBy = sandbox.ClosedByTime }, []string{"CLOSED"}, func(s *system) {
			s.CloseConversation("chat-0")
		}, "CREATED", 0, 1},
	} {
		inBubble(t, name, func(t *testing.T) {
			s := newSystem(1, c.knobs)
			if c.arm != nil {
				c.arm(s)
			}
			began := time.Now()
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			chat, err := s.client().ReadChat(ctx, ReadRequest{QueueID: 3, ConversationID: "chat-0", Statuses: c.statuses})
			if err != nil {
				t.Fatal(err)
			}
			expect(t, "status", text(chat.Status), c.status)
			expect(t, "time", time.Since(began), c.took)
			expect(t, "requests", s.Count("thulium.list"), c.requests)
		})
	}
}

func TestAWaitInVain(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		chats    int
		arm      func(s *system)
		end      func(*rest.Interrupt, context.CancelFunc)
		says     string
		took     time.Duration
		requests int
	}{
		"the time is up":               {1, nil, nil, "expected the status IN_PROGRESS, but the conversation has the status CREATED: timed out after 60 s (GET https://acme.example/thulium/api/chats was answered with 200 OK)", time.Minute, 7},
		"it is not shown":              {0, nil, nil, "does not show the conversation: timed out after 60 s", time.Minute, 10},
		"it is closed":                 {1, func(s *system) { s.CloseConversation("chat-0") }, nil, "the conversation is closed, which is final", 0, 1},
		"the provider is told to stop": {1, nil, func(i *rest.Interrupt, _ context.CancelFunc) { i.Signal() }, "interrupted after 10 s", 10 * time.Second, 4},
		"Terraform stops it":           {1, nil, func(_ *rest.Interrupt, cancel context.CancelFunc) { cancel() }, "interrupted after 10 s", 10 * time.Second, 4},
		"a status that is no word": {0, func(s *system) {
			s.answers("thulium.list", `{"count":1,"result":[{"conversation_id":"chat-0","status":"\u001b[2J jan@example.org","created_at":"1999-12-31 12:00:00"}]}`)
		}, nil, "has the status \\x1b[2J ***: timed out after 60 s", time.Minute, 7},
	} {
		inBubble(t, name, func(t *testing.T) {
			var interrupt rest.Interrupt
			s := newSystem(c.chats)
			if c.arm != nil {
				c.arm(s)
			}
			began := time.Now()
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			if c.end != nil {
				time.AfterFunc(10*time.Second, func() { c.end(&interrupt, cancel) })
			}
			client := s.client(func(config *rest.Config) { config.Interrupt = &interrupt })
			chat, err := client.ReadChat(ctx, ReadRequest{QueueID: 3, ConversationID: "chat-0", Statuses: []string{"IN_PROGRESS"}})
			_, ok := errors.AsType[*rest.Vain](err)
			if !ok || !strings.Contains(err.Error(), c.says) || (chat != nil) != (c.says[:4] != "does") {
				t.Errorf("got %v", err)
			}
			expect(t, "time", time.Since(began), c.took)
			expect(t, "requests", s.Count("thulium.list"), c.requests)
		})
	}
	inBubble(t, "a failure of the service ends the wait", func(t *testing.T) {
		s := newSystem(1)
		s.AddFault(sandbox.Fault{Call: "thulium.list", Kind: sandbox.FaultStatus, Status: 403, Skip: 2})
		_, err := s.client().ReadChat(t.Context(), ReadRequest{QueueID: 3, ConversationID: "chat-0", Statuses: []string{"IN_PROGRESS"}})
		if e, ok := errors.AsType[*rest.Error](err); !ok || e.Status != 403 {
			t.Errorf("got %v", err)
		}
		expect(t, "requests", s.Count("thulium.list"), 3)
	})
	for created, again := range map[string]string{
		"1999-12-20 12:00:00":  "1999-12-19", // the zone of the filter may lie west of that of the row
		"2000-01-01T00:30:00Z": "1999-12-31",
		"2000-02-01 12:00:00":  "1999-12-31", // in the future
	} {
		inBubble(t, "a chat that is not shown any longer is looked for since the day before "+created, func(t *testing.T) {
			s := newSystem(0)
			s.AddFault(sandbox.Fault{
				Call: "thulium.list", Kind: sandbox.FaultStatus, Status: 200, Times: 1,
				Body: `{"count":1,"result":[{"conversation_id":"chat-0","status":"CREATED","created_at":"` + created + `"}]}`,
			})
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
			defer cancel()
			chat, err := s.client().ReadChat(ctx, ReadRequest{QueueID: 3, ConversationID: "chat-0", Statuses: []string{"", "IN_PROGRESS"}})
			if _, ok := errors.AsType[*rest.Vain](err); !ok || chat == nil {
				t.Errorf("got %v", err)
			}
			again += " -  +0"
			expectWindows(t, s, "1999-12-31 -  +0", again, again, again)
		})
	}
	inBubble(t, "more chats than can be read do not end the wait for one that is not shown yet", func(t *testing.T) {
		s := newSystem(0, func(k *sandbox.Knobs) { k.ShowAfter = sandbox.Duration(2 * time.Second) })
		for i := range 10_001 {
			s.open(string(rune('a'+i%26))+time.Duration(i).String(), -200*day)
		}
		s.open("new", 0)
		chat, err := s.client().ReadChat(t.Context(), ReadRequest{ConversationID: "new", Statuses: []string{"CREATED"}})
		if err != nil || text(chat.ID) != "new" {
			t.Errorf("got %+v and %v", chat, err)
		}
		expect(t, "requests", s.Count("thulium.list"), 102)
	})
}
