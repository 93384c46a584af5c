package thulium

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

// row is a chat as GET chats shows it.
type row map[string]any

// system is a Thulium system in memory. It shows its rows in their order.
type system struct {
	mu       sync.Mutex
	rows     []row
	capped   int                               // rows on a page, when it is fewer than asked for
	noCount  bool                              // the count is left out
	ownCount bool                              // the count is of the page
	deaf     bool                              // takes no notice of the offset
	delay    time.Duration                     // of every answer
	answer   func(request) (int, string, bool) // answers in place of the listing
	between  func(n int)                       // is told after the n-th listing, from 1
	requests []request
}

// request is one that the system was sent.
type request struct {
	method, path string
	query        url.Values
	header       http.Header
	body         string
	at           time.Time
}

func (s *system) RoundTrip(r *http.Request) (*http.Response, error) {
	httptrace.ContextClientTrace(r.Context()).GotConn(httptrace.GotConnInfo{})
	got := request{method: r.Method, path: r.URL.EscapedPath(), query: r.URL.Query(), header: r.Header, at: time.Now()}
	if r.Body != nil {
		body, _ := io.ReadAll(r.Body)
		got.body = string(body)
	}
	s.mu.Lock()
	s.requests = append(s.requests, got)
	delay := s.delay
	s.mu.Unlock()
	timer := time.NewTimer(delay)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.answer != nil {
		if status, body, done := s.answer(got); done {
			return response(r, status, body)
		}
	}
	body := s.page(got.query)
	if s.between != nil {
		s.between(len(s.requests))
	}
	return response(r, http.StatusOK, body)
}

func response(r *http.Request, status int, body string) (*http.Response, error) {
	if status == 0 {
		return nil, errors.New("read: connection reset by peer")
	}
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
}

// page returns the answer of GET chats.
func (s *system) page(query url.Values) string {
	shown := []row{}
	for _, chat := range s.rows {
		created, _ := chat["created_at"].(string)
		queue, _ := chat["chat_queue_id"].(int)
		if from := query.Get("date_from"); from != "" && created != "" && created < from {
			continue
		}
		if to := query.Get("date_to"); to != "" && created > to {
			continue
		}
		if asked := query.Get("chat_queue_id"); asked != "" && asked != strconv.Itoa(queue) {
			continue
		}
		if asked := query.Get("status"); asked != "" && asked != chat["status"] {
			continue
		}
		shown = append(shown, chat)
	}
	limit, _ := strconv.Atoi(query.Get("limit"))
	offset, _ := strconv.Atoi(query.Get("offset"))
	if s.capped > 0 {
		limit = min(limit, s.capped)
	}
	if s.deaf {
		offset = 0
	}
	page := shown[min(offset, len(shown)):min(offset+limit, len(shown))]
	answer := map[string]any{"count": len(shown), "result": page}
	switch {
	case s.noCount:
		delete(answer, "count")
	case s.ownCount:
		answer["count"] = len(page)
	}
	out, err := json.Marshal(answer)
	if err != nil {
		panic(err)
	}
	return string(out)
}

// listings returns the queries of GET chats since the given number of requests.
func (s *system) listings(since int) []url.Values {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []url.Values
	for _, r := range s.requests[since:] {
		if r.method == http.MethodGet {
			out = append(out, r.query)
		}
	}
	return out
}

// change runs f while no request is answered.
func (s *system) change(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
}

// calls answers start and stop.
func calls(r request) (int, string, bool) {
	return http.StatusOK, `{"conversation_id":"started"}`, r.method == http.MethodPost
}

// client returns a client of the system that makes one attempt.
func (s *system) client(changes ...func(*rest.Config)) *Client {
	config := rest.Config{
		BaseURL:   "https://acme.example/api",
		UserAgent: "agent/1",
		Policy:    rest.Policy{Timeout: 5 * time.Second, WaitMin: time.Second, WaitMax: time.Second},
		Transport: s,
	}
	for _, change := range changes {
		change(&config)
	}
	return New(config, "api_user", "api_pass")
}

// inBubble runs a subtest whose clock is that of a synctest bubble.
func inBubble(t *testing.T, name string, test func(t *testing.T)) {
	t.Helper()
	t.Run(name, func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, test)
	})
}

