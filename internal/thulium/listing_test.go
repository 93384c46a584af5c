package thulium

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// began is when the rows of chats are asked for: a day boundary before them all.
var began = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// find looks for the chat in queue 3 and says how that went in a word.
func find(t *testing.T, client *Client, id string, startedAt time.Time) string {
	t.Helper()
	chat, found, err := client.Find(t.Context(), 3, id, startedAt)
	switch {
	case err != nil:
		return "error"
	case !found:
		return "not shown"
	case text(chat.ID) != id:
		return "another: " + text(chat.ID)
	default:
		return "found"
	}
}

func expect[V comparable](t *testing.T, what string, got, want V) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

func TestAListingIsReadOnceAndWhole(t *testing.T) {
	t.Parallel()
	for n, requests := range map[int]int{0: 1, 1: 1, 99: 1, 100: 1, 101: 2, 1000: 10} {
		for _, order := range []string{"latest first", "earliest first"} {
			inBubble(t, fmt.Sprintf("%d chats, %s", n, order), func(t *testing.T) {
				s := &system{rows: chats(n)}
				if order == "earliest first" {
					slices.Reverse(s.rows)
				}
				client := s.client()
				expect(t, "a chat that is not there", find(t, client, "chat-x", began), "not shown")
				expect(t, "requests", len(s.requests), requests)
				for i := range n {
					expect(t, "a chat that is", find(t, client, fmt.Sprintf("chat-%d", i), began), "found")
				}
				expect(t, "asked again", find(t, client, "chat-x", began), "not shown")
				expect(t, "requests after all that", len(s.requests), requests)
				for i, query := range s.listings(0) {
					expect(t, "query", query.Encode(), fmt.Sprintf("chat_queue_id=3&date_from=2026-11-21&limit=100&offset=%d", 100*i))
				}
			})
		}
	}
}

func TestManyAskAtOnceAtTheCostOfOneReading(t *testing.T) {
	t.Parallel()
	for n, requests := range map[int]int{1: 1, 99: 1, 100: 1, 101: 2, 1000: 10} {
		inBubble(t, fmt.Sprint(n), func(t *testing.T) {
			s := &system{rows: chats(n), delay: time.Second}
			client := s.client()
			var group sync.WaitGroup
			for i := range n {
				group.Go(func() { expect(t, "chat", find(t, client, fmt.Sprintf("chat-%d", i), began), "found") })
			}
			group.Wait()
			expect(t, "requests", len(s.requests), requests)
		})
	}
}

func TestPagesAreReadUntilTheChatIsFound(t *testing.T) {
	t.Parallel()
	inBubble(t, "and not further", func(t *testing.T) {
		s := &system{rows: chats(1000)}
		client := s.client()
		for _, c := range []struct{ chat, requests int }{{250, 3}, {0, 3}, {299, 3}, {300, 4}, {999, 10}, {500, 10}} {
			expect(t, "chat", find(t, client, fmt.Sprintf("chat-%d", c.chat), began), "found")
			expect(t, fmt.Sprintf("requests up to chat %d", c.chat), len(s.requests), c.requests)
		}
	})
	inBubble(t, "in whatever case its id is written", func(t *testing.T) {
		s := &system{rows: []row{{"conversation_id": "6ED7c941", "chat_queue_id": 3}}}
		_, found, err := s.client().Find(t.Context(), 3, "6ed7C941", began)
		if !found || err != nil {
			t.Errorf("got %t and %v", found, err)
		}
	})
	inBubble(t, "when pages are shorter than asked for", func(t *testing.T) {
		s := &system{rows: chats(100), capped: 30}
		expect(t, "chat", find(t, s.client(), "chat-99", began), "found")
		expect(t, "requests", len(s.requests), 4)
	})
	inBubble(t, "when the offset is not noticed, which is an error", func(t *testing.T) {
		for _, s := range []*system{{rows: chats(150), deaf: true}, {rows: chats(150), deaf: true, noCount: true}} {
			client := s.client()
			expect(t, "a chat that is shown", find(t, client, "chat-0", began), "found")
			expect(t, "one that is not", find(t, client, "chat-149", began), "error")
			expect(t, "requests", len(s.requests), 2)
		}
	})
	inBubble(t, "when nothing is counted", func(t *testing.T) {
		s := &system{rows: chats(100), noCount: true}
		expect(t, "chat", find(t, s.client(), "chat-x", began), "not shown")
		expect(t, "requests", len(s.requests), 2)
	})
	inBubble(t, "when rows show no id", func(t *testing.T) {
		s := &system{rows: []row{{}, {"conversation_id": nil}, {"conversation_id": ""}, {"conversation_id": "chat-9", "chat_queue_id": 3}}}
		for _, r := range s.rows {
			r["chat_queue_id"] = 3
		}
		expect(t, "chat", find(t, s.client(), "chat-9", began), "found")
	})
	inBubble(t, "when a chat starts between two pages", func(t *testing.T) {
		s := &system{rows: chats(150)}
		s.between = func(n int) {
			if n == 1 {
				s.rows = append([]row{{"conversation_id": "new", "chat_queue_id": 3}}, s.rows...)
			}
		}
		client := s.client()
		for _, id := range []string{"chat-149", "chat-100", "chat-99", "chat-0"} {
			expect(t, id, find(t, client, id, began), "found")
		}
		expect(t, "requests", len(s.requests), 2)
	})
}

