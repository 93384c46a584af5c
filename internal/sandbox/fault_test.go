package sandbox_test

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// wire sends a start byte by byte and returns the connection: what comes back is read as it is.
func (s *stage) wire(patience time.Duration) net.Conn {
	s.t.Helper()
	conn, err := net.Dial("tcp", s.server.Listener.Addr().String())
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = conn.Close() })
	_, err = fmt.Fprintf(conn, "POST %s/chat_conversations/start?chat_queue_id=3 HTTP/1.1\r\nHost: sandbox\r\n%s\r\nContent-Length: 0\r\n\r\n",
		sandbox.ThuliumPath, thuliumAuth)
	if err != nil {
		s.t.Fatal(err)
	}
	if err := conn.SetReadDeadline(time.Now().Add(patience)); err != nil {
		s.t.Fatal(err)
	}
	return conn
}

func TestFaultsWithoutAnAnswer(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kind  string
		acts  bool
		wants func(error) bool
	}{
		{sandbox.FaultResetBefore, false, func(err error) bool { return errors.Is(err, syscall.ECONNRESET) }},
		{sandbox.FaultResetAfter, true, func(err error) bool { return errors.Is(err, syscall.ECONNRESET) }},
		{sandbox.FaultSilence, true, func(err error) bool {
			var timeout net.Error
			return errors.As(err, &timeout) && timeout.Timeout()
		}},
	} {
		t.Run(c.kind, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			s.AddFault(sandbox.Fault{Call: "thulium.start", Kind: c.kind, Times: 1})
			patience := 10 * time.Second
			if c.kind == sandbox.FaultSilence {
				patience = 3 * time.Second // it acts at once, but on a busy machine
			}
			n, err := s.wire(patience).Read(make([]byte, 1))
			if n != 0 || !c.wants(err) {
				t.Errorf("got %d bytes and %v", n, err)
			}
			expect(t, "acted", s.last().Acted, c.acts)
			expect(t, "status", s.last().Status, 0)
			expect(t, "fault", s.last().Fault, c.kind)
			expect(t, "chats", len(s.Open()) == 1, c.acts)
			expect(t, "next call", s.start("chat_queue_id=3").status, 200)
		})
	}
}

func TestResetOverTLS(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	secure := httptest.NewTLSServer(s.Sandbox)
	t.Cleanup(secure.Close)
	s.AddFault(sandbox.Fault{Call: "*", Kind: sandbox.FaultResetBefore})
	response, err := secure.Client().Get(secure.URL + chatsPath)
	if err == nil {
		_ = response.Body.Close()
	}
	if !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("got %v", err)
	}
}

func TestFaultHalf(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.AddFault(sandbox.Fault{Call: "*", Kind: sandbox.FaultHalf})
	response, err := http.ReadResponse(bufio.NewReader(s.wire(10*time.Second)), nil)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(response.Body)
	_ = response.Body.Close()
	if !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("the answer ended with %v", err)
	}
	expect(t, "status", response.StatusCode, 200)
	if !strings.HasPrefix(string(body), `{"conversation_id":`) || response.ContentLength <= int64(len(body)) {
		t.Errorf("%d bytes of %d: %s", len(body), response.ContentLength, body)
	}
	expect(t, "chats", len(s.Open()), 1)

	// The answer of stop is empty, and can be cut all the same.
	request := httptest.NewRequest(http.MethodPost, s.server.URL+sandbox.ThuliumPath+"/chat_conversations/"+s.Open()[0].ID+"/stop", nil)
	request.RequestURI = ""
	request.SetBasicAuth(sandbox.ThuliumUsername, sandbox.ThuliumPassword)
	response, err = s.server.Client().Do(request)
	if err != nil {
		t.Fatal(err)
	}
	_, err = io.ReadAll(response.Body)
	_ = response.Body.Close()
	if !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("stop ended with %v", err)
	}
	expect(t, "open", len(s.Open()), 0)
}

