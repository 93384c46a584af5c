package sandbox_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

func (s *stage) ask(body string) reply {
	s.t.Helper()
	return s.send("POST", chatbotPath+"/message", body, chatbotAuth, jsonType)
}

// lastMessage is the last message of a thread.
func (s *stage) lastMessage(id string) map[string]any {
	s.t.Helper()
	messages, _ := s.thread(id).at(s.t, "data", "thread", "messages").([]any)
	if len(messages) == 0 {
		return nil
	}
	return messages[len(messages)-1].(map[string]any)
}

func TestAskAndAnswer(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.Set(func(k *sandbox.Knobs) {
		k.AnswerSources = []string{"https://shop.example/hours"}
		k.Answers = map[string]string{"When do you open?": "At nine."}
	})
	r := s.ask(`{"message":"Hello","threadId":"` + sandbox.EmptyThreadID + `"}`)
	expect(t, "status", r.status, 200)
	expect(t, "acted", s.last().Acted, true)
	expect(t, "log", s.last().Target(), "thread "+sandbox.EmptyThreadID)
	for field, want := range map[string]any{
		"threadId": sandbox.EmptyThreadID, "chatbotId": sandbox.ChatbotID, "messageType": "NORMAL_MESSAGE", "reaction": "NEUTRAL",
		"gptModel": "gpt-3.5-turbo", "agentName": nil, "iconUrl": nil, "messageId": nil,
	} {
		expect(t, field, r.at(t, "data", "message", field), want)
	}
	expect(t, "answer", r.at(t, "data", "message", "answer", "text"), any("You asked: Hello"))
	expect(t, "sources", r.at(t, "data", "message", "sources", 0), any("https://shop.example/hours"))
	m := s.lastMessage(sandbox.EmptyThreadID)
	expect(t, "its id in the thread", m["messageId"], r.at(t, "data", "message", "id"))
	expect(t, "question", fmt.Sprint(m["question"]), "map[text:Hello timestamp:2026-11-22T12:00:00.000000Z]")
	expect(t, "answer", fmt.Sprint(m["answer"]), "map[text:You asked: Hello timestamp:2026-11-22T12:00:00.000000Z]")
	expect(t, "updated", s.thread(sandbox.EmptyThreadID).at(t, "data", "thread", "updatedAt"), any("2026-11-22T12:00:00.000000Z"))

	s.Set(func(k *sandbox.Knobs) { k.AnswerForm = sandbox.AnswerFormTexts })
	r = s.ask(`{"message":"when do you OPEN? ","threadId":"` + sandbox.ThreadID + `"}`)
	expect(t, "answer to this question", r.at(t, "data", "message", "answer"), any("At nine."))
	expect(t, "a filed thread grows", len(s.thread(sandbox.ThreadID).at(t, "data", "thread", "messages").([]any)), 4)
	expect(t, "and keeps what it had", s.thread(sandbox.ThreadID).at(t, "data", "thread", "messages", 2, "answer", "text"), any("YO"))

	fresh := s.ask(`{"message":"Hi"}`)
	id, _ := fresh.at(t, "data", "message", "threadId").(string)
	expect(t, "a new thread", s.lastMessage(id)["question"].(map[string]any)["text"], any("Hi"))
	s.Set(func(k *sandbox.Knobs) { k.ThreadUnknown = sandbox.ThreadUnknownCreated })
	expect(t, "created", s.ask(`{"message":"Hi","threadId":"mine"}`).at(t, "data", "message", "threadId"), any("mine"))
}

func TestAgentsInAThread(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.createThread(`{"threadId":"t","mode":"AGENT"}`)
	r := s.ask(`{"message":"Anybody?","threadId":"t"}`)
	expect(t, "type", r.at(t, "data", "message", "messageType"), any("USER_MESSAGE"))
	expect(t, "no answer", r.at(t, "data", "message", "answer"), nil)
	r = s.ask(`{"message":"Me","threadId":"t","from":"AGENT","agentName":"Ann","iconUrl":"https://icon.example/a"}`)
	expect(t, "agent's type", r.at(t, "data", "message", "messageType"), any("AGENT_MESSAGE"))
	m := s.lastMessage("t")
	expect(t, "no question", m["question"], nil)
	expect(t, "agent", fmt.Sprint(m["agentName"], m["iconUrl"], m["answer"].(map[string]any)["text"]), "Annhttps://icon.example/aMe")
}

