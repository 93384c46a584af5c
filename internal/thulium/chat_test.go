package thulium

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

func TestClosed(t *testing.T) {
	t.Parallel()
	closed, open, at, empty, zero := "CLOSED", "OPEN", "2026-11-22 12:34:56.789", "", "0000-00-00 00:00:00"
	for name, c := range map[string]struct {
		chat Chat
		want bool
	}{
		"the status says so":                 {Chat{Status: &closed}, true},
		"a closing time says so":             {Chat{Status: &open, ClosedAt: &at}, true},
		"both say so":                        {Chat{Status: &closed, ClosedAt: &at}, true},
		"neither says so":                    {Chat{Status: &open}, false},
		"an empty closing time says nothing": {Chat{Status: &open, ClosedAt: &empty}, false},
		"nor does a date of nothing":         {Chat{Status: &open, ClosedAt: &zero}, false},
		"the status says so all the same":    {Chat{Status: &closed, ClosedAt: &zero}, true},
		"nothing is known":                   {Chat{}, false},
	} {
		if got := c.chat.Closed(); got != c.want {
			t.Errorf("%s: got %t", name, got)
		}
	}
	for _, none := range []string{
		"0000-00-00", "0000-00-00 00:00:00.000", "0", " ", "0000-00-00T00:00:00Z", "0000-00-00 00:00:00.000+00:00", "0000-00-00 00:00:00 +01:00",
		"-0001-11-30T00:00:00+01:24", "-", "yesterday", "true", "N/A",
	} {
		if IsClosed("OPEN", none) {
			t.Errorf("%q closes a chat", none)
		}
	}
	for _, some := range []string{"2026-11-22T12:34:56Z", "2000-10-30 00:00:00", "22.11.2026", "1764072896"} {
		if !IsClosed("OPEN", some) {
			t.Errorf("%q does not close a chat", some)
		}
	}
	if IsClosed("closed", "") {
		t.Error("a status that nobody documents closes a chat")
	}
}

func TestCells(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]bool{
		`null`: false, `false`: false, `""`: false, `[]`: false, `{}`: false, `0`: false, `"0000-00-00 00:00:00"`: false,
		`"2026-11-22 12:34:56.789"`: true, `1764072896`: true, `{"date":"2026-11-22 12:34:56.789000","timezone":"UTC"}`: true,
		`true`: false, `{"date":null,"timezone":"UTC"}`: false, `{"date":"-0001-11-30 00:00:00.000000","timezone_type":3,"timezone":"UTC"}`: false,
	} {
		var chat Chat
		if err := json.Unmarshal([]byte(`{"status":"OPEN","closed_at":`+raw+`}`), &chat); err != nil || chat.Closed() != want {
			t.Errorf("closed_at %s: closed is %t, want %t; %v", raw, chat.Closed(), want, err)
		}
	}
}

func TestHasEmail(t *testing.T) {
	t.Parallel()
	email := "Jan@Example.org"
	if chat := (Chat{ClientEmail: &email}); !chat.HasEmail("jan@example.ORG") || chat.HasEmail("an@example.org") || (Chat{}).HasEmail("jan@example.org") {
		t.Error("an e-mail address is compared wrongly")
	}
}

func TestStartedOn(t *testing.T) {
	t.Parallel()
	for created, want := range map[string]string{
		"2017-12-11 10:23:04.318": "2017-12-11", "2017-12-11": "2017-12-11", "2017-12-11T10:23:04Z": "2017-12-11",
		"": "", "2017-12": "", "2017-13-11 10:23:04": "", "11.12.2017 10:23": "",
	} {
		day, known := Chat{CreatedAt: &created}.StartedOn()
		if known != (want != "") || known && day.Format(time.DateOnly) != want {
			t.Errorf("%q: got %s and %t, want %s", created, day, known, want)
		}
	}
	if _, known := (Chat{}).StartedOn(); known {
		t.Error("a chat without a start has one")
	}
}

