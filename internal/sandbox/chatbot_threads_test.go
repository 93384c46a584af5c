package sandbox_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

func TestCreateAndPatchThread(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	r := s.chatbot("POST", "/threads", `{"threadId":"t-1","mode":"AGENT","chatUserEmail":"a@example.org"}`)
	r.is(200, "success", true, "data.thread.threadId", "t-1", "data.thread.mode", "AGENT", "data.thread.chatbotId", sandbox.ChatbotID,
		"data.thread.startedAt", "2026-11-22T12:00:00.000000Z", "data.thread.updatedAt", "2026-11-22T12:00:00.000000Z", "data.thread.webhookUrl", nil,
		"data.thread.messages", "[]", "data.thread.chatUser.email", "a@example.org", "data.thread.chatUser.id", r.id("data.thread.chatUserId"))
	expect(t, "acted", s.last().Acted, true)
	s.thread("t-1").is(200, "data.thread.chatUserId", r.id("data.thread.chatUserId"))

	s.advance(time.Minute)
	s.chatbot("PATCH", "/threads/t-1", `{"mode":"AI","webhookUrl":"https://hook.example/x","webhookToken":"fake","chatUser":{"name":"Ann","phoneNumber":"+48 1"}}`).
		is(200, "body", `{"success":true,"message":"Updated the thread successfully","data":null}`)
	s.thread("t-1").is(200, "data.thread.mode", "AI", "data.thread.webhookUrl", "https://hook.example/x", "data.thread.webhookToken", "fake",
		"data.thread.updatedAt", "2026-11-22T12:01:00.000000Z", "data.thread.chatUser.email", "a@example.org", "data.thread.chatUser.name", "Ann",
		"data.thread.chatUser.phone", "+48 1", "data.thread.chatUser.phoneNumber", nil)
	s.Set(func(k *sandbox.Knobs) { k.PatchNullKeeps = true })
	s.chatbot("PATCH", "/threads/t-1", `{"webhookUrl":null,"chatUser":null}`)
	s.thread("t-1").is(200, "data.thread.webhookUrl", "https://hook.example/x")
	s.Set(func(k *sandbox.Knobs) { k.PatchNullKeeps = false })
	s.chatbot("PATCH", "/threads/t-1", `{"webhookUrl":null,"chatUser":null}`)
	s.thread("t-1").is(200, "data.thread.webhookUrl", nil, "data.thread.chatUser", nil)

	random := s.chatbot("POST", "/threads", "").id("data.thread.threadId")
	expect(t, "an id of its own", len(random), 36)
	expect(t, "log", s.last().Thread, random)
	s.chatbot("POST", "/threads", `{"threadId":null,"mode":null,"chatUserEmail":null}`).is(200)
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
		s.send(c.method, c.path, c.body, chatbotAuth).is(c.status, "error.code", c.code)
		expect(t, c.path+c.body+" acted", s.last().Acted, false)
	}
	s.send("POST", chatbotPath+"/threads", "{}").is(401, "message", "Failed to authenticate")
}

func TestTakenThreadID(t *testing.T) {
	t.Parallel()
	for knob, c := range map[string]struct{ status, messages int }{
		sandbox.ThreadTakenRefused: {400, 3}, sandbox.ThreadTakenConflict: {409, 3}, sandbox.ThreadTakenSame: {200, 3},
		sandbox.ThreadTakenFresh: {200, 3}, sandbox.ThreadTakenReplaced: {200, 0},
	} {
		s := newStage(t)
		s.Set(func(k *sandbox.Knobs) { k.ThreadTaken = knob })
		r := s.chatbot("POST", "/threads", `{"threadId":"`+sandbox.ThreadID+`"}`)
		r.is(c.status)
		expect(t, knob+" messages", len(s.thread(sandbox.ThreadID).at("data.thread.messages").([]any)), c.messages)
		if c.status == 200 {
			expect(t, knob+" another id", r.id("data.thread.threadId") != sandbox.ThreadID, knob == sandbox.ThreadTakenFresh)
		}
	}
}
