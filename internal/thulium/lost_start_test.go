package thulium

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// told returns the ids of candidates in their order; those that match are marked.
func told(lost LostStart) string {
	var out []string
	for _, c := range lost.Candidates {
		id := text(c.ID)
		if c.Matches {
			id += "!"
		}
		out = append(out, id)
	}
	return strings.Join(out, " ")
}

// search looks for a start that was sent a minute ago and has just been lost.
func search(t *testing.T, client *Client, request StartRequest) LostStart {
	t.Helper()
	lost, err := client.FindLostStart(t.Context(), request, time.Now().Add(-time.Minute), false)
	if err != nil {
		t.Fatal(err)
	}
	return lost
}

func TestCandidates(t *testing.T) {
	t.Parallel()
	queue := func(id int64) func(*sandbox.Conversation) {
		return func(c *sandbox.Conversation) { c.QueueID = id }
	}
	name := func(name string) func(*sandbox.Conversation) {
		return func(c *sandbox.Conversation) { c.ClientName = name }
	}
	for _, zone := range []*time.Location{nil, warsaw} {
		inBubble(t, fmt.Sprint("are open, in the window and not somebody else's, the nearest first, in zone ", zone), func(t *testing.T) {
			s := newSystem(0)
			s.open("closed", 0, closed)
			s.open("other", 0, email("other@example.org"))
			s.open("queue", 0, queue(4))
			s.open("early", -6*time.Minute-time.Second) // the attempt began a minute ago, and the clock has five
			s.open("skewed", -6*time.Minute)
			s.open("slow", -90*time.Second)
			s.open("near", -50*time.Second)
			s.open("last", 0)
			lost, err := s.zonedClient(zone).FindLostStart(t.Context(), StartRequest{QueueID: 3, ClientEmail: "jan@example.org"}, time.Now().Add(-time.Minute), false)
			if want := "near slow last skewed"; err != nil || told(lost) != want || lost.More != 0 {
				t.Errorf("got %s and %v, want %s", told(lost), err, want)
			}
			from := map[bool]string{true: "1999-12-30", false: "1999-12-31"}[zone == nil]
			expect(t, "query", s.pages()[0].Encode(), "chat_queue_id=3&date_from="+from+"&limit=100&offset=0")
		})
	}
	inBubble(t, "begin at another hour only where the zone is not known", func(t *testing.T) {
		s := newSystem(0)
		s.open("hour", -time.Hour)
		expect(t, "in any zone", told(search(t, s.client(), StartRequest{QueueID: 3})), "hour")
		expect(t, "in Warsaw", told(search(t, s.zonedClient(warsaw), StartRequest{QueueID: 3})), "")
	})
	inBubble(t, "that show what was sent come first, those that show another name last", func(t *testing.T) {
		s := newSystem(0)
		s.open("nameless", -time.Minute)
		s.open("other", -time.Minute, name("Anna"))
		s.open("name", -30*time.Second, name("JAN"))
		s.open("email", -10*time.Second, name("Guest 4711"), email("JAN@example.org"))
		lost := search(t, s.client(), StartRequest{QueueID: 3, ClientName: "Jan", ClientEmail: "jan@example.org"})
		expect(t, "candidates", told(lost), "name! email! nameless other")
	})
	inBubble(t, "are not in another queue, where a listing shows that too", func(t *testing.T) {
		s := newSystem(0)
		s.answers("thulium.list", `{"count":3,"result":[{"conversation_id":"a","chat_queue_id":9},{"conversation_id":"b","chat_queue_id":3},{"conversation_id":"c"}]}`)
		expect(t, "candidates", told(search(t, s.client(), StartRequest{QueueID: 3})), "b c")
	})
	inBubble(t, "have an id, also one that no command can name", func(t *testing.T) {
		s := newSystem(0)
		s.answers("thulium.list", `{"count":5,"result":[{"conversation_id":"\u001b[2J"},{"conversation_id":".."},{"conversation_id":""},{"conversation_id":"e\u0301"},{"conversation_id":"c"}]}`)
		expect(t, "candidates", told(search(t, s.client(), StartRequest{QueueID: 3})), "\x1b[2J .. e\u0301 c")
	})
	inBubble(t, "are ten at the most, with how many more there are", func(t *testing.T) {
		s := newSystem(30)
		lost := search(t, s.client(), StartRequest{QueueID: 3})
		expect(t, "candidates", told(lost), "chat-6 chat-5 chat-7 chat-4 chat-8 chat-3 chat-9 chat-2 chat-10 chat-1")
		expect(t, "more", lost.More, 20)
	})
	inBubble(t, "always have the likeliest among them", func(t *testing.T) {
		s := newSystem(30)
		s.open("own", 0, email("jan@example.org"))
		client := s.client()
		for range 3 {
			lost := search(t, client, StartRequest{QueueID: 3, ClientEmail: "jan@example.org"})
			if !strings.HasPrefix(told(lost), "own! ") || len(lost.Candidates) != 10 {
				t.Errorf("got %s", told(lost))
			}
		}
	})
}

