package thulium

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// find looks for the chat in queue 3 and says how that went in a word.
func find(t *testing.T, client *Client, id string, startedAt time.Time) string {
	t.Helper()
	chat, found, err := client.FindChat(t.Context(), 3, id, startedAt)
	switch {
	case err != nil:
		return "error"
	case !found:
		return "not shown"
	case text(chat.ID) != id:
		return "another: " + text(chat.ID)
	case chat.Closed():
		return "closed"
	default:
		return "found"
	}
}

// windowsRead returns the windows that were read, with the offsets of their pages.
func (s *system) windowsRead() []string {
	var out []string
	for _, query := range s.pages() {
		out = append(out, query.Get("date_from")+" - "+query.Get("date_to")+" +"+query.Get("offset"))
	}
	return out
}

func expectWindows(t *testing.T, s *system, want ...string) {
	t.Helper()
	if got := s.windowsRead(); !slices.Equal(got, want) {
		t.Errorf("read %q, want %q", got, want)
	}
}

func TestPagesAreReadUntilTheChatIsFound(t *testing.T) {
	t.Parallel()
	inBubble(t, "and not further", func(t *testing.T) {
		s := newSystem(1000)
		client := s.client()
		for _, c := range []struct{ chat, requests int }{{250, 3}, {0, 3}, {299, 3}, {300, 4}, {999, 10}, {500, 10}} {
			expect(t, "chat", find(t, client, fmt.Sprintf("chat-%d", c.chat), time.Now()), "found")
			expect(t, fmt.Sprintf("requests up to chat %d", c.chat), s.Count("thulium.list"), c.requests)
		}
	})
	inBubble(t, "in whatever case its id is written", func(t *testing.T) {
		s := newSystem(0)
		s.open("6ED7c941", 0)
		_, found, err := s.client().FindChat(t.Context(), 3, "6ed7C941", time.Now())
		if !found || err != nil {
			t.Errorf("got %t and %v", found, err)
		}
	})
	inBubble(t, "when the offset is not noticed, which is an error", func(t *testing.T) {
		s := newSystem(0)
		s.answers("thulium.list", `{"count":2,"result":[{"conversation_id":"chat-0"}]}`)
		client := s.client()
		expect(t, "a chat that is shown", find(t, client, "chat-0", time.Now()), "found")
		expect(t, "one that is not", find(t, client, "chat-149", time.Now()), "error")
		expect(t, "requests", s.Count("thulium.list"), 2)
	})
	inBubble(t, "when rows show no id", func(t *testing.T) {
		s := newSystem(0)
		s.answers("thulium.list", `{"count":4,"result":[{},{"conversation_id":null},{"conversation_id":""},{"conversation_id":"chat-9"}]}`)
		expect(t, "chat", find(t, s.client(), "chat-9", time.Now()), "found")
	})
	inBubble(t, "when chats start between two pages", func(t *testing.T) {
		s := newSystem(150, func(k *sandbox.Knobs) { k.InsertBetweenPages = 1 })
		client := s.client()
		for _, id := range []string{"chat-149", "chat-100", "chat-99", "chat-0"} {
			expect(t, id, find(t, client, id, time.Now()), "found")
		}
		expect(t, "requests", s.Count("thulium.list"), 2)
	})
}

// What a page counts, or does not, hides no chat of a later page.
func TestAChatOnALaterPageIsFoundWhateverIsCounted(t *testing.T) {
	t.Parallel()
	for _, count := range []string{sandbox.CountMatches, sandbox.CountPage, sandbox.CountAbsent, sandbox.CountFraction} {
		for _, limit := range []int{100, 40} {
			if limit < 100 && count == sandbox.CountPage {
				continue // nobody can tell such a page from the last
			}
			inBubble(t, fmt.Sprintf("%s, %d rows a page", count, limit), func(t *testing.T) {
				s := newSystem(250, func(k *sandbox.Knobs) { k.Count, k.PageLimit = count, limit })
				s.CloseConversation("chat-249")
				client := s.client()
				expect(t, "an open chat", find(t, client, "chat-248", time.Now()), "found")
				expect(t, "a closed one", find(t, client, "chat-249", time.Now()), "closed")
			})
		}
	}
}

func TestAnOpenRowOutweighsAClosedOneOnWhateverPage(t *testing.T) {
	t.Parallel()
	for _, order := range []string{sandbox.NewestFirst, sandbox.OldestFirst} {
		for _, rows := range []string{sandbox.TwoRowsOpenFirst, sandbox.TwoRowsClosedFirst} {
			for _, limit := range []int{0, 7} {
				inBubble(t, fmt.Sprint(order, rows, limit), func(t *testing.T) {
					s := newSystem(50, func(k *sandbox.Knobs) { k.ListOrder, k.TwoRows, k.PageLimit = order, rows, limit })
					client := s.client()
					for i := range 50 {
						expect(t, "chat", find(t, client, fmt.Sprintf("chat-%d", i), time.Now()), "found")
					}
				})
			}
		}
	}
	inBubble(t, "also the last", func(t *testing.T) {
		s := newSystem(0)
		s.AddFault(sandbox.Fault{Call: "thulium.list", Kind: sandbox.FaultStatus, Status: 200, Times: 1, Body: `{"count":2,"result":[{"conversation_id":"it","status":"CLOSED"}]}`})
		s.answers("thulium.list", `{"count":2,"result":[{"conversation_id":"IT","status":"CREATED"}]}`)
		chat, found, err := s.client().FindChat(t.Context(), 3, "it", time.Now())
		if !found || err != nil || chat.Closed() {
			t.Errorf("got %+v and %v", chat, err)
		}
	})
}

