package chatbotthread_test

import (
	"testing"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

func TestImport(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	w := s.Quick(t)
	thread, diags := w.ImportID(chatbotThread, sandbox.ChatbotID+"/"+sandbox.ThreadID)
	w.Must(nil, diags)
	saw(t, s, "chatbot.thread")
	for name, want := range (providertest.Values{
		"id": sandbox.ChatbotID + "/" + sandbox.ThreadID, "chatbot_id": sandbox.ChatbotID, "thread_id": sandbox.ThreadID, "mode": "AI",
		"started_at": "2023-05-18T11:39:57.349750Z", "webhook_url": nil, "chat_user": nil, "chat_user_id": nil, "timeouts": nil,
	}) {
		if thread.State[name] != want {
			t.Errorf("%s is %v, want %v", name, thread.State[name], want)
		}
	}
	// What the configuration says beyond that is sent.
	made(t, w, thread, block(providertest.Values{"thread_id": sandbox.ThreadID, "chat_user": providertest.Values{"name": "Jan"}}))
	saw(t, s, `chatbot.update {"chatUser":{"name":"Jan"}}`)
}

func TestImportRefused(t *testing.T) {
	t.Parallel()
	for id, test := range map[string]struct {
		calls int
		says  []string
	}{
		"":                        {0, []string{"The chatbot id must not be empty. Give <chatbot id>/<thread id>."}},
		"t-1":                     {0, []string{"The thread id must not be empty. Give <chatbot id>/<thread id>."}},
		"c-1/":                    {0, []string{"The thread id must not be empty. Give <chatbot id>/<thread id>."}},
		"/t-1":                    {0, []string{"The chatbot id must not be empty. Give <chatbot id>/<thread id>."}},
		"../t-1":                  {0, []string{`The chatbot id must not be "..", which would name another address. Give <chatbot id>/<thread id>.`}},
		"c-1/t-1\n":               {0, []string{"The thread id must not contain a line end", "Give <chatbot id>/<thread id>."}},
		sandbox.ChatbotID + "/t9": {1, []string{"Unable to import chatbot thread", "404", "THREAD_NOT_FOUND", "Nothing was imported"}},
	} {
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			s := providertest.New(t, sandbox.Options{})
			_, diags := s.Quick(t).ImportID(chatbotThread, id)
			providertest.Complains(t, diags, test.says...)
			providertest.Lacks(t, diags, "attribute", "optional")
			if calls := s.Count("*"); calls != test.calls {
				t.Errorf("%d calls", calls)
			}
		})
	}
}

// An empty id comes with an identity that is null.
func TestImportOfNothing(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	_, diags := s.Quick(t).ImportIdentity(chatbotThread, nil)
	providertest.Complains(t, diags, "Unable to import chatbot thread", "<chatbot id>/<thread id>")
	providertest.Saw(t, s)
}
