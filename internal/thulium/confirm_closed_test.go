package thulium

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

func TestConfirmClosed(t *testing.T) {
	t.Parallel()
	first := func(status int) func(s *system) {
		return func(s *system) {
			s.AddFault(sandbox.Fault{Call: "thulium.list", Kind: sandbox.FaultStatus, Status: status, Times: 1})
		}
	}
	always := func(status int) func(s *system) { return func(s *system) { s.fails("thulium.list", status) } }
	nothing := func(*system) {}
	for name, c := range map[string]struct {
		chats  int
		closed bool
		arm    func(s *system)
		want   error
		status int    // of the listing, where it is refused
		queues string // that are asked for
	}{
		"shown closed":                       {1, true, nothing, nil, 0, "3"},
		"shown open":                         {1, false, nothing, ErrShownOpen, 0, "3"},
		"not shown":                          {0, false, nothing, ErrNotShown, 0, "3 all"},
		"its queue is deleted, shown closed": {1, true, first(404), nil, 0, "3 all"},
		"its queue is deleted, shown open":   {1, false, first(404), ErrShownOpen, 0, "3 all"},
		"its queue is deleted, not shown":    {0, false, first(404), ErrNotShown, 0, "3 all"},
		"all queues are refused": {0, false, func(s *system) {
			s.AddFault(sandbox.Fault{Call: "thulium.list", Kind: sandbox.FaultStatus, Status: 403, Skip: 1})
		}, nil, 403, "3 all"},
		"its queue fails": {1, true, always(500), nil, 500, "3"},
	} {
		inBubble(t, name, func(t *testing.T) {
			s := newSystem(c.chats)
			if c.closed {
				s.CloseConversation("chat-0")
			}
			c.arm(s)
			err := s.client().ConfirmClosed(t.Context(), 3, "chat-0", time.Now(), time.Now())
			failure, _ := errors.AsType[*rest.Error](err)
			if c.status != 0 && (failure == nil || failure.Status != c.status) || c.status == 0 && !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v or status %d", err, c.want, c.status)
			}
			expect(t, "queues", s.queues(), c.queues)
		})
	}
	for name, arm := range map[string]func(s *system){
		"a listing that failed": always(500),
		"an empty listing":      func(s *system) { s.answers("thulium.list", `{"count":0,"result":[]}`) },
	} {
		inBubble(t, name+" before the stop says nothing", func(t *testing.T) {
			s := newSystem(1)
			s.CloseConversation("chat-0")
			arm(s)
			client, began := s.client(), time.Now()
			find(t, client, "chat-0", began)
			time.Sleep(time.Second)
			s.ClearFaults()
			expect(t, "closed", client.ConfirmClosed(t.Context(), 3, "chat-0", began, time.Now()), nil)
			expect(t, "queues", s.queues(), "3 3")
		})
	}
}

// A chat that was found closed stays closed: a stop that is refused for it costs
// no further reading, however many others were stopped meanwhile.
func TestWhatWasClosedIsRemembered(t *testing.T) {
	t.Parallel()
	inBubble(t, "over drops", func(t *testing.T) {
		s := newSystem(300)
		for i := 1; i < 300; i += 2 {
			s.CloseConversation(fmt.Sprintf("chat-%d", i))
		}
		client, began := s.client(), time.Now()
		for i := range 300 {
			id := fmt.Sprintf("chat-%d", i)
			if i%2 == 1 {
				expect(t, id, client.ConfirmClosed(t.Context(), 3, strings.ToUpper(id), began, time.Now()), nil)
			} else if _, err := client.StopConversation(t.Context(), StopRequest{ConversationID: id}); err != nil {
				t.Fatal(err)
			}
		}
		expect(t, "requests of the listing", s.Count("thulium.list"), 3)
		s.open("open", 0)
		expect(t, "an open chat", client.ConfirmClosed(t.Context(), 3, "open", began, time.Now()), ErrShownOpen)
	})
}

// Each refused stop has the list read again, until the requests of a queue are used up. Then
// a chat that was not shown before stays so, while nobody can tell of one that was open.
func TestConfirmClosedWithoutRequests(t *testing.T) {
	t.Parallel()
	for _, chats := range []int{0, 250} {
		inBubble(t, fmt.Sprintf("of a chat that is not shown among %d", chats), func(t *testing.T) {
			s := newSystem(chats)
			client, began := s.client(), time.Now()
			for range 120 {
				time.Sleep(time.Second)
				expect(t, "a hidden chat", client.ConfirmClosed(t.Context(), 3, "hidden", began, time.Now()), ErrNotShown)
			}
			expect(t, "requests", s.Count("thulium.list"), 2*maxRequests)
		})
	}
	inBubble(t, "of a chat that is open", func(t *testing.T) {
		s := newSystem(1)
		client, began := s.client(), time.Now()
		for range maxRequests {
			time.Sleep(time.Second)
			expect(t, "an open chat", client.ConfirmClosed(t.Context(), 3, "chat-0", began, time.Now()), ErrShownOpen)
		}
		time.Sleep(time.Second)
		err := client.ConfirmClosed(t.Context(), 3, "chat-0", began, time.Now())
		if !errors.Is(err, errUsedUp) || !strings.Contains(err.Error(), "the 100 requests that one run may make for one listing are used up") {
			t.Errorf("got %v", err)
		}
		expect(t, "requests", s.Count("thulium.list"), maxRequests)
		expect(t, "what a refresh is told", find(t, client, "chat-0", began), "found")
	})
	inBubble(t, "of a chat that closed before they were used up", func(t *testing.T) {
		s := newSystem(2)
		client, began := s.client(), time.Now()
		for range maxRequests {
			time.Sleep(time.Second)
			s.CloseConversation("chat-1")
			expect(t, "an open chat", client.ConfirmClosed(t.Context(), 3, "chat-0", began, time.Now()), ErrShownOpen)
		}
		time.Sleep(time.Second)
		expect(t, "a closed chat", client.ConfirmClosed(t.Context(), 3, "chat-1", began, time.Now()), nil)
	})
	inBubble(t, "where a stop drops what was listed", func(t *testing.T) {
		s := newSystem(1)
		client, began := s.client(), time.Now()
		for range maxRequests {
			time.Sleep(time.Second)
			expect(t, "a hidden chat", client.ConfirmClosed(t.Context(), 3, "hidden", began, time.Now()), ErrNotShown)
		}
		if _, err := client.StopConversation(t.Context(), StopRequest{ConversationID: "chat-0"}); err != nil {
			t.Fatal(err)
		}
		if err := client.ConfirmClosed(t.Context(), 3, "hidden", began, time.Now()); !errors.Is(err, errUsedUp) {
			t.Errorf("got %v", err)
		}
	})
}