// What was read before a listing failed is told, but a chat that was not may show what was sent, too.
func TestCandidatesOfAListingThatCannotBeReadWhole(t *testing.T) {
	t.Parallel()
	request := StartRequest{QueueID: 3, ClientEmail: "jan@example.org"}
	fail := func(f sandbox.Fault) func(*system) {
		f.Call, f.Kind = "thulium.list", sandbox.FaultStatus
		return func(s *system) { s.AddFault(f) }
	}
	for name, c := range map[string]struct {
		arm  func(*system)
		want string
	}{
		"because a later page is refused":                     {fail(sandbox.Fault{Status: 403, Skip: 1}), "own!"},
		"because it ends early":                               {fail(sandbox.Fault{Status: 200, Skip: 1, Body: `{"count":150,"result":[]}`}), "own!"},
		"because it is interrupted, and then fails at once":   {fail(sandbox.Fault{Status: 500, Skip: 1}), "own!"},
		"because its first page is refused":                   {fail(sandbox.Fault{Status: 403}), ""},
		"because it lacks all of the chats that were counted": {fail(sandbox.Fault{Status: 200, Body: `{"count":2,"result":[]}`}), ""},
	} {
		inBubble(t, name, func(t *testing.T) {
			s := newSystem(0)
			for i := range 149 {
				s.open(fmt.Sprint("over", i), -time.Second, closed)
			}
			s.open("own", 0, email("jan@example.org"))
			c.arm(s)
			client := s.zonedClient(warsaw, func(config *rest.Config) {
				config.Policy.MaxRetries, config.Policy.WaitMin, config.Policy.WaitMax = 1, 20*time.Second, 20*time.Second
			})
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(time.Second, cancel)
			lost, err := client.FindLostStart(ctx, request, time.Now(), true)
			if err == nil || lost.Adopted != nil {
				t.Errorf("got %+v and %v", lost.Adopted, err)
			}
			expect(t, "candidates", told(lost), c.want)
		})
	}
}

