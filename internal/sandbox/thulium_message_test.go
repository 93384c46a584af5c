package sandbox_test

import (
	"testing"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

func (s *stage) message(id, query, body string, headers ...string) reply {
	s.t.Helper()
	return s.send("POST", chatPath+id+"/message"+query, body, append(headers, thuliumAuth)...)
}

func TestMessageIsInItsChat(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	id := s.started()
	s.advance(time.Second)
	s.message(id, "", `{"text":"Hello, world!"}`).is(200, "body", "")
	expect(t, "acted", s.last().Acted, true)
	expect(t, "queue", s.last().Queue, 3)
	s.message(id, "", `{"text":"I am a bot","external_chatbot_id":"bot-7"}`)
	said := s.Open()[0].Messages
	expect(t, "messages", len(said), 2)
	expect(t, "first", said[0], sandbox.ChatMessage{Time: noon.Add(time.Second), From: sandbox.FromClient, Text: "Hello, world!"})
	expect(t, "second is the chatbot's", said[1].From+said[1].ExternalChatbotID+said[1].Arrived, "chatbotbot-7json")
	expect(t, "a client's words do not make it IN_PROGRESS", s.Open()[0].Status, "CREATED")
	s.list("include_messages=true").is(200, "result.0.messages.0.text", "Hello, world!")
	s.message(id, "", "").is(200) // both parameters are optional
	expect(t, "empty message", len(s.Open()[0].Messages), 3)
}

func TestWhereParametersArrive(t *testing.T) {
	t.Parallel()
	const form, jsonType = "Content-Type: application/x-www-form-urlencoded", "Content-Type: application/json"
	for name, c := range map[string]struct {
		query, body, header, reads string
		with, in                   string
	}{
		"query":             {"?external_chatbot_id=q", "", jsonType, sandbox.StopReadsAny, "q", "query"},
		"json":              {"", `{"external_chatbot_id":"j"}`, jsonType, sandbox.StopReadsAny, "j", "json"},
		"form":              {"", "external_chatbot_id=f", form, sandbox.StopReadsAny, "f", "form"},
		"both":              {"?external_chatbot_id=q", `{"external_chatbot_id":"j"}`, jsonType, sandbox.StopReadsAny, "q", "query+json"},
		"both, form read":   {"?external_chatbot_id=q", "external_chatbot_id=f", form, sandbox.StopReadsForm, "f", "query+form"},
		"both, json read":   {"?external_chatbot_id=q", `{"external_chatbot_id":"j"}`, jsonType, sandbox.StopReadsJSON, "j", "query+json"},
		"query, json read":  {"?external_chatbot_id=q", "", jsonType, sandbox.StopReadsJSON, "", "query"},
		"json, query read":  {"", `{"external_chatbot_id":"j"}`, jsonType, sandbox.StopReadsQuery, "", "json"},
		"nothing":           {"", "", jsonType, sandbox.StopReadsAny, "", ""},
		"not even an entry": {"", "null", jsonType, sandbox.StopReadsAny, "", ""},
	} {
		s := newStage(t)
		s.Set(func(k *sandbox.Knobs) { k.StopReads, k.MessageReads = c.reads, c.reads })
		id := s.started()
		s.message(id, c.query, c.body, c.header)
		s.send("POST", chatPath+id+"/stop"+c.query, c.body, thuliumAuth, c.header).is(200)
		chat := s.Conversations()[0]
		expect(t, name, chat.StoppedWith+" in "+chat.StoppedIn, c.with+" in "+c.in)
		expect(t, name+": message", chat.Messages[0].ExternalChatbotID, c.with)
	}
}

func TestAgentMakesAChatInProgress(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	id := s.started()
	s.list("").is(200, "result.0.status", "CREATED")
	s.control("POST", "conversations/"+id+"/messages", `{"text":"Hello"}`).is(201)
	s.list("").is(200, "result.0.status", "IN_PROGRESS", "result.0.user_login", "agent")
	s.lists("status=IN_PROGRESS", id)
	s.lists("status=CREATED")
	s.control("POST", "conversations/"+id+"/messages", `{"from":"nobody"}`).is(400)
	s.stop(id)
	s.list("").is(200, "result.0.status", "CLOSED")
	s.control("POST", "conversations/"+id+"/messages", `{"text":"Hello"}`).is(404)
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
	expect(t, "status and text", s.Open()[0].Status+s.Open()[0].Messages[0].Text, "IN_PROGRESSHi")
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
	s.stop("none").is(404)
	s.stop(closed).is(409)
	const asJSON = "application/json; charset=utf-8"
	for _, c := range []struct {
		form   string
		status int
		kind   string
	}{
		{sandbox.GoneEnvelope, 404, asJSON},
		{sandbox.GoneEnvelope, 409, asJSON},
		{sandbox.GoneEnvelope, 500, asJSON},
		{sandbox.GoneEnvelope, 200, ""},
		{sandbox.GoneEmpty, 404, ""},
		{sandbox.GoneJSON, 404, asJSON},
		{sandbox.GoneHTML, 404, "text/html; charset=utf-8"},
	} {
		s.Set(func(k *sandbox.Knobs) {
			k.GoneForm, k.StopStopped, k.StopUnknown, k.MessageStopped, k.MessageUnknown = c.form, c.status, c.status, c.status, c.status
		})
		for _, r := range []reply{s.stop(closed), s.stop("none"), s.message(closed, "", "{}"), s.message("none", "", "{}")} {
			r.is(c.status)
			expect(t, c.form+" "+r.call+" type", r.header.Get("Content-Type"), c.kind)
			expect(t, c.form+" "+r.call+" is empty", r.body == "", c.kind == "")
			if c.form == sandbox.GoneEnvelope && c.status != 200 {
				r.is(c.status, "errors.0.code", some, "errors.0.message", some)
			}
		}
		for _, r := range s.Requests()[4:] {
			expect(t, r.Line()+" acted", r.Acted, false)
		}
	}
}
