package chatbot

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

// server answers one look after another, the last answer for all that follow.
type server struct {
	answers  []answer
	began    time.Time
	times    []time.Duration // of the looks, since it was made
	requests []*http.Request
}

type answer struct {
	status int // 0: the connection is reset
	body   string
	after  time.Duration

	location string // of a redirect
}

func newServer(answers ...answer) *server { return &server{answers: answers, began: time.Now()} }

func (s *server) RoundTrip(r *http.Request) (*http.Response, error) {
	httptrace.ContextClientTrace(r.Context()).GotConn(httptrace.GotConnInfo{})
	answer := s.answers[min(len(s.requests), len(s.answers)-1)]
	s.requests, s.times = append(s.requests, r), append(s.times, time.Since(s.began))
	timer := time.NewTimer(answer.after)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
	if answer.status == 0 {
		return nil, io.ErrUnexpectedEOF
	}
	header := http.Header{}
	if answer.location != "" {
		header.Set("Location", answer.location)
	}
	return &http.Response{StatusCode: answer.status, Header: header, Body: io.NopCloser(strings.NewReader(answer.body)), Request: r}, nil
}

func (s *server) client(changes ...func(*rest.Config)) *Client {
	config := rest.Config{
		BaseURL:   "https://bots.example/api/v0",
		UserAgent: "agent/1",
		Policy:    rest.Policy{Timeout: 20 * time.Second, WaitMin: time.Second, WaitMax: time.Second},
		Transport: s,
	}
	for _, change := range changes {
		change(&config)
	}
	return New(config, "token-0123456789")
}

// inBubble runs a subtest whose clock is that of a synctest bubble.
func inBubble(t *testing.T, name string, test func(t *testing.T)) {
	t.Helper()
	t.Run(name, func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, test)
	})
}

func TestThreadRequest(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ chatbot, thread, path string }{
		"ids":                  {"365062873485935184", "06b3b43c-5651", "/api/v0/chatbots/365062873485935184/threads/06b3b43c-5651"},
		"ids that are no path": {"a/b", "c?d#e ..", "/api/v0/chatbots/a%2Fb/threads/c%3Fd%23e%20.."},
	} {
		inBubble(t, name, func(t *testing.T) {
			body, err := json.Marshal(map[string]any{"data": map[string]any{"thread": map[string]any{"threadId": c.thread}}})
			if err != nil {
				t.Fatal(err)
			}
			s := newServer(answer{status: 200, body: string(body)})
			thread, err := s.client().Thread(t.Context(), c.chatbot, c.thread)
			if err != nil || *thread.ThreadID != c.thread {
				t.Fatalf("got %+v and %v", thread, err)
			}
			sent := s.requests[0]
			if sent.Method != http.MethodGet || sent.URL.String() != "https://bots.example"+c.path {
				t.Errorf("sent %s %s", sent.Method, sent.URL)
			}
			if got := sent.Header.Values("Authorization"); !slices.Equal(got, []string{"Bearer token-0123456789"}) {
				t.Errorf("sent %v", got)
			}
		})
	}
}

func TestThreadErrors(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		answer   answer
		says     string
		notFound bool
		requests int
	}{
		"no such thread":       {answer{status: 404, body: `{"success":false,"message":"Thread not found","error":{"code":"THREAD_NOT_FOUND"}}`}, "Thread not found (code THREAD_NOT_FOUND)", true, 1},
		"no access":            {answer{status: 401, body: `{"success":false,"message":"Failed to authenticate"}`}, "Failed to authenticate", false, 1},
		"too many requests":    {answer{status: 429}, "429", false, 3},
		"trouble":              {answer{status: 500}, "500", false, 3},
		"a connection lost":    {answer{}, "GET https://bots.example", false, 3},
		"half a thread":        {answer{status: 200, body: `{"success":true,"data":{"thread":{"threadId":"t","messages":[`}, "broke off", false, 3},
		"a page":               {answer{status: 200, body: "<html>"}, "not JSON", false, 3},
		"failure with a 200":   {answer{status: 200, body: `{"success":false,"message":"Not today"}`}, "Not today", false, 3},
		"not found with a 200": {answer{status: 200, body: `{"success":false,"error":{"code":"THREAD_NOT_FOUND","message":"none"}}`}, "none (code THREAD_NOT_FOUND)", false, 3},
	} {
		inBubble(t, name, func(t *testing.T) {
			s := newServer(c.answer)
			thread, err := s.client(func(c *rest.Config) { c.Policy.MaxRetries = 2 }).Thread(t.Context(), "c", "t")
			if thread != nil || err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %+v and %v, want %q", thread, err, c.says)
			}
			if rest.IsNotFound(err) != c.notFound || len(s.requests) != c.requests {
				t.Errorf("not found is %t after %d requests", rest.IsNotFound(err), len(s.requests))
			}
		})
	}
}

