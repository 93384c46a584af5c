package chatbot_test

import (
	"context"
	"regexp"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/chatbot"
	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// TestAWholeConversation is with the sandbox, which knows the service from its
// documentation alone: a thread is made, asked in, handed to a human and read.
func TestAWholeConversation(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := sandbox.New(sandbox.Options{})
		defer s.Close()
		s.Set(func(k *sandbox.Knobs) {
			k.AnswerDelay = sandbox.Duration(40 * time.Second)
			k.Answers = map[string]string{"When do you open?": "At nine."}
		})
		client := chatbot.New(rest.Config{
			BaseURL: "https://bots.example" + sandbox.ChatbotPath, UserAgent: "agent/1", Transport: s.Transport(),
			Policy: rest.Policy{Timeout: 10 * time.Second, WaitMin: time.Second, WaitMax: time.Second},
		}, sandbox.ChatbotToken)
		ctx, said := t.Context(), chatbot.AskRequest{ChatbotID: sandbox.ChatbotID, ThreadID: "t-1", Text: "When do you open?", From: chatbot.FromUser}

		made, err := client.CreateThread(ctx, chatbot.CreateRequest{ChatbotID: sandbox.ChatbotID, ThreadID: "t-1", Mode: chatbot.ModeAI, ChatUserEmail: "test@example.com"})
		if err != nil || made.StartedAt == nil || made.ChatUserID == nil {
			t.Fatalf("made %+v, %v", made, err)
		}
		reply, err := client.Ask(ctx, said)
		if err != nil || *reply.Answer.Text != "At nine." || reply.Lost != nil {
			t.Fatalf("answered %+v, %v", reply, err)
		}

		// The second answer is lost, and found as another message than the first.
		s.AddFault(sandbox.Fault{Call: "chatbot.message", Kind: sandbox.FaultResetAfter, Times: 1})
		found, err := client.Ask(ctx, said)
		if err != nil || found.Lost == nil || *found.MessageID == *reply.MessageID || *found.Answer.Text != "At nine." {
			t.Fatalf("found %+v, %v", found, err)
		}

		if err := client.UpdateThread(ctx, chatbot.UpdateRequest{ChatbotID: sandbox.ChatbotID, ThreadID: "t-1", Mode: chatbot.To(new(chatbot.ModeAgent))}); err != nil {
			t.Fatal(err)
		}
		said.From = chatbot.FromAgent
		if _, err := client.Ask(ctx, said); err != nil {
			t.Fatal(err)
		}
		thread, err := client.WaitForThread(ctx, sandbox.ChatbotID, "t-1", chatbot.Condition{Messages: 3, Answers: 3, Matches: regexp.MustCompile("nine")})
		if err != nil || *thread.Mode != chatbot.ModeAgent || !slices.Equal(thread.Answers(), []string{"At nine.", "At nine.", "When do you open?"}) {
			t.Errorf("read %+v, %v", thread, err)
		}
		for call, n := range map[string]int{"chatbot.create": 1, "chatbot.message": 3, "chatbot.update": 1} {
			if got := s.Count(call); got != n {
				t.Errorf("%d calls of %s, want %d", got, call, n)
			}
		}
	})
}

// TestALateAttemptLeavesTimeForTheLookUp has an attempt that begins after a long pause: it may take four fifths of what is
// left then.
func TestALateAttemptLeavesTimeForTheLookUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := sandbox.New(sandbox.Options{})
		defer s.Close()
		s.AddThread(sandbox.ChatbotID, "t-1", []byte(`{"threadId":"t-1","mode":"AI","messages":[]}`))
		s.AddFault(sandbox.Fault{Call: "chatbot.message", Kind: sandbox.FaultStatus, Status: 429, RetryAfter: "100", Times: 1})
		s.AddFault(sandbox.Fault{Call: "chatbot.message", Kind: sandbox.FaultSilence})
		client := chatbot.New(rest.Config{
			BaseURL: "https://bots.example" + sandbox.ChatbotPath, Transport: s.Transport(),
			Policy: rest.Policy{Timeout: 10 * time.Second, MaxRetries: 1, WaitMin: time.Second, WaitMax: 200 * time.Second},
		}, sandbox.ChatbotToken)
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
		defer cancel()
		began := time.Now()
		reply, err := client.Ask(ctx, chatbot.AskRequest{ChatbotID: sandbox.ChatbotID, ThreadID: "t-1", Text: "Hello", From: chatbot.FromUser})
		if err != nil || reply.Lost == nil {
			t.Errorf("got %+v, %v", reply, err)
		}
		var looked []time.Duration
		for _, r := range s.Requests() {
			if r.Call == "chatbot.thread" {
				looked = append(looked, r.Time.Sub(began))
			}
		}
		if len(looked) == 0 || looked[0] != 260*time.Second {
			t.Errorf("looked up after %v", looked)
		}
	})
}