func TestFaultsWithAnAnswer(t *testing.T) {
	t.Parallel()
	yes, no := true, false
	for name, c := range map[string]struct {
		fault  sandbox.Fault
		status int
		body   string // a part of it; "" wants an empty body
		header string // "Name: value"
		acts   bool
	}{
		"status":            {sandbox.Fault{Kind: "status"}, 500, `"request_id"`, "Content-Type: application/json; charset=utf-8", false},
		"status 503":        {sandbox.Fault{Kind: "status", Status: 503, RetryAfter: "7"}, 503, `"Service Unavailable."`, "Retry-After: 7", false},
		"status with body":  {sandbox.Fault{Kind: "status", Status: 502, Body: "<h1>Bad gateway</h1>"}, 502, "<h1>Bad gateway</h1>", "", false},
		"status that acts":  {sandbox.Fault{Kind: "status", Status: 504, Acts: &yes}, 504, `"Gateway Timeout."`, "", true},
		"empty":             {sandbox.Fault{Kind: "empty"}, 200, "", "Content-Length: 0", true},
		"html":              {sandbox.Fault{Kind: "html"}, 200, "<!DOCTYPE html>", "Content-Type: text/html; charset=utf-8", true},
		"html before":       {sandbox.Fault{Kind: "html", Acts: &no}, 200, "<!DOCTYPE html>", "", false},
		"wrong types":       {sandbox.Fault{Kind: "wrong_types"}, 200, `{"conversation_id":{"unexpected":true}}`, "", true},
		"redirect":          {sandbox.Fault{Kind: "redirect", Location: "https://elsewhere.example/"}, 307, "", "Location: https://elsewhere.example/", false},
		"permanent":         {sandbox.Fault{Kind: "redirect", Status: 308, Location: "/x"}, 308, "", "Location: /x", false},
		"slow":              {sandbox.Fault{Kind: "slow", Delay: sandbox.Duration(time.Millisecond)}, 200, `"conversation_id"`, "", true},
		"header of its own": {sandbox.Fault{Kind: "slow", Header: map[string]string{"X-Trace": "1"}}, 200, `"conversation_id"`, "X-Trace: 1", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			c.fault.Call = "thulium.start"
			s.AddFault(c.fault)
			r := s.start("chat_queue_id=3")
			expect(t, "status", r.status, c.status)
			expect(t, "logged status", s.last().Status, c.status)
			if !strings.Contains(r.body, c.body) || c.body == "" && r.body != "" {
				t.Errorf("body %q, want %q", r.body, c.body)
			}
			if name, value, ok := strings.Cut(c.header, ": "); ok {
				expect(t, name, r.header.Get(name), value)
			}
			expect(t, "acted", s.last().Acted, c.acts)
			expect(t, "chats", len(s.Open()) == 1, c.acts)
		})
	}
}

func TestFaultStatusHasTheServicesOwnForm(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.AddFault(sandbox.Fault{Call: "*", Kind: sandbox.FaultStatus, Status: 503})
	expect(t, "jelou", s.closeJelou("u").at(t, "statusMessage"), any("failed"))
	expect(t, "chatbot", s.send("GET", threadPath+sandbox.ThreadID, "", chatbotAuth).at(t, "error", "code"), any("SERVICE_UNAVAILABLE"))
	expect(t, "thulium", s.send("GET", chatsPath, "", thuliumAuth).at(t, "errors", 0, "message"), any("Service Unavailable."))
	s.ClearFaults()
	s.AddFault(sandbox.Fault{Call: "jelou.*", Kind: sandbox.FaultStatus, Status: 401})
	expect(t, "jelou 401", s.closeJelou("u").body, `{"message":"Authentication failed"}`)
}

func TestFaultWrongTypesKeepsEnvelopes(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.started()
	s.AddFault(sandbox.Fault{Call: "*", Kind: sandbox.FaultWrongTypes})
	r := s.closeJelou("u")
	expect(t, "status", r.at(t, "status"), any(1.0))
	expect(t, "id", fmt.Sprint(r.at(t, "data", "conversationId")), "map[unexpected:true]")
	r = s.send("GET", threadPath+sandbox.ThreadID, "", chatbotAuth)
	expect(t, "success", r.at(t, "success"), any(true))
	expect(t, "text", fmt.Sprint(r.at(t, "data", "thread", "messages", 0, "question", "text")), "map[unexpected:true]")
	expect(t, "acted", s.last().Acted, false)
	r = s.send("GET", chatsPath, "", thuliumAuth)
	expect(t, "count", fmt.Sprint(r.at(t, "count")), "map[unexpected:true]")
	expect(t, "row", fmt.Sprint(r.at(t, "result", 0, "conversation_id")), "map[unexpected:true]")
	expect(t, "stop, whose answer is empty", s.stop(s.Open()[0].ID).body, "[]")
}

