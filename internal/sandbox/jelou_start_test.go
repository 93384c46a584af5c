package sandbox_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

const (
	conversationsPath = sandbox.JelouPath + "/external-support/" + sandbox.JelouProjectID + "/conversations/"
	startPath         = conversationsPath + "start"
)

func (s *stage) startJelou(user string) reply {
	s.t.Helper()
	return s.send("POST", startPath, `{"botId":"bot-1","userId":"`+user+`"}`, jelouAuth, jsonType)
}

func TestStartReadAndClose(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	r := s.send("POST", startPath, `{"botId":"bot-1","userId":"user-1","initialMessage":"Olá","metadata":{"ticket":"7"},`+
		`"assignment":{"type":"queue","target":"Support"}}`, jelouAuth, jsonType)
	expect(t, "status", r.status, 200)
	expect(t, "envelope", r.at(t, "status"), any(1.0))
	id, _ := r.at(t, "data", "conversationId").(string)
	expect(t, "acted", s.last().Acted, true)
	expect(t, "bot", s.last().Bot, "bot-1")
	c := s.JelouConversations()[0]
	expect(t, "conversation", fmt.Sprint(c.ID, c.Project, c.Bot, c.User, string(c.Metadata), *c.Assignment, c.Messages[0].Text),
		fmt.Sprint(id, "project-1", "bot-1", "user-1", `{"ticket":"7"}`, sandbox.JelouAssignment{Type: "queue", Target: "Support"}, "Olá"))

	r = s.send("GET", conversationsPath+id, "", jelouAuth)
	expect(t, "reading", r.body, `{"message":["Conversation found"],"statusMessage":"success","status":1,"data":{"_id":"`+id+
		`","roomId":"`+c.RoomID+`","state":"active","startAt":"2026-11-22T12:00:00.000Z",`+
		`"User":{"id":"user-1","names":"User user-1","referenceId":"user-1"},"Bot":{"id":"bot-1","name":"Bot bot-1"}}}`)
	expect(t, "its bot", s.last().Bot, "bot-1")

	s.advance(time.Minute)
	expect(t, "close finds it", s.closeJelou("user-1").at(t, "data", "conversationId"), any(id))
	r = s.send("GET", conversationsPath+id, "", jelouAuth)
	expect(t, "state", r.at(t, "data", "state"), any("closed"))
	expect(t, "end", r.at(t, "data", "endAt"), any("2026-11-22T12:01:00.000Z"))
	expect(t, "reason", r.at(t, "data", "endedReason"), any("closed_by_operator"))
}

func TestJelouStartRefusals(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.Set(func(k *sandbox.Knobs) { k.JelouUsers = []string{"user-1"} })
	const user = `"botId":"bot-1","userId":"user-1"`
	for body, c := range map[string]struct {
		status int
		field  string // or the error's key
	}{
		``:                                                         {422, "body"},
		`{"userId":"user-1"}`:                                      {422, "botId"},
		`{"botId":"bot-1","userId":" "}`:                           {422, "userId"},
		`{` + user + `,"initialMessage":7}`:                        {422, "initialMessage"},
		`{` + user + `,"metadata":[]}`:                             {422, "metadata"},
		`{` + user + `,"assignment":"x"}`:                          {422, "assignment"},
		`{` + user + `,"assignment":{}}`:                           {422, "assignment.type"},
		`{"botId":"bot-9","userId":"user-1"}`:                      {404, "BOT_NOT_FOUND"},
		`{"botId":"bot-1","userId":"user-9"}`:                      {404, "USER_NOT_FOUND"},
		`{` + user + `,"assignment":{"type":"pool","target":"x"}}`: {422, "assignment.type"},
		`{` + user + `,"assignment":{"type":"team"}}`:              {422, "assignment.target"},
	} {
		r := s.send("POST", startPath, body, jelouAuth, jsonType)
		expect(t, body, r.status, c.status)
		if c.status == 404 {
			expect(t, body+" key", r.at(t, "error", "key"), any(c.field))
		} else if r.at(t, "validationError", c.field) == nil {
			t.Errorf("%s: %s", body, r.body)
		}
		expect(t, body+" acted", s.last().Acted, false)
	}
	expect(t, "no credential", s.send("POST", startPath, "{"+user+"}", jsonType).body, `{"message":"Authentication failed"}`)
	expect(t, "no credential's status", s.last().Status, 401)
	expect(t, "conversations", len(s.JelouConversations()), 0)
	nulls := s.send("POST", startPath, `{`+user+`,"initialMessage":null,"metadata":null,"assignment":null}`, jelouAuth)
	expect(t, "nulls are absent", nulls.status, 200)
}

