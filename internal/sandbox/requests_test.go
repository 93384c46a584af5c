package sandbox_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// readThread reads a thread so many times.
func readThread(s *sandbox.Sandbox, times int) {
	for range times {
		served(s, "GET", threadPath+sandbox.ThreadID, "localhost", chatbotAuth)
	}
}

func TestLogIsBoundedInNumber(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.AddFault(sandbox.Fault{Call: "chatbot.thread", Kind: sandbox.FaultHTML, Every: 2})
	readThread(s.Sandbox, 12_500)
	kept := s.Requests()
	expect(t, "at most", len(kept) <= 10_000 && len(kept) > 7_000, true)
	expect(t, "the last one", s.last().Number, 12_500)
	expect(t, "said where it is cut, and there alone", line(kept[0].Cut, kept[1].Cut), line(kept[0].Number-1, 0))
	expect(t, "count, hits", line(s.Count("chatbot.thread"), s.FaultHits()[sandbox.FaultHTML]), "12500 6250")
	table := s.control("GET", "requests?format=table", "").body
	expect(t, "table", strings.HasPrefix(table, fmt.Sprintf("%d earlier requests are no longer kept.\n", kept[0].Cut)), true)

	s.ClearRequests()
	readThread(s.Sandbox, 1)
	expect(t, "nothing is cut after clearing, and numbers go on", line(s.last().Cut, s.last().Number), "0 12501")
}

func TestLogIsBoundedInBytes(t *testing.T) {
	t.Parallel()
	s := sandbox.New(sandbox.Options{})
	body := strings.Repeat("x", 1<<20)
	for range 90 {
		s.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodPost, closePath, strings.NewReader(body)))
	}
	size := 0
	for _, r := range s.Requests() {
		size += len(r.Body)
	}
	expect(t, "at most 64 MiB", size <= 64<<20 && size > 32<<20, true)
	expect(t, "cut", s.Requests()[0].Cut, 90-len(s.Requests()))
}

// endless is a body that nobody can hold.
type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

func TestBodyOf100MB(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	for path, header := range map[string]string{
		chatPath + "start?chat_queue_id=3": thuliumAuth, closePath: jelouAuth, chatbotPath + "/message": chatbotAuth, "/sandbox/faults": "Accept: */*",
	} {
		request, err := http.NewRequest(http.MethodPost, s.server.URL+path, io.LimitReader(endless{}, 100<<20))
		if err != nil {
			t.Fatal(err)
		}
		request.ContentLength = 100 << 20
		name, value, _ := strings.Cut(header, ": ")
		request.Header.Set(name, value)
		request.Header.Set("Content-Type", "application/json")
		response, err := s.server.Client().Do(request)
		if err != nil {
			t.Errorf("%s: no answer: %v", path, err)
			continue
		}
		text, _ := io.ReadAll(response.Body)
		_ = response.Body.Close()
		reply{t: t, call: path, status: response.StatusCode, body: string(text)}.is(http.StatusRequestEntityTooLarge, "has", "longer than 1048576 bytes")
	}
	expect(t, "nothing happened", len(s.Conversations())+len(s.JelouClosed()), 0)
}

func TestLinesAreSafeForATerminal(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.jelou("POST", "close", `{"botId":"bot\u001b[31m\n`+strings.Repeat("x", 200)+`","userId":"u"}`)
	s.thread("a%0Ab")
	table := s.control("GET", "requests?format=table", "")
	table.is(200, "has", `bot bot\u001b[31m\u000a`+strings.Repeat("x", 63), "has", `thread a\u000ab`)
	expect(t, "lines, escapes", line(strings.Count(table.body, "\n"), strings.Contains(table.body, "\x1b")), "3 false")
	expect(t, "line", s.last().Line(), "12:00:00.000 2 GET chatbot/chatbots/365062873485935184/threads/a%0Ab 404")
}
