package thulium

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

func TestListAsksForWhatIsAskedOfIt(t *testing.T) {
	t.Parallel()
	inBubble(t, "on every page", func(t *testing.T) {
		s := newSystem(150)
		s.MoveConversation("chat-3", 4)
		s.CloseConversation("chat-5")
		got, err := s.client().ListChats(t.Context(), ListRequest{
			QueueID: 3, Status: "CREATED", From: mustBound(t, "1999-12-01"), To: mustBound(t, "2000-01-30 12:00"),
		})
		if err != nil || len(got) != 148 {
			t.Fatalf("got %d chats and %v", len(got), err)
		}
		for i, query := range s.pages() {
			want := fmt.Sprintf("chat_queue_id=3&date_from=1999-12-01&date_to=2000-01-30+12%%3A00&limit=100&offset=%d&status=CREATED", 100*i)
			expect(t, "query", query.Encode(), want)
		}
	})
}

// What the service has no parameter for is left out of its answer.
func TestListLeavesOutWhatWasNotAskedFor(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		request ListRequest
		want    string
	}{
		"all":                          {ListRequest{}, "new other old closed"},
		"the open ones":                {ListRequest{OpenOnly: true}, "new other old"},
		"those of a customer":          {ListRequest{ClientEmail: "JAN@example.org"}, "new closed"},
		"those that began an hour ago": {ListRequest{OlderThan: time.Hour}, "old closed"},
		"open, and an hour old":        {ListRequest{OlderThan: time.Hour, OpenOnly: true}, "old"},
	} {
		inBubble(t, name, func(t *testing.T) {
			s := newSystem(0)
			s.open("new", -time.Minute, email("jan@example.org"))
			s.open("other", -59*time.Minute, email("anna@example.org"))
			s.open("old", -2*time.Hour)
			s.open("closed", -3*time.Hour, closed, email("Jan@Example.org"))
			got, err := s.zonedClient(warsaw).ListChats(t.Context(), c.request)
			if err != nil || ids(got) != c.want {
				t.Errorf("got %s and %v, want %s", ids(got), err, c.want)
			}
			expect(t, "query", s.pages()[0].Encode(), "limit=100&offset=0")
		})
	}
}

// A service may ignore a filter, and show what contradicts it.
func TestListLeavesOutWhatContradictsTheFilter(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		request ListRequest
		want    string
	}{
		"another queue":  {ListRequest{QueueID: 3}, "here closed early odd bare"},
		"another status": {ListRequest{Status: "CREATED"}, "here there early odd bare"},
		"too early":      {ListRequest{From: mustBound(t, "1999-12-31")}, "here there closed odd bare"},
		"too late":       {ListRequest{To: mustBound(t, "1999-12-31 12:00")}, "early odd bare"},
	} {
		inBubble(t, name, func(t *testing.T) {
			s := newSystem(0)
			s.answers("thulium.list", `{"count":6,"result":[
				{"conversation_id":"here","chat_queue_id":3,"status":"CREATED","created_at":"2000-01-01 00:30:00"},
				{"conversation_id":"there","chat_queue_id":4,"status":"CREATED","created_at":"2000-01-01 00:30:00"},
				{"conversation_id":"closed","chat_queue_id":3,"status":"CLOSED","created_at":"2000-01-01 00:30:00"},
				{"conversation_id":"early","chat_queue_id":3,"status":"CREATED","created_at":"1999-12-30 23:59:59"},
				{"conversation_id":"odd","chat_queue_id":"third","status":"Created","created_at":"never"},
				{"conversation_id":"bare"}]}`)
			got, err := s.zonedClient(warsaw).ListChats(t.Context(), c.request)
			if err != nil || ids(got) != c.want {
				t.Errorf("got %s and %v, want %s", ids(got), err, c.want)
			}
		})
	}
}

