package jelou

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

// WaitError tells that a conversation was not seen in a state that it was waited for,
// although the service answered. A failure of the service is a *rest.Error instead.
type WaitError struct {
	rest.Vain // its Cause is nil when the conversation is closed, which is final

	Wanted       []string
	Conversation *Conversation // as it was last seen; nil where the service knew none
	NotFound     error         // the last look, where the service knew no such conversation
	Look         string        // the last look that found the conversation: its method, URL and status
}

// Error says how long was waited, what for, what was seen, and what the last look was
// answered.
func (e *WaitError) Error() string {
	got, ended, look := "it is open", e.Ended(), e.Look
	switch {
	case e.Conversation == nil:
		got, look = "Jelou does not know it", e.NotFound.Error()
	case e.Conversation.IsClosed():
		got = "it is closed"
	}
	if e.Cause == nil {
		ended = "a closed conversation never gets another state"
	}
	return fmt.Sprintf("the conversation was to be %s, but %s: %s (%s)", strings.Join(e.Wanted, " or "), got, ended, look)
}

// Unwrap returns why the waiting ended, and the look that found no conversation.
func (e *WaitError) Unwrap() []error { return []error{e.NotFound, e.Cause} }

// WaitForConversation returns the conversation as soon as it is in one of the states,
// within ctx. One that the service does not know yet is waited for as well. A wait in
// vain is a *WaitError. Without states it is ReadConversation.
func (c *Client) WaitForConversation(ctx context.Context, projectID, id string, states []string) (*Conversation, error) {
	if len(states) == 0 {
		return c.ReadConversation(ctx, projectID, id)
	}
	var short *WaitError
	vain, err := c.rest.Poll(ctx, func() (bool, error) {
		found, look, err := c.look(ctx, projectID, id)
		switch {
		case IsUnknownConversation(err):
			short = &WaitError{Wanted: states, NotFound: err}
			return false, nil
		case err != nil:
			return false, err
		}
		short = &WaitError{Wanted: states, Conversation: found, Look: look}
		return found.IsClosed() || found.isIn(states), nil
	})
	switch {
	case err != nil:
		return nil, err
	case vain.Cause == nil && short.Conversation.isIn(states):
		return short.Conversation, nil
	}
	short.Vain = vain
	return nil, short
}

// isIn reports whether the conversation is in one of the states.
func (c *Conversation) isIn(states []string) bool {
	return slices.ContainsFunc(states, func(state string) bool {
		if strings.EqualFold(state, StateClosed) {
			return c.IsClosed()
		}
		return c.State != nil && strings.EqualFold(*c.State, state)
	})
}
