package chatbotthread_test

import (
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// TestChatbotThreadRefused reports what the service says, with what to check. The fault matrix has every status.
func TestChatbotThreadRefused(t *testing.T) {
	t.Parallel()
	nothing := func(*providertest.Stage) {}
	for name, test := range map[string]struct {
		prepare   func(*providertest.Stage)
		arguments providertest.Values
		calls     int // of one read
		complaint []string
	}{
		"401": {
			func(s *providertest.Stage) { s.Environment["CHATBOT_TOKEN"] = "fake-wrong-token" }, nil, 1,
			[]string{"401", "Failed to authenticate", "API_KEY_NOT_VALID", "chatbot.token", "CHATBOT_TOKEN"},
		},
		"403": {
			func(s *providertest.Stage) {
				s.Set(func(k *sandbox.Knobs) { k.ForbiddenChatbots = []string{sandbox.ChatbotID} })
			}, nil, 1,
			[]string{"403", "CHATBOT_FETCH_FORBIDDEN", "belongs to another account", "chatbot_id"},
		},
		"404, no such thread": {
			nothing,
			providertest.Values{"thread_id": "t-9"},
			1,
			[]string{"404", "THREAD_NOT_FOUND", `AttributeName("thread_id")`, "/threads/t-9"},
		},
		"404, no such chatbot": {
			nothing,
			providertest.Values{"chatbot_id": "c-9"},
			1,
			[]string{"404", "CHATBOT_NOT_FOUND", `AttributeName("chatbot_id")`, "/chatbots/c-9/"},
		},
		"success false":      {func(s *providertest.Stage) { s.Set(func(k *sandbox.Knobs) { k.SuccessFalse = true }) }, providertest.Values{"thread_id": "t-9"}, 3, []string{"THREAD_NOT_FOUND", "Thread not found"}},
		"no JSON":            {chatbotAnswers("nothing"), nil, 3, []string{"not JSON"}},
		"no thread":          {chatbotAnswers("null"), nil, 3, []string{"no thread"}},
		"a list":             {chatbotAnswers("[]"), nil, 3, []string{"data.thread"}},
		"an empty thread":    {chatbotAnswers(`{}`), nil, 3, []string{"no thread (data.thread)"}},
		"a thread of nulls":  {chatbotAnswers(`{"threadId":null,"mode":null,"chatUser":null,"other":1}`), nil, 3, []string{"no thread (data.thread)"}},
		"another thread":     {chatbotAnswers(`{"threadId":"t-2"}`), nil, 3, []string{"another thread"}},
		"a fraction":         {chatbotAnswers(`{"threadId":"` + sandbox.ThreadID + `","totalMessagesRead":1.5}`), nil, 3, []string{"totalMessagesRead"}},
		"an object as an id": {chatbotAnswers(`{"threadId":"` + sandbox.ThreadID + `","messages":[{"messageId":{}}]}`), nil, 3, []string{"messageId"}},
		"messages no list":   {chatbotAnswers(`{"threadId":"` + sandbox.ThreadID + `","messages":{}}`), nil, 3, []string{"messages"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := providertest.New(t, sandbox.Options{})
			test.prepare(s)
			for name, read := range chatbotReads(s.Configured(t, providertest.Values{"http": providertest.QuickHTTP()})) {
				s.ClearRequests()
				_, diags := read(chatbotArguments(sandbox.ThreadID, test.arguments))
				providertest.Complains(t, diags, append(test.complaint, "Unable to read chatbot thread", "GET "+s.URL)...)
				if calls := s.Count("*"); calls != test.calls {
					t.Errorf("%s: %d calls, want %d", name, calls, test.calls)
				}
			}
		})
	}
}

// chatbotAnswers makes the service answer with a thread of any shape.
func chatbotAnswers(thread string) func(*providertest.Stage) {
	return func(s *providertest.Stage) { s.AddThread(sandbox.ChatbotID, sandbox.ThreadID, []byte(thread)) }
}

// TestChatbotThreadValidation refuses at plan what could never work, without a call.
func TestChatbotThreadValidation(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	reads := chatbotReads(s.Configured(t, providertest.Values{"http": providertest.QuickHTTP()}))
	for name, read := range reads {
		timeout := map[string]string{"data source": "read", "ephemeral resource": "open"}[name]
		for path, refused := range map[string][]any{
			`AttributeName("chatbot_id")`:                                {"", ".", "..", " ", "x\n", " x"},
			`AttributeName("thread_id")`:                                 {"", ".", "..", " ", "x\n", " x"},
			`AttributeName("minimum_messages")`:                          {0, -1, 1.5},
			`AttributeName("minimum_answers")`:                           {0, -1, 0.5},
			`AttributeName("answer_matches")`:                            {"", "(", "a{2,1}", "(?<=x)"},
			`AttributeName("on_timeout")`:                                {"", "ignore", "WARN"},
			`AttributeName("timeouts").AttributeName("` + timeout + `")`: {"0s", "0", "-1s", "soon", "7", ""},
		} {
			for _, value := range refused {
				change := providertest.Values{strings.Split(path, `"`)[1]: value}
				if strings.Contains(path, "timeouts") {
					change = providertest.Values{"timeouts": providertest.Values{timeout: value}}
				}
				_, diags := read(chatbotArguments(sandbox.ThreadID, change))
				t.Log(name, change)
				providertest.Complains(t, diags, path)
			}
		}
		for _, missing := range []string{"chatbot_id", "thread_id"} {
			_, diags := read(chatbotArguments(sandbox.ThreadID, providertest.Values{missing: nil}))
			providertest.Complains(t, diags, missing)
		}
	}
	if calls := s.Count("*"); calls != 0 {
		t.Errorf("%d calls", calls)
	}
}

// TestChatbotNotConfigured names the attribute and the variable that are missing.
func TestChatbotNotConfigured(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		without   string
		block     any
		complaint []string
	}{
		"no address":        {"CHATBOT_BASE_URL", nil, []string{"chatbot.base_url", "CHATBOT_BASE_URL"}},
		"no token":          {"CHATBOT_TOKEN", nil, []string{"chatbot.token", "CHATBOT_TOKEN"}},
		"an unknown token":  {"", providertest.Values{"token": tftypes.UnknownValue}, []string{"chatbot.token", "not known yet", "A data source can also wait for the apply with depends_on", "an ephemeral resource with an argument that is known only then"}},
		"an unknown block":  {"", tftypes.UnknownValue, []string{"chatbot", "not known yet"}},
		"an unknown policy": {"", nil, []string{"http", "not known yet"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := providertest.New(t, sandbox.Options{})
			delete(s.Environment, test.without)
			block := providertest.Values{"chatbot": test.block}
			if name == "an unknown policy" {
				block["http"] = providertest.Values{"timeout": tftypes.UnknownValue}
			}
			for _, read := range chatbotReads(s.Configured(t, block)) {
				_, diags := read(chatbotArguments(sandbox.ThreadID, nil))
				providertest.Complains(t, diags, test.complaint...)
			}
			if calls := s.Count("*"); calls != 0 {
				t.Errorf("%d calls", calls)
			}
		})
	}
}