func TestFilter(t *testing.T) {
	t.Parallel()
	for want, filter := range map[string]Filter{
		"limit=100&offset=300": {},
		"chat_queue_id=3&date_from=2026-11-22&date_to=2026-11-22+12%3A34&limit=100&offset=300&status=CLOSED": {3, "CLOSED", "2026-11-22", "2026-11-22 12:34"},
	} {
		if got := filter.query(300).Encode(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestLastPage(t *testing.T) {
	t.Parallel()
	number := func(n rest.Number) *rest.Number { return &n }
	for name, c := range map[string]struct {
		count *rest.Number
		rows  int
		seen  int // this page included
		want  bool
	}{
		"empty":                                    {number(0), 0, 0, true},
		"empty, whatever is counted":               {number(500), 0, 100, true},
		"all are seen":                             {number(3), 3, 3, true},
		"all are seen, on a full page":             {number(200), 100, 200, true},
		"one more is counted":                      {number(201), 100, 200, false},
		"more are counted than a short page shows": {number(120), 50, 100, false},
		"no count, full page":                      {nil, 100, 100, false},
		"no count, short page":                     {nil, 99, 199, true},
		"fewer are counted than were seen, full":   {number(100), 100, 200, false},
		"fewer are counted than were seen, short":  {number(0), 3, 3, true},
		"a negative count":                         {number(-1), 100, 100, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := (&page{Count: c.count, Result: make([]Chat, c.rows)}).last(c.seen); got != c.want {
				t.Errorf("got %t", got)
			}
		})
	}
}

// pages are answers to GET chats, with the number of rows that they give; -1
// for none that can be read.
var pages = map[string]int{
	`{"count":1,"result":[{"chat_queue_id":3,"client_email":null,"client_name":"Jan","customer_id":7,"conversation_id":"6ed7c941","created_at":"2017-12-11 10:23:04.318","closed_at":null,"status":"CLOSED","files":[]}]}`: 1,
	`{"count":"2","result":[{"conversation_id":"a","chat_queue_id":"3"},{"customer_id":null}]}`:                                                                                                                            2,
	`{"count":0,"result":[]}`:            0,
	`{"count":null,"result":[{}]}`:       1,
	`{"result":[null]}`:                  1,
	`{"count":0,"result":null}`:          -1,
	`{"count":0}`:                        -1,
	`{"result":{}}`:                      -1,
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
			s := &system{answer: func(request) (int, string, bool) { return 200, body, true }}
			got, cost, err := s.client().page(t.Context(), Filter{}, 0, 1)
			if (err == nil) != (want >= 0) || err == nil && len(got.Result) != want {
				t.Errorf("got %+v and %v", got, err)
			}
			if cost != 1 {
				t.Errorf("%d requests", cost)
			}
			if e, ok := errors.AsType[*rest.Error](err); ok && strings.Contains(e.Error()+e.Answer, "jan@") {
				t.Errorf("personal data is in %v: %s", err, e.Answer)
			}
		})
	}
}

func TestAPageMayCostAsManyRequestsAsItIsAllowed(t *testing.T) {
	t.Parallel()
	for attempts, want := range map[int]int{1: 1, 3: 3, 50: 5} {
		inBubble(t, "not more", func(t *testing.T) {
			s := &system{answer: func(request) (int, string, bool) { return 500, "", true }}
			_, cost, err := s.client(func(c *rest.Config) { c.Policy.MaxRetries = 4 }).page(t.Context(), Filter{}, 0, attempts)
			if err == nil || cost != want || len(s.requests) != want {
				t.Errorf("%d allowed: cost %d, %d requests, %v", attempts, cost, len(s.requests), err)
			}
		})
	}
}

// answers is a transport that always answers the same.
type answers string

func (a answers) RoundTrip(r *http.Request) (*http.Response, error) {
	return response(r, http.StatusOK, string(a))
}

func FuzzPage(f *testing.F) {
	for body := range pages {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		client := (&system{}).client(func(c *rest.Config) { c.Transport = answers(body) })
		got, _, err := client.page(t.Context(), Filter{}, 0, 1)
		if err != nil {
			if got != nil {
				t.Errorf("an answer that is an error (%v) gives %+v", err, got)
			}
			return
		}
		if !json.Valid([]byte(body)) || got.Result == nil {
			t.Fatalf("accepted is %q as %+v", body, got)
		}
		if got.Count != nil && len(got.Result) > 0 && !got.last(int(*got.Count)) {
			t.Errorf("%d rows are counted and seen, and more are to follow", *got.Count)
		}
		for _, chat := range got.Result {
			if day, known := chat.StartedOn(); known && !strings.HasPrefix(*chat.CreatedAt, day.Format(time.DateOnly)) {
				t.Errorf("%q is on %s", *chat.CreatedAt, day)
			}
			if chat.Closed() && chat.Status == nil && chat.ClosedAt == nil {
				t.Errorf("%+v is closed", chat)
			}
		}
	})
}
