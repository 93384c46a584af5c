package sandbox_test

import (
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

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
		{"GET", chatPath + "start", 405, "thulium.unknown", "errors"},
		{"POST", chatPath + "/stop", 404, "thulium.unknown", "request_id"},
		{"DELETE", closePath, 405, "jelou.unknown", "error"},
		{"GET", sandbox.JelouPath + "/nothing", 404, "jelou.unknown", "statusMessage"},
		{"POST", threadPath + sandbox.ThreadID, 405, "chatbot.unknown", "success"},
		{"GET", sandbox.ChatbotPath + "/chatbots//threads/", 404, "chatbot.unknown", "error"},
	} {
		r := s.send(c.method, c.path, "")
		r.is(c.status, c.shape, some)
		expect(t, c.path+" call", s.last().Call, c.call)
		expect(t, c.path+" Allow", r.header.Get("Allow") != "", c.status == 405)
	}
	s.send("GET", "/elsewhere", "").is(404)
	s.send("GET", sandbox.ThuliumPath+"x/chats", "").is(404) // only begins like a mount
	s.send("GET", "/", "").is(200, "has", sandbox.ThuliumPassword)
}

func TestRequestLog(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.send("POST", chatPath+"a%2Fb/stop?external_chatbot_id=bot%201", "", thuliumAuth)
	r := s.last()
	expect(t, "stop", line(r.Number, r.Service, r.Call, r.Path, r.Query, r.Header.Get("Content-Type"), r.Account, r.AuthScheme, r.Status, r.Acted, r.Time.Equal(noon)),
		line(1, "thulium", "thulium.stop", "/chat_conversations/a%2Fb/stop", "map[external_chatbot_id:[bot 1]]", "application/json",
			sandbox.ThuliumUsername, "Basic", 404, false, true))
	expect(t, "has a connection", r.Connection != "", true)
	s.closeJelou("user-1")
	r = s.last()
	const body = `{"botId":"bot-1","userId":"user-1"}`
	expect(t, "jelou", line(r.Account, r.Body, r.ContentLength), line("api_key of project-1", body, len(body)))
	s.thread(sandbox.ThreadID)
	expect(t, "chatbot account", s.last().Account, "token-1")

	all, err := json.Marshal(s.Requests())
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{sandbox.ThuliumPassword, sandbox.JelouAPIKey, sandbox.ChatbotToken, strings.TrimPrefix(thuliumAuth, "Authorization: Basic ")} {
		expect(t, "the log holds "+secret, strings.Contains(string(all), secret), false)
	}
	expect(t, "counts", line(s.Count("thulium.stop"), s.Count("jelou.*"), s.Count("*")), "1 1 3")
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
			s.list("chat_queue_id=3")
			s.closeJelou("user-1")
			s.Open()
		})
	}
	wait.Wait()
	expect(t, "starts, hits, chats, closes", line(s.Count("thulium.start"), s.FaultHits()[sandbox.FaultStatus], len(s.Conversations()), len(s.JelouClosed())), "50 7 43 50")
	chats := s.Conversations()
	expect(t, "in order of start", slices.IsSortedFunc(chats, func(a, b sandbox.Conversation) int { return a.CreatedAt.Compare(b.CreatedAt) }), true)
}
