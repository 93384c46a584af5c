package chatbotthread_test

import (
	"fmt"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

func TestAThreadWithMessagesIsNeverTakenOver(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	w := s.Quick(t)
	none, diags := w.Apply(t.Context(), chatbotThread, providertest.Object{}, block(providertest.Values{"thread_id": sandbox.ThreadID, "mode": "AGENT"}))
	providertest.Complains(t, diags, `AttributeName("thread_id")`, "exists already", "has messages.", "terraform import 'chatbot_thread.NAME' '"+sandbox.ChatbotID+"/"+sandbox.ThreadID+"'", "leave thread_id out")
	if none.State != nil {
		t.Errorf("the state is %v", none.State)
	}
	saw(t, s, "chatbot.thread")

	s.AddThread("a/b", "t-1", []byte(`{"threadId":"t-1","messages":[{"messageId":"1"}]}`))
	_, diags = w.Apply(t.Context(), chatbotThread, providertest.Object{}, block(providertest.Values{"chatbot_id": "a/b", "thread_id": "t-1"}))
	providertest.Complains(t, diags, "exists already", "import {", `identity = { chatbot_id = "a/b", thread_id = "t-1" }`)
}

func TestAnEmptyThreadIsTakenOver(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	thread := made(t, s.Quick(t), providertest.Object{}, block(providertest.Values{"thread_id": sandbox.EmptyThreadID, "chat_user": providertest.Values{"email": "jan@example.com"}}))
	saw(t, s, "chatbot.thread", `chatbot.update {"mode":"AI","chatUser":{"email":"jan@example.com"}}`)
	if thread.State["thread_id"] != sandbox.EmptyThreadID || thread.State["started_at"] == nil {
		t.Errorf("the state is %v", thread.State)
	}
}

// TestWhatATakenOverThreadHas is replaced by what the configuration says, also where that is
// nothing, because no refresh and no plan would ever show it.
func TestWhatATakenOverThreadHas(t *testing.T) {
	t.Parallel()
	const hook, user = `"webhookUrl":"https://hooks.example/old"`, `"chatUser":{"id":"u-1","email":"eva@example.com","name":"Eva","phone":"1"}`
	for name, test := range map[string]struct {
		has    string // beside its id
		config providertest.Values
		update string
	}{
		"nothing":   {`"webhookUrl":"","chatUser":null`, nil, `{"mode":"AI"}`},
		"a webhook": {hook, nil, `{"mode":"AI","webhookUrl":null}`},
		"a user":    {user, nil, `{"mode":"AI","chatUser":{"email":null,"name":null,"phoneNumber":null}}`},
		"both, and others are given": {
			hook + "," + user,
			providertest.Values{"webhook_url": "https://hooks.example/new", "chat_user": providertest.Values{"name": "Jan"}},
			`{"mode":"AI","webhookUrl":"https://hooks.example/new","chatUser":{"email":null,"name":"Jan","phoneNumber":null}}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := providertest.New(t, sandbox.Options{})
			s.AddThread(sandbox.ChatbotID, "t-1", []byte(`{"threadId":"t-1","messages":[],`+test.has+`}`))
			made(t, s.Quick(t), providertest.Object{}, block(chatbotWith(providertest.Values{"thread_id": "t-1"}, test.config)))
			saw(t, s, "chatbot.thread", "chatbot.update "+regexp.QuoteMeta(test.update))
		})
	}
}

// TestAReplacementOfAnEmptyThread takes over the thread of a create that failed half-way.
func TestAReplacementOfAnEmptyThread(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	w := s.Quick(t)
	s.AddFault(sandbox.Fault{Call: "chatbot.update", Kind: sandbox.FaultResetAfter})
	thread, diags := w.Apply(t.Context(), chatbotThread, providertest.Object{}, block(providertest.Values{
		"thread_id": "t-1", "webhook_url": "https://hooks.example/1", "chat_user": providertest.Values{"email": "jan@example.com", "name": "Jan"},
	}))
	providertest.Complains(t, diags, "Unable to update chatbot thread", "tainted")
	s.ClearFaults()
	made(t, w, thread, block(providertest.Values{"thread_id": "t-1"}))
	if has := threadAt(t, s, "t-1"); has["webhook_url"] != nil || strings.Contains(fmt.Sprint(has["chat_user"]), "jan") {
		t.Errorf("the service has %v", has)
	}
}

func TestALookBeforeACreateThatFails(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]sandbox.Fault{
		"a page":      {Kind: sandbox.FaultHTML, Status: 404},
		"a failure":   {Kind: sandbox.FaultStatus, Status: 500},
		"no sense":    {Kind: sandbox.FaultWrongTypes},
		"not allowed": {Kind: sandbox.FaultStatus, Status: 403},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := providertest.New(t, sandbox.Options{})
			fault.Call = "chatbot.thread"
			s.AddFault(fault)
			none, diags := s.Quick(t).Apply(t.Context(), chatbotThread, providertest.Object{}, block(providertest.Values{"thread_id": "t-1"}))
			providertest.Complains(t, diags, "Unable to create chatbot thread", "GET ", "Nothing was created")
			if none.State != nil || s.Count("chatbot.create") != 0 {
				t.Errorf("the state is %v after %d creates", none.State, s.Count("chatbot.create"))
			}
		})
	}
}

// TestALostCreate has each outcome of a create that was sent once.
func TestALostCreate(t *testing.T) {
	t.Parallel()
	const create, read = "chatbot.create .*", "chatbot.thread"
	for name, test := range map[string]struct {
		create, read sandbox.Fault
		calls        []string
		says         []string // of the error; nil for none
		saved        bool
	}{
		"that is not there": {
			sandbox.Fault{Kind: sandbox.FaultResetBefore},
			sandbox.Fault{},
			[]string{create, read},
			[]string{"Unable to create chatbot thread", "POST ", "the service has no such thread: nothing was created", "Apply again"},
			false,
		},
		"that cannot be looked up": {
			sandbox.Fault{Kind: sandbox.FaultResetAfter},
			sandbox.Fault{Kind: sandbox.FaultStatus, Status: 500},
			[]string{create, read, read, read},
			[]string{"may have taken effect", "not sent again", "looked up by its id, which failed: GET ", "500", "tainted", "terraform untaint"},
			true,
		},
		"that a page answers for": {
			sandbox.Fault{Kind: sandbox.FaultResetAfter},
			sandbox.Fault{Kind: sandbox.FaultHTML, Status: 404},
			[]string{create, read},
			[]string{"may have taken effect", "404", "tainted"},
			true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := providertest.New(t, sandbox.Options{})
			test.create.Call, test.read.Call = "chatbot.create", "chatbot.thread"
			s.AddFault(test.create)
			if test.read.Kind != "" {
				s.AddFault(test.read)
			}
			thread, diags := s.Quick(t).Apply(t.Context(), chatbotThread, providertest.Object{}, block(nil))
			saw(t, s, test.calls...)
			if test.says != nil {
				providertest.Complains(t, diags, test.says...)
			} else if len(diags) > 0 {
				t.Errorf("said\n%s", providertest.Said(diags))
			}
			if (thread.State != nil) != test.saved || test.saved && thread.State["thread_id"] == nil || thread.Tainted != (test.saved && test.says != nil) {
				t.Errorf("the state is %v, tainted is %t", thread.State, thread.Tainted)
			}
		})
	}
}

// TestAnAccountWithTooManyThreads advises nothing that waits.
func TestAnAccountWithTooManyThreads(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	s.AddFault(sandbox.Fault{Call: "chatbot.create", Kind: sandbox.FaultStatus, Status: 429, Body: `{"success":false,"error":{"code":"CHATBOT_LIMIT_REACHED"}}`})
	_, diags := s.Quick(t).Apply(t.Context(), chatbotThread, providertest.Object{}, block(nil))
	providertest.Complains(t, diags, "CHATBOT_LIMIT_REACHED", "no thread was created", "raise that limit at the service")
	providertest.Lacks(t, diags, "requests_per_minute", "timeouts", "later")
	saw(t, s, "chatbot.create .*")
}

// TestACreateThatTakesTooLong names the time-out that bounds the call.
func TestACreateThatTakesTooLong(t *testing.T) {
	t.Parallel()
	for create, test := range map[string]struct{ within, raise, not string }{
		"100s": {"1m20s", "Raise timeouts.create", "http.timeout"},
		"10m":  {"4m0s.", "Raise http.timeout", "timeouts.create"},
	} {
		providertest.InBubble(t, create, func(t *testing.T) {
			s := providertest.NewInMemory(t, sandbox.Options{})
			s.AddFault(sandbox.Fault{Call: "chatbot.create", Kind: sandbox.FaultSilence})
			s.AddFault(sandbox.Fault{Call: "chatbot.thread", Kind: sandbox.FaultStatus, Status: 500})
			_, diags := s.Quick(t).Apply(t.Context(), chatbotThread, providertest.Object{}, block(providertest.Values{"timeouts": providertest.Values{"create": create}}))
			providertest.Complains(t, diags, "no whole answer arrived within "+test.within, test.raise)
			providertest.Lacks(t, diags, test.not)
		})
	}
}

// TestAnUpdateThatFailsAfterACreate leaves a thread that the next apply takes over.
func TestAnUpdateThatFailsAfterACreate(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	w := s.Quick(t)
	config := block(providertest.Values{"thread_id": "t-1", "webhook_url": "https://hooks.example/catch/1"})
	s.AddFault(sandbox.Fault{Call: "chatbot.update", Kind: sandbox.FaultStatus, Status: 403})
	thread, diags := w.Apply(t.Context(), chatbotThread, providertest.Object{}, config)
	providertest.Complains(t, diags, "Unable to update chatbot thread", "The thread exists", "tainted")
	providertest.Lacks(t, diags, "hooks.example")
	if !thread.Tainted || thread.State["thread_id"] != "t-1" {
		t.Errorf("the state is %v", thread.State)
	}
	saw(t, s, "chatbot.thread", "chatbot.create .*", "chatbot.update .*")

	s.ClearFaults()
	made(t, w, thread, config)
	saw(t, s, "chatbot.thread", `chatbot.update {"mode":"AI","webhookUrl":"https://hooks.example/catch/1"}`)
}

func TestATakenIDThatAppearsBetweenTheLookAndTheCreate(t *testing.T) {
	t.Parallel()
	for taken, test := range map[string]struct {
		says  []string
		saved bool
	}{
		sandbox.ThreadTakenRefused:  {[]string{"THREAD_ALREADY_EXISTS", "Nothing happened"}, false},
		sandbox.ThreadTakenConflict: {[]string{"409", "THREAD_ALREADY_EXISTS", "Nothing happened"}, false},
		sandbox.ThreadTakenFresh:    {nil, true}, // the id that was asked for is there, and empty
	} {
		t.Run(taken, func(t *testing.T) {
			t.Parallel()
			var s *providertest.Stage
			s = providertest.New(t, sandbox.Options{OnRequest: func(request sandbox.Request) {
				if request.Call == "chatbot.thread" {
					s.AddThread(sandbox.ChatbotID, "t-1", []byte(`{"threadId":"t-1","messages":[]}`))
				}
			}})
			s.Set(func(k *sandbox.Knobs) { k.ThreadTaken = taken })
			thread, diags := s.Quick(t).Apply(t.Context(), chatbotThread, providertest.Object{}, block(providertest.Values{"thread_id": "t-1"}))
			if test.says != nil {
				providertest.Complains(t, diags, test.says...)
			} else if len(diags) > 0 {
				t.Errorf("said\n%s", providertest.Said(diags))
			}
			if (thread.State != nil) != test.saved {
				t.Errorf("the state is %v", thread.State)
			}
			if creates := s.Count("chatbot.create"); creates != 1 {
				t.Errorf("%d creates", creates)
			}
		})
	}
}

// A thread that somebody else has filled between the look and the create is not taken over either.
func TestATakenIDWithMessagesBetweenTheLookAndTheCreate(t *testing.T) {
	t.Parallel()
	for name, lost := range map[string]bool{"answered with it": false, "found in the look-up": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var s *providertest.Stage
			once := sync.Once{}
			s = providertest.New(t, sandbox.Options{OnRequest: func(request sandbox.Request) {
				if request.Call == "chatbot.thread" {
					once.Do(func() {
						s.AddThread(sandbox.ChatbotID, "t-1", []byte(`{"threadId":"t-1","mode":"AGENT","messages":[{"messageId":"1","question":{"text":"Hi"}}]}`))
					})
				}
			}})
			s.Set(func(k *sandbox.Knobs) { k.ThreadTaken = sandbox.ThreadTakenSame })
			if lost {
				s.AddFault(sandbox.Fault{Call: "chatbot.create", Kind: sandbox.FaultStatus, Status: 502})
			}
			thread, diags := s.Quick(t).Apply(t.Context(), chatbotThread, providertest.Object{},
				block(providertest.Values{"thread_id": "t-1", "webhook_url": "https://hooks.example/catch/1"}))
			providertest.Complains(t, diags, "exists already", "terraform import 'chatbot_thread.NAME'")
			if thread.State != nil || s.Count("chatbot.update") > 0 {
				t.Errorf("taken over as %v, with %d updates", thread.State, s.Count("chatbot.update"))
			}
		})
	}
}

// A gateway's 404 is not the service's word that a lost create has made no thread.
func TestALostCreateThatAGatewayLooksUp(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	w := s.Quick(t)
	s.AddFault(sandbox.Fault{Call: "chatbot.create", Kind: sandbox.FaultResetAfter})
	s.AddFault(sandbox.Fault{Call: "chatbot.thread", Kind: sandbox.FaultStatus, Status: 404, Body: `{"error":{"code":404,"message":"Not Found"}}`})
	made, diags := w.Apply(t.Context(), "chatbot_thread", providertest.Object{}, providertest.Values{"chatbot_id": sandbox.ChatbotID})
	providertest.Lacks(t, diags, "nothing was created")
	if !made.Tainted {
		t.Errorf("left %v", made.State)
	}
}

// A thread whose messages are left out, but counted, has some.
func TestAThreadThatCountsMessagesIsNotTakenOver(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	s.AddFault(sandbox.Fault{
		Call: "chatbot.thread", Kind: sandbox.FaultStatus, Status: 200, Body: `{"success":true,"data":{"thread":{"threadId":"t-7","mode":"AI","totalMessagesRead":5}}}`,
	})
	_, diags := s.Quick(t).Apply(t.Context(), chatbotThread, providertest.Object{}, block(providertest.Values{"thread_id": "t-7"}))
	providertest.Complains(t, diags, "exists already", "has messages.")
	saw(t, s, "chatbot.thread")
}
