package thulium

import (
	"fmt"
	"testing"
	"time"
)

func TestAChatOfUnknownAgeIsLookedForFurtherAndFurtherBack(t *testing.T) {
	t.Parallel()
	for age, c := range map[int]struct {
		want     string
		requests int
	}{0: {"found", 1}, 5: {"found", 2}, 20: {"found", 3}, 200: {"found", 4}, 365: {"found", 4}, 400: {"not shown", 4}} {
		inBubble(t, fmt.Sprintf("%d days", age), func(t *testing.T) {
			s := newSystem(0)
			s.open("it", time.Duration(-age)*day)
			expect(t, "chat", find(t, s.client(), "it", time.Time{}), c.want)
			expect(t, "requests", s.Count("thulium.list"), c.requests)
			for i, query := range s.pages() {
				expect(t, "window", query.Get("date_from"), time.Now().UTC().AddDate(0, 0, -lookBacks[i]).Format(time.DateOnly))
			}
		})
	}
	inBubble(t, "in every queue when its queue is not known either", func(t *testing.T) {
		s := newSystem(1)
		chat, found, err := s.client().FindChat(t.Context(), 0, "chat-0", time.Time{})
		if !found || err != nil || *chat.QueueID != 3 {
			t.Errorf("got %+v, %t and %v", chat, found, err)
		}
		expect(t, "queues", s.queues(), "all")
	})
	inBubble(t, "unless the listing fails", func(t *testing.T) {
		s := newSystem(0)
		s.fails("thulium.list", 403)
		expect(t, "chat", find(t, s.client(), "it", time.Time{}), "error")
		expect(t, "requests", s.Count("thulium.list"), 1)
	})
}
