package sandbox_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

func (s *stage) message(id, query, body string, headers ...string) reply {
	s.t.Helper()
	return s.send("POST", sandbox.ThuliumPath+"/chat_conversations/"+id+"/message"+query, body, append(headers, thuliumAuth)...)
}

func TestMessageIsInItsChat(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	id := s.started()
	s.advance(time.Second)
	r := s.message(id, "", `{"text":"Hello, world!"}`, jsonType)
	expect(t, "status", r.status, 200)
	expect(t, "body", r.body, "")
	expect(t, "acted", s.last().Acted, true)
	expect(t, "queue", s.last().Queue, 3)
	s.message(id, "", `{"text":"I am a bot","external_chatbot_id":"bot-7"}`, jsonType)
	said := s.Open()[0].Messages
	expect(t, "messages", len(said), 2)
	expect(t, "first", said[0], sandbox.ChatMessage{Time: noon.Add(time.Second), From: sandbox.FromClient, Text: "Hello, world!"})
	expect(t, "second is the chatbot's", said[1].From+said[1].ExternalChatbotID+said[1].Arrived, "chatbotbot-7json")
	expect(t, "a client's words do not make it IN_PROGRESS", s.Open()[0].Status, "CREATED")

	row := s.send("GET", chatsPath+"?include_messages=true", "", thuliumAuth)
	expect(t, "row's message", row.at(t, "result", 0, "messages", 0, "text"), any("Hello, world!"))
	expect(t, "both parameters are optional", s.message(id, "", "").status, 200)
	expect(t, "empty message", len(s.Open()[0].Messages), 3)
}

func TestWhereParametersArrive(t *testing.T) {
	t.Parallel()
	const form = "Content-Type: application/x-www-form-urlencoded"
	for name, c := range map[string]struct {
		query, body, header, reads string
		with, in                   string
	}{
		"query":             {"?external_chatbot_id=q", "", jsonType, sandbox.StopReadsAny, "q", "query"},
		"json":              {"", `{"external_chatbot_id":"j"}`, jsonType, sandbox.StopReadsAny, "j", "json"},
		"form":              {"", "external_chatbot_id=f", form, sandbox.StopReadsAny, "f", "form"},
		"both":              {"?external_chatbot_id=q", `{"external_chatbot_id":"j"}`, jsonType, sandbox.StopReadsAny, "q", "query+json"},
		"both, json read":   {"?external_chatbot_id=q", `{"external_chatbot_id":"j"}`, jsonType, sandbox.StopReadsJSON, "j", "query+json"},
		"json, query read":  {"", `{"external_chatbot_id":"j"}`, jsonType, sandbox.StopReadsQuery, "", "json"},
		"nothing":           {"", "", jsonType, sandbox.StopReadsAny, "", ""},
		"not even an entry": {"", "null", jsonType, sandbox.StopReadsAny, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			s.Set(func(k *sandbox.Knobs) { k.StopReads, k.MessageReads = c.reads, c.reads })
			id := s.started()
			s.message(id, c.query, c.body, c.header)
			r := s.send("POST", sandbox.ThuliumPath+"/chat_conversations/"+id+"/stop"+c.query, c.body, thuliumAuth, c.header)
			expect(t, "status", r.status, 200)
			chat := s.Conversations()[0]
			expect(t, "stopped with", chat.StoppedWith, c.with)
			expect(t, "stopped in", chat.StoppedIn, c.in)
			expect(t, "message with", chat.Messages[0].ExternalChatbotID, c.with)
		})
	}
}

