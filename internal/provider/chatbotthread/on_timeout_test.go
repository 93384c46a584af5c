package chatbotthread_test

import (
	"reflect"
	"testing"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// TestOnTimeoutWarn gives what there is where only the wait has failed, and an error where
// the service fails.
func TestOnTimeoutWarn(t *testing.T) {
	t.Parallel()
	nothing := providertest.Values{
		"answers": nil, "last_answer": nil, "reached": false, "mode": nil, "started_at": nil, "updated_at": nil, "webhook_url": nil,
		"total_messages_read": nil, "chat_user_id": nil, "chat_user": nil, "messages": nil,
	}
	example := chatbotExample()
	for name, test := range map[string]struct {
		thread string
		fault  sandbox.Fault
		wanted providertest.Values
		says   []string
		want   providertest.Values // nil for an error
		took   time.Duration
	}{
		"too few answers": {
			sandbox.ThreadID,
			sandbox.Fault{},
			providertest.Values{"minimum_answers": 3},
			[]string{"WARNING", "Unable to wait for chatbot thread", "Expected at least 3 answers, but the thread has 3 messages and 2 answers: timed out after 10 s"},
			providertest.Values{"answers": example["answers"], "last_answer": "YO", "reached": false, "mode": "AI", "messages": example["messages"]},
			10 * time.Second,
		},
		"no match": {
			sandbox.ThreadID,
			sandbox.Fault{},
			providertest.Values{"answer_matches": "(?i)^yo!$"},
			[]string{"Expected an answer that matches"},
			providertest.Values{"reached": false, "last_answer": "YO"},
			10 * time.Second,
		},
		"a match": {
			sandbox.ThreadID, sandbox.Fault{}, providertest.Values{"answer_matches": "(?i)^yo$"}, nil, providertest.Values{"reached": true}, 0,
		},
		"no thread": {
			"t-9",
			sandbox.Fault{},
			providertest.Values{"minimum_messages": 1},
			[]string{"404", "the service does not know the thread"},
			nothing, 10 * time.Second,
		},
		"a look that is cut off": {
			sandbox.ThreadID,
			sandbox.Fault{Kind: sandbox.FaultSilence, Skip: 1},
			providertest.Values{"minimum_answers": 3},
			[]string{"the thread has 3 messages and 2 answers"},
			providertest.Values{"reached": false, "last_answer": "YO"},
			10 * time.Second,
		},
		"a service that fails": {
			sandbox.ThreadID, sandbox.Fault{Kind: sandbox.FaultStatus, Status: 500, Skip: 1}, providertest.Values{"minimum_answers": 3}, []string{"500"}, nil, time.Second,
		},
		"a service that refuses": {
			sandbox.ThreadID, sandbox.Fault{Kind: sandbox.FaultStatus, Status: 401}, providertest.Values{"minimum_answers": 3}, []string{"401"}, nil, 0,
		},
		"a service that never answers": {
			sandbox.ThreadID, sandbox.Fault{Kind: sandbox.FaultSilence}, providertest.Values{"minimum_answers": 3}, []string{"no whole answer"}, nil, 10 * time.Second,
		},
		"a page in the place of the API": {
			sandbox.ThreadID, sandbox.Fault{Kind: sandbox.FaultHTML, Status: 404, Skip: 1}, providertest.Values{"minimum_answers": 3}, []string{"404", "web page", "chatbot.base_url"}, nil, time.Second,
		},
	} {
		for way, timeout := range chatbotWays {
			providertest.InBubble(t, name+", "+way, func(t *testing.T) {
				s := providertest.NewInMemory(t, sandbox.Options{})
				if fault := test.fault; fault.Kind != "" {
					fault.Call = "chatbot.thread"
					s.AddFault(fault)
				}
				w := s.Quick(t)
				began := time.Now()
				got, diags := chatbotRead(w, way, chatbotArguments(test.thread, chatbotWith(test.wanted, providertest.Values{
					"on_timeout": "warn", "timeouts": providertest.Values{timeout: "10s"},
				})))
				if took := time.Since(began).Round(100 * time.Millisecond); took != test.took {
					t.Errorf("took %s", took)
				}
				if test.want == nil {
					providertest.Complains(t, diags, test.says...)
					return
				}
				warns(t, diags, test.says...)
				providertest.Lacks(t, diags, "on_timeout")
				for name, want := range test.want {
					if !reflect.DeepEqual(got[name], want) {
						t.Errorf("%s is %v, want %v", name, got[name], want)
					}
				}
			})
		}
	}
}

// TestAPageIsNotWaitedFor ends at once where the 404 is not the service's word.
func TestAPageIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]sandbox.Fault{
		"a page":    {Kind: sandbox.FaultHTML, Status: 404},
		"a gateway": {Kind: sandbox.FaultStatus, Status: 404, Body: `{"message":"no Route matched with those values"}`},
		"no body":   {Kind: sandbox.FaultEmpty, Status: 404},
	} {
		for way := range chatbotWays {
			providertest.InBubble(t, name+", "+way, func(t *testing.T) {
				s := providertest.NewInMemory(t, sandbox.Options{})
				fault := fault
				fault.Call = "chatbot.thread"
				s.AddFault(fault)
				began := time.Now()
				_, diags := chatbotRead(s.Quick(t), way, chatbotArguments(sandbox.ThreadID, providertest.Values{"minimum_answers": 1}))
				providertest.Complains(t, diags, "Unable to read chatbot thread", "404")
				if took, calls := time.Since(began), s.Count("*"); took != 0 || calls != 1 {
					t.Errorf("%d calls in %s", calls, took)
				}
			})
		}
	}
}