func TestFaultTooLarge(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		call func(*stage) reply
		size int64
		want int
	}{
		"start":         {func(s *stage) reply { return s.start("chat_queue_id=3") }, 0, 1<<20 + 1},
		"listing":       {func(s *stage) reply { return s.send("GET", chatsPath, "", thuliumAuth) }, 0, 16<<20 + 1},
		"size":          {func(s *stage) reply { return s.closeJelou("u") }, 300_000, 300_000},
		"empty answer":  {func(s *stage) reply { return s.stop(s.Open()[0].ID) }, 5_000, 5_000},
		"unknown call":  {func(s *stage) reply { return s.send("GET", sandbox.ChatbotPath+"/x", "") }, 1_000, 1_000},
		"thread, small": {func(s *stage) reply { return s.send("GET", threadPath+sandbox.ThreadID, "", chatbotAuth) }, 9_000, 9_000},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			s.AddConversation(sandbox.Conversation{QueueID: 3})
			s.AddFault(sandbox.Fault{Call: "*", Kind: sandbox.FaultTooLarge, Size: c.size})
			r := c.call(s)
			expect(t, "status", r.status, 200)
			expect(t, "size", len(r.body), c.want)
			if !json.Valid([]byte(r.body)) {
				t.Errorf("not valid JSON: %.80s … %s", r.body, r.body[len(r.body)-80:])
			}
		})
	}
}

func TestFaultsTakeTurns(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.AddFault(sandbox.Fault{Call: "thulium.start", Kind: sandbox.FaultStatus, Status: 502, Skip: 1, Every: 2, Times: 2})
	s.AddFault(sandbox.Fault{Call: "thulium.*", Kind: sandbox.FaultStatus, Status: 429, Skip: 4})
	var got []int
	for range 8 {
		got = append(got, s.start("chat_queue_id=3").status)
	}
	// The first fault takes the third and the fifth call; of the others the second leaves four alone.
	expectList(t, "statuses", got, []int{200, 200, 502, 200, 502, 200, 429, 429})
	expect(t, "other service", s.closeJelou("u").status, 200)
	expect(t, "hits", s.FaultHits()[sandbox.FaultStatus], 4)
	s.ClearFaults()
	expect(t, "cleared", s.start("chat_queue_id=3").status, 200)
}

func TestASlowCallActsAfterItsClientHasLeft(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.AddFault(sandbox.Fault{Call: "thulium.start", Kind: sandbox.FaultSlow, Delay: sandbox.Duration(time.Hour)})
	_ = s.wire(time.Second).Close()
	for deadline := time.Now().Add(time.Minute); len(s.Open()) == 0; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the call did not act")
		}
	}
}

func TestMistakenFaultsAndKnobsPanic(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	for name, mistake := range map[string]func(){
		"kind":     func() { s.AddFault(sandbox.Fault{Call: "*", Kind: "explode"}) },
		"call":     func() { s.AddFault(sandbox.Fault{Call: "thulium.begin", Kind: sandbox.FaultSlow}) },
		"location": func() { s.AddFault(sandbox.Fault{Call: "*", Kind: sandbox.FaultRedirect}) },
		"status":   func() { s.AddFault(sandbox.Fault{Call: "*", Kind: sandbox.FaultStatus, Status: 99}) },
		"order":    func() { s.Set(func(k *sandbox.Knobs) { k.ListOrder = "random" }) },
		"stop":     func() { s.Set(func(k *sandbox.Knobs) { k.StopUnknown = 0 }) },
		"refused":  func() { s.Set(func(k *sandbox.Knobs) { k.ListRefused = 200 }) },
		"open":     func() { s.Set(func(k *sandbox.Knobs) { k.OpenStatus = "CLOSED" }) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			mistake()
		}()
	}
	expect(t, "knobs", s.Knobs().OpenStatus, "")
}
