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
	"strconv"
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
	if err == nil {
		s.t.Cleanup(func() { _ = conn.Close() })
		_, err = fmt.Fprintf(conn, "POST %sstart?chat_queue_id=3 HTTP/1.1\r\nHost: sandbox\r\n%s\r\nContent-Length: 0\r\n\r\n", chatPath, thuliumAuth)
	}
	if err == nil {
		err = conn.SetReadDeadline(time.Now().Add(patience))
	}
	if err != nil {
		s.t.Fatal(err)
	}
	return conn
}

// TestEveryFaultOfEveryCall has the kinds in memory; here they are on a real network.
func TestFaultsWithoutAnAnswer(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	for kind, wants := range map[string]error{
		sandbox.FaultResetBefore: syscall.ECONNRESET, sandbox.FaultResetAfter: syscall.ECONNRESET, sandbox.FaultSilence: nil,
	} {
		s.AddFault(sandbox.Fault{Call: "thulium.start", Kind: kind, Times: 1})
		patience := time.Minute
		if kind == sandbox.FaultSilence {
			patience = 3 * time.Second // it acts at once, but on a busy machine
		}
		n, err := s.wire(patience).Read(make([]byte, 1))
		var timeout net.Error
		if n != 0 || !errors.Is(err, wants) && !(wants == nil && errors.As(err, &timeout) && timeout.Timeout()) {
			t.Errorf("%s: got %d bytes and %v", kind, n, err)
		}
		expect(t, "fault, acted, status", line(s.last().Fault, s.last().Acted, s.last().Status), line(kind, kind != sandbox.FaultResetBefore, 0))
		s.start("chat_queue_id=3").is(200)
	}
	expect(t, "chats", len(s.Open()), 5)
	secure := httptest.NewTLSServer(s.Sandbox)
	t.Cleanup(secure.Close)
	s.AddFault(sandbox.Fault{Call: "*", Kind: sandbox.FaultResetBefore})
	response, err := secure.Client().Get(secure.URL + chatsPath)
	if err == nil {
		_ = response.Body.Close()
	}
	expect(t, "reset over TLS", errors.Is(err, syscall.ECONNRESET), true)
}

func TestFaultHalf(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.AddFault(sandbox.Fault{Call: "*", Kind: sandbox.FaultHalf})
	response, err := http.ReadResponse(bufio.NewReader(s.wire(time.Minute)), nil)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(response.Body)
	_ = response.Body.Close()
	expect(t, "the answer breaks off", errors.Is(err, io.ErrUnexpectedEOF), true)
	expect(t, "status", response.StatusCode, http.StatusOK)
	expect(t, "half of it", strings.HasPrefix(string(body), `{"conversation_id":`) && response.ContentLength > int64(len(body)), true)
	expect(t, "chats", len(s.Open()), 1)
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
		"html, redirected":  {sandbox.Fault{Kind: "html", Status: 302, Location: "/login"}, 302, "Sign in", "Location: /login", true},
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
			r.is(c.status, "has", c.body)
			expect(t, "is empty", r.body == "", c.body == "")
			if name, value, ok := strings.Cut(c.header, ": "); ok {
				expect(t, name, r.header.Get(name), value)
			}
			expect(t, "acted, status, chats", line(s.last().Acted, s.last().Status, len(s.Open()) == 1), line(c.acts, c.status, c.acts))
		})
	}
}

// A fault answers in the form of the service that it hits.
func TestFaultsInTheServicesOwnForm(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	id := s.started()
	s.AddFault(sandbox.Fault{Call: "*", Kind: sandbox.FaultStatus, Status: 503})
	s.list("").is(503, "errors.0.message", "Service Unavailable.")
	s.closeJelou("u").is(503, "statusMessage", "failed")
	s.thread(sandbox.ThreadID).is(503, "error.code", "SERVICE_UNAVAILABLE")
	s.ClearFaults()
	const words = "Wrong \x1b[31mcolour"
	s.AddFault(sandbox.Fault{Call: "*", Kind: sandbox.FaultStatus, Status: 422, Message: words})
	s.list("").is(422, "errors.0.message", words)
	s.closeJelou("u").is(422, "message.0", words)
	s.thread("x").is(422, "error.message", words)
	s.ClearFaults()
	s.AddFault(sandbox.Fault{Call: "jelou.*", Kind: sandbox.FaultStatus, Status: 401})
	s.closeJelou("u").is(401, "body", `{"message":"Authentication failed"}`)
	s.ClearFaults()
	const odd = "map[unexpected:true]"
	s.AddFault(sandbox.Fault{Call: "*", Kind: sandbox.FaultWrongTypes})
	s.list("").is(200, "count", odd, "result.0.conversation_id", odd)
	s.closeJelou("u").is(200, "status", 1, "data.conversationId", odd)
	s.thread(sandbox.ThreadID).is(200, "success", true, "data.thread.messages.0.question.text", odd)
	s.stop(id).is(200, "body", "[]") // in place of nothing
}

