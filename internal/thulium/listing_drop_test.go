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
)

func TestAStartOrStopDropsWhatWasListedBeforeIt(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		act  func(t *testing.T, client *Client) error
		want map[int64]bool // for each queue whether it is read again
	}{
		"a start drops its queue and all queues": {func(t *testing.T, client *Client) error {
			t.Helper()
			_, err := client.Start(t.Context(), Start{QueueID: 3})
			return err
		}, map[int64]bool{3: true, 4: false, 0: true}},
		"a stop drops every queue": {func(t *testing.T, client *Client) error {
			t.Helper()
			return client.Stop(t.Context(), "chat-0", "")
		}, map[int64]bool{3: true, 4: true, 0: true}},
		"another listing drops none": {func(t *testing.T, client *Client) error {
			t.Helper()
			_, err := client.List(t.Context(), Filter{QueueID: 3})
			return err
		}, map[int64]bool{3: false, 4: false, 0: false}},
	} {
		for _, fails := range []bool{false, true} {
			inBubble(t, fmt.Sprintf("%s, failing %t", name, fails), func(t *testing.T) {
				s := &system{rows: chats(10), answer: calls}
				client := s.client()
				for queue := range c.want {
					if _, _, err := client.Find(t.Context(), queue, "chat-x", began); err != nil {
						t.Fatal(err)
					}
				}
				if fails { // the call may have acted all the same
					s.answer = func(request) (int, string, bool) { return 500, "", true }
				}
				if err := c.act(t, client); (err != nil) != fails {
					t.Fatal(err)
				}
				s.answer = calls
				for queue, again := range c.want {
					before := len(s.requests)
					if _, _, err := client.Find(t.Context(), queue, "chat-x", began); err != nil {
						t.Fatal(err)
					}
					expect(t, fmt.Sprintf("queue %d is read again", queue), len(s.requests) > before, again)
				}
			})
		}
	}
	inBubble(t, "so that a chat that closed is seen to be closed", func(t *testing.T) {
		s := &system{rows: chats(1), answer: calls}
		client := s.client()
		before, _, _ := client.Find(t.Context(), 3, "chat-0", began)
		s.rows[0]["status"] = "CLOSED"
		unseen, _, _ := client.Find(t.Context(), 3, "chat-0", began)
		if err := client.Stop(t.Context(), "chat-0", ""); err != nil {
			t.Fatal(err)
		}
		after, _, _ := client.Find(t.Context(), 3, "chat-0", began)
		if before.Closed() || unseen.Closed() || !after.Closed() {
			t.Errorf("closed is %t, %t, %t", before.Closed(), unseen.Closed(), after.Closed())
		}
	})
	inBubble(t, "also what is being read meanwhile", func(t *testing.T) {
		s := &system{rows: chats(150), answer: calls, delay: 2 * time.Second}
		client := s.client()
		var group sync.WaitGroup
		group.Go(func() { expect(t, "the one that reads", find(t, client, "chat-149", began), "found") })
		time.Sleep(time.Second)
		// It ends a second after the first page and a second before the other.
		if _, err := client.Start(t.Context(), Start{QueueID: 3}); err != nil {
			t.Fatal(err)
		}
		group.Wait()
		expect(t, "the next one", find(t, client, "chat-0", began), "found")
		expect(t, "requests", offsets(s.listings(0)), "0 100 0")
	})
}

func TestTheBoundOfAQueueSurvivesDrops(t *testing.T) {
	t.Parallel()
	inBubble(t, "by starts", func(t *testing.T) {
		s := &system{rows: chats(6000), answer: calls}
		client := s.client()
		reads := func() int { return len(s.listings(0)) }
		expect(t, "a reading", find(t, client, "chat-x", began), "not shown")
		expect(t, "its requests", reads(), 60)
		if _, err := client.Start(t.Context(), Start{QueueID: 3}); err != nil {
			t.Fatal(err)
		}
		_, _, err := client.Find(t.Context(), 3, "chat-x", began)
		if !errors.Is(err, errTooLong) {
			t.Errorf("got %v", err)
		}
		expect(t, "requests up to the bound", reads(), 100)
		expect(t, "what was read until then", find(t, client, "chat-3999", began), "found")
		if err := client.Stop(t.Context(), "chat-0", ""); err != nil {
			t.Fatal(err)
		}
		expect(t, "after a drop", find(t, client, "chat-0", began), "error")
		expect(t, "requests beyond the bound", reads(), 100)
		if _, found, err := client.Find(t.Context(), 4, "chat-x", began); found || err != nil {
			t.Errorf("another queue: got %t and %v", found, err)
		}
	})
	inBubble(t, "and counts each attempt", func(t *testing.T) {
		s := &system{}
		show := pagesOf(10_000, 10_000)
		s.answer = func(r request) (int, string, bool) {
			if len(s.requests) > 40 {
				return 502, "", true
			}
			return show(r)
		}
		client := s.client(func(c *rest.Config) { c.Policy.MaxRetries = 1000 })
		expect(t, "chat", find(t, client, "chat-x", began), "error")
		expect(t, "requests", len(s.requests), 100)
		client.listing.drop(3)
		s.answer = nil
		expect(t, "after a drop", find(t, client, "chat-0", began), "error")
		expect(t, "requests after a drop", len(s.requests), 100)
	})
}