// An upper bound may or may not take its day or minute in: no chat is lost or added.
func TestListBetweenExactBounds(t *testing.T) {
	t.Parallel()
	for _, exclusive := range []bool{false, true} {
		for name, c := range map[string]struct{ from, to, query, want string }{
			// The bubble begins at 01:00 in Warsaw.
			"a day":         {"", "1999-12-31", "date_to=2000-01-01+00%3A00&limit=100&offset=0", "yesterday"},
			"seconds":       {"2000-01-01 00:59:30.500", "2000-01-01 00:59:50.250", "date_from=2000-01-01+00%3A59&date_to=2000-01-01+01%3A00&limit=100&offset=0", "on after"},
			"RFC 3339":      {"1999-12-31T23:59:30.500Z", "1999-12-31T23:59:50.250Z", "date_from=2000-01-01+00%3A59&date_to=2000-01-01+01%3A00&limit=100&offset=0", "on after"},
			"from a moment": {"1999-12-31T23:59:50.251Z", "", "date_from=2000-01-01+00%3A59&limit=100&offset=0", "now"},
		} {
			inBubble(t, fmt.Sprintf("%s, exclusive %t", name, exclusive), func(t *testing.T) {
				s := newSystem(0, func(k *sandbox.Knobs) { k.DateToStart = exclusive })
				s.open("now", 0)
				s.open("on", -9750*time.Millisecond)
				s.open("after", -29500*time.Millisecond)
				s.open("before", -29501*time.Millisecond)
				s.open("yesterday", -time.Hour-time.Millisecond)
				got, err := s.zonedClient(warsaw).ListChats(t.Context(), ListRequest{From: mustBound(t, c.from), To: mustBound(t, c.to)})
				if err != nil || ids(got) != c.want {
					t.Errorf("got %s and %v, want %s", ids(got), err, c.want)
				}
				expect(t, "query", s.pages()[0].Encode(), c.query)
			})
		}
	}
	inBubble(t, "needs a zone", func(t *testing.T) {
		s := newSystem(1)
		_, err := s.client().ListChats(t.Context(), ListRequest{From: mustBound(t, "2000-01-01 00:59:30")})
		if !errors.Is(err, ErrBoundZone) || len(s.pages()) > 0 {
			t.Errorf("got %v after %d requests", err, len(s.pages()))
		}
	})
}

// A chat that was transferred has a row for each stay.
func TestAnOpenRowOutweighsAClosedOne(t *testing.T) {
	t.Parallel()
	for _, order := range []string{sandbox.TwoRowsOpenFirst, sandbox.TwoRowsClosedFirst} {
		inBubble(t, order, func(t *testing.T) {
			s := newSystem(150, func(k *sandbox.Knobs) { k.TwoRows = order })
			got, err := s.client().ListChats(t.Context(), ListRequest{OpenOnly: true})
			if err != nil || len(got) != 150 {
				t.Errorf("got %d chats and %v", len(got), err)
			}
		})
	}
}

func TestListWhileTheSystemChanges(t *testing.T) {
	t.Parallel()
	// Of those that are CREATED: one that an agent answers is no longer.
	answer := func(s *system, chats ...int) {
		for _, i := range chats {
			s.WriteAsAgent(fmt.Sprintf("chat-%d", i), "Hello")
		}
	}
	rest := func(from, to int) (out []int) {
		for i := from; i < to; i++ {
			out = append(out, i)
		}
		return out
	}
	for name, c := range map[string]struct {
		change   func(s *system) // after the first page of 150 chats
		want     []string        // ids that must be there
		rows     int
		requests string
	}{
		"a chat starts before those that are read": {
			func(s *system) { s.open("new", 0) },
			[]string{"chat-0", "chat-99", "chat-100", "chat-149"},
			150, "0 100",
		},
		"a chat starts behind those that are read": {
			func(s *system) { s.open("new", -time.Hour) },
			[]string{"chat-0", "chat-149", "new"},
			151, "0 100",
		},
		"a chat goes that was read: the others move up": {
			func(s *system) { answer(s, 0) },
			[]string{"chat-1", "chat-99", "chat-100", "chat-149"},
			149, "0 100 0 100",
		},
		"chats go that were not read": {
			func(s *system) { answer(s, rest(120, 150)...) },
			[]string{"chat-0", "chat-100", "chat-119"},
			120, "0 100 0 100",
		},
		"all go": {func(s *system) { answer(s, rest(0, 150)...) }, nil, 0, "0 100 0"},
		"nothing is counted, and one starts before those that were all": {
			func(s *system) {
				s.Set(func(k *sandbox.Knobs) { k.Count = sandbox.CountAbsent })
				answer(s, rest(100, 150)...)
				s.open("new", 0)
			},
			[]string{"new", "chat-0", "chat-99"}, // 50 of those that were counted at first are gone
			101, "0 100 101 0 99",
		},
		"one starts before those that are read, and another goes: as many are counted": {
			func(s *system) {
				s.open("new", 0)
				answer(s, 120)
			},
			[]string{"new", "chat-0", "chat-99", "chat-149"},
			150, "0 100 0 100",
		},
	} {
		inBubble(t, name, func(t *testing.T) {
			s := newSystem(150)
			s.after = func(n int) {
				if n == 1 {
					c.change(s)
				}
			}
			got, err := s.client().ListChats(t.Context(), ListRequest{Status: "CREATED"})
			if err != nil || len(got) != c.rows {
				t.Errorf("got %d chats and %v, want %d", len(got), err, c.rows)
			}
			for _, id := range c.want {
				if !slices.ContainsFunc(got, func(chat Chat) bool { return text(chat.ID) == id }) {
					t.Errorf("%s is missing", id)
				}
			}
			expect(t, "pages", s.offsets(), c.requests)
		})
	}
}

