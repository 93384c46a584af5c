package chatbotthread_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// chatbotRead reads in one of the two ways.
func chatbotRead(w *providertest.Wire, way string, config providertest.Values) (providertest.Values, []*tfprotov6.Diagnostic) {
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
		arguments providertest.Values
		calls     int
		messages  int
	}{
		"enough already":   {providertest.Values{"minimum_messages": 2, "minimum_answers": 1}, 1, 2},
		"messages":         {providertest.Values{"minimum_messages": 1}, 2, 2},
		"answers":          {providertest.Values{"minimum_answers": 1}, 2, 2},
		"both":             {providertest.Values{"minimum_messages": 2, "minimum_answers": 1}, 2, 2},
		"a missing thread": {providertest.Values{"minimum_messages": 1}, 2, 2},
	} {
		for way := range chatbotWays {
			providertest.InBubble(t, name+", "+way, func(t *testing.T) {
				var s *providertest.Stage
				s = providertest.NewInMemory(t, sandbox.Options{OnRequest: func(sandbox.Request) {
					s.AddThread(sandbox.ChatbotID, "t-1", []byte(threads[2]))
				}})
				switch name {
				case "enough already":
					s.AddThread(sandbox.ChatbotID, "t-1", []byte(threads[2]))
				case "a missing thread":
				default:
					s.AddThread(sandbox.ChatbotID, "t-1", []byte(threads[1]))
				}
				w := s.Configured(t, providertest.Values{"http": providertest.QuickHTTP()})
				started := time.Now()
				got, diags := chatbotRead(w, way, chatbotArguments("t-1", test.arguments))
				if providertest.Failed(diags) {
					t.Fatal(providertest.Said(diags))
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
		providertest.InBubble(t, way, func(t *testing.T) {
			s := providertest.NewInMemory(t, sandbox.Options{})
			s.Set(func(k *sandbox.Knobs) { k.AnswerAfter = sandbox.Duration(500 * time.Millisecond) })
			w := s.Configured(t, providertest.Values{"http": providertest.QuickHTTP()})
			early, diags := chatbotRead(w, way, chatbotArguments(sandbox.WaitingThreadID, providertest.Values{"minimum_messages": 1}))
			if providertest.Failed(diags) {
				t.Fatal(providertest.Said(diags))
			}
			late, diags := chatbotRead(w, way, chatbotArguments(sandbox.WaitingThreadID, providertest.Values{"minimum_answers": 1}))
			if providertest.Failed(diags) {
				t.Fatal(providertest.Said(diags))
			}
			answer := func(thread providertest.Values) any {
				return thread["messages"].([]any)[0].(providertest.Values)["answer"]
			}
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
		arguments providertest.Values
		complaint []string
	}{
		"messages": {sandbox.ThreadID, providertest.Values{"minimum_messages": 4}, []string{"Expected at least 4 messages, but the thread has 3 messages", "200 OK"}},
		"answers":  {sandbox.ThreadID, providertest.Values{"minimum_answers": 3}, []string{"Expected at least 3 answers, but the thread has 3 messages and 2 answers"}},
		"both": {
			sandbox.ThreadID,
			providertest.Values{"minimum_messages": 3, "minimum_answers": 9},
			[]string{"Expected at least 3 messages and 9 answers, but the thread has 3 messages and 2 answers"},
		},
		"a match":      {sandbox.ThreadID, providertest.Values{"answer_matches": "^refund$"}, []string{"Expected an answer that matches, but the thread has 3 messages and 2 answers without a match"}},
		"nothing yet":  {sandbox.EmptyThreadID, providertest.Values{"minimum_messages": 1}, []string{"Expected at least 1 message, but the thread has 0 messages"}},
		"never exists": {"t-9", providertest.Values{"minimum_messages": 1}, []string{"404", "thread_id", "THREAD_NOT_FOUND", "Expected at least 1 message, but the service does not know the thread"}},
		"no such chatbot": {
			sandbox.ThreadID,
			providertest.Values{"chatbot_id": "c-9", "minimum_answers": 1},
			[]string{
				"GET ", "/chatbots/c-9/threads/" + sandbox.ThreadID + ": 404 Not Found: Chatbot not found (code CHATBOT_NOT_FOUND)",
				`AttributeName("chatbot_id")`, "Expected at least 1 answer, but the service does not know the thread", "Check chatbot_id and thread_id.",
			},
		},
	} {
		for way, timeout := range chatbotWays {
			providertest.InBubble(t, name+", "+way, func(t *testing.T) {
				s := providertest.NewInMemory(t, sandbox.Options{})
				w := s.Configured(t, providertest.Values{"http": providertest.QuickHTTP()})
				started := time.Now()
				_, diags := chatbotRead(w, way, chatbotArguments(test.thread,
					chatbotWith(test.arguments, providertest.Values{"timeouts": providertest.Values{timeout: "2500ms"}})))
				providertest.Complains(t, diags, append(test.complaint, "Unable to wait for chatbot thread", "GET "+s.URL, ": timed out after 2.5 s", "Raise timeouts."+timeout, `on_timeout = "warn"`)...)
				for _, odd := range []string{"context deadline", "least 0", "and 0"} {
					if strings.Contains(providertest.Said(diags), odd) {
						t.Errorf("%q in:\n%s", odd, providertest.Said(diags))
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
		providertest.InBubble(t, way, func(t *testing.T) {
			s := providertest.NewInMemory(t, sandbox.Options{})
			s.AddFault(sandbox.Fault{Call: "chatbot.thread", Kind: sandbox.FaultSilence, Skip: 1})
			_, diags := chatbotRead(s.Configured(t, providertest.Values{}), way,
				chatbotArguments(sandbox.ThreadID, providertest.Values{"minimum_answers": 3, "timeouts": providertest.Values{timeout: "1300ms"}}))
			providertest.Complains(t, diags, "Expected at least 3 answers, but the thread has 3 messages and 2 answers: timed out after 1.3 s, and the service answered earlier looks, but not the last one in time", "timeouts."+timeout)
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
				s := providertest.New(t, sandbox.Options{})
				s.AddFault(sandbox.Fault{Call: "chatbot.thread", Kind: sandbox.FaultStatus, Status: status})
				_, diags := chatbotRead(s.Configured(t, providertest.Values{"http": providertest.QuickHTTP()}), way,
					chatbotArguments(sandbox.ThreadID, providertest.Values{"minimum_messages": 9}))
				providertest.Complains(t, diags, fmt.Sprint(status), "Unable to read chatbot thread")
				if calls := s.Count("*"); calls != 1 {
					t.Errorf("%d calls, want 1", calls)
				}
			})
		}
	}
}