// However many starts are lost at once, the errors together name the chats of all.
func TestAllLostStartsAreNamed(t *testing.T) {
	t.Parallel()
	for _, n := range []int{30, 100} {
		for _, sent := range []StartRequest{{QueueID: 3}, {QueueID: 3, ClientEmail: "jan@example.org"}, {QueueID: 3, ClientName: "Load"}} {
			inBubble(t, fmt.Sprintf("%d of %+v", n, sent), func(t *testing.T) {
				s := newSystem(0)
				s.AddFault(sandbox.Fault{Call: "thulium.start", Kind: sandbox.FaultResetAfter, Delay: sandbox.Duration(time.Second)})
				client := s.client()
				var mu sync.Mutex
				named := map[string]bool{}
				var group sync.WaitGroup
				for range n {
					group.Go(func() {
						_, err := client.StartConversation(t.Context(), sent)
						failure, ok := errors.AsType[*rest.Error](err)
						if !ok {
							t.Errorf("got %v", err)
							return
						}
						lost, err := client.FindLostStart(t.Context(), sent, failure.Began, false)
						if err != nil || len(lost.Candidates) > 10 || len(lost.Candidates)+lost.More > n {
							t.Errorf("got %s, %d more and %v", told(lost), lost.More, err)
						}
						mu.Lock()
						defer mu.Unlock()
						for _, c := range lost.Candidates {
							named[text(c.ID)] = true
						}
					})
				}
				group.Wait()
				expect(t, "lost", len(s.Open()), n)
				expect(t, "named", len(named), n)
			})
		}
	}
}

func TestAdoption(t *testing.T) {
	t.Parallel()
	customer := int64(7)
	byEmail := StartRequest{QueueID: 3, ClientEmail: "jan@example.org"}
	byCustomer := StartRequest{QueueID: 3, CustomerID: &customer}
	own := func(id string, after time.Duration, with ...func(*sandbox.Conversation)) func(*system) {
		return func(s *system) { s.open(id, after, append(with, email("Jan@example.org"))...) }
	}
	for name, c := range map[string]struct {
		request StartRequest
		zone    *time.Location
		chats   []func(*system)
		want    string // the id that is adopted
	}{
		"the one that shows the e-mail": {byEmail, warsaw, []func(*system){own("own", -30*time.Second)}, "own"},
		"the one that shows the customer": {byCustomer, warsaw, []func(*system){func(s *system) {
			s.open("own", -30*time.Second, email("crm@example.org"), func(c *sandbox.Conversation) { c.CustomerID = &customer })
		}}, "own"},
		"beside one that shows nothing":        {byEmail, warsaw, []func(*system){own("own", 0), func(s *system) { s.open("other", 0) }}, "own"},
		"beside one that is closed":            {byEmail, warsaw, []func(*system){own("own", 0), own("over", 0, closed)}, "own"},
		"beside one of another hour":           {byEmail, warsaw, []func(*system){own("own", 0), own("old", -time.Hour)}, "own"},
		"five minutes before":                  {byEmail, warsaw, []func(*system){own("own", -6*time.Minute)}, "own"},
		"more than five minutes before":        {byEmail, warsaw, []func(*system){own("own", -6*time.Minute-time.Second)}, ""},
		"where the zone is not known":          {byEmail, nil, []func(*system){own("own", 0)}, ""},
		"where its id cannot be stored":        {byEmail, warsaw, []func(*system){own("e\u0301", 0)}, ""},
		"beside one whose id cannot be stored": {byEmail, warsaw, []func(*system){own("own", 0), own("e\u0301", 0)}, ""},
		"where two show it":                    {byEmail, warsaw, []func(*system){own("one", 0), own("two", 0)}, ""},
		"where only the name is shown":         {StartRequest{QueueID: 3, ClientName: "Jan"}, warsaw, []func(*system){func(s *system) { s.open("own", 0, func(c *sandbox.Conversation) { c.ClientName = "Jan" }) }}, ""},
		"where nothing was sent":               {StartRequest{QueueID: 3}, warsaw, []func(*system){own("own", 0)}, ""},
		"where none is shown":                  {byEmail, warsaw, nil, ""},
	} {
		inBubble(t, name, func(t *testing.T) {
			s := newSystem(0)
			for _, file := range c.chats {
				file(s)
			}
			client := s.zonedClient(c.zone)
			lost, err := client.FindLostStart(t.Context(), c.request, time.Now().Add(-time.Minute), true)
			adopted := ""
			if lost.Adopted != nil {
				adopted = text(lost.Adopted.ID)
			}
			if err != nil || adopted != c.want {
				t.Errorf("adopted %q, want %q; %s, %v", adopted, c.want, told(lost), err)
			}
			if adopted != "" && strings.Contains(told(search(t, client, c.request)), adopted) {
				t.Errorf("%s was adopted, and is told to the next", adopted)
			}
		})
	}
	inBubble(t, "of a chat for one start only", func(t *testing.T) {
		s := newSystem(0)
		own("own", 0)(s)
		client := s.zonedClient(warsaw)
		adopted := make(chan bool, 20)
		var group sync.WaitGroup
		for range 20 {
			group.Go(func() {
				lost, err := client.FindLostStart(t.Context(), byEmail, time.Now(), true)
				adopted <- err == nil && lost.Adopted != nil
			})
		}
		group.Wait()
		close(adopted)
		n := 0
		for ok := range adopted {
			if ok {
				n++
			}
		}
		expect(t, "adoptions", n, 1)
	})
}

