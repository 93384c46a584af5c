package chatbot

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

// The pause between two looks at a thread grows from the first to the last.
const (
	firstPause = time.Second
	lastPause  = 15 * time.Second
)

// Minimum is what a thread is waited for. Zero is no condition.
type Minimum struct {
	Messages int64
	Answers  int64
}

func (m Minimum) isZero() bool { return m == Minimum{} }

func (m Minimum) reached(thread *Thread) bool {
	return int64(len(thread.Messages)) >= m.Messages && int64(thread.Answers()) >= m.Answers
}

// ShortError tells that a thread did not get as far as it was waited for.
type ShortError struct {
	Wanted   Minimum
	Missing  bool  // the service still answered that there is no such thread
	Messages int   // at the last look
	Answers  int   // at the last look
	Cause    error // why the waiting ended
}

// Error says how many there were and how many there should have been.
func (e *ShortError) Error() string {
	had := fmt.Sprintf("the thread had %d messages, %d of them with an answer", e.Messages, e.Answers)
	if e.Missing {
		had = "there was no such thread yet (404)"
	}
	return fmt.Sprintf("%s, when at least %d messages and %d answers were waited for; the waiting ended: %s",
		had, e.Wanted.Messages, e.Wanted.Answers, e.Cause)
}

// Unwrap returns why the waiting ended.
func (e *ShortError) Unwrap() error { return e.Cause }

// WaitForThread returns the thread as soon as it has what minimum asks for,
// within ctx. A thread that is not found is waited for as well. Without a
// minimum it is Thread.
func (c *Client) WaitForThread(ctx context.Context, chatbotID, threadID string, minimum Minimum) (*Thread, error) {
	if minimum.isZero() {
		return c.Thread(ctx, chatbotID, threadID)
	}
	waits, cancel := c.rest.Waits(ctx)
	defer cancel()
	short := &ShortError{Wanted: minimum}
	looked := false
	for pause := firstPause; ; pause = min(2*pause, lastPause) {
		thread, err := c.Thread(ctx, chatbotID, threadID)
		switch {
		case err == nil && minimum.reached(thread):
			return thread, nil
		case err == nil:
			short.Missing, short.Messages, short.Answers = false, len(thread.Messages), thread.Answers()
		case rest.IsNotFound(err):
			short.Missing = true
		case looked && ctx.Err() != nil:
			short.Cause = context.Cause(ctx)
			return nil, short
		default:
			if e, ok := errors.AsType[*rest.Error](err); ok && looked && e.Attempts == 0 && e.Ended != nil {
				short.Cause = e.Ended // there was no time for another look
				return nil, short
			}
			return nil, err
		}
		looked = true
		if short.Cause = wait(waits, pause); short.Cause != nil {
			return nil, short
		}
	}
}

// wait pauses, and returns why the pause was cut short.
func wait(ctx context.Context, pause time.Duration) error {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