func TestWhichFieldCarriesTheID(t *testing.T) {
	t.Parallel()
	for _, field := range []string{"conversationId", "_id", "id", "none"} {
		s := newStage(t)
		s.Set(func(k *sandbox.Knobs) { k.StartID = field })
		r := s.startJelou("user-1")
		id := s.JelouConversations()[0].ID
		expect(t, field, strings.Contains(r.body, `"`+field+`":"`+id+`"`), field != "none")
		expect(t, field+" in all", strings.Contains(r.body, id), field != "none")
	}
	s := newStage(t)
	s.Set(func(k *sandbox.Knobs) { k.DataAbsent, k.StatusAbsent, k.MessageText = true, true, true })
	expect(t, "bare", s.startJelou("user-1").body, `{"message":"Conversation started successfully"}`)
}

func TestStartWhileOneIsOpen(t *testing.T) {
	t.Parallel()
	for knob, c := range map[string]struct {
		status, conversations int
	}{
		sandbox.StartWhileOpenRefused: {422, 1}, sandbox.StartWhileOpenConflict: {409, 1}, sandbox.StartWhileOpenFailed: {200, 1},
		sandbox.StartWhileOpenSame: {200, 1}, sandbox.StartWhileOpenSecond: {200, 2},
	} {
		s := newStage(t)
		s.Set(func(k *sandbox.Knobs) { k.StartWhileOpen, k.EveryUserOpen = knob, false })
		first := s.startJelou("user-1").at(t, "data", "conversationId")
		r := s.startJelou("user-1")
		expect(t, knob, r.status, c.status)
		expect(t, knob+" acted", s.last().Acted, c.conversations == 2)
		expect(t, knob+" conversations", len(s.JelouConversations()), c.conversations)
		switch knob {
		case sandbox.StartWhileOpenFailed:
			expect(t, knob, r.at(t, "error", "key"), any("CONVERSATION_ALREADY_ACTIVE"))
		case sandbox.StartWhileOpenSame:
			expect(t, knob, r.at(t, "data", "conversationId"), first)
		case sandbox.StartWhileOpenSecond:
			second := r.at(t, "data", "conversationId")
			expect(t, "the latest is closed first", s.closeJelou("user-1").at(t, "data", "conversationId"), second)
			expect(t, "then the other", s.closeJelou("user-1").at(t, "data", "conversationId"), first)
			expect(t, "then none", s.closeJelou("user-1").status, 404)
		}
		other := s.startJelou("user-2")
		expect(t, knob+" another user", other.status, 200)
	}
}

func TestReadKnobs(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	id, _ := s.startJelou("user-1").at(t, "data", "conversationId").(string)
	for knob, c := range map[string]struct {
		status int
		body   string
	}{
		sandbox.ReadUnknownEnvelope: {404, "CONVERSATION_NOT_FOUND"},
		sandbox.ReadUnknownFailed:   {200, `"status":0`},
		sandbox.ReadUnknownBare:     {404, `{"message":"Not Found"}`},
		sandbox.ReadUnknownHTML:     {404, "<!DOCTYPE html>"},
	} {
		s.Set(func(k *sandbox.Knobs) { k.ReadUnknown = knob })
		r := s.send("GET", conversationsPath+"none", "", jelouAuth)
		expect(t, knob, r.status, c.status)
		expect(t, knob+" body", strings.Contains(r.body, c.body), true)
	}
	s.Set(func(k *sandbox.Knobs) { k.ReadUser = sandbox.ReadUserReference })
	r := s.send("GET", conversationsPath+id, "", jelouAuth)
	expect(t, "own id", r.at(t, "data", "User", "id"), any("internal-user-1"))
	expect(t, "reference", r.at(t, "data", "User", "referenceId"), any("user-1"))

	platform := strings.Replace(conversationsPath, sandbox.JelouPath, sandbox.JelouPlatformPath, 1) + id
	for knob, want := range map[string][2]int{
		sandbox.JelouBaseBoth: {200, 200}, sandbox.JelouBaseAPI: {200, 404}, sandbox.JelouBasePlatform: {404, 200},
	} {
		s.Set(func(k *sandbox.Knobs) { k.JelouBase = knob })
		got := [2]int{s.send("GET", conversationsPath+id, "", jelouAuth).status, s.send("GET", platform, "", jelouAuth).status}
		expect(t, knob, got, want)
	}
}

func TestAJelouConversationEndsByItself(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.Set(func(k *sandbox.Knobs) { k.EndsAfter, k.EveryUserOpen = sandbox.Duration(time.Minute), false })
	id, _ := s.startJelou("user-1").at(t, "data", "conversationId").(string)
	s.advance(time.Hour)
	r := s.send("GET", conversationsPath+id, "", jelouAuth)
	expect(t, "state", r.at(t, "data", "state"), any("closed"))
	expect(t, "end", r.at(t, "data", "endAt"), any("2026-11-22T12:01:00.000Z"))
	expect(t, "close", s.closeJelou("user-1").status, 404)
	expect(t, "a new one", s.startJelou("user-1").status, 200)
}