func TestNoAnswerAndALateOne(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.createThread(`{"threadId":"t"}`)
	s.Set(func(k *sandbox.Knobs) { k.Answering = sandbox.AnsweringNever })
	expect(t, "never", s.ask(`{"message":"Hi","threadId":"t"}`).at(t, "data", "message", "answer"), nil)
	s.Set(func(k *sandbox.Knobs) { k.Answering = sandbox.AnsweringLater })
	expect(t, "not yet", s.ask(`{"message":"Ho","threadId":"t"}`).at(t, "data", "message", "answer"), nil)
	saved := s.send("GET", "/sandbox/state", "").body
	s.advance(3*time.Second - time.Millisecond)
	expect(t, "not yet", s.lastMessage("t")["answer"], nil)
	s.advance(time.Millisecond)
	expect(t, "in the thread", s.lastMessage("t")["answer"].(map[string]any)["text"], any("You asked: Ho"))

	again := newStage(t)
	again.send("PUT", "/sandbox/state", saved)
	expect(t, "a saved state has it", again.lastMessage("t")["answer"].(map[string]any)["text"], any("You asked: Ho"))
	first, _ := s.ask(`{"message":"x"}`).at(t, "data", "message", "id").(string)
	other, _ := again.ask(`{"message":"x"}`).at(t, "data", "message", "id").(string)
	expect(t, "numbers go on", first, other)
}

func TestTheQuestionIsThereWhileTheModelThinks(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.createThread(`{"threadId":"t"}`)
	s.Set(func(k *sandbox.Knobs) { k.AnswerDelay = sandbox.Duration(time.Hour) })
	answered := make(chan reply)
	go func() { answered <- s.ask(`{"message":"Hi","threadId":"t"}`) }()
	for s.lastMessage("t") == nil {
		time.Sleep(time.Millisecond)
	}
	expect(t, "no answer yet", s.lastMessage("t")["answer"], nil)
	expect(t, "acted", s.requestOf("chatbot.message").Acted, true)
	expect(t, "status", s.requestOf("chatbot.message").Status, 0)
	s.Close() // ends the wait
	expect(t, "answer", (<-answered).at(t, "data", "message", "answer", "text"), any("You asked: Hi"))
}

func (s *stage) requestOf(call string) (last sandbox.Request) {
	for _, r := range s.Requests() {
		if r.Call == call {
			last = r
		}
	}
	return last
}

func TestALostAnswerIsInItsThread(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.createThread(`{"threadId":"t"}`)
	s.AddFault(sandbox.Fault{Call: "chatbot.message", Kind: sandbox.FaultEmpty, Times: 1})
	expect(t, "nothing arrived", s.ask(`{"message":"Hi","threadId":"t"}`).body, "")
	expect(t, "acted", s.last().Acted, true)
	expect(t, "found again", s.lastMessage("t")["answer"].(map[string]any)["text"], any("You asked: Hi"))
	s.AddFault(sandbox.Fault{Call: "chatbot.message", Kind: sandbox.FaultStatus, Status: 503, Times: 1})
	expect(t, "refused", s.ask(`{"message":"Ho","threadId":"t"}`).status, 503)
	expect(t, "not acted", s.lastMessage("t")["question"].(map[string]any)["text"], any("Hi"))
}

func TestAMessageBringsTheWaitingAnswer(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.ask(`{"message":"Hello?","threadId":"` + sandbox.WaitingThreadID + `"}`)
	var thread struct {
		Messages []struct {
			Answer *struct{ Text string }
		}
	}
	if err := json.Unmarshal(s.Thread(sandbox.ChatbotID, sandbox.WaitingThreadID), &thread); err != nil {
		t.Fatal(err)
	}
	expect(t, "messages", len(thread.Messages), 2)
	expect(t, "the first has its answer", thread.Messages[0].Answer.Text, "At nine o'clock.")
	if s.Thread("none", "none") != nil {
		t.Error("a thread that does not exist has JSON")
	}
}