func TestStartRequest(t *testing.T) {
	t.Parallel()
	customer := int64(17)
	for name, c := range map[string]struct {
		start Start
		query string
	}{
		"the queue alone": {Start{QueueID: 3}, "chat_queue_id=3"},
		"all of it": {
			Start{3, "Jan", "Kowalski", "jan+1@example.org", "a&b", &customer},
			"chat_queue_id=3&client_email=jan%2B1%40example.org&client_id=a%26b&client_name=Jan&client_surname=Kowalski&customer_id=17",
		},
		"a customer of zero": {Start{QueueID: 3, CustomerID: new(int64)}, "chat_queue_id=3&customer_id=0"},
	} {
		inBubble(t, name, func(t *testing.T) {
			s := &system{answer: func(request) (int, string, bool) { return 200, `{"conversation_id":"6ed7c941"}`, true }}
			id, err := s.client().Start(t.Context(), c.start)
			if err != nil || id != "6ed7c941" {
				t.Fatalf("got %q and %v", id, err)
			}
			got := s.requests[0]
			if got.method != "POST" || got.path != "/api/chat_conversations/start" || got.query.Encode() != c.query || got.body != "" {
				t.Errorf("sent %s %s?%s with %q", got.method, got.path, got.query.Encode(), got.body)
			}
			// api_user:api_pass
			if got.header.Get("Authorization") != "Basic YXBpX3VzZXI6YXBpX3Bhc3M=" || got.header.Get("Content-Type") != "application/json" {
				t.Errorf("sent %v", got.header)
			}
		})
	}
}

// started are answers to start, with the id that they give.
var started = map[string]string{
	`{"conversation_id":"6ed7c941-2c8a-411e-95d2-338a9f64800a"}`: "6ed7c941-2c8a-411e-95d2-338a9f64800a",
	"{\"conversation_id\":\"a/b\",\"more\":[1]}\n":               "a/b",
	`{"conversation_id":""}`:                                     "",
	`{"conversation_id":"."}`:                                    "",
	`{"conversation_id":".."}`:                                   "",
	"{\"conversation_id\":\"\xf3abc\"}":                          "",
	`{"conversation_id":null}`:                                   "",
	`{"conversation_id":17}`:                                     "",
	`{"conversation_id":{}}`:                                     "",
	`{"id":"6ed7c941"}`:                                          "",
	`{}`:                                                         "",
	`null`:                                                       "",
	`[]`:                                                         "",
	`"6ed7c941"`:                                                 "",
	``:                                                           "",
	`{"conversation_id":"6ed7c941`:                               "",
	`{"conversation_id":"6ed7c941"}}`:                            "",
	`<html>`:                                                     "",
	`{"errors":[{"message":"no"}]}`:                              "",
}

func TestStartedAnswers(t *testing.T) {
	t.Parallel()
	for body, want := range started {
		inBubble(t, body, func(t *testing.T) {
			s := &system{answer: func(request) (int, string, bool) { return 200, body, true }}
			id, err := s.client(func(c *rest.Config) { c.Policy.MaxRetries = 3 }).Start(t.Context(), Start{QueueID: 3})
			if id != want || (err == nil) != (want != "") {
				t.Errorf("got %q and %v, want %q", id, err, want)
			}
			if len(s.requests) != 1 || err != nil && rest.OutcomeOf(err) != rest.Unknown {
				t.Errorf("%d requests, outcome %s", len(s.requests), rest.OutcomeOf(err))
			}
		})
	}
}

func FuzzStarted(f *testing.F) {
	for body := range started {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		var id string
		err := decodeStarted(&id)(strings.NewReader(body))
		if err != nil {
			if id != "" {
				t.Errorf("an answer that is an error (%v) gives the id %q", err, id)
			}
			return
		}
		if rest.CheckID(id) != nil {
			t.Errorf("%q cannot be stopped", id)
		}
		var fields map[string]any
		if err := json.Unmarshal([]byte(body), &fields); err != nil {
			t.Fatalf("accepted is %q: %v", body, err)
		}
		for name, value := range fields {
			if strings.EqualFold(name, "conversation_id") && value == id {
				return
			}
		}
		t.Errorf("%q is not in %q", id, body)
	})
}

