package provider

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// TestChatbotThreadRefused reports what the service says, with what to check.
func TestChatbotThreadRefused(t *testing.T) {
	t.Parallel()
	status := func(status int) func(*stage) {
		return func(s *stage) {
			s.AddFault(sandbox.Fault{Call: "chatbot.thread", Kind: sandbox.FaultStatus, Status: status})
		}
	}
	kind := func(kind string) func(*stage) {
		return func(s *stage) {
			s.AddFault(sandbox.Fault{Call: "chatbot.thread", Kind: kind, Location: "https://other.example/"})
		}
	}
	nothing := func(*stage) {}
	for name, test := range map[string]struct {
		prepare   func(*stage)
		arguments values
		calls     int // of one read
		complaint []string
	}{
		"400": {status(400), nil, 1, []string{"400", "REQUEST_VALIDATION_FAILED", "The request could not be read"}},
		"401": {
			func(s *stage) { s.Environment[envChatbotToken] = "fake-wrong-token" }, nil, 1,
			[]string{"401", "Failed to authenticate", "API_KEY_NOT_VALID", "chatbot.token", "CHATBOT_TOKEN"},
		},
		"403": {
			func(s *stage) { s.Set(func(k *sandbox.Knobs) { k.ForbiddenChatbots = []string{sandbox.ChatbotID} }) }, nil, 1,
			[]string{"403", "CHATBOT_FETCH_FORBIDDEN", "belongs to another account", "chatbot_id"},
		},
		"404, no such thread": {
			nothing,
			values{"thread_id": "t-9"},
			1,
			[]string{"404", "THREAD_NOT_FOUND", `AttributeName("thread_id")`, "/threads/t-9"},
		},
		"404, no such chatbot": {
			nothing,
			values{"chatbot_id": "c-9"},
			1,
			[]string{"404", "CHATBOT_NOT_FOUND", `AttributeName("chatbot_id")`, "/chatbots/c-9/"},
		},
		"405":               {status(405), nil, 1, []string{"405", "chatbot.base_url"}},
		"429":               {status(429), nil, 3, []string{"429", "3 attempts", "requests_per_minute"}},
		"500":               {status(500), nil, 3, []string{"500", "3 attempts", "INTERNAL_SERVER_ERROR"}},
		"503":               {status(503), nil, 3, []string{"503", "3 attempts"}},
		"reset":             {kind(sandbox.FaultResetAfter), nil, 3, []string{"3 attempts"}},
		"half":              {kind(sandbox.FaultHalf), nil, 3, []string{"3 attempts", "broke off"}},
		"empty":             {kind(sandbox.FaultEmpty), nil, 3, []string{"the answer is empty"}},
		"a page":            {kind(sandbox.FaultHTML), nil, 3, []string{"chatbot.base_url", "web page"}},
		"wrong types":       {kind(sandbox.FaultWrongTypes), nil, 3, []string{"data.thread", "3 attempts"}},
		"redirect":          {kind(sandbox.FaultRedirect), nil, 1, []string{"other.example", "not followed", "chatbot.base_url"}},
		"success false":     {func(s *stage) { s.Set(func(k *sandbox.Knobs) { k.SuccessFalse = true }) }, values{"thread_id": "t-9"}, 3, []string{"THREAD_NOT_FOUND", "Thread not found"}},
		"no JSON":           {chatbotAnswers("nothing"), nil, 3, []string{"not JSON"}},
		"no thread":         {chatbotAnswers("null"), nil, 3, []string{"no thread"}},
		"a list":            {chatbotAnswers("[]"), nil, 3, []string{"data.thread"}},
		"an empty thread":   {chatbotAnswers(`{}`), nil, 3, []string{"thread is empty"}},
		"a thread of nulls": {chatbotAnswers(`{"threadId":null,"mode":null,"chatUser":null,"other":1}`), nil, 3, []string{"thread is empty"}},
		"another thread":    {chatbotAnswers(`{"threadId":"t-2"}`), nil, 3, []string{"another thread"}},
		"a fraction":        {chatbotAnswers(`{"threadId":"` + sandbox.ThreadID + `","totalMessagesRead":1.5}`), nil, 3, []string{"totalMessagesRead"}},
		"a number as an id": {chatbotAnswers(`{"threadId":"` + sandbox.ThreadID + `","messages":[{"messageId":365062948587045457}]}`), nil, 3, []string{"messageId"}},
		"messages no list":  {chatbotAnswers(`{"threadId":"` + sandbox.ThreadID + `","messages":{}}`), nil, 3, []string{"messages"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			exercisedInProcess(t, "chatbot_thread: refused and senseless answers")
			s := newStage(t, sandbox.Options{})
			test.prepare(s)
			for name, read := range chatbotReads(s.configured(t, values{"http": quickHTTP()})) {
				s.ClearRequests()
				_, diags := read(chatbotArguments(sandbox.ThreadID, test.arguments))
				complains(t, diags, append(test.complaint, "Unable to read chatbot thread", "GET "+s.URL)...)
				if calls := s.Count("*"); calls != test.calls {
					t.Errorf("%s: %d calls, want %d", name, calls, test.calls)
				}
			}
		})
	}
}

// chatbotAnswers makes the service answer with a thread of any shape.
func chatbotAnswers(thread string) func(*stage) {
	return func(s *stage) { s.AddThread(sandbox.ChatbotID, sandbox.ThreadID, []byte(thread)) }
}

