package sandbox_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

func TestListingRow(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	id := s.start("chat_queue_id=3&client_name=Jan&client_surname=Kowalski&client_email=jan.kowalski%40example.org&customer_id=17").id("conversation_id")
	s.list("").is(200, "result.0.chat_queue_id", 3, "result.0.client_email", "jan.kowalski@example.org", "result.0.client_name", "Jan Kowalski",
		"result.0.customer_id", 17, "result.0.conversation_id", id, "result.0.created_at", "2026-11-22 13:00:00.000", "result.0.closed_at", nil,
		"result.0.status", "CREATED", "result.0.messages", nil)
	s.list("include_messages=true").is(200, "result.0.messages", some)
	s.list("include_files=true").is(200, "result.0.files", some)
	s.list("include_client_data=true").is(200, "result.0.client_data", some)
	s.Set(func(k *sandbox.Knobs) { k.FirstNameOnly, k.OpenStatus, k.RowID = true, "ACTIVE", sandbox.RowIDAbsent })
	s.list("").is(200, "result.0.client_name", "Jan", "result.0.status", "ACTIVE", "result.0.conversation_id", nil)
	s.Set(func(k *sandbox.Knobs) { k.RowID = sandbox.RowIDUpper })
	s.list("").is(200, "result.0.conversation_id", strings.ToUpper(id))

	s.advance(time.Hour)
	s.CloseConversation(id)
	s.list("").is(200, "result.0.closed_at", "2026-11-22 14:00:00.000", "result.0.status", "CLOSED")
	s.Set(func(k *sandbox.Knobs) { k.ClosedBy = sandbox.ClosedByStatus })
	s.list("").is(200, "result.0.closed_at", nil, "result.0.status", "CLOSED")
	s.Set(func(k *sandbox.Knobs) { k.ClosedBy = sandbox.ClosedByTime })
	s.list("").is(200, "result.0.closed_at", "2026-11-22 14:00:00.000", "result.0.status", "ACTIVE")

	bare := newStage(t)
	bare.started()
	bare.list("").is(200, "result.0.client_email", nil)
	bare.Set(func(k *sandbox.Knobs) { k.EmptyTexts = true })
	bare.list("").is(200, "result.0.client_email", "")
}

func TestListingCustomerFilledIn(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.Set(func(k *sandbox.Knobs) { k.CustomerFilledIn, k.ListOrder = true, sandbox.OldestFirst })
	for _, query := range []string{
		"client_id=a&client_email=a%40example.org", // 0: new
		"client_email=a%40example.org",             // 1: as 0, by e-mail
		"client_id=a&client_email=b%40example.org", // 2: as 0, client_id before e-mail
		"client_id=a&customer_id=5",                // 3: customer_id before client_id
		"",                                         // 4: new
	} {
		s.start("chat_queue_id=3&" + query)
	}
	s.list("").is(200, "result.0.customer_id", 1001, "result.1.customer_id", 1001, "result.2.customer_id", 1001, "result.3.customer_id", 5,
		"result.4.customer_id", 1002, "result.0.client_email", "customer-1001@crm.example")
}

func TestListingFiltersAndPages(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	for _, chat := range []struct{ id, queue, at, status string }{
		{"d", "4", "2026-11-22 00:00:00", ""}, {"b", "3", "2026-11-21 12:34:30", "CLOSED"}, {"a", "3", "2026-11-20 23:59:59", ""}, {"c", "4", "2026-11-21 23:59:59", ""},
	} {
		at, err := time.ParseInLocation(time.DateTime, chat.at, time.FixedZone("CET", 3600)) // Warsaw in winter
		if err != nil {
			t.Fatal(err)
		}
		s.AddConversation(sandbox.Conversation{ID: chat.id, QueueID: int64(chat.queue[0] - '0'), CreatedAt: at, Status: chat.status})
	}
	for query, want := range map[string]string{
		"": "d c b a", "chat_queue_id=3": "b a", "status=CLOSED": "b", "status=CREATED": "d c a",
		"date_from=2026-11-21": "d c b", "date_from=2026-11-21+12:34": "d c b", "date_from=2026-11-21+12:35": "d c",
		"date_to=2026-11-21": "c b a", "date_to=2026-11-21+12:34": "b a", "date_to=2026-11-21+12:33": "a",
		"limit=2": "d c", "limit=2&offset=3": "a", "offset=9": "", "date_from=2026-11-22&limit=1000": "d",
	} {
		s.lists(query, want)
	}
	s.list("limit=1").is(200, "count", 4)
	s.list("offset=9").is(200, "count", 4)
	for _, query := range []string{"limit=0", "limit=x", "offset=-1", "date_from=yesterday", "date_to=2026-11-22T12:00:00Z", "chat_queue_id=x"} {
		s.list(query).is(400)
	}
	s.Set(func(k *sandbox.Knobs) { k.ListOrder = sandbox.OldestFirst })
	s.lists("", "a b c d")
	s.Set(func(k *sandbox.Knobs) {
		k.DateToStart, k.LimitRefused, k.UnknownFilters = true, true, []string{"status"}
	})
	s.lists("date_to=2026-11-22", "a b c d") // up to the day's start
	s.lists("date_to=2026-11-21", "a")
	s.list("limit=101").is(400)
	s.list("status=CLOSED").is(500)
	for _, status := range []int{401, 403, 404, 405} {
		s.Set(func(k *sandbox.Knobs) { k.ListRefused = status })
		s.list("").is(status)
	}
}