func TestFaultTooLarge(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		call func(*stage) reply
		size int64
		want int
	}{
		"start":         {func(s *stage) reply { return s.start("chat_queue_id=3") }, 0, 1<<20 + 1},
		"listing":       {func(s *stage) reply { return s.list("") }, 0, 16<<20 + 1},
		"size":          {func(s *stage) reply { return s.closeJelou("u") }, 300_000, 300_000},
		"empty answer":  {func(s *stage) reply { return s.stop(s.Open()[0].ID) }, 5_000, 5_000},
		"unknown call":  {func(s *stage) reply { return s.send("GET", sandbox.ChatbotPath+"/x", "") }, 5_000, 5_000},
		"thread, small": {func(s *stage) reply { return s.thread(sandbox.ThreadID) }, 9_000, 9_000},
	} {
		for undeclared, length := range map[bool]string{false: strconv.Itoa(c.want), true: ""} {
			s := newStage(t)
			s.AddConversation(sandbox.Conversation{QueueID: 3})
			s.AddFault(sandbox.Fault{Call: "*", Kind: sandbox.FaultTooLarge, Size: c.size, Undeclared: undeclared})
			r := c.call(s)
			r.is(200)
			expect(t, name, line(len(r.body), json.Valid([]byte(r.body)), r.header.Get("Content-Length")), line(c.want, true, length))
		}
	}
}

func TestFaultsTakeTurns(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.AddFault(sandbox.Fault{Call: "thulium.start", Kind: sandbox.FaultStatus, Status: 502, Skip: 1, Every: 2, Times: 2})
	s.AddFault(sandbox.Fault{Call: "thulium.*", Kind: sandbox.FaultStatus, Status: 429, Skip: 4})
	// The first fault takes the third and the fifth call; of the others the second leaves four alone.
	for _, status := range []int{200, 200, 502, 200, 502, 200, 429, 429} {
		s.start("chat_queue_id=3").is(status)
	}
	s.closeJelou("u").is(200)
	expect(t, "hits", s.FaultHits()[sandbox.FaultStatus], 4)
	s.ClearFaults()
	s.start("chat_queue_id=3").is(200)
}

func TestMistakenFaultsAndKnobsPanic(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.AddConversation(sandbox.Conversation{ID: "a"})
	for name, mistake := range map[string]func(){
		"kind":     func() { s.AddFault(sandbox.Fault{Call: "*", Kind: "explode"}) },
		"call":     func() { s.AddFault(sandbox.Fault{Call: "thulium.begin", Kind: sandbox.FaultSlow}) },
		"location": func() { s.AddFault(sandbox.Fault{Call: "*", Kind: sandbox.FaultRedirect}) },
		"status":   func() { s.AddFault(sandbox.Fault{Call: "*", Kind: sandbox.FaultStatus, Status: 99}) },
		"order":    func() { s.Set(func(k *sandbox.Knobs) { k.ListOrder = "random" }) },
		"stop":     func() { s.Set(func(k *sandbox.Knobs) { k.StopUnknown = 0 }) },
		"open":     func() { s.Set(func(k *sandbox.Knobs) { k.OpenStatus = "CLOSED" }) },
		"taken id": func() { s.AddConversation(sandbox.Conversation{ID: "a"}) },
	} {
		func() {
			defer func() { expect(t, name+" panics", recover() != nil, true) }()
			mistake()
		}()
	}
	expect(t, "knobs", s.Knobs().OpenStatus, "")
}

func TestHold(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	answered := make(chan int)
	begin := func(calls int) {
		go func() { answered <- s.start("chat_queue_id=3").status }()
		for s.Count("thulium.start") < calls {
			time.Sleep(time.Millisecond)
		}
	}
	release := s.Hold("thulium.start")
	begin(1)
	s.lists("") // another call
	expect(t, "chats, and status of the call that is held", line(len(s.Open()), s.Requests()[0].Status), "0 0")
	expect(t, "clients that have left", release(), 0)
	expect(t, "status, chats", line(<-answered, len(s.Open())), "200 1")
	s.start("chat_queue_id=3").is(200)

	release = s.Hold("thulium.start")
	_ = s.wire(time.Minute).Close()
	for len(s.Open()) < 3 { // it acts all the same
		time.Sleep(time.Millisecond)
	}
	expect(t, "clients that have left, asked twice", line(release(), release()), "1 1")

	s.Hold("thulium.start")
	begin(4)
	s.Close()
	expect(t, "status of a call that nobody releases", <-answered, 200)
}
