package chatbot

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
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
	bodies   []string // of the requests
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
	var body []byte
	if r.Body != nil {
		body, _ = io.ReadAll(r.Body)
	}
	s.requests, s.bodies, s.times = append(s.requests, r), append(s.bodies, string(body)), append(s.times, time.Since(s.began))
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

// calls are the requests that were made, each as method, path and body.
func (s *server) calls() []string {
	var calls []string
	for i, r := range s.requests {
		calls = append(calls, strings.TrimSpace(r.Method+" "+strings.TrimPrefix(r.URL.EscapedPath(), "/api/v0/")+" "+s.bodies[i]))
	}
	return calls
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
				_, err := newServer(answer{status: status, body: body}).client().ReadThread(t.Context(), "c", "t")
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
			if thread, err := client.ReadThread(t.Context(), "c", "t"); err != nil || *thread.WebhookURL != c.webhook {
				t.Fatalf("got %+v and %v", thread, err)
			}
			_, err := client.ReadThread(t.Context(), "c", "t")
			e, ok := errors.AsType[*rest.Error](err)
			if !ok || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error()+e.Location, "3hqs23e") {
				t.Errorf("got %v, at %q", err, e.Location)
			}
		})
	}
}

func TestAnErrorBesideAThreadDoesNotShowItsWebhook(t *testing.T) {
	t.Parallel()
	for _, success := range []string{`"success":false`, `"success":true,"data":7`, `"data":{"thread":{"mode":1}}`} {
		inBubble(t, success, func(t *testing.T) {
			body := `{"data":{"thread":{"threadId":"other","WebhookToken" : "whsec\"ABC1"}},"error":{"code":"X","message":"hook whsec\"ABC1 is down"},` + success + `}`
			client := newServer(answer{status: 200, body: body}, answer{status: 400, body: `{"message":"hook whsec\"ABC1 is down"}`}).client()
			for range 2 {
				if _, err := client.ReadThread(t.Context(), "c", "t"); err == nil || strings.Contains(err.Error(), "ABC1") {
					t.Errorf("got %v", err)
				}
			}
		})
	}
}

func TestTheLogOfAThreadShowsItsWebhookNowhere(t *testing.T) {
	t.Parallel()
	for name, thread := range map[string]string{
		"without a scheme":  `"threadId":"t","webhookUrl":"hooks.example/3hqs23e","chatUser":{"hook":"hooks.example/3hqs23e"}`,
		"a token beside it": `"threadId":"t","webhookToken":"3hqs23e-3hqs23e","chatUser":{"hook":"3hqs23e-3hqs23e"}`,
		"repeated in parts": `"threadId":"t","webhookUrl":"` + webhook + `","chatUser":{"hook":"hooks.example/catch/15695697/3hqs23e"}`,
		"of a wrong type":   `"mode":1,"webhookToken":"3hqs23e-3hqs23e","chatUser":{"hook":"3hqs23e-3hqs23e"}`,
		"of a failure":      `"webhookToken":"3hqs23e-3hqs23e","chatUser":{"hook":"3hqs23e-3hqs23e"}}},"success":false,"error":{"message":{"a":"3hqs23e-3hqs23e"`,
		"that breaks off":   `"webhookToken":"3hqs23e-3hqs23e","chatUser":{"hook":"3hqs23e-3hqs23e","mode":"`,
		"of another thread": `"threadId":"other","webhookUrl":"hooks.example/3hqs23e","chatUser":{"hook":"hooks.example/3hqs23e"}`,
	} {
		inBubble(t, name, func(t *testing.T) {
			var log bytes.Buffer
			ctx := tflogtest.RootLogger(t.Context(), &log)
			s := newServer(answer{status: 200, body: `{"data":{"thread":{` + thread + `}}}`})
			_, _ = s.client(func(c *rest.Config) { c.LogBodies = true }).ReadThread(ctx, "c", "t")
			if text := log.String(); !strings.Contains(text, "chatUser") || strings.Contains(text, "3hqs23e") {
				t.Errorf("got %s", text)
			}
		})
	}
}
