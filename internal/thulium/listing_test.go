package thulium

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

func TestAListingIsReadOnceAndWhole(t *testing.T) {
	t.Parallel()
	for n, requests := range map[int]int{0: 1, 1: 1, 99: 1, 100: 2, 101: 2, 1000: 10} {
		for _, order := range []string{sandbox.NewestFirst, sandbox.OldestFirst} {
			inBubble(t, fmt.Sprintf("%d chats, %s", n, order), func(t *testing.T) {
				s := newSystem(n, func(k *sandbox.Knobs) { k.ListOrder = order })
				client := s.client()
				expect(t, "a chat that is not there", find(t, client, "chat-x", time.Now()), "not shown")
				expect(t, "requests", s.Count("thulium.list"), requests)
				for i := range n {
					expect(t, "a chat that is", find(t, client, fmt.Sprintf("chat-%d", i), time.Now()), "found")
				}
				expect(t, "asked again", find(t, client, "chat-x", time.Now()), "not shown")
				expect(t, "requests after all that", s.Count("thulium.list"), requests)
				for i, query := range s.pages() {
					expect(t, "query", query.Encode(), fmt.Sprintf("chat_queue_id=3&date_from=1999-12-31&limit=100&offset=%d", 100*i))
				}
			})
		}
	}
}

func TestManyAskAtOnceAtTheCostOfOneReading(t *testing.T) {
	t.Parallel()
	for n, requests := range map[int]int{1: 1, 99: 1, 100: 1, 101: 2, 1000: 10} {
		inBubble(t, fmt.Sprint(n), func(t *testing.T) {
			s := newSystem(n, func(k *sandbox.Knobs) { k.Latency = sandbox.Duration(time.Second) })
			client := s.client()
			var group sync.WaitGroup
			for i := range n {
				group.Go(func() { expect(t, "chat", find(t, client, fmt.Sprintf("chat-%d", i), time.Now()), "found") })
			}
			group.Wait()
			expect(t, "requests", s.Count("thulium.list"), requests)
		})
	}
}

func TestAStartOrStopDropsWhatWasListedBeforeIt(t *testing.T) {
	t.Parallel()
	start := func(ctx context.Context, client *Client) error {
		_, err := client.StartConversation(ctx, StartRequest{QueueID: 3})
		return err
	}
	stop := func(ctx context.Context, client *Client) error {
		_, err := client.StopConversation(ctx, StopRequest{ConversationID: "chat-0"})
		return err
	}
	for name, c := range map[string]struct {
		act  func(context.Context, *Client) error
		want map[int64]bool // for each queue whether it is read again
	}{
		"a start drops its queue and all queues": {start, map[int64]bool{3: true, 4: false, 0: true}},
		"a stop drops every queue":               {stop, map[int64]bool{3: true, 4: true, 0: true}},
		"another listing drops none": {func(ctx context.Context, client *Client) error {
			_, err := client.ListChats(ctx, ListRequest{QueueID: 3})
			return err
		}, map[int64]bool{3: false, 4: false, 0: false}},
	} {
		for _, fails := range []bool{false, true} {
			inBubble(t, fmt.Sprintf("%s, failing %t", name, fails), func(t *testing.T) {
				s := newSystem(10)
				client := s.client()
				reads := func(queue int64) int {
					before := s.Count("thulium.list")
					if _, _, err := client.FindChat(t.Context(), queue, "chat-x", time.Now()); err != nil {
						t.Fatal(err)
					}
					return s.Count("thulium.list") - before
				}
				for queue := range c.want {
					reads(queue)
				}
				if fails { // the call may have acted all the same
					s.fails("thulium.*", 500)
				}
				if err := c.act(t.Context(), client); (err != nil) != fails {
					t.Fatal(err)
				}
				s.ClearFaults()
				for queue, again := range c.want {
					expect(t, fmt.Sprintf("queue %d is read again", queue), reads(queue) > 0, again)
				}
			})
		}
	}
	inBubble(t, "so that a chat that closed is seen to be closed", func(t *testing.T) {
		s := newSystem(2)
		client := s.client()
		expect(t, "at first", find(t, client, "chat-1", time.Now()), "found")
		s.CloseConversation("chat-1")
		expect(t, "while nothing was dropped", find(t, client, "chat-1", time.Now()), "found")
		if err := stop(t.Context(), client); err != nil {
			t.Fatal(err)
		}
		expect(t, "after a stop", find(t, client, "chat-1", time.Now()), "closed")
	})
	inBubble(t, "also what is being read meanwhile", func(t *testing.T) {
		s := newSystem(150, func(k *sandbox.Knobs) { k.Latency = sandbox.Duration(2 * time.Second) })
		client := s.client()
		var group sync.WaitGroup
		group.Go(func() { expect(t, "the one that reads", find(t, client, "chat-149", time.Now()), "found") })
		time.Sleep(time.Second)
		// It ends a second after the first page and a second before the other.
		if err := start(t.Context(), client); err != nil {
			t.Fatal(err)
		}
		group.Wait()
		expect(t, "the next one", find(t, client, "chat-0", time.Now()), "found")
		expect(t, "pages", s.offsets(), "0 100 0")
	})
}