func TestCountsAndPages(t *testing.T) {
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
		s.list("").is(200, "has", want)
	}
	for query, rows := range map[string]int{"": 100, "limit=110": 100, "offset=200": 50} { // 100 is default and maximum
		expect(t, query, len(s.list(query).at("result").([]any)), rows)
	}
	s.Set(func(k *sandbox.Knobs) { k.PageLimit = 40 })
	for query, rows := range map[string]int{"": 40, "limit=10": 10, "limit=100&offset=240": 10} {
		expect(t, "pages of 40: "+query, len(s.list(query).at("result").([]any)), rows)
	}
}

func TestListingVisibility(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	id := s.started()
	closed := s.AddConversation(sandbox.Conversation{QueueID: 3, Status: "CLOSED"})
	s.Set(func(k *sandbox.Knobs) { k.HideOpen = true })
	s.lists("", closed)
	s.Set(func(k *sandbox.Knobs) { k.HideOpen, k.ShowAfter = false, sandbox.Duration(time.Minute) })
	s.lists("", closed) // not shown yet
	s.advance(time.Minute)
	s.lists("", closed, id)

	s.MoveConversation(id, 9)
	s.lists("chat_queue_id=9", id)
	s.Set(func(k *sandbox.Knobs) { k.OriginalQueue = true })
	s.lists("chat_queue_id=3", closed, id) // still under its first queue
	s.lists("chat_queue_id=9")
	expect(t, "unknown chat moves", s.MoveConversation("none", 1), false)
}

func TestListingGrowsBetweenPages(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	a, b := s.started(), s.started()
	s.Set(func(k *sandbox.Knobs) { k.InsertBetweenPages = 1 })
	s.lists("limit=1&chat_queue_id=3", b)
	s.lists("limit=1&offset=1&chat_queue_id=3", b) // the second page shows the same again
	s.Set(func(k *sandbox.Knobs) { k.InsertBetweenPages = 0 })
	s.list("chat_queue_id=3").is(200, "has", a)
	expect(t, "chats", len(s.Conversations()), 4)
}

func TestTwoRowsForOneChat(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	id := s.AddConversation(sandbox.Conversation{QueueID: 3})
	s.MoveConversation(id, 4)
	closed := s.AddConversation(sandbox.Conversation{QueueID: 3, Status: "CLOSED"})
	rows := func(query string) (own string) { // of the chat that has moved
		for _, row := range s.list(query).at("result").([]any) {
			if row := row.(map[string]any); row["conversation_id"] == any(id) {
				own += fmt.Sprintf("%v %v %t, ", row["chat_queue_id"], row["status"], row["closed_at"] != nil)
			}
		}
		return own
	}
	const open, stay = "4 CREATED false, ", "3 CLOSED true, "
	for _, order := range []string{sandbox.NewestFirst, sandbox.OldestFirst} {
		for knob, want := range map[string]string{
			sandbox.TwoRowsNone: open, sandbox.TwoRowsOpenFirst: open + stay, sandbox.TwoRowsClosedFirst: stay + open,
		} {
			s.Set(func(k *sandbox.Knobs) { k.ListOrder, k.TwoRows = order, knob })
			expect(t, order+" "+knob, rows(""), want)
		}
	}
	s.Set(func(k *sandbox.Knobs) { k.TwoRows = sandbox.TwoRowsOpenFirst })
	expect(t, "closed only", rows("status=CLOSED&chat_queue_id=3"), stay)
	s.lists("limit=1&offset=1", id) // on another page
	expect(t, "still two chats", len(s.Conversations()), 2)
	expect(t, "and a closed one has one row", strings.Count(s.list("").body, closed), 1)
}

func TestOddClosingTimesOfOpenChats(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.started()
	for knob, want := range map[string]any{
		"": nil, "1970-01-01 00:00:00.000": "1970-01-01 00:00:00.000", "0001-01-01": "0001-01-01",
		sandbox.OpenClosedAtFuture: "2027-11-22 13:00:00.000", sandbox.OpenClosedAtBefore: "2026-11-21 13:00:00.000",
	} {
		s.Set(func(k *sandbox.Knobs) { k.OpenClosedAt = knob })
		s.list("").is(200, "result.0.closed_at", want, "result.0.status", "CREATED")
	}
}