const webhook = "https://hooks.example/catch/15695697/3hqs23e"

func TestErrorsShowNeitherTokenNorWebhookNorThread(t *testing.T) {
	t.Parallel()
	secrets := []string{"token-0123456789", "3hqs23e", "Hello, Maria"}
	for name, body := range map[string]string{
		"the service's words":  `{"success":false,"message":"token-0123456789 ` + webhook + `","error":{"details":[{"webhookUrl":"` + webhook + `"},"` + strings.ReplaceAll(webhook, "/", `\/`) + `"]}}`,
		"half a thread":        `{"success":true,"data":{"thread":{"threadId":"t","webhookUrl":"` + webhook + `","messages":[{"question":{"text":"Hello, Maria`,
		"another thread":       `{"success":true,"data":{"thread":{"threadId":"Hello, Maria","webhookUrl":"` + webhook + `"}}}`,
		"words of another":     `Bad gateway: token-0123456789 at ` + webhook,
		"a page with a thread": `<pre>{"thread":{"messages":[{"question":{"text":"Hello, Maria"}}]}}`,
	} {
		for _, status := range []int{200, 400} {
			inBubble(t, name, func(t *testing.T) {
				_, err := newServer(answer{status: status, body: body}).client().Thread(t.Context(), "c", "t")
				e, ok := err.(*rest.Error) //nolint:errorlint // all of it is looked at
				if !ok {
					t.Fatalf("got %v", err)
				}
				for _, secret := range secrets {
					if text := err.Error() + e.Answer; strings.Contains(text, secret) {
						t.Errorf("%s is in %s", secret, text)
					}
				}
			})
		}
	}
}

func TestAWebhookThatWasReadIsASecretFromThenOn(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		webhook string
		then    answer
		says    string
	}{
		"as it is":            {webhook, answer{status: 400, body: `{"message":"` + webhook + ` is down"}`}, "*** is down"},
		"without its scheme":  {webhook, answer{status: 400, body: `{"message":"POST hooks.example/catch/15695697/3hqs23e failed"}`}, "POST *** failed"},
		"with none":           {"hooks.example/3hqs23e", answer{status: 400, body: `{"message":"hooks.example/3hqs23e is down"}`}, "*** is down"},
		"where it leads":      {webhook, answer{status: 302, location: webhook}, "302"},
		"over plain http":     {webhook, answer{status: 302, location: "http" + strings.TrimPrefix(webhook, "https")}, "302"},
		"of the same scheme":  {webhook, answer{status: 302, location: strings.TrimPrefix(webhook, "https:")}, "302"},
		"a short one is kept": {"https://a.b", answer{status: 400, body: `{"message":"a.b is down"}`}, "a.b is down"},
	} {
		inBubble(t, name, func(t *testing.T) {
			client := newServer(answer{status: 200, body: `{"data":{"thread":{"threadId":"t","webhookUrl":"` + c.webhook + `"}}}`}, c.then).client()
			if thread, err := client.Thread(t.Context(), "c", "t"); err != nil || *thread.WebhookURL != c.webhook {
				t.Fatalf("got %+v and %v", thread, err)
			}
			_, err := client.Thread(t.Context(), "c", "t")
			e, ok := errors.AsType[*rest.Error](err)
			if !ok || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error()+e.Location, "3hqs23e") {
				t.Errorf("got %v, at %q", err, e.Location)
			}
		})
	}
}

