package chatbotmessage_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// TestAHundredLostAnswers loses each answer after the question was asked: each is found
// again, and none is asked twice.
func TestAHundredLostAnswers(t *testing.T) {
	t.Parallel()
	for name, thread := range map[string]func(i int) string{
		"in a thread each": func(i int) string { return fmt.Sprint("t-", i) },
		"in one thread":    func(int) string { return "t-1" },
	} {
		for text, same := range map[string]bool{"of other questions": false, "of the same question": true} {
			providertest.InBubble(t, name+", "+text, func(t *testing.T) {
				const questions = 100
				s := providertest.NewInMemory(t, sandbox.Options{})
				s.Set(func(k *sandbox.Knobs) { k.ThreadUnknown = sandbox.ThreadUnknownCreated })
				s.AddFault(sandbox.Fault{Call: "chatbot.message", Kind: sandbox.FaultResetAfter})
				w := s.Quick(t)
				ids, found := sync.Map{}, sync.WaitGroup{}
				for i := range questions {
					text := "When do you open?"
					if !same {
						text = fmt.Sprint("Question ", i)
					}
					found.Go(func() {
						message, diags := w.Apply(t.Context(), chatbotMessage, providertest.Object{}, question(providertest.Values{"thread_id": thread(i), "text": text}))
						if providertest.Failed(diags) {
							t.Error(providertest.Said(diags))
							return
						}
						has(t, message, providertest.Values{"answer": "You asked: " + text})
						providertest.Has(t, providertest.Said(diags), "WARNING", "found in its thread", "Its id is ")
						if _, twice := ids.LoadOrStore(message.State["message_id"], true); twice {
							t.Errorf("%v was found twice", message.State["message_id"])
						}
					})
				}
				found.Wait()
				if calls := s.Count("chatbot.message"); calls != questions {
					t.Errorf("%d questions were asked", calls)
				}
			})
		}
	}
}

