package thulium

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

const millis = "2006-01-02 15:04:05.000"

// created returns a chat that began at a moment, as a system writes it whose
// clock is offset from UTC.
func created(at time.Time, offset time.Duration) Chat {
	local := at.UTC().Add(offset).Format(millis)
	return Chat{CreatedAt: &local}
}

func TestAChatIsInTheWindowAtAnyQuarterHourOffset(t *testing.T) {
	t.Parallel()
	from := time.Date(2026, 11, 22, 23, 59, 30, 0, time.UTC)
	to := from.Add(3 * time.Minute)
	moments := map[time.Duration]bool{ // since from
		-11 * time.Minute: false, -time.Minute: false, -time.Millisecond: false,
		0: true, time.Millisecond: true, 90 * time.Second: true, 3 * time.Minute: true,
		3*time.Minute + time.Millisecond: false, 10 * time.Minute: false, 15*time.Minute - time.Millisecond: false,
	}
	checked := 0
	for offset := -15 * time.Hour; offset <= 15*time.Hour; offset += 15 * time.Minute {
		for since, want := range moments {
			checked++
			// Outside of the window at every offset, or inside at one: the same.
			if got := created(from.Add(since), offset).startedWithin(from, to); got != want {
				t.Errorf("%s after the start at %s: got %t, want %t", since, offset, got, want)
			}
		}
		if created(from.Add(90*time.Second), offset+7*time.Minute).startedWithin(from, to) {
			t.Errorf("%s and 7 minutes is taken for the offset of a zone", offset)
		}
	}
	if checked != 121*len(moments) {
		t.Errorf("checked %d", checked)
	}
}

func TestAChatIsNotInTheWindowBeyondEveryZone(t *testing.T) {
	t.Parallel()
	from := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	to := from.Add(time.Minute)
	for offset, want := range map[time.Duration]bool{
		15 * time.Hour: true, -15 * time.Hour: true,
		15*time.Hour + 15*time.Minute: false, -15*time.Hour - 15*time.Minute: false,
		24 * time.Hour: false, -24 * time.Hour: false, 1000 * 24 * time.Hour: false, -1000 * 24 * time.Hour: false,
	} {
		if got := created(from.Add(30*time.Second), offset).startedWithin(from, to); got != want {
			t.Errorf("%s: got %t", offset, got)
		}
	}
	for at, want := range map[string]bool{
		"9999-12-31 12:00:30.000": false, "0001-01-01 12:00:30": false, "2026-11-22 12:00:30": true,
		"2026-11-22T12:00:30": true, "2026-11-22T12:10:30.123": false, // with a T, in any zone
		"2026-11-22T12:00:30Z": true, "2026-11-22T13:00:30.123+01:00": true, "2026-11-22 13:00:30+0100": true, "2026-11-22 13:00:30 +01:00": true,
		"2026-11-22 13:00:30+01": true, "2026-11-22T13:00:30Z": false, "2026-11-22T12:00:30+01:00": false, "2026-11-22 12:00:30+0100": false,
		"2026-11-22 12:00:30 +01:00": false, "2026-11-22 12:00:30+01": false,
		"": true, "yesterday": true, "2026-11-22": true, // what cannot be read fits
	} {
		if got := (Chat{CreatedAt: &at}).startedWithin(from, to); got != want {
			t.Errorf("%q: got %t", at, got)
		}
	}
	if !(Chat{}).startedWithin(from, to) {
		t.Error("a chat that does not say when it began is left out")
	}
}