// TestChatbotThreadSurvives repeats a read whose answer was lost.
func TestChatbotThreadSurvives(t *testing.T) {
	t.Parallel()
	for _, fault := range []sandbox.Fault{
		{Kind: sandbox.FaultStatus, Status: 429, RetryAfter: "9"},
		{Kind: sandbox.FaultStatus, Status: 500},
		{Kind: sandbox.FaultResetBefore},
		{Kind: sandbox.FaultHalf},
		{Kind: sandbox.FaultHTML},
	} {
		t.Run(fmt.Sprint(fault.Kind, fault.Status), func(t *testing.T) {
			t.Parallel()
			exercisedInProcess(t, "chatbot_thread: refused and senseless answers")
			s := newStage(t, sandbox.Options{})
			for name, read := range chatbotReads(s.configured(t, values{"http": quickHTTP()})) {
				s.ClearRequests()
				s.ClearFaults()
				fault.Call, fault.Times = "chatbot.thread", 2
				s.AddFault(fault)
				got, diags := read(chatbotArguments(sandbox.ThreadID, nil))
				if calls := s.Count("*"); len(diags) > 0 || got["mode"] != "AI" || calls != 3 {
					t.Errorf("%s: %v after %d calls\n%s", name, got, calls, said(diags))
				}
			}
		})
	}
}

// TestChatbotThreadValidation refuses at plan what could never work, without a call.
func TestChatbotThreadValidation(t *testing.T) {
	t.Parallel()
	exercisedInProcess(t, "bad input")
	s := newStage(t, sandbox.Options{})
	reads := chatbotReads(s.configured(t, values{"http": quickHTTP()}))
	for name, read := range reads {
		timeout := map[string]string{"data source": "read", "ephemeral resource": "open"}[name]
		for path, refused := range map[string][]any{
			`AttributeName("chatbot_id")`:                                {"", ".", ".."},
			`AttributeName("thread_id")`:                                 {"", ".", ".."},
			`AttributeName("minimum_messages")`:                          {0, -1, 1.5},
			`AttributeName("minimum_answers")`:                           {0, -1, 0.5},
			`AttributeName("timeouts").AttributeName("` + timeout + `")`: {"0s", "0", "-1s", "soon", "7", ""},
		} {
			for _, value := range refused {
				change := values{strings.Split(path, `"`)[1]: value}
				if strings.Contains(path, "timeouts") {
					change = values{"timeouts": values{timeout: value}}
				}
				_, diags := read(chatbotArguments(sandbox.ThreadID, change))
				t.Log(name, change)
				complains(t, diags, path)
			}
		}
		for _, missing := range []string{"chatbot_id", "thread_id"} {
			_, diags := read(chatbotArguments(sandbox.ThreadID, values{missing: nil}))
			complains(t, diags, missing)
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
		"no address":        {envChatbotBaseURL, nil, []string{"chatbot.base_url", "CHATBOT_BASE_URL"}},
		"no token":          {envChatbotToken, nil, []string{"chatbot.token", "CHATBOT_TOKEN"}},
		"an unknown token":  {"", values{"token": tftypes.UnknownValue}, []string{"chatbot.token", "not known yet"}},
		"an unknown block":  {"", tftypes.UnknownValue, []string{"chatbot", "not known yet"}},
		"an unknown policy": {"", nil, []string{"http", "not known yet"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			exercisedInProcess(t, "a service that is not configured")
			s := newStage(t, sandbox.Options{})
			delete(s.Environment, test.without)
			block := values{"chatbot": test.block}
			if name == "an unknown policy" {
				block["http"] = values{"timeout": tftypes.UnknownValue}
			}
			for _, read := range chatbotReads(s.configured(t, block)) {
				_, diags := read(chatbotArguments(sandbox.ThreadID, nil))
				complains(t, diags, test.complaint...)
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
		inBubble(t, way, func(t *testing.T) {
			exercisedInProcess(t, "timeouts")
			s := newStageInMemory(t, sandbox.Options{})
			s.AddFault(sandbox.Fault{Call: "chatbot.thread", Kind: sandbox.FaultStatus, Status: 429})
			started := time.Now()
			_, diags := chatbotRead(s.configured(t, values{"http": stormHTTP()}), way,
				chatbotArguments(sandbox.ThreadID, values{"timeouts": values{timeout: "25s"}}))
			complains(t, diags, "429", "time-out")
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
	exercisedInProcess(t, "personal data in messages")
	const (
		webhook = "https://hooks.zapier.com/hooks/catch/15695697/3hqs23e"
		words   = "what is this?"
	)
	for name, prepare := range map[string]func(*stage){
		"an echo in an error": func(s *stage) {
			s.AddFault(sandbox.Fault{
				Call: "chatbot.thread", Kind: sandbox.FaultStatus, Status: 400,
				Body: `{"success":false,"message":"Bad token ` + sandbox.ChatbotToken + ` for hook ` + webhook + `","error":null}`,
			})
		},
		"a thread cut in two":        func(s *stage) { s.AddFault(sandbox.Fault{Call: "chatbot.thread", Kind: sandbox.FaultHalf}) },
		"a thread of another id":     chatbotAnswers(`{"threadId":"t-2","webhookUrl":"` + webhook + `","messages":[{"question":{"text":"Hello, what is this?"}}]}`),
		"a thread with a wrong type": chatbotAnswers(`{"threadId":"` + sandbox.ThreadID + `","webhookUrl":["` + webhook + `"],"messages":[{"question":{"text":"Hello, what is this?"}}]}`),
	} {
		s := newStage(t, sandbox.Options{})
		prepare(s)
		for read, do := range chatbotReads(s.configured(t, values{"http": quickHTTP()})) {
			_, diags := do(chatbotArguments(sandbox.ThreadID, nil))
			complains(t, diags, "Unable to read chatbot thread")
			for _, secret := range []string{sandbox.ChatbotToken, webhook, "3hqs23e", words} {
				if strings.Contains(said(diags), secret) {
					t.Errorf("%s, %s: %q in:\n%s", name, read, secret, said(diags))
				}
			}
		}
	}
}
