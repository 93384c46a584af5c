package sandbox_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"

	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

func TestLogIsBoundedInNumber(t *testing.T) {
	t.Parallel()
	s := sandbox.New(sandbox.Options{})
	s.AddFault(sandbox.Fault{Call: "chatbot.thread", Kind: sandbox.FaultHTML, Every: 2})
	ask(s, 12_500)
	kept := s.Requests()
	expect(t, "at most", len(kept) <= 10_000 && len(kept) > 7_000, true)
	expect(t, "the last one", kept[len(kept)-1].Number, 12_500)
	expect(t, "said where it is cut", kept[0].Cut, kept[0].Number-1)
	expect(t, "others are not marked", kept[1].Cut, 0)
	expect(t, "count", s.Count("chatbot.thread"), 12_500)
	expect(t, "hits", s.FaultHits()[sandbox.FaultHTML], 6_250)
	table := httptest.NewRecorder()
	s.ServeHTTP(table, httptest.NewRequest(http.MethodGet, "/sandbox/requests?format=table", nil))
	first, _, _ := strings.Cut(table.Body.String(), "\n")
	expect(t, "table", first, fmt.Sprintf("%d earlier requests are no longer kept.", kept[0].Cut))

	s.ClearRequests()
	ask(s, 1)
	expect(t, "nothing is cut after clearing", s.Requests()[0].Cut, 0)
	expect(t, "numbers go on", s.Requests()[0].Number, 12_501)
}

// ask reads a thread so many times.
func ask(s *sandbox.Sandbox, times int) {
	for range times {
		served(s, "GET", threadPath+sandbox.ThreadID, "localhost", chatbotAuth)
	}
}

//nolint:paralleltest // it measures the heap
func TestMemoryIsBounded(t *testing.T) {
	s := sandbox.New(sandbox.Options{})
	ask(s, 15_000) // the log is full
	before := heap()
	ask(s, 100_000)
	if grown := heap() - before; grown > 8<<20 {
		t.Errorf("100,000 requests took %d MiB", grown>>20)
	}
}

func TestLogIsBoundedInBytes(t *testing.T) {
	t.Parallel()
	s := sandbox.New(sandbox.Options{})
	body := strings.Repeat("x", 1<<20)
	for range 90 {
		r := httptest.NewRequest(http.MethodPost, closePath, strings.NewReader(body))
		s.ServeHTTP(httptest.NewRecorder(), r)
	}
	size := 0
	kept := s.Requests()
	for _, r := range kept {
		size += len(r.Body)
	}
	expect(t, "at most 64 MiB", size <= 64<<20 && size > 32<<20, true)
	expect(t, "cut", kept[0].Cut, 90-len(kept))
}

func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// endless is a body that nobody can hold.
type endless struct{ read *int64 }

func (e endless) Read(p []byte) (int, error) {
	*e.read += int64(len(p))
	return len(p), nil
}

func TestBodyOf100MB(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	const size = 100 << 20
	for path, headers := range map[string][]string{
		sandbox.ThuliumPath + "/chat_conversations/start?chat_queue_id=3": {thuliumAuth},
		closePath: {jelouAuth}, chatbotPath + "/message": {chatbotAuth}, "/sandbox/faults": {jsonType},
	} {
		request, err := http.NewRequest(http.MethodPost, s.server.URL+path, io.LimitReader(endless{new(int64)}, size))
		if err != nil {
			t.Fatal(err)
		}
		request.ContentLength = size
		for _, h := range headers {
			name, value, _ := strings.Cut(h, ": ")
			request.Header.Set(name, value)
		}
		response, err := s.server.Client().Do(request)
		if err != nil {
			t.Errorf("%s: no answer: %v", path, err)
			continue
		}
		text, _ := io.ReadAll(response.Body)
		_ = response.Body.Close()
		expect(t, path, response.StatusCode, http.StatusRequestEntityTooLarge)
		expect(t, path+" says why", strings.Contains(string(text), "longer than 1048576 bytes"), true)
	}
	expect(t, "nothing happened", len(s.Conversations())+len(s.JelouClosed()), 0)
}

func TestLinesAreSafeForATerminal(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.send("POST", closePath, `{"botId":"bot\u001b[31m\n`+strings.Repeat("x", 200)+`","userId":"u"}`, jelouAuth)
	s.send("GET", threadPath+"a%0Ab", "", chatbotAuth)
	table := s.send("GET", "/sandbox/requests?format=table", "").body
	expect(t, "lines", strings.Count(table, "\n"), 3)
	expect(t, "no escape", strings.Contains(table, "\x1b"), false)
	expect(t, "bot", strings.Contains(table, `bot bot\u001b[31m\u000a`+strings.Repeat("x", 63)), true)
	expect(t, "thread", strings.Contains(table, `thread a\u000ab`), true)
	expect(t, "line", s.last().Line(), "12:00:00.000 2 GET chatbot/chatbots/365062873485935184/threads/a%0Ab 404")
}
