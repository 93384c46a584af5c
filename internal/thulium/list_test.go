package thulium

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

// chats returns n open rows of queue 3, the latest first, ten seconds apart.
func chats(n int) []row {
	latest := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	var out []row
	for i := range n {
		out = append(out, row{
			"conversation_id": fmt.Sprintf("chat-%d", i), "chat_queue_id": 3, "status": "OPEN",
			"created_at": latest.Add(time.Duration(-i) * 10 * time.Second).Format("2006-01-02 15:04:05.000"),
		})
	}
	return out
}

// offsets returns where the pages of the listings began.
func offsets(queries []url.Values) string {
	var out []string
	for _, query := range queries {
		out = append(out, query.Get("offset"))
	}
	return strings.Join(out, " ")
}

func TestListIsComplete(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		system   *system
		rows     int
		requests string // their offsets
	}{
		"no chats":                            {&system{}, 0, "0"},
		"one chat":                            {&system{rows: chats(1)}, 1, "0"},
		"a page but one":                      {&system{rows: chats(99)}, 99, "0"},
		"a full page":                         {&system{rows: chats(100)}, 100, "0 100"}, // the count may be of the page
		"pages count themselves, one chat":    {&system{ownCount: true, rows: chats(1)}, 1, "0"},
		"pages count themselves, one full":    {&system{ownCount: true, rows: chats(100)}, 100, "0 100"},
		"pages count themselves, and one":     {&system{ownCount: true, rows: chats(101)}, 101, "0 100"},
		"pages count themselves, two and one": {&system{ownCount: true, rows: chats(201)}, 201, "0 100 200"},
		"pages count themselves, two full":    {&system{ownCount: true, rows: chats(200)}, 200, "0 100 200"},
		"a full page and one":                 {&system{rows: chats(101)}, 101, "0 100"},
		"ten full pages":                      {&system{rows: chats(1000)}, 1000, "0 100 200 300 400 500 600 700 800 900"},
		"no count, no chats":                  {&system{noCount: true}, 0, "0"},
		"no count, a page but one":            {&system{noCount: true, rows: chats(99)}, 99, "0"},
		"no count, a full page":               {&system{noCount: true, rows: chats(100)}, 100, "0 100"},
		"no count, a full page and one":       {&system{noCount: true, rows: chats(101)}, 101, "0 100"},
		"pages are shorter than asked for":    {&system{capped: 40, rows: chats(100)}, 100, "0 40 80"},
		"rows without an id are kept, each":   {&system{rows: []row{{}, {"status": "OPEN"}, {}}}, 3, "0"},
		"a row for each queue that it was in": {&system{rows: append(chats(150), row{"conversation_id": "chat-10", "chat_queue_id": 4})}, 150, "0 100"},
		"a row that stands twice counts once": {&system{rows: append(chats(3), chats(1)...)}, 3, "0"},
	} {
		inBubble(t, name, func(t *testing.T) {
			got, err := c.system.client().List(t.Context(), Filter{})
			if err != nil || len(got) != c.rows {
				t.Errorf("got %d chats and %v, want %d", len(got), err, c.rows)
			}
			if sent := offsets(c.system.listings(0)); sent != c.requests {
				t.Errorf("asked for %s, want %s", sent, c.requests)
			}
		})
	}
}

func TestListAsksForWhatIsAskedOfIt(t *testing.T) {
	t.Parallel()
	inBubble(t, "on every page", func(t *testing.T) {
		s := &system{rows: chats(150)}
		s.rows[3]["chat_queue_id"] = 4
		s.rows[5]["status"] = "CLOSED"
		got, err := s.client().List(t.Context(), Filter{QueueID: 3, Status: "OPEN", From: "2026-11-01", To: "2026-11-30 12:00"})
		if err != nil || len(got) != 148 {
			t.Fatalf("got %d chats and %v", len(got), err)
		}
		for i, query := range s.listings(0) {
			want := fmt.Sprintf("chat_queue_id=3&date_from=2026-11-01&date_to=2026-11-30+12%%3A00&limit=100&offset=%d&status=OPEN", 100*i)
			if query.Encode() != want {
				t.Errorf("asked for %s, want %s", query.Encode(), want)
			}
		}
	})
}

func TestListWhileTheSystemChanges(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change   func(s *system) // after the first page of 150 chats
		want     []string        // ids that must be there
		rows     int
		requests string
	}{
		"a chat starts before those that are read": {
			func(s *system) { s.rows = append([]row{{"conversation_id": "new"}}, s.rows...) },
			[]string{"chat-0", "chat-99", "chat-100", "chat-149"},
			150, "0 100",
		},
		"a chat starts behind those that are read": {
			func(s *system) { s.rows = append(s.rows, row{"conversation_id": "new"}) },
			[]string{"chat-0", "chat-149", "new"},
			151, "0 100",
		},
		"a chat closes that was read: the others move up": {
			func(s *system) { s.rows = s.rows[1:] },
			[]string{"chat-1", "chat-99", "chat-100", "chat-149"},
			149, "0 100 0 100",
		},
		"chats close that were not read": {
			func(s *system) { s.rows = s.rows[:120] },
			[]string{"chat-0", "chat-100", "chat-119"},
			120, "0 100 0 100",
		},
		"all close": {func(s *system) { s.rows = nil }, nil, 0, "0 100 0"},
		"nothing is counted, and one starts before those that were all": {
			func(s *system) {
				s.noCount, s.rows = true, append([]row{{"conversation_id": "new"}}, s.rows[:100]...)
			},
			[]string{"new", "chat-0", "chat-99"}, // 50 of those that were counted at first are gone
			101, "0 100 0 100",
		},
		"a chat starts before those that are read, and another closes: as many are counted": {
			func(s *system) {
				s.rows = append([]row{{"conversation_id": "new"}}, append(s.rows[:120:120], s.rows[121:]...)...)
			},
			[]string{"new", "chat-0", "chat-99", "chat-149"},
			150, "0 100 0 100",
		},
		"a chat stands on two pages, in the place of another": {
			func(s *system) { s.rows[149], s.rows[7] = s.rows[7], s.rows[149] },
			[]string{"chat-0", "chat-7", "chat-149"},
			150, "0 100 0 100",
		},
	} {
		inBubble(t, name, func(t *testing.T) {
			s := &system{rows: chats(150)}
			s.between = func(n int) {
				if n == 1 {
					c.change(s)
				}
			}
			got, err := s.client().List(t.Context(), Filter{})
			if err != nil || len(got) != c.rows {
				t.Errorf("got %d chats and %v, want %d", len(got), err, c.rows)
			}
			for _, id := range c.want {
				if !slices.ContainsFunc(got, func(chat Chat) bool { return text(chat.ID) == id }) {
					t.Errorf("%s is missing", id)
				}
			}
			if sent := offsets(s.listings(0)); sent != c.requests {
				t.Errorf("asked for %s, want %s", sent, c.requests)
			}
		})
	}
}

