package chatbot

import (
	"context"
	"errors"
	"fmt"
	"strings"
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

// String returns "2 messages and 1 answer", without what is no condition.
func (m Minimum) String() string {
	var parts []string
	if m.Messages > 0 {
		parts = append(parts, counted(m.Messages, "message"))
	}
	if m.Answers > 0 {
		parts = append(parts, counted(m.Answers, "answer"))
	}
	return strings.Join(parts, " and ")
}

// counted returns "1 message" and "2 messages".
func counted(n int64, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return fmt.Sprintf("%d %s", n, thing)
}

func (m Minimum) reached(thread *Thread) bool {
	return int64(len(thread.Messages)) >= m.Messages && int64(thread.Answers()) >= m.Answers
}

// ShortError tells that a thread did not get as far as it was waited for.
type ShortError struct {
	Wanted   Minimum
	NotFound *rest.Error // the last look, where it was answered that there is no such thread
	Found    string      // the last look that found the thread: its method, URL and status
	Messages int         // that it found
	Answers  int         // that it found
	Cause    error       // why the waiting ended
}

// Error says what the last look was answered, and what Waited says.
func (e *ShortError) Error() string {
	if e.NotFound != nil {
		return e.NotFound.Error() + ": " + e.Waited()
	}
	return e.Found + ": " + e.Waited()
}

// Waited says how many there were, how many there should have been and why
// nobody waited any longer.
func (e *ShortError) Waited() string {
	verb := "were"
	if e.Wanted.Messages+e.Wanted.Answers == 1 {
		verb = "was"
	}
	return fmt.Sprintf("%s, when at least %s %s waited for; %s", e.had(), e.Wanted, verb, e.ended())
}

// had counts answers only where some were asked for.
func (e *ShortError) had() string {
	if e.NotFound != nil {
		return "there was no such thread yet (404)"
	}
	had := "the thread had " + counted(int64(e.Messages), "message")
	switch {
	case e.Wanted.Answers == 0 || e.Messages == 0:
		return had
	case e.Answers == 0:
		return had + ", none with an answer"
	case e.Messages == 1:
		return had + ", with an answer"
	default:
		return fmt.Sprintf("%s, %d of them with an answer", had, e.Answers)
	}
}

func (e *ShortError) ended() string {
	switch {
	case errors.Is(e.Cause, context.DeadlineExceeded):
		return "the time-out of the operation ended the waiting"
	case rest.IsInterrupted(e.Cause):
		return "the waiting was interrupted"
	default:
		return fmt.Sprintf("the waiting ended: %s", e.Cause)
	}
}

// Unwrap returns why the waiting ended, and the call that found no thread.
func (e *ShortError) Unwrap() []error {
	if e.NotFound == nil {
		return []error{e.Cause}
	}
	return []error{e.NotFound, e.Cause}
}

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
		thread, look, err := c.look(ctx, chatbotID, threadID)
		over := rest.Over(ctx)
		switch {
		case err == nil && minimum.reached(thread):
			return thread, nil
		case err == nil:
			short.NotFound, short.Found = nil, look
			short.Messages, short.Answers = len(thread.Messages), thread.Answers()
		case rest.IsNotFound(err):
			short.NotFound, _ = errors.AsType[*rest.Error](err)
		case looked && over != nil:
			short.Cause = over
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