func TestTheWindowByTryingEveryOffset(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(5, 6))
	fits := 0
	for range 20_000 {
		from := time.Date(2026, 11, 22, random.IntN(24), random.IntN(60), random.IntN(60), 0, time.UTC)
		to := from.Add(time.Duration(random.IntN(16*60)) * time.Second)
		chat := created(from, time.Duration(random.IntN(64*3600)-32*3600)*time.Second)
		local, _ := time.Parse(millis, *chat.CreatedAt)
		want := false
		for quarter := -60; quarter <= 60; quarter++ {
			at := local.Add(-time.Duration(quarter) * 15 * time.Minute)
			want = want || !at.Before(from) && !at.After(to)
		}
		if want {
			fits++
		}
		if got := chat.startedWithin(from, to); got != want {
			t.Fatalf("%s from %s to %s: got %t", *chat.CreatedAt, from, to, got)
		}
	}
	if fits < 1000 || fits > 19_000 {
		t.Errorf("%d of 20000 fit: that says little", fits)
	}
}

func TestContradictions(t *testing.T) {
	t.Parallel()
	number := func(n int64) *int64 { return &n }
	sent := Start{QueueID: 3, ClientName: "Jan", ClientSurname: "Kowalski", ClientEmail: "jan@example.org", CustomerID: number(7)}
	nameless := Start{QueueID: 3}
	for name, c := range map[string]struct {
		start                 Start
		email, client, number string
		want                  bool
	}{
		"nothing is shown":                             {sent, "", "", "", false},
		"nothing was sent":                             {nameless, "other@example.org", "Other", "8", false},
		"all is as it was sent":                        {sent, "jan@example.org", "Jan Kowalski", "7", false},
		"the e-mail in another case":                   {sent, "JAN@example.ORG", "", "", false},
		"another e-mail":                               {sent, "other@example.org", "", "", true},
		"the first name alone":                         {sent, "", "Jan", "", false},
		"the surname first":                            {sent, "", "KOWALSKI  jan", "", false},
		"a second name besides":                        {sent, "", "Jan Maria Kowalski", "", false},
		"another surname":                              {sent, "", "Jan Nowak", "", true},
		"another name":                                 {sent, "", "Anna", "", true},
		"part of a name":                               {sent, "", "Kowal", "", true},
		"another customer":                             {sent, "jan@example.org", "Jan Kowalski", "8", true},
		"the customer, whose e-mail and name differ":   {sent, "other@example.org", "Other", "7", false},
		"an e-mail that differs, of no known customer": {sent, "other@example.org", "Jan Kowalski", "", true},
		"a customer where none was given":              {Start{ClientEmail: "jan@example.org"}, "jan@example.org", "", "8", false},
		"a name where none was given":                  {Start{ClientEmail: "jan@example.org"}, "jan@example.org", "Other", "", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			chat := Chat{ClientEmail: &c.email, ClientName: &c.client}
			if c.number != "" {
				chat.CustomerID = new(int64)
				_, _ = fmt.Sscan(c.number, chat.CustomerID)
			}
			if got := c.start.contradicts(chat); got != c.want {
				t.Errorf("got %t", got)
			}
		})
	}
	if sent.contradicts(Chat{}) {
		t.Error("a row without a word contradicts")
	}
}

// open returns a row of queue 3 that began so long after the bubble did, in a
// system an hour ahead of UTC.
func open(id string, after time.Duration) row {
	return row{"conversation_id": id, "chat_queue_id": 3, "status": "OPEN", "created_at": bubbleBegan.Add(time.Hour + after).Format(millis)}
}

// bubbleBegan is what the clock of a synctest bubble shows at first.
var bubbleBegan = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// ids returns the ids of the chats in their order.
func ids(chats []Chat) string {
	var out []string
	for _, chat := range chats {
		out = append(out, text(chat.ID))
	}
	return strings.Join(out, " ")
}

