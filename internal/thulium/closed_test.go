package thulium

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

func TestConfirmClosed(t *testing.T) {
	t.Parallel()
	closed, open := chats(1), chats(1)
	closed[0]["status"] = "CLOSED"
	refuse := func(queue string, status int) func(request) (int, string, bool) {
		return func(r request) (int, string, bool) { return status, "", r.query.Get("chat_queue_id") == queue }
	}
	for name, c := range map[string]struct {
		system *system
		want   error
		status int    // of the listing, where it is refused
		queues string // that are asked for
	}{
		"shown closed":                       {&system{rows: closed}, nil, 0, "3"},
		"shown open":                         {&system{rows: open}, ErrShownOpen, 0, "3"},
		"not shown":                          {&system{}, ErrNotShown, 0, "3 all"},
		"its queue is deleted, shown closed": {&system{rows: closed, answer: refuse("3", http.StatusNotFound)}, nil, 0, "3 all"},
		"its queue is deleted, shown open":   {&system{rows: open, answer: refuse("3", http.StatusNotFound)}, ErrShownOpen, 0, "3 all"},
		"its queue is deleted, not shown":    {&system{answer: refuse("3", http.StatusNotFound)}, ErrNotShown, 0, "3 all"},
		"all queues are refused":             {&system{answer: refuse("", http.StatusForbidden)}, nil, http.StatusForbidden, "3 all"},
		"its queue fails":                    {&system{answer: func(request) (int, string, bool) { return 500, "", true }}, nil, 500, "3"},
	} {
		inBubble(t, name, func(t *testing.T) {
			err := c.system.client().ConfirmClosed(t.Context(), 3, "chat-0", began, time.Now())
			failure, _ := errors.AsType[*rest.Error](err)
			if c.status != 0 && (failure == nil || failure.Status != c.status) || c.status == 0 && !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v or status %d", err, c.want, c.status)
			}
			expect(t, "queues", queues(c.system), c.queues)
		})
	}
	for name, before := range map[string]func(request) (int, string, bool){
		"a listing that failed": func(request) (int, string, bool) { return 500, "", true },
		"an empty listing":      func(request) (int, string, bool) { return 200, `{"count":0,"result":[]}`, true },
	} {
		inBubble(t, name+" before the stop says nothing", func(t *testing.T) {
			s := &system{rows: closed, answer: before}
			client := s.client()
			_ = find(t, client, "chat-0", began)
			time.Sleep(time.Second)
			s.answer = nil
			expect(t, "closed", client.ConfirmClosed(t.Context(), 3, "chat-0", began, time.Now()), nil)
			expect(t, "queues", queues(s), "3 3")
		})
	}
}

// queues returns the queues that were asked for.
func queues(s *system) string {
	out := ""
	for _, query := range s.listings(0) {
		queue := query.Get("chat_queue_id")
		if queue == "" {
			queue = "all"
		}
		out += " " + queue
	}
	return out[min(1, len(out)):]
}