// Where no count tells that rows have moved up, the row does that two pages have in common.
func TestChatsThatGetAnotherStatusHideNoOthers(t *testing.T) {
	t.Parallel()
	set := func(count string, limit int) func(*sandbox.Knobs) {
		return func(k *sandbox.Knobs) { k.Count, k.PageLimit = count, limit }
	}
	for name, c := range map[string]struct {
		knobs         func(*sandbox.Knobs)
		calm, changed string // offsets while nothing changes, and when 60 chats are answered behind the first page
	}{
		"all are counted":        {set(sandbox.CountMatches, 100), "0 100 200", "0 100 0 100"},
		"nothing is counted":     {set(sandbox.CountAbsent, 100), "0 99 198", "0 99 0 99"},
		"pages count themselves": {set(sandbox.CountPage, 100), "0 99 198", "0 99 0 99"},
		"nothing, shorter pages": {set(sandbox.CountAbsent, 60), "0 59 118 177 236 249", "0 59 0 59 118 177 189"},
	} {
		inBubble(t, name, func(t *testing.T) {
			for _, changes := range []bool{false, true} {
				s := newSystem(250, c.knobs)
				answered, pages := 0, c.calm
				if changes {
					answered, pages = 60, c.changed
				}
				s.after = func(n int) {
					for i := range answered {
						if n == 1 {
							s.WriteAsAgent(fmt.Sprintf("chat-%d", i), "Hello")
						}
					}
				}
				got, err := s.client().ListChats(t.Context(), ListRequest{Status: "CREATED"})
				var want []string
				for i := answered; i < 250; i++ {
					want = append(want, fmt.Sprintf("chat-%d", i))
				}
				if err != nil || ids(got) != strings.Join(want, " ") {
					t.Errorf("got %d chats and %v, want those from %s on", len(got), err, want[0])
				}
				expect(t, "pages", s.offsets(), pages)
			}
		})
	}
}

