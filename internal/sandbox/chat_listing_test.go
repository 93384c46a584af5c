package sandbox_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

func (s *stage) list(query string) reply {
	s.t.Helper()
	return s.send("GET", chatsPath+"?"+query, "", thuliumAuth)
}

func TestFormsOfCount(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	for range 250 {
		s.AddConversation(sandbox.Conversation{QueueID: 3})
	}
	for form, want := range map[string]string{
		sandbox.CountMatches: `"count":250,`, sandbox.CountPage: `"count":100,`, sandbox.CountAbsent: `{"result"`,
		sandbox.CountText: `"count":"250",`, sandbox.CountFraction: `"count":250.0,`,
	} {
		s.Set(func(k *sandbox.Knobs) { k.Count = form })
		expect(t, form, strings.Contains(s.list("").body, want), true)
	}
	s.Set(func(k *sandbox.Knobs) { k.PageLimit = 40 })
	expect(t, "a page", len(s.listed("")), 40)
	expect(t, "a page of 10", len(s.listed("limit=10")), 10)
	expect(t, "the last page", len(s.listed("limit=100&offset=240")), 10)
}

func TestTwoRowsForOneChat(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	id := s.AddConversation(sandbox.Conversation{QueueID: 3})
	s.MoveConversation(id, 4)
	closed := s.AddConversation(sandbox.Conversation{QueueID: 3, Status: "CLOSED"})
	rows := func(query string) (list []string) {
		r := s.list(query)
		for i := range len(r.at(t, "result").([]any)) {
			row := r.at(t, "result", i).(map[string]any)
			name := "closed"
			if row["conversation_id"] == any(id) {
				name = "moved"
			}
			list = append(list, fmt.Sprintf("%s %v %v %t", name, row["chat_queue_id"], row["status"], row["closed_at"] != nil))
		}
		return list
	}
	open, stay := "moved 4 CREATED false", "moved 3 CLOSED true"
	for _, order := range []string{sandbox.NewestFirst, sandbox.OldestFirst} {
		for knob, want := range map[string][]string{
			sandbox.TwoRowsNone: {open}, sandbox.TwoRowsOpenFirst: {open, stay}, sandbox.TwoRowsClosedFirst: {stay, open},
		} {
			s.Set(func(k *sandbox.Knobs) { k.ListOrder, k.TwoRows = order, knob })
			own := []string{}
			for _, row := range rows("") {
				if strings.HasPrefix(row, "moved") {
					own = append(own, row)
				}
			}
			expectList(t, order+" "+knob, own, want)
		}
	}
	s.Set(func(k *sandbox.Knobs) { k.TwoRows = sandbox.TwoRowsOpenFirst })
	expectList(t, "closed only", rows("status=CLOSED&chat_queue_id=3"), []string{stay, "closed 3 CLOSED true"})
	expect(t, "on another page", s.listed("limit=1&offset=1")[0], id)
	expect(t, "still two chats", len(s.Conversations()), 2)
	expect(t, "and a closed one has one row", strings.Count(s.list("").body, closed), 1)
}

func TestOddClosingTimesOfOpenChats(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.started()
	for knob, want := range map[string]any{
		"": nil, "1970-01-01 00:00:00.000": "1970-01-01 00:00:00.000", "0001-01-01": "0001-01-01",
		sandbox.OpenClosedAtFuture: "2027-11-22 13:00:00.000", sandbox.OpenClosedAtBefore: "2026-11-22 12:00:00.000",
	} {
		s.Set(func(k *sandbox.Knobs) { k.OpenClosedAt = knob })
		expect(t, knob, s.list("").at(t, "result", 0, "closed_at"), want)
		expect(t, knob+" status", s.list("").at(t, "result", 0, "status"), any("CREATED"))
	}
}

func TestFilterThatASystemDoesNotKnow(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.Set(func(k *sandbox.Knobs) { k.UnknownFilters = []string{"status"} })
	expect(t, "status", s.list("status=CLOSED").status, 500)
	expect(t, "another", s.list("chat_queue_id=3").status, 200)
}

func TestFormsOfRetryAfter(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.Set(func(k *sandbox.Knobs) { k.ThuliumPerMinute = 1 })
	s.started()
	s.advance(15*time.Second + 500*time.Millisecond)
	for form, want := range map[string]string{
		sandbox.RetryAfterSeconds: "45", sandbox.RetryAfterDate: "Sun, 22 Nov 2026 12:01:00 GMT", sandbox.RetryAfterAbsent: "",
		sandbox.RetryAfterZero: "0", sandbox.RetryAfterFraction: "44.55", sandbox.RetryAfterUnit: "45s", sandbox.RetryAfterTwice: "45, 45",
		sandbox.RetryAfterPast: "Sun, 22 Nov 2026 11:00:15 GMT", sandbox.RetryAfterShortDay: "Sun, 22 Nov 2026 12:01:00 GMT",
		sandbox.RetryAfterISO: "2026-11-22T12:01:00Z", sandbox.RetryAfterWords: "in a moment",
	} {
		s.Set(func(k *sandbox.Knobs) { k.RetryAfter = form })
		r := s.start("chat_queue_id=3")
		expect(t, form, r.status, 429)
		expect(t, form+" header", r.header.Get("Retry-After"), want)
	}
	s.advance(14 * 24 * time.Hour) // a day of one digit
	s.Set(func(k *sandbox.Knobs) { k.RetryAfter = sandbox.RetryAfterShortDay })
	s.started()
	expect(t, "short day", s.start("chat_queue_id=3").header.Get("Retry-After"), "Sun, 6 Dec 2026 12:01:16 GMT")
}