func TestStop(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		id, bot, path, query string
	}{
		"a conversation":            {"6ed7c941-2c8a", "", "/api/chat_conversations/6ed7c941-2c8a/stop", ""},
		"in the name of a chat bot": {"6ed7c941", "a779 146f", "/api/chat_conversations/6ed7c941/stop", "external_chatbot_id=a779+146f"},
		"an id that is no path":     {"a/../b?c", "", "/api/chat_conversations/a%2F..%2Fb%3Fc/stop", ""},
	} {
		for _, body := range []string{"", "null", "<html>", `{"errors":[`} {
			inBubble(t, name+" answered with "+body, func(t *testing.T) {
				s := &system{answer: func(request) (int, string, bool) { return 200, body, true }}
				if err := s.client().Stop(t.Context(), c.id, c.bot); err != nil {
					t.Fatal(err)
				}
				got := s.requests[0]
				if got.method != "POST" || got.path != c.path || got.query.Encode() != c.query || got.body != "" {
					t.Errorf("sent %s %s?%s with %q", got.method, got.path, got.query.Encode(), got.body)
				}
			})
		}
	}
}

func TestStopIsRepeatedAndStartIsNot(t *testing.T) {
	t.Parallel()
	for _, status := range []int{0, 408, 500, 502, 503, 504} {
		inBubble(t, strconv.Itoa(status), func(t *testing.T) {
			s := &system{answer: func(request) (int, string, bool) { return status, "", true }}
			client := s.client(func(c *rest.Config) { c.Policy.MaxRetries = 2 })
			if err := client.Stop(t.Context(), "x", ""); rest.OutcomeOf(err) != rest.Unknown || len(s.requests) != 3 {
				t.Errorf("stop: %v after %d requests", err, len(s.requests))
			}
			if _, err := client.Start(t.Context(), Start{QueueID: 3}); rest.OutcomeOf(err) != rest.Unknown || len(s.requests) != 4 {
				t.Errorf("start: %v after %d requests", err, len(s.requests)-3)
			}
		})
	}
}

func TestErrorsShowNoCredentialsAndNoPersonalValues(t *testing.T) {
	t.Parallel()
	inBubble(t, "when all is echoed", func(t *testing.T) {
		customer := int64(12345)
		s := &system{answer: func(r request) (int, string, bool) {
			said := strings.Join([]string{r.header.Get("Authorization"), "api_pass", r.query.Encode(), "jan@example.org", "Kowalski", "12345"}, " ")
			out, _ := json.Marshal(map[string]any{"request_id": said, "errors": []any{map[string]any{"message": said, "code": said}}})
			return 422, string(out), true
		}}
		_, err := s.client().Start(t.Context(), Start{3, "Anna", "Kowalski", "jan@example.org", "client-77", &customer})
		for _, word := range []string{"YXBpX3VzZXI6YXBpX3Bhc3M", "api_pass", "jan@", "jan%40", "Kowalski", "Anna", "client-77", "12345"} {
			if strings.Contains(err.Error(), word) {
				t.Errorf("%q is in %v", word, err)
			}
		}
	})
}

func TestDayBoundary(t *testing.T) {
	t.Parallel()
	for at, want := range map[string]string{
		"2026-11-22T00:00:00Z":      "2026-11-21",
		"2026-11-22T23:59:59Z":      "2026-11-21",
		"2026-11-22T00:30:00+14:00": "2026-11-20",
		"2026-03-01T12:00:00Z":      "2026-02-28",
		"2027-01-01T12:00:00-12:00": "2027-01-01", // the second in UTC
	} {
		moment, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		if got := dayBoundary(moment); got != want {
			t.Errorf("%s: got %s, want %s", at, got, want)
		}
		// The day begins there or before it, in whatever zone the system is.
		for offset := -12; offset <= 14; offset++ {
			if local := moment.In(time.FixedZone("", offset*3600)).Format(time.DateOnly); local < want {
				t.Errorf("%s at %+d hours is on %s, before %s", at, offset, local, want)
			}
		}
	}
}

func TestBaseURL(t *testing.T) {
	t.Parallel()
	if got := (&system{}).client(func(c *rest.Config) { c.BaseURL += "/" }).BaseURL(); got != "https://acme.example/api" {
		t.Errorf("got %s", got)
	}
}