func TestAListThatIsNotCompleteIsAnError(t *testing.T) {
	t.Parallel()
	page := func(count int, chats ...string) string {
		rows := `{"conversation_id":"` + strings.Join(chats, `"},{"conversation_id":"`) + `"}`
		return fmt.Sprintf(`{"count":%d,"result":[%s]}`, count, rows)
	}
	for name, c := range map[string]struct {
		chats    int
		arm      func(s *system)
		says     string
		requests int
	}{
		"it repeats itself": {0, func(s *system) { s.answers("thulium.list", page(5, "same")) }, "the listing repeats itself", 2},
		"it ends early":     {0, func(s *system) { s.answers("thulium.list", `{"count":5,"result":[]}`) }, "ends after 0 of 5 chats", 1},
		"it ends on a later page": {0, func(s *system) {
			s.AddFault(sandbox.Fault{Call: "thulium.list", Kind: sandbox.FaultStatus, Status: 200, Times: 1, Body: page(5, "a", "b")})
			s.answers("thulium.list", `{"count":5,"result":[]}`)
		}, "ends after 2 of 5 chats", 2},
		"a chat hides another on each reading": {0, func(s *system) {
			for range 3 {
				for _, body := range []string{page(4, "a", "b"), page(4, "c", "a")} {
					s.AddFault(sandbox.Fault{Call: "thulium.list", Kind: sandbox.FaultStatus, Status: 200, Times: 1, Body: body})
				}
			}
		}, "shows 3 of 4 chats, and some of them on two pages", 6},
		"it shrinks without end": {150, func(s *system) {
			s.after = func(n int) { s.WriteAsAgent(fmt.Sprintf("chat-%d", 149-n), "Hello") }
			s.Set(func(k *sandbox.Knobs) { k.PageLimit = 20 })
		}, "does not end within 100 requests", 100},
		"it grows without end": {200, func(s *system) {
			s.Set(func(k *sandbox.Knobs) { k.InsertBetweenPages, k.ListOrder = 100, sandbox.OldestFirst })
		}, "does not end within 100 requests", 100},
		"it is refused": {1, func(s *system) { s.fails("thulium.list", 403) }, "403 Forbidden", 1},
		"a later page is refused": {150, func(s *system) {
			s.AddFault(sandbox.Fault{Call: "thulium.list", Kind: sandbox.FaultStatus, Status: 403, Skip: 1})
		}, "403 Forbidden", 2},
		"it fails":                 {1, func(s *system) { s.fails("thulium.list", 500) }, "500 Internal Server Error", 1},
		"its answer is no listing": {1, func(s *system) { s.answers("thulium.list", `{}`) }, "no list of chats", 1},
		"its answer is empty":      {1, func(s *system) { s.answers("thulium.list", "") }, "the answer is empty", 1},
	} {
		inBubble(t, name, func(t *testing.T) {
			s := newSystem(c.chats)
			c.arm(s)
			got, err := s.client().ListChats(t.Context(), ListRequest{Status: "CREATED"})
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Fatalf("got %d chats and %v, want %q", len(got), err, c.says)
			}
			if failure := "GET https://acme.example/thulium/api/chats?limit=100&offset="; !strings.HasPrefix(err.Error(), failure) {
				t.Errorf("got %v, want it to begin with %s", err, failure)
			}
			expect(t, "requests", s.Count("thulium.list"), c.requests)
		})
	}
}

func TestRetriesCountAgainstTheBoundOfAList(t *testing.T) {
	t.Parallel()
	inBubble(t, "each of them", func(t *testing.T) {
		s := newSystem(6000)
		s.AddFault(sandbox.Fault{Call: "thulium.list", Kind: sandbox.FaultStatus, Status: 502, Every: 2, Skip: 1})
		_, err := s.client(func(c *rest.Config) { c.Policy.MaxRetries = 4 }).ListChats(t.Context(), ListRequest{})
		if !errors.Is(err, ErrTooLong) || s.Count("thulium.list") != 100 {
			t.Errorf("got %v after %d requests", err, s.Count("thulium.list"))
		}
	})
}

func TestTwoRowsOfAChatOnTwoPagesAreNoRepetition(t *testing.T) {
	t.Parallel()
	for _, rows := range []string{sandbox.TwoRowsOpenFirst, sandbox.TwoRowsClosedFirst} {
		inBubble(t, rows, func(t *testing.T) {
			s := newSystem(60, func(k *sandbox.Knobs) { k.TwoRows = rows })
			s.open("over", time.Second, closed) // has one row, so that the two of chat-49 are the last of a page and the first of the next
			chats, err := s.client().ListChats(t.Context(), ListRequest{QueueID: 3, OpenOnly: true})
			if err != nil {
				t.Fatal(err)
			}
			expect(t, "chats", len(chats), 60)
			expect(t, "pages", s.offsets(), "0 100")
		})
	}
}
