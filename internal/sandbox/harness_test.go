package sandbox_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
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
	t      *testing.T
	call   string
	status int
	header http.Header
	body   string
}

// at returns the JSON value at a path such as errors.0.code, nil where there is none.
func (r reply) at(path string) any {
	r.t.Helper()
	var v any
	if err := json.Unmarshal([]byte(r.body), &v); err != nil {
		r.t.Fatalf("%s: not JSON: %v\n%s", r.call, err, r.body)
	}
	for step := range strings.SplitSeq(path, ".") {
		if list, ok := v.([]any); ok {
			i, err := strconv.Atoi(step)
			if err != nil || i >= len(list) {
				return nil
			}
			v = list[i]
			continue
		}
		fields, _ := v.(map[string]any)
		v = fields[step]
	}
	return v
}

// id is the text at a path.
func (r reply) id(path string) string {
	r.t.Helper()
	id, ok := r.at(path).(string)
	if !ok {
		r.t.Fatalf("%s: no %s in %d %s", r.call, path, r.status, r.body)
	}
	return id
}

// some is any value but null.
const some = "some"

// is fails unless the answer has this status and these values, given as pairs of a path and a value. The path "body" is the
// text itself, and "has" a part of it.
func (r reply) is(status int, want ...any) {
	r.t.Helper()
	if r.status != status {
		r.t.Errorf("%s: got %d, want %d: %.300s", r.call, r.status, status, r.body)
	}
	for i := 0; i < len(want); i += 2 {
		path, value := want[i].(string), want[i+1]
		switch {
		case path == "body":
			expect(r.t, r.call, r.body, value.(string))
		case path == "has":
			if !strings.Contains(r.body, value.(string)) {
				r.t.Errorf("%s: no %s in %.300s", r.call, value, r.body)
			}
		case value == some:
			if r.at(path) == nil {
				r.t.Errorf("%s: no %s in %.300s", r.call, path, r.body)
			}
		default:
			expect(r.t, r.call+": "+path, fmt.Sprint(r.at(path)), fmt.Sprint(value))
		}
	}
}

// send makes a request with a body, if any, and headers given as "Name: value". A path that is not whole is one of the
// control interface.
func (s *stage) send(method, path, body string, headers ...string) reply {
	s.t.Helper()
	request, err := http.NewRequest(method, s.server.URL+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
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
	return reply{s.t, method + " " + path + " " + body, response.StatusCode, response.Header, string(data)}
}

const (
	thuliumAuth = "Authorization: Basic YXBpX3VzZXI6ZmFrZS10aHVsaXVtLXBhc3N3b3Jk" // api_user:fake-thulium-password
	jelouAuth   = "X-Api-Key: " + sandbox.JelouAPIKey
	chatbotAuth = "Authorization: Bearer " + sandbox.ChatbotToken

	chatsPath         = sandbox.ThuliumPath + "/chats"
	chatPath          = sandbox.ThuliumPath + "/chat_conversations/"
	conversationsPath = sandbox.JelouPath + "/external-support/" + sandbox.JelouProjectID + "/conversations/"
	closePath         = conversationsPath + "close"
	startPath         = conversationsPath + "start"
	chatbotPath       = sandbox.ChatbotPath + "/chatbots/" + sandbox.ChatbotID
	threadPath        = chatbotPath + "/threads/"
)

func (s *stage) start(query string, headers ...string) reply {
	s.t.Helper()
	return s.send("POST", chatPath+"start?"+query, "", append(headers, thuliumAuth)...)
}

// started starts a chat in queue 3 and returns its id.
func (s *stage) started() string {
	s.t.Helper()
	return s.start("chat_queue_id=3").id("conversation_id")
}

func (s *stage) stop(id string) reply {
	s.t.Helper()
	return s.send("POST", chatPath+id+"/stop", "", thuliumAuth)
}

func (s *stage) list(query string) reply {
	s.t.Helper()
	return s.send("GET", chatsPath+"?"+query, "", thuliumAuth)
}

// lists fails unless a listing has these ids.
func (s *stage) lists(query string, want ...string) {
	s.t.Helper()
	r, ids := s.list(query), []string{}
	r.is(200)
	for _, row := range r.at("result").([]any) {
		ids = append(ids, row.(map[string]any)["conversation_id"].(string))
	}
	expect(s.t, query, strings.Join(ids, " "), strings.Join(want, " "))
}

// jelou makes a call of the project's conversations.
func (s *stage) jelou(method, path, body string) reply {
	s.t.Helper()
	return s.send(method, conversationsPath+path, body, jelouAuth)
}

func (s *stage) closeJelou(user string) reply {
	s.t.Helper()
	return s.jelou("POST", "close", `{"botId":"bot-1","userId":"`+user+`"}`)
}

func (s *stage) startJelou(user string) reply {
	s.t.Helper()
	return s.jelou("POST", "start", `{"botId":"bot-1","userId":"`+user+`"}`)
}

// chatbot makes a call of the sandbox's chatbot.
func (s *stage) chatbot(method, path, body string) reply {
	s.t.Helper()
	return s.send(method, chatbotPath+path, body, chatbotAuth)
}

func (s *stage) thread(id string) reply {
	s.t.Helper()
	return s.chatbot("GET", "/threads/"+id, "")
}

func (s *stage) ask(body string) reply {
	s.t.Helper()
	return s.chatbot("POST", "/message", body)
}

// control makes a call of the control interface.
func (s *stage) control(method, path, body string) reply {
	s.t.Helper()
	return s.send(method, sandbox.ControlPath+"/"+path, body)
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
		t.Errorf("%s:\n got %v\nwant %v", what, got, want)
	}
}

// line is several values as one text, to be expected together.
func line(values ...any) string { return strings.TrimSuffix(fmt.Sprintln(values...), "\n") }
