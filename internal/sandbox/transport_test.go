package sandbox_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
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
type call struct{ name, method, path, body, auth string }

func (c call) reads() bool { return c.method == http.MethodGet }

// calls prepares a sandbox for one try of each operation of the services.
func calls(s *stage) []call {
	s.AddConversation(sandbox.Conversation{ID: "chat", QueueID: 3})
	s.AddThread(sandbox.ChatbotID, "thread", json.RawMessage(`{"threadId":"thread","mode":"AI","messages":[]}`))
	conversation := s.OpenJelouConversation("project-1", "bot-1", "user-1")
	return []call{
		{"thulium.start", "POST", chatPath + "start?chat_queue_id=3", "", thuliumAuth},
		{"thulium.message", "POST", chatPath + "chat/message", `{"text":"Hi"}`, thuliumAuth},
		{"thulium.stop", "POST", chatPath + "chat/stop", "", thuliumAuth},
		{"thulium.list", "GET", chatsPath, "", thuliumAuth},
		{"jelou.start", "POST", startPath, `{"botId":"bot-1","userId":"user-2"}`, jelouAuth},
		{"jelou.close", "POST", closePath, `{"botId":"bot-1","userId":"user-1"}`, jelouAuth},
		{"jelou.conversation", "GET", conversationsPath + conversation, "", jelouAuth},
		{"chatbot.create", "POST", chatbotPath + "/threads", `{"threadId":"new"}`, chatbotAuth},
		{"chatbot.update", "PATCH", threadPath + "thread", `{"mode":"AGENT"}`, chatbotAuth},
		{"chatbot.message", "POST", chatbotPath + "/message", `{"message":"Hi","threadId":"thread"}`, chatbotAuth},
		{"chatbot.thread", "GET", threadPath + "thread", "", chatbotAuth},
	}
}

// send sends the call and reads all that comes back.
func (c call) send(ctx context.Context, transport http.RoundTripper) (http.Header, []byte, error) {
	r, err := http.NewRequestWithContext(ctx, c.method, origin+c.path, strings.NewReader(c.body))
	if err != nil {
		return nil, nil, err
	}
	name, value, _ := strings.Cut(c.auth, ": ")
	r.Header.Set(name, value)
	r.Header.Set("Content-Type", "application/json")
	response, err := transport.RoundTrip(r)
	if err != nil {
		return nil, nil, err
	}
	body, err := io.ReadAll(response.Body)
	return response.Header, body, errors.Join(err, response.Body.Close())
}

func TestEveryFaultOfEveryCall(t *testing.T) {
	t.Parallel()
	failures := map[string]error{
		sandbox.FaultResetBefore: syscall.ECONNRESET, sandbox.FaultResetAfter: syscall.ECONNRESET,
		sandbox.FaultSilence: context.DeadlineExceeded, sandbox.FaultHalf: io.ErrUnexpectedEOF,
	}
	for _, kind := range sandbox.FaultKinds {
		for i := range 11 {
			synctest.Test(t, func(t *testing.T) {
				s, transport := inMemory(t)
				c := calls(s)[i]
				before := s.stateJSON()
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				s.AddFault(sandbox.Fault{Call: c.name, Kind: kind.Kind, Location: "https://elsewhere.example/", Size: 9_000})
				_, body, err := c.send(ctx, transport)
				what := c.name + " " + kind.Kind
				expect(t, what+" changed something", s.stateJSON() != before, kind.Acts && !c.reads())
				expect(t, what+" hit", s.last().Fault, kind.Kind)
				expect(t, what+" acted", c.reads() || s.last().Acted == kind.Acts, true)
				expect(t, what+" error", errors.Is(err, failures[kind.Kind]), true)
				if kind.Kind == sandbox.FaultTooLarge {
					expect(t, what+" size", len(body), 9_000)
				}
				s.ClearFaults()
				_, _, err = c.send(t.Context(), transport)
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
		ask := calls(s)[9]
		s.Set(func(k *sandbox.Knobs) {
			k.Latency, k.AnswerDelay = sandbox.Duration(time.Second), sandbox.Duration(time.Minute)
		})
		began := time.Now()
		_, body, err := ask.send(t.Context(), transport)
		expect(t, "error", err, nil)
		expect(t, "took", time.Since(began), time.Second+time.Minute)
		expect(t, "answer", strings.Contains(string(body), "You asked: Hi"), true)

		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		_, _, err = ask.send(ctx, transport)
		expect(t, "a client without patience", errors.Is(err, context.DeadlineExceeded), true)
		answers := func() int { return strings.Count(string(s.Thread(sandbox.ChatbotID, "thread")), "You asked") }
		expect(t, "answers", answers(), 1)
		time.Sleep(time.Minute)
		synctest.Wait()
		expect(t, "answered all the same", answers(), 2)
		expect(t, "a connection of its own", s.Requests()[0].Connection != s.Requests()[1].Connection, true)
	})
}

func TestCharsets(t *testing.T) {
	t.Parallel()
	s, transport := inMemory(t)
	list := calls(s)
	s.AddThread(sandbox.ChatbotID, "thread", json.RawMessage(`{"messages":[],"name":"Wójcik"}`))
	answer := func(c call, f sandbox.Fault) (http.Header, []byte) {
		t.Helper()
		s.ClearFaults()
		f.Call = "*"
		s.AddFault(f)
		header, body, err := c.send(t.Context(), transport)
		expect(t, f.Kind, err, nil)
		return header, body
	}
	for charset, want := range map[string]string{
		"iso-8859-2": "W\xf3jcik", "windows-1250": "W\xf3jcik", "utf-16le": "W\x00\xf3\x00j\x00", "utf-16be": "\x00W\x00\xf3\x00j",
		"utf-16": "W\x00\xf3\x00j\x00", "x-none": "Wójcik",
	} {
		for undeclared, declared := range map[bool]string{true: "application/json", false: "application/json; charset=" + charset} {
			header, body := answer(list[10], sandbox.Fault{Kind: sandbox.FaultCharset, Charset: charset, Undeclared: undeclared})
			expect(t, charset+" letters", bytes.Contains(body, []byte(want)), true)
			expect(t, charset+" type", header.Get("Content-Type"), declared)
			expect(t, charset+" mark", bytes.HasPrefix(body, []byte("\xff\xfe")), charset == "utf-16")
		}
	}
	_, body := answer(list[3], sandbox.Fault{Kind: sandbox.FaultControl})
	words := reply{t: t, body: string(body)}.id("errors.0.message")
	expect(t, "control characters", strings.Contains(words, "\x1b[2K\rApply complete!"), true)
	_, body = answer(list[3], sandbox.Fault{Kind: sandbox.FaultBinary})
	expect(t, "gzip", !utf8.Valid(body) && bytes.HasPrefix(body, []byte("\x1f\x8b")), true)
}
