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

// seen says how far a thread is. It counts answers only where some are asked for.
func (c Condition) seen(thread *Thread) string {
	answers := int64(len(thread.Answers()))
	has := "the thread has " + counted(int64(len(thread.Messages)), "message")
	if len(thread.Messages) == 0 || c.Answers == 0 && c.Matches == nil {
		return has
	}
	has += " and " + counted(answers, "answer")
	if answers > 0 && !(Condition{Matches: c.Matches}).isMet(thread) {
		has += " without a match"
	}
	return has
}

// WaitForThread returns the thread as soon as it has what is wanted, within ctx. A
// thread that the service does not know yet is waited for as well. The error of a wait in
// vain is a *rest.Vain, with the thread as it was last seen, nil where it was not. With
// nothing wanted it is ReadThread.
func (c *Client) WaitForThread(ctx context.Context, chatbotID, threadID string, wanted Condition) (*Thread, error) {
	if wanted == (Condition{}) {
		return c.ReadThread(ctx, chatbotID, threadID)
	}
	var last *Thread
	err := c.rest.Poll(ctx, wanted.String(), func() (rest.Seen, error) {
		thread, look, err := c.look(ctx, chatbotID, threadID)
		switch {
		case IsMissing(err):
			last = nil
			return rest.Seen{Is: "the service does not know the thread", NotFound: err}, nil
		case err != nil:
			return rest.Seen{}, err
		}
		last = thread
		return rest.Seen{Is: wanted.seen(thread), Look: look, Done: wanted.isMet(thread)}, nil
	})
	return last, err
}