func TestAListThatIsNotCompleteIsAnError(t *testing.T) {
	t.Parallel()
	repeat := func(count string) func(request) (int, string, bool) {
		return func(request) (int, string, bool) {
			return 200, `{"count":` + count + `,"result":[{"conversation_id":"same"}]}`, true
		}
	}
	for name, c := range map[string]struct {
		answer   func(request) (int, string, bool)
		says     string
		requests int
	}{
		"it repeats itself":        {repeat("5"), "the listing repeats itself", 2},
		"it ends early":            {func(request) (int, string, bool) { return 200, `{"count":5,"result":[]}`, true }, "ends after 0 of 5 chats", 1},
		"it ends on a later page":  {pagesOf(250, 120), "ends after 120 of 250 chats", 3},
		"a chat hides another":     {hiding, "shows 149 of 150 chats, and some of them on two pages", 6},
		"it shrinks without end":   {shrinking(), "does not end within 100 requests", 100},
		"it grows without end":     {pagesOf(1_000_000, 1_000_000), "does not end within 100 requests", 100},
		"it is refused":            {func(request) (int, string, bool) { return 403, "", true }, "403 Forbidden", 1},
		"a later page is refused":  {refusedFrom("100"), "403 Forbidden", 2},
		"it fails":                 {func(request) (int, string, bool) { return 500, "", true }, "500 Internal Server Error", 1},
		"its answer is no listing": {func(request) (int, string, bool) { return 200, `{}`, true }, "no list of chats", 1},
		"its answer is empty":      {func(request) (int, string, bool) { return 200, ``, true }, "the answer is empty", 1},
	} {
		inBubble(t, name, func(t *testing.T) {
			s := &system{answer: c.answer}
			got, err := s.client().List(t.Context(), Filter{})
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Fatalf("got %d chats and %v, want %q", len(got), err, c.says)
			}
			if failure := "GET https://acme.example/api/chats?limit=100&offset="; !strings.HasPrefix(err.Error(), failure) {
				t.Errorf("got %v, want it to begin with %s", err, failure)
			}
			if len(s.requests) != c.requests {
				t.Errorf("%d requests, want %d", len(s.requests), c.requests)
			}
		})
	}
}

// pagesOf answers with pages of 100 new rows, up to the given number of rows.
func pagesOf(count, rows int) func(request) (int, string, bool) {
	return func(r request) (int, string, bool) {
		var offset int
		_, _ = fmt.Sscan(r.query.Get("offset"), &offset)
		var out []string
		for i := offset; i < min(rows, offset+100); i++ {
			out = append(out, fmt.Sprintf(`{"conversation_id":"chat-%d"}`, i))
		}
		return 200, fmt.Sprintf(`{"count":%d,"result":[%s]}`, count, strings.Join(out, ",")), true
	}
}

// hiding shows chat-7 also in the place of chat-149, as a system does whose order
// is not that of the page before.
func hiding(r request) (int, string, bool) {
	status, body, done := pagesOf(150, 150)(r)
	return status, strings.Replace(body, "chat-149", "chat-7", 1), done
}

// shrinking answers with a page of 100 rows and a count that falls each time.
func shrinking() func(request) (int, string, bool) {
	count := 100_000
	return func(r request) (int, string, bool) {
		count--
		return pagesOf(count, count)(r)
	}
}

// refusedFrom shows pages up to the one that begins at offset.
func refusedFrom(offset string) func(request) (int, string, bool) {
	return func(r request) (int, string, bool) {
		if r.query.Get("offset") == offset {
			return 403, "", true
		}
		return pagesOf(1000, 1000)(r)
	}
}

func TestRetriesCountAgainstTheBoundOfAList(t *testing.T) {
	t.Parallel()
	inBubble(t, "each of them", func(t *testing.T) {
		s := &system{}
		show := pagesOf(1_000_000, 1_000_000)
		s.answer = func(r request) (int, string, bool) {
			if len(s.requests)%2 == 1 {
				return 502, "", true
			}
			return show(r)
		}
		_, err := s.client(func(c *rest.Config) { c.Policy.MaxRetries = 4 }).List(t.Context(), Filter{})
		if err == nil || !strings.Contains(err.Error(), "100 requests") || len(s.requests) != 100 {
			t.Errorf("got %v after %d requests", err, len(s.requests))
		}
	})
}