func TestAgentMakesAChatInProgress(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	id := s.started()
	status := func() any { return s.send("GET", chatsPath, "", thuliumAuth).at(t, "result", 0, "status") }
	expect(t, "at first", status(), any("CREATED"))
	r := s.send("POST", "/sandbox/conversations/"+id+"/messages", `{"text":"Hello"}`)
	expect(t, "agent writes", r.status, 201)
	expect(t, "then", status(), any("IN_PROGRESS"))
	expect(t, "agent", s.send("GET", chatsPath, "", thuliumAuth).at(t, "result", 0, "user_login"), any("agent"))
	expectList(t, "filter", s.listed("status=IN_PROGRESS"), []string{id})
	expectList(t, "filter of the other", s.listed("status=CREATED"), []string{})
	expect(t, "nobody's word", s.send("POST", "/sandbox/conversations/"+id+"/messages", `{"from":"nobody"}`).status, 400)
	s.stop(id)
	expect(t, "at last", status(), any("CLOSED"))
	expect(t, "closed", s.send("POST", "/sandbox/conversations/"+id+"/messages", `{"text":"Hello"}`).status, 404)
	expect(t, "the same from Go", s.WriteAsAgent(id, "Hello"), false)
}

func TestAgentWritesByItself(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.Set(func(k *sandbox.Knobs) {
		k.AgentAfter, k.AgentText, k.InactivityAfter = sandbox.Duration(time.Minute), "Hi", sandbox.Duration(time.Hour)
	})
	id := s.started()
	s.advance(time.Minute - time.Millisecond)
	expect(t, "too early", s.Open()[0].Status, "CREATED")
	s.advance(time.Millisecond)
	expect(t, "status", s.Open()[0].Status, "IN_PROGRESS")
	expect(t, "text", s.Open()[0].Messages[0].Text, "Hi")
	s.message(id, "", `{"text":"still here"}`)
	s.advance(59 * time.Minute)
	expect(t, "the client's word counts", len(s.Open()), 1)
	s.advance(time.Minute)
	expect(t, "quiet for an hour", *s.Conversations()[0].ClosedAt, noon.Add(61*time.Minute))
}

func TestGoneChats(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	closed := s.started()
	s.stop(closed)
	for _, c := range []struct {
		form   string
		status int
		kind   string
	}{
		{sandbox.GoneEnvelope, 404, "application/json; charset=utf-8"},
		{sandbox.GoneEnvelope, 409, "application/json; charset=utf-8"},
		{sandbox.GoneEmpty, 404, ""},
		{sandbox.GoneJSON, 404, "application/json; charset=utf-8"},
		{sandbox.GoneHTML, 404, "text/html; charset=utf-8"},
		{sandbox.GoneEnvelope, 200, ""},
	} {
		s.Set(func(k *sandbox.Knobs) {
			k.GoneForm, k.StopStopped, k.StopUnknown, k.MessageStopped, k.MessageUnknown = c.form, c.status, c.status, c.status, c.status
		})
		for what, r := range map[string]reply{
			"stop closed": s.stop(closed), "stop unknown": s.stop("none"),
			"message closed": s.message(closed, "", "{}"), "message unknown": s.message("none", "", "{}"),
		} {
			expect(t, c.form+" "+what, r.status, c.status)
			expect(t, c.form+" "+what+" type", r.header.Get("Content-Type"), c.kind)
			expect(t, c.form+" "+what+" is empty", r.body == "", c.kind == "")
			expect(t, c.form+" "+what+" acted", s.last().Acted, false)
			if c.form == sandbox.GoneEnvelope && c.status != 200 && r.at(t, "errors", 0, "code") == nil {
				t.Errorf("no envelope: %s", r.body)
			}
		}
	}
}

func TestNumberIDs(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.Set(func(k *sandbox.Knobs) { k.NumberIDs = true })
	var started struct {
		ID json.Number `json:"conversation_id"`
	}
	r := s.start("chat_queue_id=3")
	if err := json.Unmarshal([]byte(r.body), &started); err != nil {
		t.Fatal(err)
	}
	id := started.ID.String()
	expect(t, "body", r.body, `{"conversation_id":`+id+`}`)
	expect(t, "digits", len(id), 18)
	expect(t, "row", s.send("GET", chatsPath, "", thuliumAuth).at(t, "result", 0, "conversation_id") == nil, false)
	expect(t, "stop", s.stop(id).status, 200)
}