func TestAWindowIsExtendedBackwards(t *testing.T) {
	t.Parallel()
	inBubble(t, "at the cost of one request, and nothing is read again", func(t *testing.T) {
		s := newSystem(150)
		s.open("old", -7*day)
		s.open("older", -20*day)
		client, now := s.client(), time.Now()
		expect(t, "the first window", find(t, client, "chat-149", now), "found")
		expect(t, "an earlier one", find(t, client, "old", now.Add(-7*day)), "found")
		expect(t, "the first again", find(t, client, "chat-0", now), "found")
		expect(t, "one between", find(t, client, "chat-1", now.Add(-2*day)), "found")
		expect(t, "one more", find(t, client, "older", now.Add(-20*day)), "found")
		expect(t, "none at all", find(t, client, "chat-x", now.Add(-20*day)), "not shown")
		expectWindows(t, s,
			"1999-12-31 -  +0", "1999-12-31 -  +100",
			"1999-12-24 - 1999-12-31 00:00 +0",
			"1999-12-11 - 1999-12-24 00:00 +0")
	})
	inBubble(t, "before the rest of a later window is read", func(t *testing.T) {
		s := newSystem(500)
		s.open("old", -7*day)
		client := s.client()
		find(t, client, "chat-0", time.Now())
		expect(t, "chat", find(t, client, "old", time.Now().Add(-7*day)), "found")
		expect(t, "requests", s.Count("thulium.list"), 2)
		expect(t, "the rest", find(t, client, "chat-499", time.Now().Add(-7*day)), "found")
		expect(t, "requests for it", s.Count("thulium.list"), 6)
	})
	inBubble(t, "from the day of the start where the zone is known", func(t *testing.T) {
		s := newSystem(1)
		_, found, err := s.zonedClient(warsaw).FindChat(t.Context(), 3, "chat-0", time.Now().Add(2*time.Hour))
		if !found || err != nil {
			t.Errorf("got %t and %v", found, err)
		}
		expectWindows(t, s, "2000-01-01 -  +0")
	})
}

// A conversation of long ago must not use up the requests of the newer ones.
func TestAWindowThatCannotHoldTheChatIsNotRead(t *testing.T) {
	t.Parallel()
	inBubble(t, "before its start", func(t *testing.T) {
		s := newSystem(150)
		for i := range 300 { // between
			s.open(fmt.Sprintf("between-%d", i), -20*day+time.Duration(i)*time.Minute)
		}
		client, now := s.client(), time.Now()
		expect(t, "a new one", find(t, client, "chat-0", now), "found")
		expect(t, "a hidden one of long ago", find(t, client, "hidden", now.Add(-30*day)), "not shown")
		before := s.Count("thulium.list")
		expect(t, "another new one", find(t, client, "chat-149", now), "found")
		expect(t, "requests for it", s.Count("thulium.list"), before)
	})
	inBubble(t, "although the older window has pages left", func(t *testing.T) {
		s := newSystem(150)
		for i := range 300 {
			s.open(fmt.Sprintf("old-%d", i), -30*day+time.Duration(i)*time.Second)
		}
		client, now := s.client(), time.Now()
		expect(t, "a new one", find(t, client, "chat-0", now), "found")
		expect(t, "one of long ago", find(t, client, "old-299", now.Add(-30*day)), "found")
		expect(t, "another new one", find(t, client, "chat-149", now), "found")
		expectWindows(t, s, "1999-12-31 -  +0", "1999-12-01 - 1999-12-31 00:00 +0", "1999-12-31 -  +100")
	})
	inBubble(t, "where there are more chats since its start than can be read", func(t *testing.T) {
		s := newSystem(10, func(k *sandbox.Knobs) { k.ListOrder = sandbox.OldestFirst })
		for i := range 10_100 {
			s.open(fmt.Sprintf("between-%d", i), -20*day+time.Duration(i)*time.Second)
		}
		s.open("old", -30*day, closed)
		client, now := s.client(), time.Now()
		expect(t, "the one of long ago", find(t, client, "old", now.Add(-30*day)), "closed")
		expect(t, "a new one", find(t, client, "chat-0", now), "found")
		expectWindows(t, s, "1999-12-01 -  +0", "1999-12-01 - 1999-12-04 00:00 +0", "1999-12-04 -  +0", "1999-12-31 -  +0")
	})
}