func TestCandidatesAreNotWhatThisClientStarted(t *testing.T) {
	t.Parallel()
	for _, shown := range []string{sandbox.RowIDSame, sandbox.RowIDUpper} {
		inBubble(t, "before, shown as "+shown, func(t *testing.T) {
			s := newSystem(1, func(k *sandbox.Knobs) { k.RowID = shown })
			client := s.client()
			if _, err := client.StartConversation(t.Context(), StartRequest{QueueID: 3}); err != nil {
				t.Fatal(err)
			}
			expect(t, "candidates", len(search(t, client, StartRequest{QueueID: 3}).Candidates), 1)
			expect(t, "of another client", len(search(t, s.client(), StartRequest{QueueID: 3}).Candidates), 2)
		})
	}
	slow := func(k *sandbox.Knobs) { k.StartLatency = sandbox.Duration(3 * time.Second) }
	inBubble(t, "and is still on the wire: its answer is waited for", func(t *testing.T) {
		s := newSystem(0, slow)
		client, began := s.client(), time.Now()
		s.open("lost", 0)
		go func() {
			if _, err := client.StartConversation(t.Context(), StartRequest{QueueID: 3}); err != nil {
				t.Error(err)
			}
		}()
		time.Sleep(time.Second)
		expect(t, "candidates", told(search(t, client, StartRequest{QueueID: 3})), "lost")
		expect(t, "time", time.Since(began), 3*time.Second)
	})
	inBubble(t, "unless that was lost as well", func(t *testing.T) {
		s := newSystem(1)
		s.AddFault(sandbox.Fault{Call: "thulium.start", Kind: sandbox.FaultStatus, Delay: sandbox.Duration(2 * time.Second)})
		client, began := s.client(), time.Now()
		go func() { _, _ = client.StartConversation(t.Context(), StartRequest{QueueID: 3}) }()
		time.Sleep(time.Second)
		expect(t, "candidates", told(search(t, client, StartRequest{QueueID: 3})), "chat-0")
		expect(t, "time", time.Since(began), 2*time.Second)
	})
	inBubble(t, "and waits no longer than an attempt may take, nor as short as the search", func(t *testing.T) {
		s := newSystem(1)
		s.AddFault(sandbox.Fault{Call: "thulium.start", Kind: sandbox.FaultStatus, Status: 429})
		client := s.client(func(c *rest.Config) {
			c.Policy.MaxRetries, c.Policy.WaitMin, c.Policy.WaitMax = 1, time.Hour, time.Hour
		})
		starting, end := context.WithCancel(t.Context())
		defer end()
		began := time.Now()
		go func() { _, _ = client.StartConversation(starting, StartRequest{QueueID: 3}) }()
		time.Sleep(time.Second)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		lost, err := client.FindLostStart(ctx, StartRequest{QueueID: 3}, time.Now(), false)
		if err != nil || told(lost) != "chat-0" {
			t.Errorf("got %s and %v", told(lost), err)
		}
		expect(t, "time", time.Since(began), 6*time.Second)
	})
	inBubble(t, "and does not wait for one that waits for its turn", func(t *testing.T) {
		s := newSystem(1)
		s.fails("thulium.start", 500)
		client := s.client(func(c *rest.Config) { c.RequestsPerMinute = 12 })
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		began := time.Now()
		if _, err := client.StartConversation(ctx, StartRequest{QueueID: 3}); err == nil {
			t.Fatal("the start was not lost")
		}
		var group sync.WaitGroup
		for range 5 { // their turns come after that of the listing
			group.Go(func() {
				time.Sleep(time.Second)
				_, _ = client.StartConversation(ctx, StartRequest{QueueID: 4})
			})
		}
		lost, err := client.FindLostStart(t.Context(), StartRequest{QueueID: 3}, began, false)
		if err != nil || told(lost) != "chat-0" || time.Since(began).Round(time.Second) != 5*time.Second {
			t.Errorf("got %s and %v after %s", told(lost), err, time.Since(began))
		}
		cancel()
		group.Wait()
		expect(t, "requests", s.Count("thulium.start"), 1)
	})
}

