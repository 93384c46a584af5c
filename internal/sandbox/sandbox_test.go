package sandbox_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// noon is when the tests' clock starts: winter in Warsaw, so one hour ahead of UTC.
var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// stage is a sandbox behind a server, with a clock that stands still until it is moved.
type stage struct {
	*sandbox.Sandbox
	t      *testing.T
	server *httptest.Server
	mu     sync.Mutex
	now    time.Time
}

func newStage(t *testing.T, change ...func(*sandbox.Options)) *stage {
	t.Helper()
	s := &stage{t: t, now: noon}
	o := sandbox.Options{Clock: func() time.Time {
		s.mu.Lock()
		defer s.mu.Unlock()
		return s.now
	}}
	for _, c := range change {
		c(&o)
	}
	s.Sandbox = sandbox.New(o)
	s.server = httptest.NewServer(s.Sandbox)
	t.Cleanup(s.server.Close)
	t.Cleanup(s.Close) // first: it ends what the server would wait for
	return s
}

func (s *stage) advance(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = s.now.Add(d)
}

// reply is an answer as it arrived.
type reply struct {
	status int
	header http.Header
	body   string
}

// at returns the JSON value at a path of names and indexes, nil where there is none.
func (r reply) at(t *testing.T, path ...any) any {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(r.body), &v); err != nil {
		t.Fatalf("not JSON: %v\n%s", err, r.body)
	}
	for _, step := range path {
		switch step := step.(type) {
		case string:
			fields, _ := v.(map[string]any)
			v = fields[step]
		case int:
			list, _ := v.([]any)
			if step >= len(list) {
				return nil
			}
			v = list[step]
		}
	}
	return v
}

// send makes a request with a body, if any, and headers given as "Name: value".
func (s *stage) send(method, path, body string, headers ...string) reply {
	s.t.Helper()
	request, err := http.NewRequest(method, s.server.URL+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	if strings.HasPrefix(path, sandbox.ControlPath+"/") {
		request.Header.Set("Content-Type", "application/json")
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		request.Header.Set(name, value)
	}
	response, err := s.server.Client().Transport.RoundTrip(request)
	if err != nil {
		s.t.Fatalf("%s %s: %v", method, path, err)
	}
	defer func() { _ = response.Body.Close() }()
	data, err := io.ReadAll(response.Body)
	if err != nil {
		s.t.Fatalf("%s %s: %v", method, path, err)
	}
	return reply{response.StatusCode, response.Header, string(data)}
}

const (
	thuliumAuth = "Authorization: Basic YXBpX3VzZXI6ZmFrZS10aHVsaXVtLXBhc3N3b3Jk" // api_user:fake-thulium-password
	jelouAuth   = "X-Api-Key: " + sandbox.JelouAPIKey
	chatbotAuth = "Authorization: Bearer " + sandbox.ChatbotToken
	jsonType    = "Content-Type: application/json"

	closePath  = sandbox.JelouPath + "/external-support/" + sandbox.JelouProjectID + "/conversations/close"
	threadPath = sandbox.ChatbotPath + "/chatbots/" + sandbox.ChatbotID + "/threads/"
	chatsPath  = sandbox.ThuliumPath + "/chats"
)

func (s *stage) start(query string, headers ...string) reply {
	s.t.Helper()
	return s.send("POST", sandbox.ThuliumPath+"/chat_conversations/start?"+query, "", append(headers, thuliumAuth)...)
}

// started starts a chat in queue 3 and returns its id.
func (s *stage) started() string {
	s.t.Helper()
	id, ok := s.start("chat_queue_id=3").at(s.t, "conversation_id").(string)
	if !ok {
		s.t.Fatal("start gave no conversation_id")
	}
	return id
}

func (s *stage) stop(id string) reply {
	s.t.Helper()
	return s.send("POST", sandbox.ThuliumPath+"/chat_conversations/"+id+"/stop", "", thuliumAuth)
}

// listed returns the ids of a listing.
func (s *stage) listed(query string) []string {
	s.t.Helper()
	r := s.send("GET", chatsPath+"?"+query, "", thuliumAuth)
	if r.status != 200 {
		s.t.Fatalf("GET chats?%s: %d %s", query, r.status, r.body)
	}
	var page struct {
		Result []struct {
			ID string `json:"conversation_id"`
		}
	}
	if err := json.Unmarshal([]byte(r.body), &page); err != nil {
		s.t.Fatal(err)
	}
	ids := []string{}
	for _, row := range page.Result {
		ids = append(ids, row.ID)
	}
	return ids
}

func (s *stage) closeJelou(user string) reply {
	s.t.Helper()
	return s.send("POST", closePath, `{"botId":"bot-1","userId":"`+user+`"}`, jelouAuth, jsonType)
}

func (s *stage) last() sandbox.Request {
	s.t.Helper()
	all := s.Requests()
	if len(all) == 0 {
		s.t.Fatal("no request was logged")
	}
	return all[len(all)-1]
}

func expect[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

func expectList[T comparable](t *testing.T, what string, got, want []T) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s:\n got %v\nwant %v", what, got, want)
	}
}

