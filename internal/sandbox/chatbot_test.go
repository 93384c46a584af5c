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
	r := s.send("GET", threadPath+sandbox.ThreadID, "", chatbotAuth)
	expect(t, "status", r.status, 200)
	expect(t, "success", r.at(t, "success"), any(true))
	expect(t, "message", r.at(t, "message"), any("Fetched the thread successfully"))
	for path, want := range map[string]any{
		"threadId": "06b3b43c-5651-49a2-b618-d7f24667c1b6", "chatbotId": "365062873485935184", "mode": "AI",
		"startedAt": "2023-05-18T11:39:57.349750Z", "updatedAt": "2023-05-18T11:39:57.349750Z", "totalMessagesRead": 47.0,
		"webhookUrl": "https://hooks.zapier.com/hooks/catch/15695697/3hqs23e", "chatUserId": nil, "chatUser": nil,
	} {
		expect(t, path, r.at(t, "data", "thread", path), want)
	}
	for i, id := range []string{"365062948587045457", "365064286366597712", "365064310572974672"} {
		expect(t, "message", r.at(t, "data", "thread", "messages", i, "messageId"), any(id))
	}
	expect(t, "null answer", r.at(t, "data", "thread", "messages", 1, "answer"), nil)
	expect(t, "last answer", r.at(t, "data", "thread", "messages", 2, "answer", "text"), any("YO"))
	expect(t, "acted", s.last().Acted, true)

	s.Set(func(k *sandbox.Knobs) { k.NullsAbsent = true })
	bare := s.send("GET", threadPath+sandbox.ThreadID, "", chatbotAuth)
	if strings.Contains(bare.body, "null") || bare.at(t, "data", "thread", "totalMessagesRead") != any(47.0) {
		t.Errorf("nulls are left: %s", bare.body)
	}
}

func TestWaitingAndEmptyThread(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	answer := func() any {
		return s.send("GET", threadPath+sandbox.WaitingThreadID, "", chatbotAuth).at(t, "data", "thread", "messages", 0, "answer")
	}
	s.advance(time.Hour)
	expect(t, "first read", answer(), nil)
	s.advance(3*time.Second - time.Millisecond)
	expect(t, "too early", answer(), nil)
	s.advance(time.Millisecond)
	if text, _ := answer().(map[string]any); text["text"] != "At nine o'clock." {
		t.Errorf("no answer: %v", text)
	}
	s.Set(func(k *sandbox.Knobs) { k.AnswerAfter = sandbox.Duration(time.Minute) })
	expect(t, "later", answer(), nil)

	r := s.send("GET", threadPath+sandbox.EmptyThreadID, "", chatbotAuth)
	messages, ok := r.at(t, "data", "thread", "messages").([]any)
	if !ok || len(messages) != 0 {
		t.Errorf("messages: %s", r.body)
	}
	empty := newStage(t, func(o *sandbox.Options) { o.Empty = true })
	expect(t, "without seeds", empty.send("GET", threadPath+sandbox.ThreadID, "", chatbotAuth).status, 404)
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
		r := s.send("GET", c.path, "", c.auth)
		expect(t, c.path, r.status, c.status)
		expect(t, c.path+" success", r.at(t, "success"), any(false))
		expect(t, c.path+" code", r.at(t, "error", "code"), any(c.code))
		expect(t, c.path+" acted", s.last().Acted, false)
	}
	r := s.send("GET", threadPath+sandbox.ThreadID, "")
	expect(t, "message", r.at(t, "message"), any("Failed to authenticate"))
	s.Set(func(k *sandbox.Knobs) { k.SuccessFalse = true })
	r = s.send("GET", threadPath+"none", "", chatbotAuth)
	expect(t, "error on 200", r.status, 200)
	expect(t, "error on 200's code", r.at(t, "error", "code"), any("THREAD_NOT_FOUND"))
}

func TestAddThreadKeepsAnyShape(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	for _, raw := range []string{`{"messages":null}`, `[1,2]`, `{"id":12345678901234567890}`, `{"cut":`} {
		s.AddThread("a/b", "ü ?", json.RawMessage(raw))
		r := s.send("GET", sandbox.ChatbotPath+"/chatbots/a%2Fb/threads/%C3%BC%20%3F", "", chatbotAuth)
		expect(t, raw, r.body, `{"success":true,"message":"Fetched the thread successfully","data":{"thread":`+raw+`}}`)
	}
	s.AddThread("a", "b", json.RawMessage(`{"id":12345678901234567890,"gone":null}`))
	s.Set(func(k *sandbox.Knobs) { k.NullsAbsent = true })
	r := s.send("GET", sandbox.ChatbotPath+"/chatbots/a/threads/b", "", chatbotAuth)
	if !strings.Contains(r.body, `{"id":12345678901234567890}`) {
		t.Errorf("the number changed: %s", r.body)
	}
}