func TestTheLogOfAThreadShowsItsWebhookNowhere(t *testing.T) {
	t.Parallel()
	for name, thread := range map[string]string{
		"without a scheme":  `"threadId":"t","webhookUrl":"hooks.example/3hqs23e","chatUser":{"hook":"hooks.example/3hqs23e"}`,
		"repeated in parts": `"threadId":"t","webhookUrl":"` + webhook + `","chatUser":{"hook":"hooks.example/catch/15695697/3hqs23e"}`,
		"of another thread": `"threadId":"other","webhookUrl":"hooks.example/3hqs23e","chatUser":{"hook":"hooks.example/3hqs23e"}`,
	} {
		inBubble(t, name, func(t *testing.T) {
			var log bytes.Buffer
			ctx := tflogtest.RootLogger(t.Context(), &log)
			s := newServer(answer{status: 200, body: `{"data":{"thread":{` + thread + `}}}`})
			_, _ = s.client(func(c *rest.Config) { c.LogBodies = true }).Thread(ctx, "c", "t")
			if text := log.String(); !strings.Contains(text, "chatUser") || strings.Contains(text, "3hqs23e") {
				t.Errorf("got %s", text)
			}
		})
	}
}

// faults are bodies of errors, with what is read from them.
var faults = map[string]rest.Fault{
	`{"success":false,"message":"Failed to authenticate","data":null,"error":{"code":"API_KEY_NOT_VALID","message":"The key is not valid","details":null}}`: {
		Messages: []string{"Failed to authenticate", "The key is not valid"}, Codes: []string{"API_KEY_NOT_VALID"},
	},
	`{"message":"same","error":{"code":"REQUEST_VALIDATION_FAILED","message":"same","details":["one",{"path":"x"},2]}}`: {
		Messages: []string{"same"}, Codes: []string{"REQUEST_VALIDATION_FAILED"}, Fields: []string{"one", `{"path":"x"}`, "2"},
	},
	`{"error":{"message":"alone"}}`:                                                           {Messages: []string{"alone"}},
	`{"error":{"code":17,"details":{"threadId":"must be a uuid"}}}`:                           {Codes: []string{"17"}, Fields: []string{"threadId: must be a uuid"}},
	`{"error":{"code":"X","details":{"thread":{"messages":["my number is"]},"a":["b","c"]}}}`: {Codes: []string{"X"}, Fields: []string{"a: b; c"}},
	`{"title":"Forbidden","detail":"IP not allowed"}`:                                         {Messages: []string{"Forbidden", "IP not allowed"}},
	`{"error":"upstream connect error"}`:                                                      {Messages: []string{"upstream connect error"}},
	`{"error":{"details":[]}}`:                                                                {},
	`{"error":{"details":[null,""]}}`:                                                         {},
	`{"message":"no","error":null}`:                                                           {Messages: []string{"no"}},
	`{"message":"no","error":"Unauthorized"}`:                                                 {Messages: []string{"no", "Unauthorized"}},
	`{"message":"no","data":[]}`:                                                              {Messages: []string{"no"}},
	`{"error":"no","message":"no"}`:                                                           {Messages: []string{"no"}},
	`{"message":["one",2,"","two"]}`:                                                          {Messages: []string{"one; two"}},
	`{"message":{"name":"Maria"},"error":{"code":"X","message":["one"]}}`:                     {Messages: []string{"one"}, Codes: []string{"X"}},
	`{"data":{"thread":{"chatUserId":{}}},"message":"no"}`:                                    {Messages: []string{"no"}},
	`{"message":null}`:                                                                        {},
	`{}`:                                                                                      {},
	`null`:                                                                                    {},
	`[]`:                                                                                      {},
	`"Unauthorized"`:                                                                          {},
	``:                                                                                        {},
	`<html>`:                                                                                  {},
	`{"message":"half`:                                                                        {},
}

func TestFault(t *testing.T) {
	t.Parallel()
	for body, want := range faults {
		if got := fault([]byte(body)); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %+v, want %+v", body, got, want)
		}
	}
}

func FuzzFault(f *testing.F) {
	for body := range faults {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		got := fault(body)
		if !got.IsZero() && !json.Valid(body) {
			t.Errorf("%q, which is no JSON, is read as %+v", body, got)
		}
		if slices.Contains(got.Messages, "") || slices.Contains(got.Codes, "") || slices.Contains(got.Fields, "") {
			t.Errorf("%q gives an empty word: %+v", body, got)
		}
		if len(got.Messages) > 2 || len(got.Codes) > 1 || got.RequestID != "" {
			t.Errorf("%q gives more than there is room for: %+v", body, got)
		}
	})
}
