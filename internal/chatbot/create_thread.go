package chatbot

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

// CreateRequest is a request to begin a thread. The caller makes the ThreadID, so
// that a create whose answer is lost can be looked up.
type CreateRequest struct {
	ChatbotID     string `json:"-"`
	ThreadID      string `json:"threadId"`
	Mode          string `json:"mode"`
	ChatUserEmail string `json:"chatUserEmail,omitempty"`
}

// CreateThread begins a thread. The call is sent at most once, unless the service
// cannot have acted. Where its answer is lost, the thread is looked up by its id and
// returned as if the answer had arrived; if that fails too, the error is a *LostError.
//
// https://sitegpt.ai/docs/api-reference (POST chatbots/{chatbotId}/threads)
func (c *Client) CreateThread(ctx context.Context, request CreateRequest) (*Thread, error) {
	var thread *Thread
	_, err := c.rest.Do(ctx, rest.Call{
		Method:      http.MethodPost,
		Path:        []string{"chatbots", request.ChatbotID, "threads"},
		Body:        request,
		Class:       rest.Once,
		Limit:       threadLimit,
		Timeout:     func() time.Duration { return min(c.rest.Timeout(), leavesTime(ctx)) },
		Personal:    []string{request.ChatUserEmail},
		HidesAnswer: true,
		Decode:      c.decodeThread(&thread, request.ThreadID),
	})
	if err == nil || rest.OutcomeOf(err) != rest.Unknown {
		return thread, err
	}
	return c.findThread(ctx, request, err)
}

// findThread looks for the thread of a create whose answer was lost.
func (c *Client) findThread(ctx context.Context, request CreateRequest, lost error) (*Thread, error) {
	thread, err := c.ReadThread(ctx, request.ChatbotID, request.ThreadID)
	switch {
	case err == nil:
		return thread, nil
	case IsGone(err) && errors.Is(lost, errAnotherThread):
		return nil, &LostError{Call: lost, Looked: "The service has no thread with the id that was asked for. It may have made one with another id."}
	case IsGone(err):
		return nil, &LostError{Call: lost, Nothing: true, Looked: "The thread was looked up by its id, and the service has no such thread: nothing was created."}
	default:
		return nil, &LostError{Call: lost, Looked: "The thread was looked up by its id, which failed: " + err.Error() + "."}
	}
}

// leavesTime returns how long an attempt may take so that one fifth of what is left of
// the operation remains for a look-up. Without a deadline it is a day.
func leavesTime(ctx context.Context) time.Duration {
	deadline, ok := ctx.Deadline()
	if !ok {
		return 24 * time.Hour
	}
	return max(time.Until(deadline)/5*4, time.Millisecond)
}
