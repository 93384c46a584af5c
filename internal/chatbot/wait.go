package chatbot

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

// Condition is what a thread is waited for. Each part that is zero is no condition.
type Condition struct {
	Messages int64          // so many at least
	Answers  int64          // so many messages at least have an answer
	Matches  *regexp.Regexp // an answer matches it
}

func (c Condition) isZero() bool { return c == Condition{} }

// isMet reports whether the thread has what is waited for.
func (c Condition) isMet(thread *Thread) bool {
	answers := thread.Answers()
	return int64(len(thread.Messages)) >= c.Messages && int64(len(answers)) >= c.Answers && (c.Matches == nil || c.matching(answers))
}

func (c Condition) matching(answers []string) bool {
	for _, answer := range answers {
		if c.Matches.MatchString(answer) {
			return true
		}
	}
	return false
}

// String returns "at least 2 messages and 1 answer", without what is no condition.
func (c Condition) String() string {
	var counts []string
	if c.Messages > 0 {
		counts = append(counts, counted(c.Messages, "message"))
	}
	if c.Answers > 0 {
		counts = append(counts, counted(c.Answers, "answer"))
	}
	if c.Matches == nil {
		return "at least " + strings.Join(counts, " and ")
	}
	if len(counts) == 0 {
		return "an answer that matches"
	}
	return "at least " + strings.Join(counts, " and ") + ", and an answer that matches"
}

// counted returns "1 message" and "2 messages".
func counted(n int64, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return fmt.Sprintf("%d %s", n, thing)
}

// WaitError tells that a thread did not get what it was waited for, although the
// service answered. A failure of the service is a *rest.Error instead.
type WaitError struct {
	Wanted   Condition
	Thread   *Thread       // as it was last seen; nil where the service knew none
	NotFound *rest.Error   // the last look, where the service knew no such thread
	Look     string        // the last look that found the thread: its method, URL and status
	After    time.Duration // how long it was waited for
	Cause    error         // why the waiting ended
}

// IsTimeout reports whether the time was up, and not the waiting interrupted.
func (e *WaitError) IsTimeout() bool { return !rest.IsInterrupted(e.Cause) }

// Error says what Waited says, and what the last look was answered.
func (e *WaitError) Error() string {
	look := e.Look
	if e.NotFound != nil {
		look = e.NotFound.Error()
	}
	return e.Waited() + " (" + look + ")"
}

// Waited says how long was waited, what for, and what the thread has.
func (e *WaitError) Waited() string {
	ended := "Timed out"
	if !e.IsTimeout() {
		ended = "Interrupted"
	}
	return fmt.Sprintf("%s after %g s: expected %s, %s", ended, e.After.Round(100*time.Millisecond).Seconds(), e.Wanted, e.has())
}

// has counts answers only where some were asked for.
func (e *WaitError) has() string {
	if e.Thread == nil {
		return "the thread does not exist yet"
	}
	messages := int64(len(e.Thread.Messages))
	answers := int64(len(e.Thread.Answers()))
	has := "the thread has " + counted(messages, "message")
	switch {
	case messages == 0 || e.Wanted.Answers == 0 && e.Wanted.Matches == nil:
		return has
	case answers == 0 || e.Wanted.Matches == nil || e.Wanted.matching(e.Thread.Answers()):
		return has + " and " + counted(answers, "answer")
	default:
		return has + " and " + counted(answers, "answer") + " without a match"
	}
}

// Unwrap returns why the waiting ended, and the call that found no thread.
func (e *WaitError) Unwrap() []error {
	if e.NotFound == nil {
		return []error{e.Cause}
	}
	return []error{e.NotFound, e.Cause}
}

// WaitForThread returns the thread as soon as it has what is wanted, within ctx. A
// thread that the service does not know yet is waited for as well. Where the time is
// up, the error is a *WaitError with the thread as it was last seen. With nothing
// wanted it is ReadThread.
func (c *Client) WaitForThread(ctx context.Context, chatbotID, threadID string, wanted Condition) (*Thread, error) {
	if wanted.isZero() {
		return c.ReadThread(ctx, chatbotID, threadID)
	}
	waits, cancel := c.rest.Waits(ctx)
	defer cancel()
	began := time.Now()
	var short *WaitError
	for pause := rest.FirstPause; ; pause = rest.NextPause(pause) {
		thread, look, err := c.look(ctx, chatbotID, threadID)
		switch ended := rest.EndOfLook(ctx, err); {
		case err == nil && wanted.isMet(thread):
			return thread, nil
		case err == nil:
			short = &WaitError{Wanted: wanted, Thread: thread, Look: look}
		case IsMissing(err):
			short = &WaitError{Wanted: wanted}
			short.NotFound, _ = errors.AsType[*rest.Error](err)
		case short != nil && ended != nil:
			short.Cause, short.After = ended, time.Since(began)
			return nil, short
		default:
			return nil, err
		}
		if short.Cause = rest.Sleep(waits, pause); short.Cause != nil {
			short.After = time.Since(began)
			return nil, short
		}
	}
}
