package provider

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// chatbotRead reads in one of the two ways.
func chatbotRead(w *wire, way string, config values) (values, []*tfprotov6.Diagnostic) {
	return chatbotReads(w)[way](config)
}

// chatbotWays are the names of the two ways, with the name of their time-out.
var chatbotWays = map[string]string{"data source": "read", "ephemeral resource": "open"}

// TestChatbotWait waits until the thread has what was asked for.
func TestChatbotWait(t *testing.T) {
	t.Parallel()
	threads := map[int]string{ // by the number of requests that were answered before
		1: `{"threadId":"t-1","messages":[]}`,
		2: `{"threadId":"t-1","messages":[{"question":{"text":"Hi"}},{"answer":{"text":"Yes?"}}]}`,
	}
	for name, test := range map[string]struct {
		arguments values
		calls     int
		messages  int
	}{
		"enough already":   {values{"minimum_messages": 2, "minimum_answers": 1}, 1, 2},
		"messages":         {values{"minimum_messages": 1}, 2, 2},
		"answers":          {values{"minimum_answers": 1}, 2, 2},
		"both":             {values{"minimum_messages": 2, "minimum_answers": 1}, 2, 2},
		"a missing thread": {values{"minimum_messages": 1}, 2, 2},
	} {
		for way := range chatbotWays {
			inBubble(t, name+", "+way, func(t *testing.T) {
				exercisedInProcess(t, "chatbot_thread: waiting")
				var s *stage
				s = newStageInMemory(t, sandbox.Options{OnRequest: func(sandbox.Request) {
					s.AddThread(sandbox.ChatbotID, "t-1", []byte(threads[2]))
				}})
				switch name {
				case "enough already":
					s.AddThread(sandbox.ChatbotID, "t-1", []byte(threads[2]))
				case "a missing thread":
				default:
					s.AddThread(sandbox.ChatbotID, "t-1", []byte(threads[1]))
				}
				w := s.configured(t, values{"http": quickHTTP()})
				started := time.Now()
				got, diags := chatbotRead(w, way, chatbotArguments("t-1", test.arguments))
				if failed(diags) {
					t.Fatal(said(diags))
				}
				if messages, _ := got["messages"].([]any); len(messages) != test.messages {
					t.Errorf("%d messages, want %d", len(messages), test.messages)
				}
				if took, calls := time.Since(started), s.Count("*"); calls != test.calls || took != time.Duration(calls-1)*time.Second {
					t.Errorf("%d calls in %s, want %d, a second apart", calls, took, test.calls)
				}
			})
		}
	}
}

// TestChatbotWaitForAnswer waits for the answer that the sandbox's thread gains.
func TestChatbotWaitForAnswer(t *testing.T) {
	t.Parallel()
	for way := range chatbotWays {
		inBubble(t, way, func(t *testing.T) {
			exercisedInProcess(t, "chatbot_thread: waiting")
			s := newStageInMemory(t, sandbox.Options{})
			s.Set(func(k *sandbox.Knobs) { k.AnswerAfter = sandbox.Duration(500 * time.Millisecond) })
			w := s.configured(t, values{"http": quickHTTP()})
			early, diags := chatbotRead(w, way, chatbotArguments(sandbox.WaitingThreadID, values{"minimum_messages": 1}))
			if failed(diags) {
				t.Fatal(said(diags))
			}
			late, diags := chatbotRead(w, way, chatbotArguments(sandbox.WaitingThreadID, values{"minimum_answers": 1}))
			if failed(diags) {
				t.Fatal(said(diags))
			}
			answer := func(thread values) any { return thread["messages"].([]any)[0].(values)["answer"] }
			if answer(early) != nil {
				t.Errorf("there was an answer at once: %v", answer(early))
			}
			if got := fmt.Sprint(answer(late)); got != "map[text:At nine o'clock. timestamp:2023-05-19T08:00:04.250000Z]" {
				t.Errorf("the answer is %s", got)
			}
			if calls := s.Count("*"); calls != 3 {
				t.Errorf("%d calls, want 1 and 2", calls)
			}
		})
	}
}