func TestTheBoundOfAQueueSurvivesDrops(t *testing.T) {
	t.Parallel()
	inBubble(t, "by starts", func(t *testing.T) {
		s := newSystem(6000)
		client := s.client()
		expect(t, "a reading", find(t, client, "chat-x", time.Now()), "not shown")
		expect(t, "its requests", s.Count("thulium.list"), 60)
		if _, err := client.StartConversation(t.Context(), StartRequest{QueueID: 3}); err != nil {
			t.Fatal(err)
		}
		_, _, err := client.FindChat(t.Context(), 3, "chat-x", time.Now())
		if !errors.Is(err, errUsedUp) {
			t.Errorf("got %v", err)
		}
		expect(t, "requests up to the bound", s.Count("thulium.list"), 100)
		expect(t, "what was read until then", find(t, client, "chat-3900", time.Now()), "found")
		if _, err := client.StopConversation(t.Context(), StopRequest{ConversationID: "chat-0"}); err != nil {
			t.Fatal(err)
		}
		expect(t, "after a drop", find(t, client, "chat-0", time.Now()), "error")
		expect(t, "requests beyond the bound", s.Count("thulium.list"), 100)
		if _, found, err := client.FindChat(t.Context(), 4, "chat-x", time.Now()); found || err != nil {
			t.Errorf("another queue: got %t and %v", found, err)
		}
	})
	inBubble(t, "and counts each attempt", func(t *testing.T) {
		s := newSystem(6000)
		s.AddFault(sandbox.Fault{Call: "thulium.list", Kind: sandbox.FaultStatus, Status: 502, Skip: 40})
		client := s.client(func(c *rest.Config) { c.Policy.MaxRetries = 1000 })
		expect(t, "chat", find(t, client, "chat-x", time.Now()), "error")
		expect(t, "requests", s.Count("thulium.list"), 100)
		client.listing.drop(3)
		s.ClearFaults()
		expect(t, "after a drop", find(t, client, "chat-0", time.Now()), "error")
		expect(t, "requests after a drop", s.Count("thulium.list"), 100)
	})
}

func TestAFailureOfTheServiceIsKept(t *testing.T) {
	t.Parallel()
	for _, status := range []int{0, 401, 403, 404, 405, 500} {
		inBubble(t, fmt.Sprint(status), func(t *testing.T) {
			s := newSystem(1)
			s.fails("thulium.list", status)
			client := s.client()
			var group sync.WaitGroup
			for range 50 {
				group.Go(func() { expect(t, "chat", find(t, client, "chat-0", time.Now()), "error") })
			}
			group.Wait()
			expect(t, "requests", s.Count("thulium.list"), 1)
			s.ClearFaults()
			client.listing.drop(3)
			expect(t, "after a drop", find(t, client, "chat-0", time.Now()), "found")
		})
	}
	inBubble(t, "and what was read before it stays", func(t *testing.T) {
		s := newSystem(300)
		s.AddFault(sandbox.Fault{Call: "thulium.list", Kind: sandbox.FaultStatus, Status: 403, Skip: 2})
		client := s.client()
		expect(t, "behind it", find(t, client, "chat-250", time.Now()), "error")
		expect(t, "before it", find(t, client, "chat-150", time.Now()), "found")
		expect(t, "requests", s.Count("thulium.list"), 3)
	})
}

