package sandbox_test

import (
	"testing"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// lastMessage is the last message of a thread.
func (s *stage) lastMessage(id string) map[string]any {
	s.t.Helper()
	messages, _ := s.thread(id).at("data.thread.messages").([]any)
	if len(messages) == 0 {
		return nil
	}
	return messages[len(messages)-1].(map[string]any)
}

// answered fails unless the last message of a thread has this answer; "" for none.
func (s *stage) answered(id, text string) {
	s.t.Helper()
	answer, _ := s.lastMessage(id)["answer"].(map[string]any)
	got, _ := answer["text"].(string)
	expect(s.t, "answer", got, text)
}

func TestAskAndAnswer(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.Set(func(k *sandbox.Knobs) {
		k.AnswerSources = []string{"https://shop.example/hours"}
		k.Answers = map[string]string{"When do you open?": "At nine."}
	})
	r := s.ask(`{"message":"Hello","threadId":"` + sandbox.EmptyThreadID + `"}`)
	expect(t, "acted, target", line(s.last().Acted, s.last().Target()), "true thread "+sandbox.EmptyThreadID)
	r.is(200, "data.message.threadId", sandbox.EmptyThreadID, "data.message.chatbotId", sandbox.ChatbotID, "data.message.messageType", "NORMAL_MESSAGE",
		"data.message.reaction", "NEUTRAL", "data.message.gptModel", "gpt-3.5-turbo", "data.message.agentName", nil, "data.message.iconUrl", nil,
		"data.message.messageId", nil, "data.message.answer.text", "You asked: Hello", "data.message.sources.0", "https://shop.example/hours")
	m := s.lastMessage(sandbox.EmptyThreadID)
	expect(t, "in the thread", line(m["messageId"], m["question"], m["answer"]), line(r.id("data.message.id"),
		"map[text:Hello timestamp:2026-11-22T12:00:00.000000Z]", "map[text:You asked: Hello timestamp:2026-11-22T12:00:00.000000Z]"))
	s.thread(sandbox.EmptyThreadID).is(200, "data.thread.updatedAt", "2026-11-22T12:00:00.000000Z")

	s.Set(func(k *sandbox.Knobs) { k.AnswerForm = sandbox.AnswerFormTexts })
	s.ask(`{"message":"when do you OPEN? ","threadId":"`+sandbox.ThreadID+`"}`).is(200, "data.message.answer", "At nine.")
	s.thread(sandbox.ThreadID).is(200, "data.thread.messages.2.answer.text", "YO", "data.thread.messages.3", some) // it grows, and keeps what it had
	id := s.ask(`{"message":"Hi"}`).id("data.message.threadId")
	s.thread(id).is(200, "data.thread.messages.0.question.text", "Hi") // a new one
	s.Set(func(k *sandbox.Knobs) { k.ThreadUnknown = sandbox.ThreadUnknownCreated })
	s.ask(`{"message":"Hi","threadId":"mine"}`).is(200, "data.message.threadId", "mine")
}

func TestAgentsInAThread(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.chatbot("POST", "/threads", `{"threadId":"t","mode":"AGENT"}`)
	s.ask(`{"message":"Anybody?","threadId":"t"}`).is(200, "data.message.messageType", "USER_MESSAGE", "data.message.answer", nil)
	s.ask(`{"message":"Me","threadId":"t","from":"AGENT","agentName":"Ann","iconUrl":"https://icon.example/a"}`).is(200, "data.message.messageType", "AGENT_MESSAGE")
	s.thread("t").is(200, "data.thread.messages.1.question", nil, "data.thread.messages.1.agentName", "Ann",
		"data.thread.messages.1.iconUrl", "https://icon.example/a", "data.thread.messages.1.answer.text", "Me")
}

func TestNoAnswerAndALateOne(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.chatbot("POST", "/threads", `{"threadId":"t"}`)
	s.Set(func(k *sandbox.Knobs) { k.Answering = sandbox.AnsweringNever })
	s.ask(`{"message":"Hi","threadId":"t"}`).is(200, "data.message.answer", nil)
	s.Set(func(k *sandbox.Knobs) { k.Answering = sandbox.AnsweringLater })
	s.ask(`{"message":"Ho","threadId":"t"}`).is(200, "data.message.answer", nil)
	saved := s.control("GET", "state", "").body
	s.advance(3*time.Second - time.Millisecond)
	s.answered("t", "")
	s.advance(time.Millisecond)
	s.answered("t", "You asked: Ho")

	again := newStage(t)
	again.control("PUT", "state", saved).is(200)
	again.answered("t", "You asked: Ho")
	expect(t, "numbers go on", again.ask(`{"message":"x"}`).id("data.message.id"), s.ask(`{"message":"x"}`).id("data.message.id"))
}

func TestTheQuestionIsThereWhileTheModelThinks(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.chatbot("POST", "/threads", `{"threadId":"t"}`)
	s.ClearRequests()
	s.Set(func(k *sandbox.Knobs) { k.AnswerDelay = sandbox.Duration(time.Hour) })
	answered := make(chan reply)
	go func() { answered <- s.ask(`{"message":"Hi","threadId":"t"}`) }()
	for s.lastMessage("t") == nil {
		time.Sleep(time.Millisecond)
	}
	s.answered("t", "")
	for _, r := range s.Requests() {
		if r.Call == "chatbot.message" {
			expect(t, "acted, status", line(r.Acted, r.Status), "true 0")
		}
	}
	s.Close() // ends the wait
	(<-answered).is(200, "data.message.answer.text", "You asked: Hi")
}

func TestALostAnswerIsInItsThread(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.chatbot("POST", "/threads", `{"threadId":"t"}`)
	s.AddFault(sandbox.Fault{Call: "chatbot.message", Kind: sandbox.FaultEmpty, Times: 1})
	s.ask(`{"message":"Hi","threadId":"t"}`).is(200, "body", "")
	s.answered("t", "You asked: Hi")
	s.AddFault(sandbox.Fault{Call: "chatbot.message", Kind: sandbox.FaultStatus, Status: 503, Times: 1})
	s.ask(`{"message":"Ho","threadId":"t"}`).is(503)
	s.answered("t", "You asked: Hi")
}

func TestAMessageBringsTheWaitingAnswer(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.ask(`{"message":"Hello?","threadId":"` + sandbox.WaitingThreadID + `"}`)
	s.thread(sandbox.WaitingThreadID).is(200, "data.thread.messages.0.answer.text", "At nine o'clock.", "data.thread.messages.1", some, "data.thread.messages.2", nil)
	expect(t, "a thread that does not exist has JSON", s.Thread("none", "none") != nil, false)
}
