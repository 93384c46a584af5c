package sandbox_test

import (
	"testing"

	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

const jelouBasic = "Authorization: Basic ZmFrZS1qZWxvdS1jbGllbnQ6ZmFrZS1qZWxvdS1jbGllbnQtc2VjcmV0" // fake-jelou-client:fake-jelou-client-secret

func TestCloseAndRead(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	id := s.OpenJelouConversation("project-1", "bot-1", "user-1")
	expect(t, "one open conversation per user", s.OpenJelouConversation("project-1", "bot-1", "user-1"), id)
	s.jelou("GET", id, "").is(200, "data.state", "active")
	s.jelou("POST", "close", `{"botId":"bot-1","userId":"user-1","redirectPayload":{"type":"text","text":"Tchau"}}`).is(200, "body",
		`{"message":["Conversation closed successfully"],"statusMessage":"success","status":1,`+
			`"data":{"conversationId":"`+id+`","status":"closed","endedReason":"closed_by_operator"}}`)
	c := s.JelouClosed()[0]
	expect(t, "close", c.Project+c.Bot+c.User+c.Conversation+c.PayloadType+c.PayloadText, "project-1bot-1user-1"+id+"textTchau")
	s.send("GET", sandbox.JelouPlatformPath+"/external-support/project-1/conversations/"+id, "", jelouBasic).is(200, "data._id", id, "data.state", "closed",
		"data.startAt", "2026-11-22T12:00:00.000Z", "data.endAt", "2026-11-22T12:00:00.000Z", "data.endedReason", "closed_by_operator")
	expect(t, "client's account", s.last().Account, sandbox.JelouClientID)
	expect(t, "a closed conversation stays closed", s.OpenJelouConversation("project-1", "bot-1", "user-1") != id, true)
}

func TestJelouCredentials(t *testing.T) {
	t.Parallel()
	s := newStage(t, func(o *sandbox.Options) {
		o.Jelou = append(sandbox.DefaultJelouProjects(), sandbox.JelouProject{ID: "project-2", APIKey: "fake-key-2"})
	})
	const body = `{"botId":"bot-1","userId":"user-1"}`
	for _, c := range []struct {
		scheme  string
		status  int
		headers []string
	}{
		{"x-api-key", 200, []string{jelouAuth}},
		{"Basic", 200, []string{jelouBasic}},
		{"Basic+x-api-key", 401, []string{jelouAuth, jelouBasic}},
		{"", 401, nil},
		{"x-api-key", 401, []string{"X-Api-Key: wrong"}},
		{"x-api-key", 401, []string{"X-Api-Key: fake-key-2"}}, // another project's
		{"Basic", 401, []string{"Authorization: Basic Og=="}}, // empty
		{"", 401, []string{"Authorization: " + sandbox.JelouClientSecret}},
	} {
		r := s.send("POST", closePath, body, c.headers...)
		r.is(c.status)
		expect(t, "scheme", s.last().AuthScheme, c.scheme)
		if c.status == 401 {
			r.is(401, "body", `{"message":"Authentication failed"}`)
		}
	}
	expect(t, "closes", len(s.JelouClosed()), 2)
	s.Set(func(k *sandbox.Knobs) { k.CredentialFault = 500 })
	s.send("POST", closePath, body, "X-Api-Key: wrong").is(500, "error.key", "INTERNAL_SERVER_ERROR")
}

func TestCloseNotFound(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.Set(func(k *sandbox.Knobs) { k.EveryUserOpen = false })
	const words = "The Bot could not be found at the moment."
	s.jelou("POST", "close", `{"botId":"bot-9","userId":"user-1"}`).is(404, "message.0", words, "statusMessage", "failed", "status", 0, "error.code", "E1019",
		"error.developerMessages.en", words, "error.clientMessages.es", some, "error.clientMessages.en", some, "error.clientMessages.pt", some)
	s.closeJelou("user-9").is(404, "error.key", "USER_NOT_FOUND")
	s.send("POST", sandbox.JelouPath+"/external-support/project-9/conversations/close", "{}", jelouAuth).is(404, "error.key", "PROJECT_NOT_FOUND")
	s.jelou("GET", "none", "").is(404, "error.key", "CONVERSATION_NOT_FOUND")
}

// invalid fails unless these fields of a body are refused, and no other.
func (s *stage) invalid(path, body string, fields ...string) {
	s.t.Helper()
	r := s.jelou("POST", path, body)
	r.is(422)
	errors, _ := r.at("validationError").(map[string]any)
	expect(s.t, body+" fields", len(errors), len(fields))
	for _, field := range fields {
		if list, _ := errors[field].([]any); len(list) != 1 {
			s.t.Errorf("%s: %s in %s", body, field, r.body)
		}
	}
	expect(s.t, body+" acted", s.last().Acted, false)
}

func TestCloseValidation(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	payload := func(payload string) string { return `{"botId":"bot-1","userId":"u","redirectPayload":` + payload + `}` }
	s.invalid("close", ``, "body")
	s.invalid("close", `[]`, "body")
	s.invalid("close", `{}`, "botId", "userId")
	s.invalid("close", `{"botId":7,"userId":""}`, "botId", "userId")
	s.invalid("close", payload(`"x"`), "redirectPayload")
	s.invalid("close", payload(`{}`), "redirectPayload.type")
	s.invalid("close", payload(`{"type":"text"}`), "redirectPayload.text")
	s.invalid("close", payload(`{"type":"voice"}`), "redirectPayload.type")
	s.invalid("close", payload(`{"type":"edge","text":4}`), "redirectPayload.text")
	expect(t, "closes", len(s.JelouClosed()), 0)
	for _, right := range []string{`null`, `{"type":"edge"}`, `{"type":"edge","text":"x"}`} {
		s.jelou("POST", "close", payload(right)).is(200)
	}
	s.Set(func(k *sandbox.Knobs) { k.ValidationError = sandbox.ValidationTexts })
	s.jelou("POST", "close", `{"botId":"bot-1"}`).is(422, "validationError.userId", "The userId field is required.")
	s.Set(func(k *sandbox.Knobs) { k.ValidationError = sandbox.ValidationNested })
	s.jelou("POST", "close", `{"botId":"bot-1"}`).is(422, "validationError.errors.0.field", "userId")
}

func TestCloseWithNothingOpen(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	first := s.closeJelou("user-1").at("data.conversationId")
	id := s.closeJelou("user-1").at("data.conversationId")
	expect(t, "every user has an open conversation", id != first, true)
	s.Set(func(k *sandbox.Knobs) { k.EveryUserOpen = false })
	for knob, c := range map[string]struct {
		status int
		path   string
		want   any
	}{
		sandbox.NoneOpenLast: {200, "data.conversationId", id}, sandbox.NoneOpenNotFound: {404, "error.key", some},
		sandbox.NoneOpenUnprocessable: {422, "message", some}, sandbox.NoneOpenFailed: {200, "status", 0},
	} {
		s.Set(func(k *sandbox.Knobs) { k.NoneOpen = knob })
		s.closeJelou("user-1").is(c.status, c.path, c.want)
		expect(t, knob+" acted", s.last().Acted, false)
	}
	expect(t, "closes", len(s.JelouClosed()), 2)
	s.Set(func(k *sandbox.Knobs) { k.EveryUserOpen, k.MessageText, k.DataAbsent = true, true, true })
	s.closeJelou("u").is(200, "body", `{"message":"Conversation closed successfully","statusMessage":"success","status":1}`)
	s.Set(func(k *sandbox.Knobs) { k.StatusAbsent = true })
	s.closeJelou("u").is(200, "body", `{"message":"Conversation closed successfully"}`)
}
