package sandbox_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

func TestExampleThread(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	r := s.thread(sandbox.ThreadID)
	r.is(200, "success", true, "message", "Fetched the thread successfully", "data.thread.threadId", "06b3b43c-5651-49a2-b618-d7f24667c1b6",
		"data.thread.chatbotId", "365062873485935184", "data.thread.mode", "AI", "data.thread.startedAt", "2023-05-18T11:39:57.349750Z",
		"data.thread.updatedAt", "2023-05-18T11:39:57.349750Z", "data.thread.totalMessagesRead", 47, "data.thread.chatUserId", nil, "data.thread.chatUser", nil,
		"data.thread.webhookUrl", "https://hooks.zapier.com/hooks/catch/15695697/3hqs23e", "data.thread.messages.0.messageId", "365062948587045457",
		"data.thread.messages.1.messageId", "365064286366597712", "data.thread.messages.1.answer", nil,
		"data.thread.messages.2.messageId", "365064310572974672", "data.thread.messages.2.answer.text", "YO")
	expect(t, "acted", s.last().Acted, true)
	s.Set(func(k *sandbox.Knobs) { k.NullsAbsent = true })
	r = s.thread(sandbox.ThreadID)
	r.is(200, "data.thread.totalMessagesRead", 47)
	expect(t, "nulls are left", strings.Contains(r.body, "null"), false)
	newStage(t, func(o *sandbox.Options) { o.Empty = true }).thread(sandbox.ThreadID).is(404)
}

func TestWaitingAndEmptyThread(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	const answer = "data.thread.messages.0.answer"
	s.advance(time.Hour)
	s.thread(sandbox.WaitingThreadID).is(200, answer, nil) // the first read
	s.advance(3*time.Second - time.Millisecond)
	s.thread(sandbox.WaitingThreadID).is(200, answer, nil)
	s.advance(time.Millisecond)
	s.thread(sandbox.WaitingThreadID).is(200, answer+".text", "At nine o'clock.")
	s.Set(func(k *sandbox.Knobs) { k.AnswerAfter = sandbox.Duration(time.Minute) })
	s.thread(sandbox.WaitingThreadID).is(200, answer, nil)
	s.thread(sandbox.EmptyThreadID).is(200, "data.thread.messages", "[]")
}

func TestChatbotErrors(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.Set(func(k *sandbox.Knobs) { k.ForbiddenChatbots = []string{"7"} })
	for _, c := range []struct {
		path, auth string
		status     int
		code       string
	}{
		{threadPath + sandbox.ThreadID, "Accept: */*", 401, "API_KEY_NOT_VALID"},
		{threadPath + sandbox.ThreadID, "Authorization: Bearer wrong", 401, "API_KEY_NOT_VALID"},
		{threadPath + sandbox.ThreadID, "Authorization: Basic " + sandbox.ChatbotToken, 401, "API_KEY_NOT_VALID"},
		{threadPath + "none", chatbotAuth, 404, "THREAD_NOT_FOUND"},
		{sandbox.ChatbotPath + "/chatbots/8/threads/none", chatbotAuth, 404, "CHATBOT_NOT_FOUND"},
		{sandbox.ChatbotPath + "/chatbots/7/threads/none", chatbotAuth, 403, "CHATBOT_FETCH_FORBIDDEN"},
	} {
		s.send("GET", c.path, "", c.auth).is(c.status, "success", false, "error.code", c.code)
		expect(t, c.path+" acted", s.last().Acted, false)
	}
	s.send("GET", threadPath+sandbox.ThreadID, "").is(401, "message", "Failed to authenticate")
	s.Set(func(k *sandbox.Knobs) { k.SuccessFalse = true })
	s.thread("none").is(200, "error.code", "THREAD_NOT_FOUND")
}

func TestAddThreadKeepsAnyShape(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	for _, raw := range []string{`{"messages":null}`, `[1,2]`, `{"id":12345678901234567890}`, `{"cut":`} {
		s.AddThread("a/b", "ü ?", json.RawMessage(raw))
		s.send("GET", sandbox.ChatbotPath+"/chatbots/a%2Fb/threads/%C3%BC%20%3F", "", chatbotAuth).is(200,
			"body", `{"success":true,"message":"Fetched the thread successfully","data":{"thread":`+raw+`}}`)
	}
	s.AddThread(sandbox.ChatbotID, "b", json.RawMessage(`{"id":12345678901234567890,"gone":null}`))
	s.Set(func(k *sandbox.Knobs) { k.NullsAbsent = true })
	s.thread("b").is(200, "has", `{"id":12345678901234567890}`)
}

func TestNumericIDs(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.Set(func(k *sandbox.Knobs) { k.NumericIDs = true })
	s.thread(sandbox.ThreadID).is(200, "has", `"messageId":365062948587045457`, "has", `"chatbotId":365062873485935184`, "has", `"threadId":"06b3b43c-`)
	s.ask(`{"message":"Hi"}`).is(200, "has", `"id":3651000`)
}
