package jelou

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

// WaitError tells that a conversation was not seen in a state that it was waited for,
// although the service answered. A failure of the service is a *rest.Error instead.
type WaitError struct {
	Wanted       []string
	Conversation *Conversation // as it was last seen; nil where the service knew none
	NotFound     error         // the last look, where the service knew no such conversation
	After        time.Duration // how long it was waited for
	Cause        error         // why the waiting ended; nil when the conversation is closed, which is final
}

// IsInterrupted reports whether somebody ended the waiting, and not the clock.
func (e *WaitError) IsInterrupted() bool { return e.Cause != nil && rest.IsInterrupted(e.Cause) }

// Error says how long was waited, what for, and what was seen.
func (e *WaitError) Error() string {
	got := "it is open"
	switch {
	case e.Conversation == nil:
		got = "Jelou does not know it"
	case e.Conversation.IsClosed():
		got = "it is closed"
	}
	ended := fmt.Sprintf("timed out after %g s", e.After.Round(100*time.Millisecond).Seconds())
	switch {
	case e.Cause == nil:
		ended = "a closed conversation never gets another state"
	case e.IsInterrupted():
		ended = fmt.Sprintf("interrupted after %g s", e.After.Round(100*time.Millisecond).Seconds())
	}
	return fmt.Sprintf("the conversation was to be %s, but %s: %s", strings.Join(e.Wanted, " or "), got, ended)
}

// Unwrap returns why the waiting ended, and the look that found no conversation.
func (e *WaitError) Unwrap() []error {
	return slices.DeleteFunc([]error{e.NotFound, e.Cause}, func(err error) bool { return err == nil })
}

// WaitForConversation returns the conversation as soon as it is in one of the states,
// within ctx. One that the service does not know yet is waited for as well. A wait in
// vain is a *WaitError. Without states it is ReadConversation.
func (c *Client) WaitForConversation(ctx context.Context, projectID, id string, states []string) (*Conversation, error) {
	if len(states) == 0 {
		return c.ReadConversation(ctx, projectID, id)
	}
	waits, cancel := c.rest.Waits(ctx)
	defer cancel()
	began := time.Now()
	vain := func(short *WaitError, cause error) (*Conversation, error) {
		short.Wanted, short.After, short.Cause = states, time.Since(began), cause
		return nil, short
	}
	var short *WaitError
	for pause := rest.FirstPause; ; pause = rest.NextPause(pause) {
		found, err := c.ReadConversation(ctx, projectID, id)
		ended := rest.EndOfLook(ctx, err)
		switch {
		case err == nil && found.isIn(states):
			return found, nil
		case err == nil:
			short = &WaitError{Conversation: found}
		case IsUnknownConversation(err):
			short = &WaitError{NotFound: err}
		case short != nil && ended != nil:
			return vain(short, ended)
		default:
			return nil, err
		}
		if err == nil && found.IsClosed() {
			return vain(short, nil)
		}
		if ended := rest.Sleep(waits, pause); ended != nil {
			return vain(short, ended)
		}
	}
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