func TestUnknownPathsAndMethods(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	for _, c := range []struct {
		method, path string
		status       int
		call, shape  string
	}{
		{"GET", sandbox.ThuliumPath + "/nothing", 404, "thulium.unknown", "errors"},
		{"GET", sandbox.ThuliumPath, 404, "thulium.unknown", "errors"},
		{"GET", sandbox.ThuliumPath + "/chat_conversations/start", 405, "thulium.unknown", "errors"},
		{"POST", sandbox.ThuliumPath + "/chat_conversations//stop", 404, "thulium.unknown", "request_id"},
		{"DELETE", closePath, 405, "jelou.unknown", "error"},
		{"GET", sandbox.JelouPath + "/nothing", 404, "jelou.unknown", "statusMessage"},
		{"POST", threadPath + sandbox.ThreadID, 405, "chatbot.unknown", "success"},
		{"GET", sandbox.ChatbotPath + "/chatbots//threads/", 404, "chatbot.unknown", "error"},
	} {
		r := s.send(c.method, c.path, "")
		expect(t, c.method+" "+c.path, r.status, c.status)
		expect(t, c.path+" call", s.last().Call, c.call)
		if r.at(t, c.shape) == nil {
			t.Errorf("%s: no %q in %s", c.path, c.shape, r.body)
		}
		if c.status == 405 && r.header.Get("Allow") == "" {
			t.Errorf("%s: 405 without Allow", c.path)
		}
	}
	expect(t, "elsewhere", s.send("GET", "/elsewhere", "").status, 404)
	expect(t, "a path that only begins like a mount", s.send("GET", sandbox.ThuliumPath+"x/chats", "").status, 404)
	if page := s.send("GET", "/", "").body; !strings.Contains(page, sandbox.ThuliumPassword) {
		t.Errorf("the first page does not explain itself: %s", page)
	}
}

func TestRequestLog(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.send("POST", sandbox.ThuliumPath+"/chat_conversations/a%2Fb/stop?external_chatbot_id=bot%201", "", thuliumAuth, jsonType)
	r := s.last()
	expect(t, "number", r.Number, 1)
	expect(t, "service", r.Service, "thulium")
	expect(t, "call", r.Call, "thulium.stop")
	expect(t, "path", r.Path, "/chat_conversations/a%2Fb/stop")
	expect(t, "query", r.Query.Get("external_chatbot_id"), "bot 1")
	expect(t, "content type", r.Header.Get("Content-Type"), "application/json")
	expect(t, "account", r.Account, sandbox.ThuliumUsername)
	expect(t, "scheme", r.AuthScheme, "Basic")
	expect(t, "status", r.Status, 404)
	expect(t, "acted", r.Acted, false)
	expect(t, "time", r.Time, noon)
	if r.Connection == "" {
		t.Error("no connection")
	}

	s.closeJelou("user-1")
	expect(t, "jelou account", s.last().Account, "api_key of project-1")
	expect(t, "jelou body", s.last().Body, `{"botId":"bot-1","userId":"user-1"}`)
	expect(t, "jelou length", s.last().ContentLength, int64(len(s.last().Body)))
	s.send("GET", threadPath+sandbox.ThreadID, "", chatbotAuth)
	expect(t, "chatbot account", s.last().Account, "token-1")

	all, err := json.Marshal(s.Requests())
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{
		sandbox.ThuliumPassword, sandbox.JelouAPIKey, sandbox.ChatbotToken, strings.TrimPrefix(thuliumAuth, "Authorization: "),
	} {
		if strings.Contains(string(all), secret) {
			t.Errorf("the log holds the secret %q", secret)
		}
	}
	expect(t, "count of a call", s.Count("thulium.stop"), 1)
	expect(t, "count of a service", s.Count("jelou.*"), 1)
	expect(t, "count of all", s.Count("*"), 3)
	s.ClearRequests()
	expect(t, "count after clearing", s.Count("*"), 0)
	s.closeJelou("user-1")
	expect(t, "numbers go on", s.last().Number, 4)
}

