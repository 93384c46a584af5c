package chatbot

import (
	"context"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"github.com/conversation-tools/terraform-provider-conversation/internal/loose"
	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

// LostError is a call whose answer was lost, and that the look-up could not settle.
type LostError struct {
	Call    error    // how the answer was lost, a *rest.Error
	Nothing bool     // the look-up showed that the call did nothing
	Message *Message // the message, where it was found without the answer that was waited for
	Looked  string   // what the look-up showed, in one or two sentences
}

// Error says how the answer was lost and what the look-up showed.
func (e *LostError) Error() string { return e.Call.Error() + ": " + e.Looked }

// Unwrap returns the call, so that errors.As finds it.
func (e *LostError) Unwrap() error { return e.Call }

// clockDifference is how far the service's clock may be behind.
const clockDifference = 5 * time.Minute

// appearsWithin is how long a message is looked for that the thread does not have: a
// gateway may give a call up that the service is still working on.
const appearsWithin = 10 * time.Second

// findMessage looks in the thread for a message whose answer was lost. The one message
// with its text, from five minutes before the last attempt on, that this client does not
// know is the one. Only the last attempt can have said it, because the call is not sent
// again after one that may have acted.
func (c *Client) findMessage(ctx context.Context, request AskRequest, talk *talk, lost *rest.Error) (*Reply, *LostError) {
	waits, cancel := c.rest.Waits(ctx)
	defer cancel()
	looking := time.Now()
	var message *Message
	looked := false
	for pause := rest.FirstPause; ; pause = rest.NextPause(pause) {
		thread, err := c.ReadThread(ctx, request.ChatbotID, request.ThreadID)
		if ended := rest.EndOfLook(ctx, err); looked && ended != nil {
			return nil, unanswered(lost, message, ended)
		}
		if err != nil {
			return nil, &LostError{Call: lost, Message: message, Looked: "The thread was read to look for the message, which failed: " + err.Error() + "."}
		}
		looked = true
		found := slices.DeleteFunc(thread.said(request, lost.Began.Add(-clockDifference)), talk.knows)
		switch {
		case len(found) > 1, len(found) == 1 && message != nil && message.hasID() && !message.isSame(found[0]):
			return nil, &LostError{Call: lost, Looked: "The thread has shown several messages with this text since the call was made, so nobody can tell which of them is this one."}
		case len(found) == 1 && talk.hasLost(request.Text):
			return nil, &LostError{Call: lost, Looked: "The thread has a message with this text, but an earlier call with this text may have said it, so nobody can tell which of them did."}
		case len(found) == 0 && message == nil && time.Since(looking)+pause > appearsWithin:
			return nil, unanswered(lost, nil, nil)
		case len(found) == 1:
			message = found[0]
			if _, ok := message.AnswerText(); ok || request.From == FromAgent || thread.isAgents() {
				return &Reply{Message: *message, Lost: lost}, nil
			}
		}
		if ended := rest.Sleep(waits, pause); ended != nil {
			return nil, unanswered(lost, message, ended)
		}
	}
}

// unanswered is the error of a look-up that ended. message is nil where the thread has none.
func unanswered(lost error, message *Message, ended error) *LostError {
	if message == nil {
		return &LostError{Call: lost, Looked: "The thread was read, and has no message with this text since the call was made."}
	}
	end := "the time-out of the operation"
	if rest.IsInterrupted(ended) {
		end = "the operation was interrupted"
	}
	return &LostError{Call: lost, Message: message, Looked: "The message is in the thread, but had no answer before " + end + "."}
}

// said returns the messages that a request may have led to: those with its text that
// were said after the given time. One without a time that can be read is none, because
// it may be old. One that the thread lists twice is one, with its answer if either has it.
func (t *Thread) said(request AskRequest, after time.Time) []*Message {
	var found []*Message
	places := map[loose.ID]int{} // in found
	text := plain(request.Text)
	for i := range t.Messages {
		said := t.Messages[i].Question
		if request.From == FromAgent && said == nil {
			said = t.Messages[i].Answer // what an agent says stands in the place of an answer
		}
		if said == nil || said.Text == nil || plain(*said.Text) != text {
			continue
		}
		if at, ok := timeOf(said.Timestamp); !ok || at.Before(after) {
			continue
		}
		message := &t.Messages[i]
		if !message.hasID() {
			found = append(found, message)
		} else if place, again := places[*message.MessageID]; !again {
			places[*message.MessageID] = len(found)
			found = append(found, message)
		} else if _, answered := found[place].AnswerText(); !answered {
			found[place] = message
		}
	}
	return found
}

// plain returns a text as two are compared, because a service may keep letters and line ends in
// another form than it was sent.
func plain(text string) string {
	return strings.TrimSpace(norm.NFC.String(strings.ReplaceAll(text, "\r\n", "\n")))
}

// isAgents reports whether a human answers in the thread, whom nobody waits for.
func (t *Thread) isAgents() bool { return t.Mode != nil && *t.Mode == ModeAgent }

// timeOf reads a time as the service writes it. One without a zone is in UTC.
func timeOf(timestamp *string) (time.Time, bool) {
	if timestamp == nil {
		return time.Time{}, false
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", time.DateTime} {
		if at, err := time.Parse(layout, strings.TrimSpace(*timestamp)); err == nil {
			return at, true
		}
	}
	return time.Time{}, false
}