func TestCandidates(t *testing.T) {
	t.Parallel()
	inBubble(t, "are open, in the window and not somebody else's, newest first", func(t *testing.T) {
		closed, other, queue, nameless := open("closed", 0), open("other", 0), open("queue", 0), open("", 0)
		closed["status"], other["client_email"], queue["chat_queue_id"] = "CLOSED", "other@example.org", 4
		closing := open("closing", 0)
		closing["closed_at"] = "2000-01-01 01:00:01"
		s := &system{rows: []row{
			open("first", 0), closed, open("last", 20*time.Second), other, queue, nameless, closing, open("second", time.Second),
			open("early", -90*time.Second), open("late", 3*time.Minute), open("skewed", -50*time.Second),
			{"conversation_id": "unknown", "chat_queue_id": 3},
		}}
		sent := time.Now()
		time.Sleep(30 * time.Second)
		got, err := s.client().Candidates(t.Context(), Start{QueueID: 3, ClientEmail: "jan@example.org"}, sent)
		if want := "last second first skewed unknown"; err != nil || ids(got) != want {
			t.Errorf("got %s and %v, want %s", ids(got), err, want)
		}
		if query := s.requests[0].query.Encode(); query != "chat_queue_id=3&date_from=1999-12-31&limit=100&offset=0" {
			t.Errorf("asked for %s", query)
		}
	})
	inBubble(t, "are not in another queue, where a listing shows that too", func(t *testing.T) {
		s := &system{answer: func(request) (int, string, bool) {
			return 200, `{"count":3,"result":[{"conversation_id":"a","chat_queue_id":9},{"conversation_id":"b","chat_queue_id":3},{"conversation_id":"c"}]}`, true
		}}
		got, err := s.client().Candidates(t.Context(), Start{QueueID: 3}, time.Now())
		if err != nil || ids(got) != "b c" {
			t.Errorf("got %s and %v", ids(got), err)
		}
	})
	inBubble(t, "are ten at the most", func(t *testing.T) {
		s := &system{}
		for i := range 30 {
			s.rows = append(s.rows, open(fmt.Sprintf("chat-%02d", i), time.Duration(i)*time.Second))
		}
		got, err := s.client().Candidates(t.Context(), Start{QueueID: 3}, time.Now())
		if want := "chat-29 chat-28 chat-27 chat-26 chat-25 chat-24 chat-23 chat-22 chat-21 chat-20"; err != nil || ids(got) != want {
			t.Errorf("got %s and %v", ids(got), err)
		}
	})
	inBubble(t, "are none when nothing fits", func(t *testing.T) {
		got, err := (&system{}).client().Candidates(t.Context(), Start{QueueID: 3}, time.Now())
		if err != nil || len(got) != 0 {
			t.Errorf("got %s and %v", ids(got), err)
		}
	})
	inBubble(t, "are not told when the listing is not complete", func(t *testing.T) {
		s := &system{answer: func(request) (int, string, bool) { return 200, `{"count":2,"result":[]}`, true }}
		got, err := s.client().Candidates(t.Context(), Start{QueueID: 3}, time.Now())
		if err == nil || got != nil {
			t.Errorf("got %s and %v", ids(got), err)
		}
	})
}

