package chatbot

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

func TestReadThreadRequest(t *testing.T) {
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
			thread, err := s.client().ReadThread(t.Context(), c.chatbot, c.thread)
			if err != nil || string(*thread.ThreadID) != c.thread {
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

func TestReadThreadErrors(t *testing.T) {
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
			thread, err := s.client(func(c *rest.Config) { c.Policy.MaxRetries = 2 }).ReadThread(t.Context(), "c", "t")
			if thread != nil || err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %+v and %v, want %q", thread, err, c.says)
			}
			if rest.IsNotFound(err) != c.notFound || len(s.requests) != c.requests {
				t.Errorf("not found is %t after %d requests", rest.IsNotFound(err), len(s.requests))
			}
		})
	}
}

func TestAThreadThatIsGone(t *testing.T) {
	t.Parallel()
	for body, c := range map[string]struct{ missing, gone bool }{
		`{"success":false,"message":"none"}`:                      {true, true},
		`{"success":false,"error":{"code":"THREAD_NOT_FOUND"}}`:   {true, true},
		`{"success":false,"error":{"code":"NOT_FOUND"}}`:          {true, true},
		`{"success":false,"error":{"code":"not_found"}}`:          {true, true},
		`{"success":false,"error":{"code":"RESOURCE_NOT_FOUND"}}`: {true, true},
		`{"success":false,"error":{"code":404}}`:                  {true, true},
		`{"success":false,"error":{"code":"CHATBOT_NOT_FOUND"}}`:  {true, false},
		`{"success":false,"error":{"code":"chatbot_not_found"}}`:  {true, false},
		`{"success":false,"error":{"code":"ROUTE_NOT_FOUND"}}`:    {true, false},
		`{"error":{"code":404,"message":"Not found","status":1}}`: {false, false}, // a gateway's form
		`{"message":"Not Found"}`:                                 {false, false},
		`<html>`:                                                  {false, false},
		``:                                                        {false, false},
	} {
		inBubble(t, body, func(t *testing.T) {
			_, err := newServer(answer{status: 404, body: body}).client().ReadThread(t.Context(), "c", "t")
			if IsMissing(err) != c.missing || IsGone(err) != c.gone {
				t.Errorf("missing is %t and gone is %t for %v", IsMissing(err), IsGone(err), err)
			}
		})
	}
}