func TestThatOneCallerGaveUpIsNotKept(t *testing.T) {
	t.Parallel()
	slow := func(k *sandbox.Knobs) { k.Latency = sandbox.Duration(2 * time.Second) }
	inBubble(t, "when its context is cancelled within a request", func(t *testing.T) {
		s := newSystem(150, slow)
		client := s.client()
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(3*time.Second, cancel)
		if _, _, err := client.FindChat(ctx, 3, "chat-149", time.Now()); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
		expect(t, "another caller", find(t, client, "chat-149", time.Now()), "found")
		expect(t, "the second page, again", s.offsets(), "0 100 100")
	})
	inBubble(t, "when its time is up", func(t *testing.T) {
		s := newSystem(1, slow)
		client := s.client()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, _, err := client.FindChat(ctx, 3, "chat-0", time.Now()); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		expect(t, "another caller", find(t, client, "chat-0", time.Now()), "found")
	})
	inBubble(t, "when its time would be up before requests_per_minute allows the next page", func(t *testing.T) {
		s := newSystem(150)
		client := s.client(func(c *rest.Config) { c.RequestsPerMinute = 1 })
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, _, err := client.FindChat(ctx, 3, "chat-149", time.Now()); err == nil || !strings.Contains(err.Error(), "requests_per_minute") {
			t.Errorf("got %v", err)
		}
		expect(t, "another caller", find(t, client, "chat-149", time.Now()), "found")
		expect(t, "pages", s.offsets(), "0 100")
	})
	inBubble(t, "when the provider is interrupted", func(t *testing.T) {
		var interrupt rest.Interrupt
		s := newSystem(1)
		s.fails("thulium.list", 500)
		client := s.client(func(c *rest.Config) {
			c.Interrupt, c.Policy.MaxRetries, c.Policy.WaitMax = &interrupt, 3, time.Minute
			c.Policy.WaitMin = time.Minute
		})
		time.AfterFunc(time.Second, func() {
			s.ClearFaults()
			interrupt.Signal()
		})
		if _, _, err := client.FindChat(t.Context(), 3, "chat-0", time.Now()); !errors.Is(err, rest.ErrInterrupted) {
			t.Errorf("got %v", err)
		}
		expect(t, "another caller", find(t, client, "chat-0", time.Now()), "found")
	})
	inBubble(t, "when the provider is interrupted while others wait for their turn", func(t *testing.T) {
		var interrupt rest.Interrupt
		s := newSystem(1)
		s.fails("thulium.list", 429)
		client := s.client(func(c *rest.Config) {
			c.Interrupt, c.Policy = &interrupt, rest.Policy{Timeout: time.Second, MaxRetries: 3, WaitMin: 10 * time.Second, WaitMax: 30 * time.Second}
		})
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
		defer cancel()
		began := time.Now()
		var group sync.WaitGroup
		for range 3 {
			group.Go(func() {
				_, _, err := client.FindChat(ctx, 3, "chat-0", time.Now())
				if !errors.Is(err, rest.ErrInterrupted) || time.Since(began) != 5*time.Second {
					t.Errorf("got %v after %s", err, time.Since(began))
				}
			})
		}
		time.Sleep(5 * time.Second)
		interrupt.Signal()
		group.Wait()
		expect(t, "requests", s.Count("thulium.list"), 1)
		s.ClearFaults()
		expect(t, "another caller", find(t, client, "chat-0", time.Now()), "found")
	})
	inBubble(t, "when it gives up while another reads", func(t *testing.T) {
		s := newSystem(1, slow)
		client := s.client()
		var group sync.WaitGroup
		group.Go(func() { expect(t, "the one that reads", find(t, client, "chat-0", time.Now()), "found") })
		time.Sleep(time.Second / 2)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start := time.Now()
		if _, _, err := client.FindChat(ctx, 3, "chat-0", time.Now()); !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != time.Second {
			t.Errorf("got %v after %s", err, time.Since(start))
		}
		group.Wait()
		expect(t, "requests", s.Count("thulium.list"), 1)
	})
}