func TestCandidatesAreNotWhatThisClientStarted(t *testing.T) {
	t.Parallel()
	named := func(r request) (int, string, bool) {
		return 200, `{"conversation_id":"` + r.query.Get("client_id") + `"}`, r.method == "POST"
	}
	for _, shown := range []string{"own", "OWN"} {
		inBubble(t, "before, shown as "+shown, func(t *testing.T) {
			s := &system{answer: named, rows: []row{open(shown, 0), open("lost", 0)}}
			client := s.client()
			sent := time.Now()
			if _, err := client.Start(t.Context(), Start{QueueID: 3, ClientID: "own"}); err != nil {
				t.Fatal(err)
			}
			got, err := client.Candidates(t.Context(), Start{QueueID: 3}, sent)
			if err != nil || ids(got) != "lost" {
				t.Errorf("got %s and %v", ids(got), err)
			}
			if got, err := s.client().Candidates(t.Context(), Start{QueueID: 3}, sent); err != nil || len(got) != 2 {
				t.Errorf("another client: got %s and %v", ids(got), err)
			}
		})
	}
	inBubble(t, "and is still on the wire: its answer is waited for", func(t *testing.T) {
		s := &system{answer: named, rows: []row{open("own", 0), open("lost", 0)}, delay: 3 * time.Second}
		client := s.client()
		sent := time.Now()
		go func() {
			if _, err := client.Start(t.Context(), Start{QueueID: 3, ClientID: "own"}); err != nil {
				t.Error(err)
			}
		}()
		time.Sleep(time.Second)
		s.change(func() { s.delay = 0 })
		got, err := client.Candidates(t.Context(), Start{QueueID: 3}, sent)
		if err != nil || ids(got) != "lost" || time.Since(sent) != 3*time.Second {
			t.Errorf("got %s and %v after %s", ids(got), err, time.Since(sent))
		}
	})
	inBubble(t, "unless that was lost as well", func(t *testing.T) {
		s := &system{rows: []row{open("lost", 0)}, delay: 2 * time.Second}
		s.answer = func(r request) (int, string, bool) { return 500, "", r.method == "POST" }
		client := s.client()
		sent := time.Now()
		go func() { _, _ = client.Start(t.Context(), Start{QueueID: 3}) }()
		time.Sleep(time.Second)
		got, err := client.Candidates(t.Context(), Start{QueueID: 3}, sent)
		if err != nil || ids(got) != "lost" || time.Since(sent) != 3*time.Second {
			t.Errorf("got %s and %v after %s", ids(got), err, time.Since(sent))
		}
	})
	inBubble(t, "and waits no longer than an attempt may take", func(t *testing.T) {
		s := &system{rows: []row{open("lost", 0)}}
		s.answer = func(r request) (int, string, bool) { return 429, "", r.method == "POST" }
		client := s.client(func(c *rest.Config) {
			c.Policy.MaxRetries, c.Policy.WaitMin, c.Policy.WaitMax = 1, time.Hour, time.Hour
		})
		sent := time.Now()
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		go func() { _, _ = client.Start(ctx, Start{QueueID: 3}) }()
		time.Sleep(time.Second)
		got, err := client.Candidates(t.Context(), Start{QueueID: 3}, sent)
		if err != nil || ids(got) != "lost" || time.Since(sent) != 6*time.Second {
			t.Errorf("got %s and %v after %s", ids(got), err, time.Since(sent))
		}
	})
	inBubble(t, "but longer than the search, if need be", func(t *testing.T) {
		s := &system{answer: named, rows: []row{open("own", 0), open("lost", 0)}, delay: 3 * time.Second}
		client := s.client()
		sent := time.Now()
		go func() { _, _ = client.Start(t.Context(), Start{QueueID: 3, ClientID: "own"}) }()
		time.Sleep(time.Second)
		s.change(func() { s.delay = 0 })
		search, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		got, err := client.Candidates(search, Start{QueueID: 3}, sent)
		if err != nil || ids(got) != "lost" {
			t.Errorf("got %s and %v", ids(got), err)
		}
	})
	inBubble(t, "and does not wait for one that waits for its turn", func(t *testing.T) {
		s := &system{rows: []row{open("lost", 0)}, delay: 2 * time.Second}
		s.answer = func(r request) (int, string, bool) { return 500, "", r.method == "POST" }
		client := s.client(func(c *rest.Config) { c.RequestsPerMinute = 12 })
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		sent := time.Now()
		if _, err := client.Start(ctx, Start{QueueID: 3}); err == nil {
			t.Fatal("the start was not lost")
		}
		var group sync.WaitGroup
		for range 5 { // their turns come after that of the listing
			group.Go(func() {
				time.Sleep(time.Second)
				_, _ = client.Start(ctx, Start{QueueID: 4})
			})
		}
		got, err := client.Candidates(t.Context(), Start{QueueID: 3}, sent)
		if err != nil || ids(got) != "lost" || time.Since(sent).Round(time.Second) != 7*time.Second {
			t.Errorf("got %s and %v after %s", ids(got), err, time.Since(sent))
		}
		cancel()
		group.Wait()
		expect(t, "requests", len(s.requests), 2)
	})
}
