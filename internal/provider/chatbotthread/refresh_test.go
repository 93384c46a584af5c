package chatbotthread_test

import (
	"testing"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

func TestARefreshWritesTheUserAndNoArgument(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	w := s.Quick(t)
	thread := made(t, w, providertest.Object{}, block(providertest.Values{"thread_id": "t-1"}))
	s.AddThread(sandbox.ChatbotID, "t-1", []byte(`{"threadId":"t-1","mode":"AGENT","chatUserId":365062948587045457,"webhookUrl":"https://hooks.example/1","startedAt":"later","messages":[]}`))
	s.ClearRequests()
	read, diags := w.Refresh(chatbotThread, thread)
	w.Must(nil, diags)
	saw(t, s, "chatbot.thread")
	want := chatbotWith(thread.State, providertest.Values{"chat_user_id": "365062948587045457"})
	for name, value := range want {
		if read.State[name] != value {
			t.Errorf("%s is %v, want %v", name, read.State[name], value)
		}
	}
	// An escalation is not undone.
	if after := made(t, w, read, block(providertest.Values{"thread_id": "t-1"})); after.State["mode"] != "AI" {
		t.Errorf("the state is %v", after.State)
	}
	saw(t, s)
}

func TestARefreshOfAThreadThatIsGone(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault sandbox.Fault
		gone  bool
		says  []string
	}{
		"by the service's word":  {sandbox.Fault{Kind: sandbox.FaultStatus, Status: 404, Body: `{"success":false,"error":{"code":"THREAD_NOT_FOUND"}}`}, true, nil},
		"without a code":         {sandbox.Fault{Kind: sandbox.FaultStatus, Status: 404, Body: `{"success":false,"message":"Not found"}`}, true, nil},
		"but the chatbot is not": {sandbox.Fault{Kind: sandbox.FaultStatus, Status: 404, Body: `{"success":false,"error":{"code":"CHATBOT_NOT_FOUND"}}`}, false, []string{"CHATBOT_NOT_FOUND", "kept as they are"}},
		"by a gateway":           {sandbox.Fault{Kind: sandbox.FaultStatus, Status: 404, Body: `{"message":"no Route matched"}`}, false, []string{"404", "kept as they are"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := providertest.New(t, sandbox.Options{})
			w := s.Quick(t)
			thread := made(t, w, providertest.Object{}, block(nil))
			test.fault.Call = "chatbot.thread"
			s.AddFault(test.fault)
			read, diags := w.Refresh(chatbotThread, thread)
			if (read.State == nil) != test.gone {
				t.Errorf("the state is %v", read.State)
			}
			if warns(t, diags, test.says...); test.says == nil && len(diags) > 0 {
				t.Errorf("said\n%s", providertest.Said(diags))
			}
			if _, diags := w.Refresh(chatbotThread, thread); len(diags) > 0 {
				t.Errorf("a second refresh says\n%s", providertest.Said(diags)) // one warning a run
			}
		})
	}
}

// An envelope with success = false is the service's own, whatever its code is.
func TestGoneWithANumberForACode(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	w := s.Quick(t)
	made := w.MustApply("chatbot_thread", providertest.Object{}, providertest.Values{"chatbot_id": sandbox.ChatbotID})
	s.AddFault(sandbox.Fault{Call: "chatbot.thread", Kind: sandbox.FaultStatus, Status: 404, Body: `{"success":false,"message":"No such thread","data":null,"error":{"code":404,"message":"Not Found"}}`})
	after, diags := w.Refresh("chatbot_thread", made)
	if after.State != nil {
		t.Errorf("kept: %s", providertest.Said(diags))
	}
}
