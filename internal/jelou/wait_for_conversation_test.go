package jelou

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

const (
	isActive  = `{"status":1,"data":{"state":"active"}}`
	isClosed  = `{"status":1,"data":{"state":"closed"}}`
	isUnknown = `{"status":0,"error":{"key":"CONVERSATION_NOT_FOUND"}}`
)

// A wait for a state reads until the conversation is in it, at growing pauses.
func TestWaitForConversation(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		answers []string // the last one is given again and again
		states  []string
		reads   int
		took    time.Duration
		says    string // of the *rest.Vain; "": it is reached
	}{
		"without a state":           {answers: []string{isActive}, reads: 1},
		"is in it at once":          {answers: []string{isActive}, states: []string{"active"}, reads: 1},
		"is in one of them":         {answers: []string{isClosed}, states: []string{"active", "CLOSED"}, reads: 1},
		"comes to it":               {answers: []string{isActive, isActive, isClosed}, states: []string{"closed"}, reads: 3, took: 3 * time.Second},
		"is not known yet":          {answers: []string{isUnknown, isActive}, states: []string{"active"}, reads: 2, took: time.Second},
		"is closed, which is final": {answers: []string{isActive, isClosed}, states: []string{"waiting"}, reads: 2, took: time.Second, says: "expected the state waiting, but the conversation is closed, which is final (GET https://gateway.jelou.ai/jelouapi/v1/external-support/p/conversations/c was answered with 200 OK)"},
		"stays open":                {answers: []string{isActive}, states: []string{"closed"}, reads: 7, took: time.Minute, says: "expected the state closed, but the conversation has the state active: timed out after 60 s (GET https://gateway.jelou.ai/jelouapi/v1/external-support/p/conversations/c was answered with 200 OK)"},
		"stays unknown":             {answers: []string{isUnknown}, states: []string{"active", "closed"}, reads: 7, took: time.Minute, says: "expected the state active or closed, but Jelou does not know the conversation: timed out after 60 s (GET https://gateway.jelou.ai/jelouapi/v1/external-support/p/conversations/c: 404 Not Found: code CONVERSATION_NOT_FOUND)"},
	} {
		inBubble(t, name, func(t *testing.T) {
			g := &gateway{status: http.StatusOK}
			g.each = func(n int) {
				g.answer, g.status = c.answers[min(n, len(c.answers)-1)], http.StatusOK
				if g.answer == isUnknown {
					g.status = http.StatusNotFound
				}
			}
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			began := time.Now()
			found, err := g.client(apiKey).WaitForConversation(ctx, "p", "c", c.states)
			if len(g.requests) != c.reads || time.Since(began) != c.took {
				t.Errorf("%d readings in %s, want %d in %s", len(g.requests), time.Since(began), c.reads, c.took)
			}
			if c.says == "" {
				if err != nil || found == nil {
					t.Errorf("got %v, %v", found, err)
				}
				return
			}
			last := c.answers[len(c.answers)-1]
			if _, ok := errors.AsType[*rest.Vain](err); !ok || err.Error() != c.says || (found != nil) != (last != isUnknown) {
				t.Errorf("got %v, %v", found, err)
			}
		})
	}
}

// A failure of the service ends a wait, because nobody can see how the wait would end.
func TestWaitForConversationOfAFailingService(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		status int
		answer string
	}{
		"401":             {http.StatusUnauthorized, `{"message":"Authentication failed"}`},
		"404 of a page":   {http.StatusNotFound, `<html>`},
		"404 of the bot":  {http.StatusNotFound, `{"status":0,"error":{"key":"BOT_NOT_FOUND"}}`},
		"500":             {http.StatusInternalServerError, ``},
		"another answer":  {http.StatusOK, `{"status":1}`},
		"another's state": {http.StatusOK, `{"status":1,"data":{"_id":"d","state":"closed"}}`},
	} {
		inBubble(t, name, func(t *testing.T) {
			g := &gateway{status: c.status, answer: c.answer}
			found, err := g.client(apiKey).WaitForConversation(t.Context(), "p", "c", []string{"closed"})
			if _, ok := errors.AsType[*rest.Error](err); !ok || found != nil {
				t.Errorf("got %v, %v", found, err)
			}
		})
	}
}

func TestWaitForConversationEndsWhenItIsInterrupted(t *testing.T) {
	t.Parallel()
	inBubble(t, "in a pause", func(t *testing.T) {
		g := &gateway{status: http.StatusOK, answer: isActive}
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			time.Sleep(2500 * time.Millisecond)
			cancel()
		}()
		_, err := g.client(apiKey).WaitForConversation(ctx, "p", "c", []string{"closed"})
		synctest.Wait()
		short, ok := errors.AsType[*rest.Vain](err)
		if want := "expected the state closed, but the conversation has the state active: interrupted after 2.5 s (GET https://gateway.jelou.ai/jelouapi/v1/external-support/p/conversations/c was answered with 200 OK)"; !ok || !short.IsInterrupted() || err.Error() != want || len(g.requests) != 2 {
			t.Errorf("%d readings, %v", len(g.requests), err)
		}
	})
}
