package thulium

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/loose"
	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

func TestFilter(t *testing.T) {
	t.Parallel()
	for want, f := range map[string]filter{
		"limit=100&offset=300": {},
		"chat_queue_id=3&date_from=2026-11-22&date_to=2026-11-22+12%3A34&limit=100&offset=300&status=CLOSED": {3, "CLOSED", "2026-11-22", "2026-11-22 12:34"},
	} {
		expect(t, "query", f.query(300).Encode(), want)
	}
}

// Where a listing ends depends on what the service counts: all that match, the page,
// or nothing.
func TestWhereAListingEnds(t *testing.T) {
	t.Parallel()
	count := func(kind string) func(*sandbox.Knobs) { return func(k *sandbox.Knobs) { k.Count = kind } }
	limit := func(rows int) func(*sandbox.Knobs) { return func(k *sandbox.Knobs) { k.PageLimit = rows } }
	for name, c := range map[string]struct {
		chats    int
		knobs    []func(*sandbox.Knobs)
		requests string // their offsets
	}{
		"no chats":                            {0, nil, "0"},
		"one chat":                            {1, nil, "0"},
		"a page but one":                      {99, nil, "0"},
		"a full page":                         {100, nil, "0 100"}, // the count may be of the page
		"a full page and one":                 {101, nil, "0 100"},
		"two full pages":                      {200, nil, "0 100"},
		"ten full pages":                      {1000, nil, "0 100 200 300 400 500 600 700 800 900"},
		"the count is a text":                 {250, []func(*sandbox.Knobs){count(sandbox.CountText)}, "0 100 200"},
		"the count has a fraction":            {250, []func(*sandbox.Knobs){count(sandbox.CountFraction)}, "0 100 200"},
		"pages are shorter than asked for":    {100, []func(*sandbox.Knobs){limit(40)}, "0 40 80"},
		"pages count themselves, one chat":    {1, []func(*sandbox.Knobs){count(sandbox.CountPage)}, "0"},
		"pages count themselves, one full":    {100, []func(*sandbox.Knobs){count(sandbox.CountPage)}, "0 100"},
		"pages count themselves, and one":     {101, []func(*sandbox.Knobs){count(sandbox.CountPage)}, "0 100"},
		"pages count themselves, two and one": {201, []func(*sandbox.Knobs){count(sandbox.CountPage)}, "0 100 200"},
		"pages count themselves, two full":    {200, []func(*sandbox.Knobs){count(sandbox.CountPage)}, "0 100 200"},
		"no count, no chats":                  {0, []func(*sandbox.Knobs){count(sandbox.CountAbsent)}, "0"},
		"no count, one chat":                  {1, []func(*sandbox.Knobs){count(sandbox.CountAbsent)}, "0 1"},
		"no count, a full page":               {100, []func(*sandbox.Knobs){count(sandbox.CountAbsent)}, "0 100"},
		"no count, a full page and one":       {101, []func(*sandbox.Knobs){count(sandbox.CountAbsent)}, "0 100"},
		"no count, shorter pages":             {100, []func(*sandbox.Knobs){count(sandbox.CountAbsent), limit(40)}, "0 40 80 100"},
	} {
		inBubble(t, name, func(t *testing.T) {
			s := newSystem(c.chats, c.knobs...)
			got, err := s.client().ListChats(t.Context(), ListRequest{})
			if err != nil || len(got) != c.chats {
				t.Errorf("got %d chats and %v, want %d", len(got), err, c.chats)
			}
			expect(t, "pages", s.offsets(), c.requests)
		})
	}
}

func TestTheLastPage(t *testing.T) {
	t.Parallel()
	number := func(n loose.Number) *loose.Number { return &n }
	for name, c := range map[string]struct {
		count *loose.Number
		rows  int
		seen  int // this page included
		full  bool
		want  bool
	}{
		"empty":                      {number(0), 0, 0, false, true},
		"empty, whatever is counted": {number(500), 0, 100, true, true},
		"more are counted than a short page shows":   {number(120), 50, 100, false, false},
		"no count, short page behind a full one":     {nil, 99, 199, true, true},
		"no count, short page behind none":           {nil, 40, 40, false, false},
		"fewer are counted than were seen, full":     {number(100), 100, 200, true, false},
		"fewer are counted than were seen, short":    {number(0), 3, 3, false, false},
		"a negative count":                           {number(-1), 100, 100, false, false},
		"a negative count, and a page behind a full": {number(-1), 7, 107, true, true},
	} {
		p := newPages(&Client{}, 1)
		p.offset, p.full = c.seen-c.rows, c.full
		p.take(c.count, c.rows, c.rows)
		expect(t, name, p.done, c.want)
	}
}