func TestParallelRequests(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.AddFault(sandbox.Fault{Call: "thulium.start", Kind: sandbox.FaultStatus, Status: 503, Skip: 5, Every: 3, Times: 7})
	var wait sync.WaitGroup
	for range 50 {
		wait.Go(func() {
			s.start("chat_queue_id=3")
			s.listed("chat_queue_id=3")
			s.closeJelou("user-1")
			s.Open()
		})
	}
	wait.Wait()
	expect(t, "starts", s.Count("thulium.start"), 50)
	expect(t, "hits", s.FaultHits()[sandbox.FaultStatus], 7)
	expect(t, "chats", len(s.Conversations()), 43)
	expect(t, "closes", len(s.JelouClosed()), 50)
}

func TestChatsAreInOrderOfStart(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	for i := range 1000 {
		s.AddConversation(sandbox.Conversation{QueueID: int64(i%7 + 1), CreatedAt: noon.Add(-time.Duration(i) * time.Minute)})
	}
	chats := s.Conversations()
	if !slices.IsSortedFunc(chats, func(a, b sandbox.Conversation) int { return a.CreatedAt.Compare(b.CreatedAt) }) {
		t.Error("the chats are not in order of start")
	}
}

func BenchmarkListing(b *testing.B) {
	s := sandbox.New(sandbox.Options{})
	for i := range 10_000 {
		s.AddConversation(sandbox.Conversation{QueueID: int64(i%7 + 1), CreatedAt: noon.Add(-time.Duration(i) * time.Minute)})
	}
	request := httptest.NewRequest(http.MethodGet, chatsPath+"?chat_queue_id=3&offset=500", nil)
	request.SetBasicAuth(sandbox.ThuliumUsername, sandbox.ThuliumPassword)
	b.ReportAllocs()
	for b.Loop() {
		r := httptest.NewRecorder()
		s.ServeHTTP(r, request)
		if r.Code != http.StatusOK {
			b.Fatal(r.Code)
		}
	}
}

func TestRateLimits(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		service string
		set     func(*sandbox.Knobs)
		call    func(*stage) reply
	}{
		{"thulium", func(k *sandbox.Knobs) { k.ThuliumPerMinute = 2 }, func(s *stage) reply { return s.start("chat_queue_id=3") }},
		{"jelou", func(k *sandbox.Knobs) { k.JelouPerMinute = 2 }, func(s *stage) reply { return s.closeJelou("user-1") }},
		{"chatbot", func(k *sandbox.Knobs) { k.ChatbotPerMinute = 2 }, func(s *stage) reply {
			return s.send("GET", threadPath+sandbox.ThreadID, "", chatbotAuth)
		}},
	} {
		t.Run(c.service, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			s.Set(c.set)
			expect(t, "first", c.call(s).status, 200)
			s.advance(10 * time.Second)
			expect(t, "second", c.call(s).status, 200)
			third := c.call(s)
			expect(t, "third", third.status, 429)
			expect(t, "seconds", third.header.Get("Retry-After"), "50")
			expect(t, "acted", s.last().Acted, false)
			s.Set(func(k *sandbox.Knobs) { k.RetryAfter = sandbox.RetryAfterDate })
			expect(t, "date", c.call(s).header.Get("Retry-After"), "Sun, 22 Nov 2026 12:01:00 GMT")
			s.Set(func(k *sandbox.Knobs) { k.RetryAfter = sandbox.RetryAfterAbsent })
			expect(t, "absent", c.call(s).header.Get("Retry-After"), "")
			s.advance(50 * time.Second)
			expect(t, "a minute after the first", c.call(s).status, 200)
			expect(t, "but only one more", c.call(s).status, 429)
		})
	}
}

func TestLatencyIsWaitedForAndEnds(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.Set(func(k *sandbox.Knobs) {
		k.Latency, k.StartLatency = sandbox.Duration(time.Hour), sandbox.Duration(time.Hour)
	})
	answered := make(chan int)
	go func() { answered <- s.start("chat_queue_id=3").status }()
	for s.Count("thulium.start") == 0 {
		time.Sleep(time.Millisecond)
	}
	expect(t, "chats while the call waits", len(s.Open()), 0)
	s.Close()
	expect(t, "status", <-answered, 200)
	expect(t, "chats", len(s.Open()), 1)
}
