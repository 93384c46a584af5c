package thulium

import (
	"fmt"
	"strings"
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

// A chat that is not among the rows of a listing which ends too early may be among the others.
func TestAChatMayBeAmongTheRowsThatAListingLacks(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		body  string
		shown bool
		says  string
	}{
		"not shown": {`{"count":5,"result":[]}`, false, "the listing ends after 0 of 5 chats"},
		"shown":     {`{"count":5,"result":[{"conversation_id":"a","status":"CREATED"}]}`, true, ""},
	} {
		inBubble(t, name, func(t *testing.T) {
			s := newSystem(0)
			s.answers("thulium.list", c.body)
			_, shown, err := s.client().FindChat(t.Context(), 3, "a", time.Now())
			if shown != c.shown || (err != nil) != (c.says != "") || err != nil && !strings.Contains(err.Error(), c.says) {
				t.Errorf("shown: %v, %v", shown, err)
			}
		})
	}
}