// newPages returns the pages of all chats, each of which may cost so many requests.
func newPages(client *Client, attempts int) *pager {
	return client.newPager(filter{}, newBudget(ErrTooLong), attempts)
}

// pages are answers to GET chats, with the number of rows that they give; -1
// for none that can be read.
var pages = map[string]int{
	`{"count":1,"result":[{"chat_queue_id":3,"client_email":null,"client_name":"Jan","customer_id":7,"conversation_id":"6ed7c941","created_at":"2017-12-11 10:23:04.318","closed_at":null,"status":"CLOSED","files":[]}]}`: 1,
	`{"count":"2","result":[{"conversation_id":"a","chat_queue_id":"3"},{"customer_id":null}]}`:                                                                                                                            2,
	`{"count":250.0,"result":[{}]}`:      1,
	`{"count":0,"result":[]}`:            0,
	`{"count":null,"result":[{}]}`:       1,
	`{"result":[null]}`:                  1,
	`{"count":0,"result":null}`:          -1,
	`{"count":0}`:                        -1,
	`{"result":{}}`:                      -1,
	`{"result":"none"}`:                  -1,
	`{"result":[1]}`:                     -1,
	`{"count":"many","result":[]}`:       -1,
	`{"result":[{"conversation_id":7}]}`: 1,
	`{"result":[{"customer_id":"","chat_queue_id":7.5},{"customer_id":"C-12"},{"status":[],"client_name":{"first":"Jan"},"closed_at":false}]}`: 3,
	`[]`:   -1,
	`null`: -1,
	``:     -1,
	`{"count":1,"result":[{"client_email":"jan@exa`: -1,
	`{"count":0,"result":[]}<!-- 3 ms -->`:          -1,
	`<html>`:                                        -1,
}

func TestPages(t *testing.T) {
	t.Parallel()
	for body, want := range pages {
		inBubble(t, body[:min(len(body), 50)], func(t *testing.T) {
			s := newSystem(0)
			s.answers("thulium.list", body)
			pages := newPages(s.client(), 1)
			got, err := pages.next(t.Context())
			if (err == nil) != (want >= 0) || err == nil && len(got) != want {
				t.Errorf("got %+v and %v", got, err)
			}
			expect(t, "cost", maxRequests-pages.budget.left, 1)
			if e, ok := errors.AsType[*rest.Error](err); ok && strings.Contains(e.Error()+e.Answer, "jan@") {
				t.Errorf("personal data is in %v: %s", err, e.Answer)
			}
		})
	}
}

// An answer of 16 MiB may have millions of rows, which are refused before they are values.
func TestAPageIsRefusedWhoseRowsWouldTakeMuchMemory(t *testing.T) {
	t.Parallel()
	for _, rows := range []int{150, (listingLimit - 100) / len("{},")} {
		client := newSystem(0).client(func(c *rest.Config) {
			c.Transport, c.Policy.Timeout = answers(`{"count":1,"result":[`+strings.Repeat("{},", rows)+`{}]}`), time.Minute
		})
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		got, err := newPages(client, 1).next(t.Context())
		runtime.ReadMemStats(&after)
		if err == nil && len(got) != rows+1 || err != nil && rows < 1000 {
			t.Errorf("%d rows: got %v and %v", rows, got, err)
		}
		if used := after.TotalAlloc - before.TotalAlloc; used > 10*listingLimit {
			t.Errorf("%d rows: %d MiB for an answer of %d MiB", rows, used>>20, listingLimit>>20)
		}
	}
}