func TestAFailureOfTheServiceIsKept(t *testing.T) {
	t.Parallel()
	for _, status := range []int{0, 401, 403, 404, 405, 429, 500} {
		inBubble(t, fmt.Sprint(status), func(t *testing.T) {
			s := &system{rows: chats(1), answer: func(request) (int, string, bool) { return status, "", true }}
			client := s.client()
			var group sync.WaitGroup
			for range 50 {
				group.Go(func() { expect(t, "chat", find(t, client, "chat-0", began), "error") })
			}
			group.Wait()
			expect(t, "requests", len(s.requests), 1)
			s.answer = nil
			client.listing.drop(3)
			expect(t, "after a drop", find(t, client, "chat-0", began), "found")
		})
	}
	inBubble(t, "and what was read before it stays", func(t *testing.T) {
		s := &system{rows: chats(300)}
		s.answer = refusedFrom("200")
		client := s.client()
		expect(t, "behind it", find(t, client, "chat-250", began), "error")
		expect(t, "before it", find(t, client, "chat-150", began), "found")
		expect(t, "requests", len(s.requests), 3)
	})
}

func TestThatOneCallerGaveUpIsNotKept(t *testing.T) {
	t.Parallel()
	inBubble(t, "when its context is cancelled within a request", func(t *testing.T) {
		s := &system{rows: chats(150), delay: 2 * time.Second}
		client := s.client()
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(3*time.Second, cancel)
		if _, _, err := client.Find(ctx, 3, "chat-149", began); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
		expect(t, "another caller", find(t, client, "chat-149", began), "found")
		expect(t, "the second page, again", offsets(s.listings(0)), "0 100 100")
	})
	inBubble(t, "when its time is up", func(t *testing.T) {
		s := &system{rows: chats(1), delay: 2 * time.Second}
		client := s.client()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, _, err := client.Find(ctx, 3, "chat-0", began); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		expect(t, "another caller", find(t, client, "chat-0", began), "found")
	})
	inBubble(t, "when its time would be up before requests_per_minute allows the next page", func(t *testing.T) {
		s := &system{rows: chats(150)}
		client := s.client(func(c *rest.Config) { c.RequestsPerMinute = 1 })
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, _, err := client.Find(ctx, 3, "chat-149", began); err == nil || !strings.Contains(err.Error(), "requests_per_minute") {
			t.Errorf("got %v", err)
		}
		expect(t, "another caller", find(t, client, "chat-149", began), "found")
		expect(t, "requests", offsets(s.listings(0)), "0 100")
	})
	inBubble(t, "when the provider is interrupted", func(t *testing.T) {
		var interrupt rest.Interrupt
		s := &system{rows: chats(1), answer: func(request) (int, string, bool) { return 500, "", true }}
		client := s.client(func(c *rest.Config) {
			c.Interrupt, c.Policy.MaxRetries, c.Policy.WaitMax = &interrupt, 3, time.Minute
			c.Policy.WaitMin = time.Minute
		})
		time.AfterFunc(time.Second, func() {
			s.change(func() { s.answer = nil })
			interrupt.Signal()
		})
		if _, _, err := client.Find(t.Context(), 3, "chat-0", began); !errors.Is(err, rest.ErrInterrupted) {
			t.Errorf("got %v", err)
		}
		expect(t, "another caller", find(t, client, "chat-0", began), "found")
	})
	inBubble(t, "when it gives up while another reads", func(t *testing.T) {
		s := &system{rows: chats(1), delay: 3 * time.Second}
		client := s.client()
		var group sync.WaitGroup
		group.Go(func() { expect(t, "the one that reads", find(t, client, "chat-0", began), "found") })
		time.Sleep(time.Second)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start := time.Now()
		if _, _, err := client.Find(ctx, 3, "chat-0", began); !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != time.Second {
			t.Errorf("got %v after %s", err, time.Since(start))
		}
		group.Wait()
		expect(t, "requests", len(s.requests), 1)
	})
}

// A chat that was read as closed stays closed: a stop that is refused for it costs
// no further reading, however many others were stopped meanwhile.
func TestWhatWasClosedIsRemembered(t *testing.T) {
	t.Parallel()
	inBubble(t, "over drops", func(t *testing.T) {
		s := &system{rows: chats(300), answer: calls}
		for i := range s.rows {
			if i%2 == 1 {
				s.rows[i]["status"] = "CLOSED"
			}
		}
		client := s.client()
		for i := range 300 {
			id := fmt.Sprintf("chat-%d", i)
			if i%2 == 1 {
				expect(t, id, client.ConfirmClosed(t.Context(), 3, strings.ToUpper(id), began, time.Now()), nil)
			} else if err := client.Stop(t.Context(), id, ""); err != nil {
				t.Fatal(err)
			}
		}
		expect(t, "requests of the listing", len(s.listings(0)), 6) // one, two and three pages, each up to a chat that was not read before
		expect(t, "an open chat", client.ConfirmClosed(t.Context(), 3, "chat-0", began, time.Now()), ErrShownOpen)
	})
}
