package sandbox_test

import (
	"strings"
	"testing"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

func TestStartReadAndClose(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	r := s.jelou("POST", "start", `{"botId":"bot-1","userId":"user-1","initialMessage":"Olá","metadata":{"ticket":"7"},`+
		`"assignment":{"type":"queue","target":"Support"}}`)
	r.is(200, "status", 1)
	id := r.id("data.conversationId")
	expect(t, "acted on the bot", line(s.last().Acted, s.last().Bot), "true bot-1")
	c := s.JelouConversations()[0]
	expect(t, "conversation", line(c.ID, c.Project, c.Bot, c.User, string(c.Metadata), *c.Assignment, c.Messages[0].Text),
		line(id, "project-1", "bot-1", "user-1", `{"ticket":"7"}`, sandbox.JelouAssignment{Type: "queue", Target: "Support"}, "Olá"))
	s.jelou("GET", id, "").is(200, "body", `{"message":["Conversation found"],"statusMessage":"success","status":1,"data":{"_id":"`+id+
		`","roomId":"`+c.RoomID+`","state":"active","startAt":"2026-11-22T12:00:00.000Z",`+
		`"User":{"id":"user-1","names":"User user-1","referenceId":"user-1"},"Bot":{"id":"bot-1","name":"Bot bot-1"}}}`)
	expect(t, "its bot", s.last().Bot, "bot-1")
	s.advance(time.Minute)
	s.closeJelou("user-1").is(200, "data.conversationId", id)
	s.jelou("GET", id, "").is(200, "data.state", "closed", "data.endAt", "2026-11-22T12:01:00.000Z", "data.endedReason", "closed_by_operator")
}

func TestJelouStartRefusals(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.Set(func(k *sandbox.Knobs) { k.JelouUsers = []string{"user-1"} })
	user := func(more string) string { return `{"botId":"bot-1","userId":"user-1"` + more + `}` }
	s.invalid("start", ``, "body")
	s.invalid("start", `{"userId":"user-1"}`, "botId")
	s.invalid("start", `{"botId":"bot-1","userId":" "}`, "userId")
	s.invalid("start", user(`,"initialMessage":7`), "initialMessage")
	s.invalid("start", user(`,"metadata":[]`), "metadata")
	s.invalid("start", user(`,"assignment":"x"`), "assignment")
	s.invalid("start", user(`,"assignment":{"type":"pool","target":"x"}`), "assignment.type")
	s.invalid("start", user(`,"assignment":{"type":"team"}`), "assignment.target")
	s.jelou("POST", "start", user(`,"assignment":{}`)).is(422)
	s.jelou("POST", "start", `{"botId":"bot-9","userId":"user-1"}`).is(404, "error.key", "BOT_NOT_FOUND")
	s.jelou("POST", "start", `{"botId":"bot-1","userId":"user-9"}`).is(404, "error.key", "USER_NOT_FOUND")
	s.send("POST", startPath, user("")).is(401, "body", `{"message":"Authentication failed"}`)
	expect(t, "conversations", len(s.JelouConversations()), 0)
	s.jelou("POST", "start", user(`,"initialMessage":null,"metadata":null,"assignment":null`)).is(200)
}

func TestFormsOfAStartsAnswer(t *testing.T) {
	t.Parallel()
	for _, field := range []string{sandbox.StartIDConversationID, sandbox.StartIDUnderscore, sandbox.StartIDPlain, sandbox.StartIDNone} {
		s := newStage(t)
		s.Set(func(k *sandbox.Knobs) { k.StartID = field })
		body := s.startJelou("user-1").body
		id := s.JelouConversations()[0].ID
		expect(t, field, strings.Contains(body, `"`+field+`":"`+id+`"`), field != sandbox.StartIDNone)
		expect(t, field+" in all", strings.Contains(body, id), field != sandbox.StartIDNone)
	}
	s := newStage(t)
	s.Set(func(k *sandbox.Knobs) { k.DataAbsent, k.StatusAbsent, k.MessageText = true, true, true })
	s.startJelou("user-1").is(200, "body", `{"message":"Conversation started successfully"}`)
}

func TestStartWhileOneIsOpen(t *testing.T) {
	t.Parallel()
	for knob, c := range map[string]struct{ status, conversations int }{
		sandbox.StartWhileOpenRefused: {422, 1}, sandbox.StartWhileOpenConflict: {409, 1}, sandbox.StartWhileOpenFailed: {200, 1},
		sandbox.StartWhileOpenSame: {200, 1}, sandbox.StartWhileOpenSecond: {200, 2},
	} {
		s := newStage(t)
		s.Set(func(k *sandbox.Knobs) { k.StartWhileOpen, k.EveryUserOpen = knob, false })
		first := s.startJelou("user-1").id("data.conversationId")
		r := s.startJelou("user-1")
		r.is(c.status)
		expect(t, knob+" acted", s.last().Acted, c.conversations == 2)
		expect(t, knob+" conversations", len(s.JelouConversations()), c.conversations)
		switch knob {
		case sandbox.StartWhileOpenFailed:
			r.is(200, "error.key", "CONVERSATION_ALREADY_ACTIVE")
		case sandbox.StartWhileOpenSame:
			r.is(200, "data.conversationId", first)
		case sandbox.StartWhileOpenSecond:
			s.closeJelou("user-1").is(200, "data.conversationId", r.id("data.conversationId")) // the latest first
			s.closeJelou("user-1").is(200, "data.conversationId", first)
			s.closeJelou("user-1").is(404)
		}
		s.startJelou("user-2").is(200)
	}
}

func TestReadKnobs(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	id := s.startJelou("user-1").id("data.conversationId")
	for knob, c := range map[string]struct {
		status int
		body   string
	}{
		sandbox.ReadUnknownEnvelope: {404, "CONVERSATION_NOT_FOUND"}, sandbox.ReadUnknownFailed: {200, `"status":0`},
		sandbox.ReadUnknownBare: {404, `{"message":"Not Found"}`}, sandbox.ReadUnknownHTML: {404, "<!DOCTYPE html>"},
	} {
		s.Set(func(k *sandbox.Knobs) { k.ReadUnknown = knob })
		s.jelou("GET", "none", "").is(c.status, "has", c.body)
	}
	s.Set(func(k *sandbox.Knobs) { k.ReadUser = sandbox.ReadUserReference })
	s.jelou("GET", id, "").is(200, "data.User.id", "internal-user-1", "data.User.referenceId", "user-1")

	platform := strings.Replace(conversationsPath, sandbox.JelouPath, sandbox.JelouPlatformPath, 1) + id
	for knob, want := range map[string][2]int{
		sandbox.JelouBaseBoth: {200, 200}, sandbox.JelouBaseAPI: {200, 404}, sandbox.JelouBasePlatform: {404, 200},
	} {
		s.Set(func(k *sandbox.Knobs) { k.JelouBase = knob })
		s.jelou("GET", id, "").is(want[0])
		s.send("GET", platform, "", jelouAuth).is(want[1])
	}
}

func TestAJelouConversationEndsByItself(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.Set(func(k *sandbox.Knobs) { k.EndsAfter, k.EveryUserOpen = sandbox.Duration(time.Minute), false })
	id := s.startJelou("user-1").id("data.conversationId")
	s.advance(time.Hour)
	s.jelou("GET", id, "").is(200, "data.state", "closed", "data.endAt", "2026-11-22T12:01:00.000Z")
	s.closeJelou("user-1").is(404)
	s.startJelou("user-1").is(200)
}