// A replacement stops a chat that the listing may still show open when the new start is lost.
func TestCandidatesAreNotWhatThisClientStopped(t *testing.T) {
	t.Parallel()
	request := StartRequest{QueueID: 3, ClientEmail: "jan@example.org"}
	for name, c := range map[string]struct {
		stop    func(s *system) // none of them closes the chat
		started bool            // by the start that is lost
		fits    string
		adopted string
	}{
		"and none fits":                  {stop: func(s *system) { s.answers("thulium.stop", "") }},
		"but what the start has opened":  {stop: func(s *system) { s.answers("thulium.stop", "") }, started: true, fits: "new!", adopted: "new"},
		"but one whose stop was refused": {stop: func(s *system) { s.fails("thulium.stop", 403) }, fits: "old!", adopted: "old"},
	} {
		inBubble(t, name, func(t *testing.T) {
			s := newSystem(0)
			s.open("old", -2*time.Minute, email("jan@example.org"))
			client := s.zonedClient(warsaw)
			c.stop(s)
			_, _ = client.StopConversation(t.Context(), StopRequest{ConversationID: "OLD"})
			if c.started {
				s.open("new", 0, email("jan@example.org"))
			}
			expect(t, "candidates", told(search(t, client, request)), c.fits)
			lost, err := client.FindLostStart(t.Context(), request, time.Now(), true)
			adopted := ""
			if lost.Adopted != nil {
				adopted = text(lost.Adopted.ID)
			}
			if err != nil || adopted != c.adopted {
				t.Errorf("adopted %q, want %q; %v", adopted, c.adopted, err)
			}
		})
	}
}