// TestChatbotWaitTooLong says how far the thread had come.
func TestChatbotWaitTooLong(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		thread    string
		arguments values
		complaint []string
	}{
		"messages": {sandbox.ThreadID, values{"minimum_messages": 4}, []string{"the thread had 3 messages, when at least 4 messages were waited for", "GET ", "200 OK", "/threads/" + sandbox.ThreadID, "ask for less with minimum_messages."}},
		"answers":  {sandbox.ThreadID, values{"minimum_answers": 3}, []string{"2 of them with an answer, when at least 3 answers were waited for", "ask for less with minimum_answers."}},
		"both": {
			sandbox.ThreadID,
			values{"minimum_messages": 3, "minimum_answers": 9},
			[]string{"3 messages", "2 of them with an answer", "at least 3 messages and 9 answers", "minimum_messages and minimum_answers"},
		},
		"nothing yet":  {sandbox.EmptyThreadID, values{"minimum_messages": 1}, []string{"0 messages"}},
		"never exists": {"t-9", values{"minimum_messages": 1}, []string{"no such thread", "404", "thread_id", "THREAD_NOT_FOUND", "at least 1 message was waited for"}},
		"no such chatbot": {
			sandbox.ThreadID,
			values{"chatbot_id": "c-9", "minimum_answers": 1},
			[]string{
				"GET ", "/chatbots/c-9/threads/" + sandbox.ThreadID + " was answered with 404 Not Found", "Chatbot says: Chatbot not found (code CHATBOT_NOT_FOUND)",
				`AttributeName("chatbot_id")`, "at least 1 answer was waited for", "Check chatbot_id and thread_id.", "needs more time",
			},
		},
	} {
		for way, timeout := range chatbotWays {
			inBubble(t, name+", "+way, func(t *testing.T) {
				exercisedInProcess(t, "chatbot_thread: waiting")
				s := newStageInMemory(t, sandbox.Options{})
				w := s.configured(t, values{"http": quickHTTP()})
				started := time.Now()
				_, diags := chatbotRead(w, way, chatbotArguments(test.thread,
					chatbotWith(test.arguments, values{"timeouts": values{timeout: "2500ms"}})))
				complains(t, diags, append(test.complaint, "Unable to read chatbot thread", "GET "+s.URL, "timeouts", "the time-out of the operation")...)
				for _, odd := range []string{"context deadline", "least 0", "0 answers", "and 0"} {
					if strings.Contains(said(diags), odd) {
						t.Errorf("%q in:\n%s", odd, said(diags))
					}
				}
				if took, calls := time.Since(started), s.Count("*"); took != 2500*time.Millisecond || calls != 2 {
					t.Errorf("%d calls in %s, want 2 in 2.5 s", calls, took)
				}
			})
		}
	}
}

// TestChatbotWaitSilence says how far the thread had come where a later look
// stays unanswered until the time is up.
func TestChatbotWaitSilence(t *testing.T) {
	t.Parallel()
	for way, timeout := range chatbotWays {
		inBubble(t, way, func(t *testing.T) {
			exercisedInProcess(t, "chatbot_thread: waiting")
			s := newStageInMemory(t, sandbox.Options{})
			s.AddFault(sandbox.Fault{Call: "chatbot.thread", Kind: sandbox.FaultSilence, Skip: 1})
			_, diags := chatbotRead(s.configured(t, values{}), way,
				chatbotArguments(sandbox.ThreadID, values{"minimum_answers": 3, "timeouts": values{timeout: "1300ms"}}))
			complains(t, diags, "3 messages", "2 of them with an answer", "3 answers", "timeouts")
			if calls := s.Count("*"); calls != 2 {
				t.Errorf("%d calls, want 2", calls)
			}
		})
	}
}

// TestChatbotWaitRefused ends at once where waiting cannot help.
func TestChatbotWaitRefused(t *testing.T) {
	t.Parallel()
	for _, status := range []int{http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden} {
		for way := range chatbotWays {
			t.Run(fmt.Sprint(status, " ", way), func(t *testing.T) {
				t.Parallel()
				exercisedInProcess(t, "chatbot_thread: waiting")
				s := newStage(t, sandbox.Options{})
				s.AddFault(sandbox.Fault{Call: "chatbot.thread", Kind: sandbox.FaultStatus, Status: status})
				_, diags := chatbotRead(s.configured(t, values{"http": quickHTTP()}), way,
					chatbotArguments(sandbox.ThreadID, values{"minimum_messages": 9}))
				complains(t, diags, fmt.Sprint(status), "Unable to read chatbot thread")
				if calls := s.Count("*"); calls != 1 {
					t.Errorf("%d calls, want 1", calls)
				}
			})
		}
	}
}
