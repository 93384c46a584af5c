package chatbot

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

// Condition is what a thread is waited for. Each part that is zero is no condition.
type Condition struct {
	Messages int64          // so many at least
	Answers  int64          // so many messages at least have an answer
	Matches  *regexp.Regexp // an answer matches it
}

// isMet reports whether the thread has what is waited for.
func (c Condition) isMet(thread *Thread) bool {
	answers := thread.Answers()
	return int64(len(thread.Messages)) >= c.Messages && int64(len(answers)) >= c.Answers && (c.Matches == nil || slices.ContainsFunc(answers, c.Matches.MatchString))
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
	var parts []string
	if len(counts) > 0 {
		parts = append(parts, "at least "+strings.Join(counts, " and "))
	}
	if c.Matches != nil {
		parts = append(parts, "an answer that matches")
	}
	return strings.Join(parts, ", and ")
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
	rest.Vain

	Wanted   Condition
	Thread   *Thread // as it was last seen; nil where the service knew none
	NotFound error   // the last look, where the service knew no such thread
	Look     string  // the last look that found the thread: its method, URL and status
}

// IsTimeout reports whether the time was up, and not the waiting interrupted.
func (e *WaitError) IsTimeout() bool { return !e.IsInterrupted() }

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
	ended := e.Ended()
	return fmt.Sprintf("%s: expected %s, %s", strings.ToUpper(ended[:1])+ended[1:], e.Wanted, e.has())
}

// has counts answers only where some were asked for.
func (e *WaitError) has() string {
	if e.Thread == nil {
		return "the thread does not exist yet"
	}
	answers := e.Thread.Answers()
	has := "the thread has " + counted(int64(len(e.Thread.Messages)), "message")
	if len(e.Thread.Messages) == 0 || e.Wanted.Answers == 0 && e.Wanted.Matches == nil {
		return has
	}
	has += " and " + counted(int64(len(answers)), "answer")
	if len(answers) > 0 && !(Condition{Matches: e.Wanted.Matches}).isMet(e.Thread) {
		has += " without a match"
	}
	return has
}

// Unwrap returns why the waiting ended, and the call that found no thread.
func (e *WaitError) Unwrap() []error { return []error{e.NotFound, e.Cause} }

// WaitForThread returns the thread as soon as it has what is wanted, within ctx. A
// thread that the service does not know yet is waited for as well. Where the time is
// up, the error is a *WaitError with the thread as it was last seen. With nothing
// wanted it is ReadThread.
func (c *Client) WaitForThread(ctx context.Context, chatbotID, threadID string, wanted Condition) (*Thread, error) {
	if wanted == (Condition{}) {
		return c.ReadThread(ctx, chatbotID, threadID)
	}
	var short *WaitError
	vain, err := c.rest.Poll(ctx, func() (bool, error) {
		thread, look, err := c.look(ctx, chatbotID, threadID)
		switch {
		case IsMissing(err):
			short = &WaitError{Wanted: wanted, NotFound: err}
			return false, nil
		case err != nil:
			return false, err
		}
		short = &WaitError{Wanted: wanted, Thread: thread, Look: look}
		return wanted.isMet(thread), nil
	})
	switch {
	case err != nil:
		return nil, err
	case vain.Cause != nil:
		short.Vain = vain
		return nil, short
	}
	return short.Thread, nil
}