func TestALostAnswer(t *testing.T) {
	t.Parallel()
	const read = "chatbot.thread"
	for name, test := range map[string]struct {
		knobs  func(*sandbox.Knobs)
		config providertest.Values
		ask    sandbox.Fault
		read   sandbox.Fault
		calls  []string
		says   []string
		state  providertest.Values // nil for none
		failed bool
	}{
		"that the model is still making": {
			knobs: func(k *sandbox.Knobs) { k.Answering, k.AnswerAfter = sandbox.AnsweringLater, 2_500_000_000 },
			ask:   sandbox.Fault{Kind: sandbox.FaultResetAfter}, calls: []string{ask, read, read, read},
			says: []string{"found in its thread"}, state: providertest.Values{"answer": "You asked: When do you open?"},
		},
		"of an agent": {
			config: providertest.Values{"from": "AGENT"}, ask: sandbox.Fault{Kind: sandbox.FaultResetAfter}, calls: []string{"chatbot.message .*", read},
			says: []string{"found in its thread"}, state: providertest.Values{"answer": nil, "message_type": "AGENT_MESSAGE"},
		},
		"in a thread that a human answers": {
			config: providertest.Values{"thread_id": "human"}, ask: sandbox.Fault{Kind: sandbox.FaultHalf}, calls: []string{"chatbot.message .*", read},
			says: []string{"found in its thread"}, state: providertest.Values{"answer": nil, "message_type": "USER_MESSAGE"},
		},
		"of a question that was never asked": {
			ask: sandbox.Fault{Kind: sandbox.FaultResetBefore}, calls: []string{ask, read, read, read, read},
			says:  []string{"Unable to ask chatbot", "POST ", "may have taken effect", "not sent again", "no message with this text", "tainted", "terraform untaint"},
			state: providertest.Values{"answer": nil, "message_id": nil, "sources": nil, "gpt_model": nil, "asked_at": nil, "answered_at": nil, "message_type": nil}, failed: true,
		},
		"that never comes": {
			knobs:  func(k *sandbox.Knobs) { k.Answering = sandbox.AnsweringNever },
			config: providertest.Values{"timeouts": providertest.Values{"create": "5s"}}, ask: sandbox.Fault{Kind: sandbox.FaultResetAfter}, calls: []string{ask, read, read, read},
			says:  []string{"had no answer before the time-out of the operation", "would say it twice", "tainted"},
			state: providertest.Values{"answer": nil, "message_id": "365100000000000001"}, failed: true,
		},
		"that cannot be looked up": {
			ask: sandbox.Fault{Kind: sandbox.FaultResetAfter}, read: sandbox.Fault{Kind: sandbox.FaultStatus, Status: 403}, calls: []string{ask, read},
			says:  []string{"which failed: GET ", "403", "may have taken effect", "tainted"},
			state: providertest.Values{"answer": nil, "message_id": nil}, failed: true,
		},
		"of a service that fails": {
			ask: sandbox.Fault{Kind: sandbox.FaultStatus, Status: 500}, calls: []string{ask, read, read, read, read},
			says: []string{"500", "INTERNAL_SERVER_ERROR", "may have taken effect"}, state: providertest.Values{"answer": nil}, failed: true,
		},
		"in a page": {
			ask: sandbox.Fault{Kind: sandbox.FaultHTML}, calls: []string{ask, read}, says: []string{"found in its thread"},
			state: providertest.Values{"answer": "You asked: When do you open?"},
		},
		"of a call that was refused": {
			ask: sandbox.Fault{Kind: sandbox.FaultStatus, Status: 400}, calls: []string{ask}, says: []string{"400", "REQUEST_VALIDATION_FAILED", "Nothing happened"}, failed: true,
		},
		"of an unknown thread": {
			config: providertest.Values{"thread_id": "t-9"}, calls: []string{"chatbot.message .*"}, says: []string{"404", `AttributeName("thread_id")`, "Nothing happened"}, failed: true,
		},
		"of a call that was held off": {
			ask: sandbox.Fault{Kind: sandbox.FaultStatus, Status: 429, Times: 1}, calls: []string{ask, ask}, state: providertest.Values{"answer": "You asked: When do you open?"},
		},
	} {
		providertest.InBubble(t, name, func(t *testing.T) {
			s := providertest.NewInMemory(t, sandbox.Options{})
			if test.knobs != nil {
				s.Set(test.knobs)
			}
			s.AddThread(sandbox.ChatbotID, "human", []byte(`{"threadId":"human","mode":"AGENT","messages":[]}`))
			for call, fault := range map[string]sandbox.Fault{"chatbot.message": test.ask, "chatbot.thread": test.read} {
				if fault.Call = call; fault.Kind != "" {
					s.AddFault(fault)
				}
			}
			message, diags := s.Quick(t).Apply(t.Context(), chatbotMessage, providertest.Object{}, question(test.config))
			saw(t, s, test.calls...)
			providertest.Has(t, providertest.Said(diags), test.says...)
			providertest.Lacks(t, diags, "When do you open", "You asked")
			if test.says == nil && len(diags) > 0 || providertest.Failed(diags) != test.failed || message.Tainted != (test.failed && test.state != nil) {
				t.Errorf("tainted is %t; said\n%s", message.Tainted, providertest.Said(diags))
			}
			if has(t, message, test.state); (message.State == nil) != (test.state == nil) {
				t.Errorf("the state is %v", message.State)
			}
		})
	}
}

// TestAnAccountWithoutMessagesLeft advises nothing that waits.
func TestAnAccountWithoutMessagesLeft(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	s.AddFault(sandbox.Fault{Call: "chatbot.message", Kind: sandbox.FaultStatus, Status: 429, Body: `{"success":false,"error":{"code":"MESSAGES_LIMIT_REACHED"}}`})
	_, diags := s.Quick(t).Apply(t.Context(), chatbotMessage, providertest.Object{}, question(nil))
	providertest.Complains(t, diags, "MESSAGES_LIMIT_REACHED", "the text was not said", "raise that limit at the service")
	providertest.Lacks(t, diags, "requests_per_minute", "timeouts", "later")
	saw(t, s, ask)
}