// A search that is kept from its end is made again, briefly: a pause of it is not
// waited out, and a second interrupt would lose what it has found.
func TestASearchForCandidatesEndsSoonAfterItsContext(t *testing.T) {
	t.Parallel()
	const never = time.Hour
	list := func(f sandbox.Fault) []sandbox.Fault {
		f.Call, f.Kind = "thulium.list", cmp.Or(f.Kind, sandbox.FaultStatus)
		return []sandbox.Fault{f}
	}
	slow := list(sandbox.Fault{Kind: sandbox.FaultSlow, Delay: sandbox.Duration(3 * time.Second)})
	for name, c := range map[string]struct {
		faults   []sandbox.Fault
		end      time.Duration // of the context
		signal   time.Duration // to the provider
		timeout  bool          // the context is out of time, not cancelled
		found    bool
		wait     time.Duration // each pause; 0: longer than the brief search
		took     time.Duration
		requests int
	}{
		"interrupted before it":             {found: true, requests: 1},
		"out of time before it":             {timeout: true, found: true, requests: 1},
		"interrupted in a pause":            {faults: list(sandbox.Fault{Times: 1}), end: time.Second, found: true, took: time.Second, requests: 2},
		"signalled in a pause":              {faults: list(sandbox.Fault{Times: 1}), end: never, signal: time.Second, found: true, took: time.Second, requests: 2},
		"interrupted in a pause, in vain":   {faults: list(sandbox.Fault{}), wait: 2 * time.Second, end: time.Second, took: time.Second, requests: 2},
		"out of time before a pause's end":  {faults: list(sandbox.Fault{}), end: time.Second, timeout: true, requests: 2},
		"interrupted within a request":      {faults: slow, end: time.Second, found: true, took: 4 * time.Second, requests: 2},
		"out of time within a request":      {faults: slow, end: time.Second, timeout: true, found: true, took: 4 * time.Second, requests: 2},
		"interrupted, and not answered":     {faults: list(sandbox.Fault{Kind: sandbox.FaultSilence}), end: time.Second, took: 11 * time.Second, requests: 2},
		"not interrupted, waits out pauses": {faults: list(sandbox.Fault{}), end: never, took: 80 * time.Second, requests: 5},
	} {
		inBubble(t, name, func(t *testing.T) {
			var interrupt rest.Interrupt
			wait := cmp.Or(c.wait, 20*time.Second)
			s := newSystem(1)
			defer s.Close()
			for _, f := range c.faults {
				s.AddFault(f)
			}
			client := s.client(func(config *rest.Config) {
				config.Interrupt = &interrupt
				config.Policy = rest.Policy{Timeout: time.Minute, MaxRetries: 4, WaitMin: wait, WaitMax: wait}
			})
			began := time.Now()
			ctx, cancel := context.WithCancel(t.Context())
			switch {
			case c.timeout:
				ctx, cancel = context.WithTimeout(ctx, c.end)
			case c.end == 0:
				cancel()
			default:
				time.AfterFunc(c.end, cancel)
			}
			defer cancel()
			if c.signal > 0 {
				time.AfterFunc(c.signal, interrupt.Signal)
			}
			lost, err := client.FindLostStart(ctx, StartRequest{QueueID: 3}, time.Now(), false)
			if (err == nil) != c.found || c.found && told(lost) != "chat-0" {
				t.Errorf("got %s and %v", told(lost), err)
			}
			expect(t, "time", time.Since(began), c.took)
			expect(t, "requests", s.Count("thulium.list"), c.requests)
		})
	}
	inBubble(t, "with a list that is refused, it is not made again", func(t *testing.T) {
		s := newSystem(0)
		s.fails("thulium.list", 403)
		_, err := s.client().FindLostStart(t.Context(), StartRequest{QueueID: 3}, time.Now(), false)
		if e, ok := errors.AsType[*rest.Error](err); !ok || e.Status != 403 || s.Count("thulium.list") != 1 {
			t.Errorf("got %v after %d requests", err, s.Count("thulium.list"))
		}
	})
}

// In an hour that the clocks repeat, a chat of the first may be an hour older than the attempt.
func TestNothingIsAdoptedThatMayHaveBegunAnHourEarlier(t *testing.T) {
	t.Parallel()
	inBubble(t, "02:30 for the second time", func(t *testing.T) {
		time.Sleep(time.Until(time.Date(2000, 10, 29, 1, 30, 0, 0, time.UTC)))
		s := newSystem(0)
		s.open("earlier", -time.Hour, email("jan@example.com"))
		found, err := s.zonedClient(warsaw).FindLostStart(t.Context(), StartRequest{QueueID: 3, ClientEmail: "jan@example.com"}, time.Now(), true)
		if err != nil {
			t.Fatal(err)
		}
		if found.Adopted != nil {
			t.Errorf("%s is adopted, which began an hour before the attempt", *found.Adopted.ID)
		}
		expect(t, "candidates", len(found.Candidates), 1)
	})
}