// A service may show a chat in several rows of a page, or send all that it has, whatever the limit.
func TestAPageWithMoreRowsThanWereAskedFor(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		chats, limit, count int
		rows                func(chat int) int
		pages               int
	}{
		"a chat in two rows, one page":    {91, pageSize, 91, func(chat int) int { return 1 + (chat+86)/91%2 }, 2},
		"a chat in two rows, three pages": {250, pageSize, 250, func(chat int) int { return 1 + chat%2 }, 3},
		"the limit is ignored":            {5001, 1 << 20, 5001, func(int) int { return 1 }, 2},
		"the limit is ignored, no count":  {5001, 1 << 20, -1, func(int) int { return 1 }, 2},
	} {
		inBubble(t, name, func(t *testing.T) {
			asked := 0
			client := newSystem(0).client(func(config *rest.Config) {
				config.Transport = transport(func(r *http.Request) string {
					asked++
					offset, _ := strconv.Atoi(r.URL.Query().Get("offset"))
					var rows []string
					for chat := offset; chat < min(c.chats, offset+c.limit); chat++ {
						for range c.rows(chat) {
							rows = append(rows, fmt.Sprintf(`{"conversation_id":"chat-%d"}`, chat))
						}
					}
					return fmt.Sprintf(`{"count":%d,"result":[%s]}`, c.count, strings.Join(rows, ","))
				})
			})
			got, err := client.ListChats(t.Context(), ListRequest{})
			if err != nil || len(got) != c.chats || asked != c.pages {
				t.Errorf("got %d chats of %d from %d pages, and %v", len(got), c.chats, asked, err)
			}
		})
	}
}

func TestARowThatIsNullIsNoChat(t *testing.T) {
	t.Parallel()
	inBubble(t, "between two chats", func(t *testing.T) {
		s := newSystem(0)
		s.answers("thulium.list", `{"count":4,"result":[{"conversation_id":"a"},null,{"conversation_id":"b"},{}]}`)
		got, err := s.client().ListChats(t.Context(), ListRequest{})
		if err != nil {
			t.Fatal(err)
		}
		expect(t, "chats", ids(got), "a b")
	})
}

func TestAPageMayCostAsManyRequestsAsItIsAllowed(t *testing.T) {
	t.Parallel()
	for attempts, want := range map[int]int{1: 1, 3: 3, 50: 5} {
		inBubble(t, fmt.Sprint(attempts), func(t *testing.T) {
			s := newSystem(0)
			s.fails("thulium.list", 500)
			pages := newPages(s.client(func(c *rest.Config) { c.Policy.MaxRetries = 4 }), attempts)
			_, err := pages.next(t.Context())
			cost := maxRequests - pages.budget.left
			if err == nil || cost != want || s.Count("thulium.list") != want {
				t.Errorf("cost %d, %d requests, %v", cost, s.Count("thulium.list"), err)
			}
		})
	}
}

// transport answers each request with a body.
type transport func(*http.Request) string

func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(t(r))), Request: r}, nil
}

// answers is a transport that always answers the same.
func answers(body string) transport { return func(*http.Request) string { return body } }

func FuzzPage(f *testing.F) {
	for body := range pages {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		client := newSystem(0).client(func(c *rest.Config) { c.Transport = answers(body) })
		pages := newPages(client, 1)
		got, err := pages.next(t.Context())
		if err != nil {
			if got != nil {
				t.Errorf("an answer that is an error (%v) gives %+v", err, got)
			}
			return
		}
		if !json.Valid([]byte(body)) || got == nil {
			t.Fatalf("accepted is %q as %+v", body, got)
		}
		if pages.count >= 0 && pages.count < len(got) || pages.offset > len(got) || len(got) == 0 && !pages.done {
			t.Errorf("%d rows are taken for %+v", len(got), pages)
		}
		for _, chat := range got {
			if day, known := chat.StartedOn(); known && !strings.HasPrefix(*chat.CreatedAt, day.Format(time.DateOnly)) {
				t.Errorf("%q is on %s", *chat.CreatedAt, day)
			}
			if chat.Closed() && chat.Status == nil && chat.ClosedAt == nil {
				t.Errorf("%+v is closed", chat)
			}
		}
	})
}
