package sandbox_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

const chatbotPath = sandbox.ChatbotPath + "/chatbots/" + sandbox.ChatbotID

func (s *stage) createThread(body string) reply {
	s.t.Helper()
	return s.send("POST", chatbotPath+"/threads", body, chatbotAuth, jsonType)
}

func (s *stage) patchThread(id, body string) reply {
	s.t.Helper()
	return s.send("PATCH", threadPath+id, body, chatbotAuth, jsonType)
}

func (s *stage) thread(id string) reply {
	s.t.Helper()
	return s.send("GET", threadPath+id, "", chatbotAuth)
}

func TestCreateAndPatchThread(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	r := s.createThread(`{"threadId":"t-1","mode":"AGENT","chatUserEmail":"a@example.org"}`)
	expect(t, "status", r.status, 200)
	expect(t, "success", r.at(t, "success"), any(true))
	expect(t, "acted", s.last().Acted, true)
	for field, want := range map[string]any{
		"threadId": "t-1", "mode": "AGENT", "chatbotId": sandbox.ChatbotID, "startedAt": "2026-11-22T12:00:00.000000Z",
		"updatedAt": "2026-11-22T12:00:00.000000Z", "webhookUrl": nil,
	} {
		expect(t, field, r.at(t, "data", "thread", field), want)
	}
	expect(t, "messages", len(r.at(t, "data", "thread", "messages").([]any)), 0)
	expect(t, "user", r.at(t, "data", "thread", "chatUser", "email"), any("a@example.org"))
	expect(t, "user id", r.at(t, "data", "thread", "chatUser", "id"), r.at(t, "data", "thread", "chatUserId"))
	expect(t, "the same when read", s.thread("t-1").at(t, "data", "thread", "chatUserId"), r.at(t, "data", "thread", "chatUserId"))

	s.advance(time.Minute)
	patched := s.patchThread("t-1", `{"mode":"AI","webhookUrl":"https://hook.example/x","webhookToken":"fake","chatUser":{"name":"Ann","phoneNumber":"+48 1"}}`)
	expect(t, "patched", patched.body, `{"success":true,"message":"Updated the thread successfully","data":null}`)
	after := s.thread("t-1")
	for field, want := range map[string]any{
		"mode": "AI", "webhookUrl": "https://hook.example/x", "webhookToken": "fake", "updatedAt": "2026-11-22T12:01:00.000000Z",
	} {
		expect(t, field, after.at(t, "data", "thread", field), want)
	}
	for field, want := range map[string]any{"email": "a@example.org", "name": "Ann", "phone": "+48 1", "phoneNumber": nil} {
		expect(t, field, after.at(t, "data", "thread", "chatUser", field), want)
	}
	s.Set(func(k *sandbox.Knobs) { k.PatchNullKeeps = true })
	s.patchThread("t-1", `{"webhookUrl":null,"chatUser":null}`)
	expect(t, "null keeps", s.thread("t-1").at(t, "data", "thread", "webhookUrl"), any("https://hook.example/x"))
	s.Set(func(k *sandbox.Knobs) { k.PatchNullKeeps = false })
	s.patchThread("t-1", `{"webhookUrl":null,"chatUser":null}`)
	expect(t, "null clears", s.thread("t-1").at(t, "data", "thread", "webhookUrl"), nil)
	expect(t, "null clears the user", s.thread("t-1").at(t, "data", "thread", "chatUser"), nil)

	random := s.createThread("").at(t, "data", "thread", "threadId")
	if id, _ := random.(string); len(id) != 36 {
		t.Errorf("no id of its own: %v", random)
	}
	expect(t, "log", s.last().Thread, random.(string))
	expect(t, "nulls", s.createThread(`{"threadId":null,"mode":null,"chatUserEmail":null}`).status, 200)
}