func TestWhatWasListedIsSeenWithoutARequest(t *testing.T) {
	t.Parallel()
	inBubble(t, "and without a wait for one", func(t *testing.T) {
		s := &system{rows: chats(150), delay: time.Second, answer: calls}
		client := s.client()
		seen := func(what, id string, want bool) {
			t.Helper()
			requests := len(s.listings(0))
			chat, found := client.Seen(3, id)
			expect(t, what, found, want)
			expect(t, what+": the id", text(chat.ID) != "", want)
			expect(t, what+": requests", len(s.listings(0)), requests)
		}
		seen("before anything was listed", "chat-0", false)
		find(t, client, "chat-0", began)
		seen("on the page that was read", "chat-99", true)
		seen("in another spelling", "CHAT-0", true)
		seen("on a page that was not", "chat-100", false)
		if _, found := client.Seen(4, "chat-0"); found {
			t.Error("seen in another queue")
		}

		var group sync.WaitGroup
		group.Go(func() { find(t, client, "chat-100", began) })
		synctest.Wait()
		seen("while another reads", "chat-0", false)
		group.Wait()
		seen("when that one has read", "chat-100", true)
		if err := client.Stop(t.Context(), "chat-7", ""); err != nil {
			t.Fatal(err)
		}
		seen("after a stop", "chat-0", false)
	})
}

func TestAWindowIsExtendedBackwards(t *testing.T) {
	t.Parallel()
	const days = 24 * time.Hour
	inBubble(t, "at the cost of one request, and nothing is read again", func(t *testing.T) {
		s := &system{rows: chats(150)}
		s.rows = append(s.rows,
			row{"conversation_id": "old", "chat_queue_id": 3, "created_at": "2026-11-15 10:00:00.000"},
			row{"conversation_id": "older", "chat_queue_id": 3, "created_at": "2026-11-01 10:00:00.000"})
		client := s.client()
		expect(t, "the first window", find(t, client, "chat-149", began), "found")
		expect(t, "an earlier one", find(t, client, "old", began.Add(-7*days)), "found")
		expect(t, "the first again", find(t, client, "chat-0", began), "found")
		expect(t, "one between", find(t, client, "chat-1", began.Add(-2*days)), "found")
		expect(t, "one more", find(t, client, "older", began.Add(-20*days)), "found")
		expect(t, "none at all", find(t, client, "chat-x", began.Add(-20*days)), "not shown")
		var windows []string
		for _, query := range s.listings(0) {
			windows = append(windows, query.Get("date_from")+" - "+query.Get("date_to")+" +"+query.Get("offset"))
		}
		want := []string{
			"2026-11-21 -  +0", "2026-11-21 -  +100",
			"2026-11-14 - 2026-11-21 00:00 +0",
			"2026-11-01 - 2026-11-14 00:00 +0",
		}
		if !slices.Equal(windows, want) {
			t.Errorf("asked for %q, want %q", windows, want)
		}
	})
	inBubble(t, "before the rest of a later window is read", func(t *testing.T) {
		s := &system{rows: chats(500)}
		s.rows = append(s.rows, row{"conversation_id": "old", "chat_queue_id": 3, "created_at": "2026-11-15 10:00:00.000"})
		client := s.client()
		find(t, client, "chat-0", began)
		expect(t, "chat", find(t, client, "old", began.Add(-7*days)), "found")
		expect(t, "requests", len(s.requests), 2)
		expect(t, "the rest", find(t, client, "chat-499", began.Add(-7*days)), "found")
		expect(t, "requests for it", len(s.requests), 6)
	})
}

func TestAChatOfUnknownAgeIsLookedForFurtherAndFurtherBack(t *testing.T) {
	t.Parallel()
	for age, c := range map[int]struct {
		want     string
		requests int
	}{0: {"found", 1}, 5: {"found", 2}, 20: {"found", 3}, 200: {"found", 4}, 365: {"found", 4}, 400: {"not shown", 4}} {
		inBubble(t, fmt.Sprintf("%d days", age), func(t *testing.T) {
			now := time.Now().UTC()
			s := &system{rows: []row{{
				"conversation_id": "it", "chat_queue_id": 3, "created_at": now.AddDate(0, 0, -age).Format(time.DateTime),
			}}}
			expect(t, "chat", find(t, s.client(), "it", time.Time{}), c.want)
			expect(t, "requests", len(s.requests), c.requests)
			for i, query := range s.listings(0) {
				expect(t, "window", query.Get("date_from"), now.AddDate(0, 0, -windows[i]).Format(time.DateOnly))
			}
		})
	}
	inBubble(t, "in every queue when its queue is not known either", func(t *testing.T) {
		s := &system{rows: chats(1)}
		s.rows[0]["created_at"] = time.Now().UTC().Format(time.DateTime)
		chat, found, err := s.client().Find(t.Context(), 0, "chat-0", time.Time{})
		if !found || err != nil || *chat.QueueID != 3 || s.requests[0].query.Has("chat_queue_id") {
			t.Errorf("got %+v, %t and %v from %s", chat, found, err, s.requests[0].query.Encode())
		}
	})
	inBubble(t, "unless the listing fails", func(t *testing.T) {
		s := &system{answer: func(request) (int, string, bool) { return 403, "", true }}
		expect(t, "chat", find(t, s.client(), "it", time.Time{}), "error")
		expect(t, "requests", len(s.requests), 1)
	})
}