// TestAnAnswerThatTakesTooLong names the time-out that bounds the call, which is not http.timeout.
func TestAnAnswerThatTakesTooLong(t *testing.T) {
	t.Parallel()
	providertest.InBubble(t, "in a service that is silent", func(t *testing.T) {
		s := providertest.NewInMemory(t, sandbox.Options{})
		s.AddFault(sandbox.Fault{Call: "chatbot.message", Kind: sandbox.FaultSilence})
		s.Set(func(k *sandbox.Knobs) { k.Answering = sandbox.AnsweringNever })
		_, diags := s.Quick(t).Apply(t.Context(), chatbotMessage, providertest.Object{}, question(providertest.Values{"timeouts": providertest.Values{"create": "100s"}}))
		providertest.Complains(t, diags, "no whole answer arrived within 1m20s", "Raise timeouts.create")
		providertest.Lacks(t, diags, "http.timeout")
	})
}

// TestALostAnswerAmongOthers finds the one message that this run does not know.
func TestALostAnswerAmongOthers(t *testing.T) {
	t.Parallel()
	providertest.InBubble(t, "of this run", func(t *testing.T) {
		s := providertest.NewInMemory(t, sandbox.Options{})
		w := s.Quick(t)
		first := asked(t, w, providertest.Object{}, question(nil))
		s.AddFault(sandbox.Fault{Call: "chatbot.message", Kind: sandbox.FaultResetAfter, Times: 1})
		second := asked(t, w, providertest.Object{}, question(nil))
		if first.State["message_id"] == second.State["message_id"] {
			t.Errorf("both are %v", first.State["message_id"])
		}
	})
	providertest.InBubble(t, "of somebody else", func(t *testing.T) {
		s := providertest.NewInMemory(t, sandbox.Options{})
		asked(t, s.Quick(t), providertest.Object{}, question(nil)) // another run
		s.AddFault(sandbox.Fault{Call: "chatbot.message", Kind: sandbox.FaultResetAfter, Times: 1})
		message, diags := s.Quick(t).Apply(t.Context(), chatbotMessage, providertest.Object{}, question(nil))
		providertest.Complains(t, diags, "several messages with this text", "nobody can tell", "tainted")
		has(t, message, providertest.Values{"answer": nil, "message_id": nil})
		if !message.Tainted {
			t.Error("it is not tainted")
		}
	})
}

// A question that is asked again is never given the answer of the one that it replaces: the
// destroy of that one has told the provider of its message.
func TestTheMessageOfAReplacedQuestionIsKnown(t *testing.T) {
	t.Parallel()
	providertest.InBubble(t, "a gateway fails", func(t *testing.T) {
		s := providertest.NewInMemory(t, sandbox.Options{})
		first := asked(t, s.Quick(t), providertest.Object{}, question(nil))
		s.AddFault(sandbox.Fault{Call: "chatbot.message", Kind: sandbox.FaultStatus, Status: 502}) // a gateway: nothing is asked
		again, diags := s.Quick(t).Apply(t.Context(), chatbotMessage, first, question(providertest.Values{"triggers": providertest.Values{"a": "1"}}))
		if again.State["message_id"] == first.State["message_id"] || !providertest.Failed(diags) {
			t.Errorf("%v was asked again and given the message %v: %s", first.State["message_id"], again.State["message_id"], providertest.Said(diags))
		}
	})
}

// Whatever the status, a limit of the account asks for a higher limit: nobody documents which status a code comes with.
func TestALimitOfTheAccountWithAnyStatus(t *testing.T) {
	t.Parallel()
	for _, status := range []int{200, 400, 403} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			t.Parallel()
			s := providertest.New(t, sandbox.Options{})
			s.AddFault(sandbox.Fault{Call: "chatbot.message", Kind: sandbox.FaultStatus, Status: status, Body: `{"success":false,"error":{"code":"MESSAGES_LIMIT_REACHED"}}`})
			_, diags := s.Quick(t).Apply(t.Context(), chatbotMessage, providertest.Object{}, question(nil))
			providertest.Complains(t, diags, "MESSAGES_LIMIT_REACHED", "Nothing happened", "raise that limit at the service")
			providertest.Lacks(t, diags, "rights of the token", "Correct")
		})
	}
}