func TestThreadRefusals(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.Set(func(k *sandbox.Knobs) { k.Chatbots = []string{sandbox.ChatbotID} })
	s.AddThread(sandbox.ChatbotID, "odd", json.RawMessage(`[1]`))
	for _, c := range []struct {
		method, path, body string
		status             int
		code               string
	}{
		{"POST", chatbotPath + "/threads", `{"mode":"BOT"}`, 400, "REQUEST_VALIDATION_FAILED"},
		{"POST", chatbotPath + "/threads", `{"threadId":7}`, 400, "REQUEST_VALIDATION_FAILED"},
		{"POST", chatbotPath + "/threads", `[]`, 400, "REQUEST_VALIDATION_FAILED"},
		{"POST", sandbox.ChatbotPath + "/chatbots/8/threads", `{}`, 404, "CHATBOT_NOT_FOUND"},
		{"PATCH", threadPath + "none", `{"mode":"AI"}`, 404, "THREAD_NOT_FOUND"},
		{"PATCH", threadPath + sandbox.ThreadID, `{"chatUser":{"email":7}}`, 400, "REQUEST_VALIDATION_FAILED"},
		{"PATCH", threadPath + sandbox.ThreadID, `{"webhookUrl":{}}`, 400, "REQUEST_VALIDATION_FAILED"},
		{"PATCH", threadPath + "odd", `{"mode":"AI"}`, 500, "INTERNAL_SERVER_ERROR"},
		{"POST", chatbotPath + "/message", `{}`, 400, "REQUEST_VALIDATION_FAILED"},
		{"POST", chatbotPath + "/message", `{"message":" "}`, 400, "REQUEST_VALIDATION_FAILED"},
		{"POST", chatbotPath + "/message", `{"message":"x","from":"BOT"}`, 400, "REQUEST_VALIDATION_FAILED"},
		{"POST", chatbotPath + "/message", `{"message":"x","from":"AGENT"}`, 400, "REQUEST_VALIDATION_FAILED"},
		{"POST", chatbotPath + "/message", `{"message":"x","threadId":"none"}`, 404, "THREAD_NOT_FOUND"},
	} {
		r := s.send(c.method, c.path, c.body, chatbotAuth, jsonType)
		expect(t, c.path+c.body, r.status, c.status)
		expect(t, c.path+c.body+" code", r.at(t, "error", "code"), any(c.code))
		expect(t, c.path+c.body+" acted", s.last().Acted, false)
	}
	expect(t, "no token", s.send("POST", chatbotPath+"/threads", "{}", jsonType).at(t, "message"), any("Failed to authenticate"))
}

func TestTakenThreadID(t *testing.T) {
	t.Parallel()
	for knob, c := range map[string]struct {
		status   int
		messages int
	}{
		sandbox.ThreadTakenRefused: {400, 3}, sandbox.ThreadTakenConflict: {409, 3}, sandbox.ThreadTakenSame: {200, 3},
		sandbox.ThreadTakenFresh: {200, 3}, sandbox.ThreadTakenReplaced: {200, 0},
	} {
		s := newStage(t)
		s.Set(func(k *sandbox.Knobs) { k.ThreadTaken = knob })
		r := s.createThread(`{"threadId":"` + sandbox.ThreadID + `"}`)
		expect(t, knob, r.status, c.status)
		expect(t, knob+" messages", len(s.thread(sandbox.ThreadID).at(t, "data", "thread", "messages").([]any)), c.messages)
		if c.status == 200 {
			fresh := r.at(t, "data", "thread", "threadId") != any(sandbox.ThreadID)
			expect(t, knob+" another id", fresh, knob == sandbox.ThreadTakenFresh)
		}
	}
}

func TestNumericIDs(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.Set(func(k *sandbox.Knobs) { k.NumericIDs = true })
	body := s.thread(sandbox.ThreadID).body
	for _, want := range []string{`"messageId":365062948587045457`, `"chatbotId":365062873485935184`, `"threadId":"06b3b43c-`} {
		if !strings.Contains(body, want) {
			t.Errorf("no %s in %s", want, body)
		}
	}
	asked := s.ask(`{"message":"Hi"}`)
	if !strings.Contains(asked.body, `"id":3651000`) {
		t.Errorf("the id is no number: %s", asked.body)
	}
}