// TestChatbotTimeoutBoundsRetries ends a storm of 429 before the attempt that would
// come after the time-out.
func TestChatbotTimeoutBoundsRetries(t *testing.T) {
	t.Parallel()
	for way, timeout := range chatbotWays {
		providertest.InBubble(t, way, func(t *testing.T) {
			s := providertest.NewInMemory(t, sandbox.Options{})
			s.AddFault(sandbox.Fault{Call: "chatbot.thread", Kind: sandbox.FaultStatus, Status: 429})
			started := time.Now()
			_, diags := chatbotRead(s.Configured(t, providertest.Values{"http": providertest.StormHTTP()}), way,
				chatbotArguments(sandbox.ThreadID, providertest.Values{"timeouts": providertest.Values{timeout: "25s"}}))
			providertest.Complains(t, diags, "429", "time-out")
			if took, calls := time.Since(started), s.Count("*"); took != 20*time.Second || calls != 3 {
				t.Errorf("%d calls in %s, want 3 in 20 s", calls, took)
			}
		})
	}
}

// TestChatbotKeepsSecrets keeps the token, the webhook and the words of a thread
// out of what is said of a failure.
func TestChatbotKeepsSecrets(t *testing.T) {
	t.Parallel()
	const (
		webhook = "https://hooks.zapier.com/hooks/catch/15695697/3hqs23e"
		words   = "what is this?"
	)
	for name, prepare := range map[string]func(*providertest.Stage){
		"an echo in an error": func(s *providertest.Stage) {
			s.AddFault(sandbox.Fault{
				Call: "chatbot.thread", Kind: sandbox.FaultStatus, Status: 400,
				Body: `{"success":false,"message":"Bad token ` + sandbox.ChatbotToken + ` for hook ` + webhook + `","error":null}`,
			})
		},
		"a thread cut in two": func(s *providertest.Stage) {
			s.AddFault(sandbox.Fault{Call: "chatbot.thread", Kind: sandbox.FaultHalf})
		},
		"a thread of another id":     chatbotAnswers(`{"threadId":"t-2","webhookUrl":"` + webhook + `","messages":[{"question":{"text":"Hello, what is this?"}}]}`),
		"a thread with a wrong type": chatbotAnswers(`{"threadId":"` + sandbox.ThreadID + `","webhookUrl":["` + webhook + `"],"messages":[{"question":{"text":"Hello, what is this?"}}]}`),
	} {
		s := providertest.New(t, sandbox.Options{})
		prepare(s)
		for read, do := range chatbotReads(s.Configured(t, providertest.Values{"http": providertest.QuickHTTP()})) {
			_, diags := do(chatbotArguments(sandbox.ThreadID, nil))
			providertest.Complains(t, diags, "Unable to read chatbot thread")
			for _, secret := range []string{sandbox.ChatbotToken, webhook, "3hqs23e", words} {
				if strings.Contains(providertest.Said(diags), secret) {
					t.Errorf("%s, %s: %q in:\n%s", name, read, secret, providertest.Said(diags))
				}
			}
		}
	}
}
