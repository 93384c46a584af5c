package sandbox_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// origin is no host at all: nothing is dialled.
const origin = "https://sandbox.invalid"

// inMemory is a stage without a socket. It must be made in the bubble that uses it.
func inMemory(t *testing.T) (*stage, http.RoundTripper) {
	t.Helper()
	s := &stage{t: t, Sandbox: sandbox.New(sandbox.Options{})}
	t.Cleanup(s.Close)
	transport := s.Transport()
	return s, transport
}

// call is one operation of a service, ready to be sent.
type call struct {
	name, method, path, body, auth string
	reads                          bool
}

// calls prepares a sandbox for one try of each operation of the services.
func calls(s *stage) []call {
	chat := s.AddConversation(sandbox.Conversation{ID: "chat", QueueID: 3})
	s.AddThread(sandbox.ChatbotID, "thread", json.RawMessage(`{"threadId":"thread","mode":"AI","messages":[]}`))
	conversation := s.OpenJelouConversation("project-1", "bot-1", "user-1")
	chats := sandbox.ThuliumPath + "/chat_conversations/"
	return []call{
		{"thulium.start", "POST", chats + "start?chat_queue_id=3", "", thuliumAuth, false},
		{"thulium.message", "POST", chats + chat + "/message", `{"text":"Hi"}`, thuliumAuth, false},
		{"thulium.stop", "POST", chats + chat + "/stop", "", thuliumAuth, false},
		{"thulium.list", "GET", chatsPath, "", thuliumAuth, true},
		{"jelou.start", "POST", startPath, `{"botId":"bot-1","userId":"user-2"}`, jelouAuth, false},
		{"jelou.close", "POST", closePath, `{"botId":"bot-1","userId":"user-1"}`, jelouAuth, false},
		{"jelou.conversation", "GET", conversationsPath + conversation, "", jelouAuth, true},
		{"chatbot.create", "POST", chatbotPath + "/threads", `{"threadId":"new"}`, chatbotAuth, false},
		{"chatbot.update", "PATCH", threadPath + "thread", `{"mode":"AGENT"}`, chatbotAuth, false},
		{"chatbot.message", "POST", chatbotPath + "/message", `{"message":"Hi","threadId":"thread"}`, chatbotAuth, false},
		{"chatbot.thread", "GET", threadPath + "thread", "", chatbotAuth, true},
	}
}

func (c call) request(ctx context.Context) *http.Request {
	r, err := http.NewRequestWithContext(ctx, c.method, origin+c.path, strings.NewReader(c.body))
	if err != nil {
		panic(err)
	}
	name, value, _ := strings.Cut(c.auth, ": ")
	r.Header.Set(name, value)
	r.Header.Set("Content-Type", "application/json")
	return r
}

// roundTrip sends the request and reads all that comes back.
func roundTrip(transport http.RoundTripper, r *http.Request) (http.Header, []byte, error) {
	response, err := transport.RoundTrip(r)
	if err != nil {
		return nil, nil, err
	}
	body, err := io.ReadAll(response.Body)
	return response.Header, body, errors.Join(err, response.Body.Close())
}

func TestEveryFaultOfEveryCall(t *testing.T) {
	t.Parallel()
	for _, kind := range sandbox.FaultKinds {
		for i := range 11 {
			synctest.Test(t, func(t *testing.T) {
				s, transport := inMemory(t)
				c := calls(s)[i]
				before := s.stateJSON()
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				s.AddFault(sandbox.Fault{Call: c.name, Kind: kind.Kind, Location: "https://elsewhere.example/", Size: 9_000})
				_, body, err := roundTrip(transport, c.request(ctx))
				what := c.name + " " + kind.Kind
				changed := s.stateJSON() != before
				expect(t, what+" changed something", changed, kind.Acts && !c.reads)
				expect(t, what+" hit", s.last().Fault, kind.Kind)
				if !c.reads {
					expect(t, what+" acted", s.last().Acted, kind.Acts)
				}
				switch kind.Kind {
				case sandbox.FaultResetBefore, sandbox.FaultResetAfter:
					expect(t, what+" is a reset", errors.Is(err, syscall.ECONNRESET), true)
				case sandbox.FaultSilence:
					expect(t, what+" runs out of time", errors.Is(err, context.DeadlineExceeded), true)
				case sandbox.FaultHalf:
					expect(t, what+" is cut", errors.Is(err, io.ErrUnexpectedEOF), true)
				case sandbox.FaultTooLarge:
					expect(t, what+" size", len(body), 9_000)
				default:
					expect(t, what+" error", err, nil)
				}
				s.ClearFaults()
				_, _, err = roundTrip(transport, c.request(t.Context()))
				expect(t, what+" and then", err, nil)
			})
		}
	}
}

func (s *stage) stateJSON() string {
	s.t.Helper()
	state, err := s.SaveState()
	if err != nil {
		s.t.Fatal(err)
	}
	return string(state)
}

