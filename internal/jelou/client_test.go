package jelou

import (
	"context"
	"io"
	"net/http"
	"net/http/httptrace"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

// gateway answers every request the same, or as each says, and keeps what it was sent.
type gateway struct {
	status   int
	answer   string
	each     func(n int) // called before the answer to request n, from 0
	requests []*http.Request
	bodies   []string
}

func (g *gateway) RoundTrip(r *http.Request) (*http.Response, error) {
	httptrace.ContextClientTrace(r.Context()).GotConn(httptrace.GotConnInfo{})
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	if g.each != nil {
		g.each(len(g.requests))
	}
	g.requests, g.bodies = append(g.requests, r), append(g.bodies, string(body))
	return &http.Response{StatusCode: g.status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(g.answer)), Request: r}, nil
}

func (g *gateway) client(credentials Credentials) *Client {
	return New(rest.Config{
		BaseURL:   DefaultBaseURL,
		UserAgent: "agent/1",
		Policy:    rest.Policy{Timeout: time.Second, MaxRetries: 3, WaitMin: time.Second, WaitMax: time.Second},
		Transport: g,
	}, credentials)
}

var apiKey = Credentials{APIKey: "key-0123456789"}

// inBubble runs a subtest whose clock is that of a synctest bubble.
func inBubble(t *testing.T, name string, test func(t *testing.T)) {
	t.Helper()
	t.Run(name, func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, test)
	})
}

func TestCredentials(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		credentials        Credentials
		key, authorization string
		secrets            []string
	}{
		"a key":             {apiKey, "key-0123456789", "", []string{"key-0123456789"}},
		"a client's secret": {Credentials{ClientID: "clientId", ClientSecret: "clientSecret"}, "", "Basic Y2xpZW50SWQ6Y2xpZW50U2VjcmV0", []string{"clientSecret", "Y2xpZW50SWQ6Y2xpZW50U2VjcmV0"}},
		"never both":        {Credentials{"key-0123456789", "clientId", "clientSecret"}, "key-0123456789", "", []string{"key-0123456789"}},
	} {
		inBubble(t, name, func(t *testing.T) {
			g := &gateway{status: 401, answer: `{"message":"Authentication failed for ` + strings.Join(c.secrets, " and ") + `"}`}
			_, err := g.client(c.credentials).CloseConversation(t.Context(), CloseRequest{ProjectID: "p", BotID: "b", UserID: "u"})
			header := g.requests[0].Header
			if got := strings.Join(header.Values("X-Api-Key"), "|"); got != c.key {
				t.Errorf("the key is %q, want %q", got, c.key)
			}
			if got := strings.Join(header.Values("Authorization"), "|"); got != c.authorization {
				t.Errorf("the authorization is %q, want %q", got, c.authorization)
			}
			for _, secret := range c.secrets {
				if strings.Contains(err.Error(), secret) {
					t.Errorf("%s is in %v", secret, err)
				}
			}
			if !strings.Contains(err.Error(), "Authentication failed for ***") {
				t.Errorf("got %v", err)
			}
		})
	}
}

// statuses are those of errors, with the number of requests that a call of class
// once may send and its outcome.
var statuses = map[int]struct {
	requests int
	outcome  rest.Outcome
}{
	401: {1, rest.Refused}, 404: {1, rest.Refused}, 409: {1, rest.Refused}, 422: {1, rest.Refused},
	408: {1, rest.Unknown}, 500: {1, rest.Unknown}, 502: {1, rest.Unknown}, 503: {1, rest.Unknown}, 504: {1, rest.Unknown},
}

// sentOnce runs a call against each status, and asserts that it sends body and
// repeats it only after 429, which says that the service has not acted.
func sentOnce(t *testing.T, body string, call func(context.Context, *Client) error) {
	t.Helper()
	for status, want := range statuses {
		inBubble(t, http.StatusText(status), func(t *testing.T) {
			g := &gateway{status: status}
			err := call(t.Context(), g.client(apiKey))
			if len(g.requests) != want.requests || rest.OutcomeOf(err) != want.outcome || rest.IsNotFound(err) != (status == 404) {
				t.Errorf("%d requests, %s: %v", len(g.requests), rest.OutcomeOf(err), err)
			}
		})
	}
	inBubble(t, http.StatusText(http.StatusTooManyRequests), func(t *testing.T) {
		g := &gateway{status: http.StatusTooManyRequests}
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		err := call(ctx, g.client(apiKey))
		if len(g.requests) < 3 || rest.OutcomeOf(err) != rest.NotActed {
			t.Errorf("%d requests, %s: %v", len(g.requests), rest.OutcomeOf(err), err)
		}
		for _, sent := range g.bodies {
			if sent != body {
				t.Errorf("sent %s", sent)
			}
		}
	})
}

// toldWith200 runs a call against failures that come with status 200, and asserts
// that only those of authentication and validation count as refused.
func toldWith200(t *testing.T, call func(context.Context, *Client) error) {
	t.Helper()
	for body, want := range map[string]rest.Outcome{
		`{"status":0,"message":["no"]}`: rest.Unknown,
		`{"status":0,"message":["no"],"error":{"code":"E1019","key":"BOT_NOT_FOUND"}}`:       rest.Unknown,
		`{"status":0,"message":["no"],"error":{"code":"E5000","key":"INTERNAL_ERROR"}}`:      rest.Unknown,
		`{"status":0,"message":["no"],"validationError":{}}`:                                 rest.Unknown,
		`{"status":"0","message":"no","error":{"code":401}}`:                                 rest.Refused,
		`{"status":0,"message":["no"],"error":{"code":"E0401","key":"UNAUTHORIZED"}}`:        rest.Refused,
		`{"status":0,"message":["no"],"error":{"code":"422"}}`:                               rest.Refused,
		`{"status":0,"message":["no"],"validationError":{"userId":["is required"]}}`:         rest.Refused,
		`{"status":0,"message":["no"],"error":{"validationError":{"userId":"is required"}}}`: rest.Refused,
	} {
		inBubble(t, body, func(t *testing.T) {
			g := &gateway{status: http.StatusOK, answer: body}
			err := call(t.Context(), g.client(apiKey))
			if len(g.requests) != 1 || rest.OutcomeOf(err) != want {
				t.Errorf("%d requests, %s: %v", len(g.requests), rest.OutcomeOf(err), err)
			}
			if err == nil || !strings.Contains(err.Error(), "200 OK: no") {
				t.Errorf("the service's words are not in %v", err)
			}
		})
	}
}