func TestWaitsInABubble(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, transport := inMemory(t)
		list := calls(s)
		s.Set(func(k *sandbox.Knobs) {
			k.Latency, k.AnswerDelay = sandbox.Duration(time.Second), sandbox.Duration(time.Minute)
		})
		began := time.Now()
		_, body, err := roundTrip(transport, list[9].request(t.Context()))
		expect(t, "error", err, nil)
		expect(t, "took", time.Since(began), time.Second+time.Minute)
		expect(t, "answer", strings.Contains(string(body), "You asked: Hi"), true)

		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		_, _, err = roundTrip(transport, list[9].request(ctx))
		expect(t, "a client without patience", errors.Is(err, context.DeadlineExceeded), true)
		messages := func() string { return string(s.Thread(sandbox.ChatbotID, "thread")) }
		expect(t, "unanswered", strings.Count(messages(), "You asked"), 1)
		time.Sleep(time.Minute)
		synctest.Wait()
		expect(t, "answered all the same", strings.Count(messages(), "You asked"), 2)
		connections := map[string]bool{}
		for _, r := range s.Requests() {
			connections[r.Connection] = true
		}
		expect(t, "connections", len(connections), 2)
	})
}

func TestHeldCallInABubble(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, transport := inMemory(t)
		list := calls(s)
		release := s.Hold("thulium.start")
		ctx, leave := context.WithCancel(t.Context())
		failed := make(chan error)
		go func() {
			_, _, err := roundTrip(transport, list[0].request(ctx))
			failed <- err
		}()
		synctest.Wait()
		expect(t, "chats while it is held", len(s.Open()), 1)
		leave()
		expect(t, "the client", errors.Is(<-failed, context.Canceled), true)
		synctest.Wait()
		expect(t, "it acts all the same", len(s.Open()), 2)
		expect(t, "clients that have left", release(), 1)
	})
}

func TestCharsets(t *testing.T) {
	t.Parallel()
	s, transport := inMemory(t)
	s.AddThread("c", "t", json.RawMessage(`{"messages":[],"name":"Wójcik"}`))
	for charset, want := range map[string]string{
		"iso-8859-2": "W\xf3jcik", "windows-1250": "W\xf3jcik", "utf-16le": "W\x00\xf3\x00j\x00", "utf-16be": "\x00W\x00\xf3\x00j",
		"utf-16": "W\x00\xf3\x00j\x00", "x-none": "Wójcik",
	} {
		for _, undeclared := range []bool{false, true} {
			s.ClearFaults()
			s.AddFault(sandbox.Fault{Call: "*", Kind: sandbox.FaultCharset, Charset: charset, Undeclared: undeclared})
			c := call{method: "GET", path: sandbox.ChatbotPath + "/chatbots/c/threads/t", auth: chatbotAuth}
			header, body, err := roundTrip(transport, c.request(t.Context()))
			if err != nil {
				t.Fatal(err)
			}
			expect(t, charset+" letters", bytes.Contains(body, []byte(want)), true)
			declared := "application/json"
			if !undeclared {
				declared += "; charset=" + charset
			}
			expect(t, charset+" type", header.Get("Content-Type"), declared)
			expect(t, charset+" mark", bytes.HasPrefix(body, []byte("\xff\xfe")), charset == "utf-16")
		}
	}
	s.ClearFaults()
	s.AddFault(sandbox.Fault{Call: "*", Kind: sandbox.FaultControl})
	_, body, err := roundTrip(transport, calls(s)[3].request(t.Context()))
	if err != nil || !strings.Contains(reply{body: string(body)}.at(t, "errors", 0, "message").(string), "\x1b[2K\rApply complete!") {
		t.Errorf("no control characters: %v %q", err, body)
	}
	s.ClearFaults()
	s.AddFault(sandbox.Fault{Call: "*", Kind: sandbox.FaultBinary})
	_, body, err = roundTrip(transport, call{method: "GET", path: chatsPath, auth: thuliumAuth}.request(t.Context()))
	if err != nil || utf8.Valid(body) || !bytes.HasPrefix(body, []byte("\x1f\x8b")) {
		t.Errorf("no gzip: %v %q", err, body)
	}
}

func TestWordsOfAFault(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.AddFault(sandbox.Fault{Call: "*", Kind: sandbox.FaultStatus, Status: 422, Message: "Wrong \x1b[31mcolour"})
	expect(t, "thulium", s.start("chat_queue_id=3").at(t, "errors", 0, "message"), any("Wrong \x1b[31mcolour"))
	expect(t, "jelou", s.closeJelou("u").at(t, "message", 0), any("Wrong \x1b[31mcolour"))
	expect(t, "chatbot", s.thread("x").at(t, "error", "message"), any("Wrong \x1b[31mcolour"))
	s.ClearFaults()
	s.AddFault(sandbox.Fault{Call: "*", Kind: sandbox.FaultHTML, Status: 302, Location: "/login"})
	r := s.start("chat_queue_id=3")
	expect(t, "redirect", fmt.Sprint(r.status, r.header.Get("Location"), strings.Contains(r.body, "Sign in")), "302/logintrue")
}
