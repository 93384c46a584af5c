package thulium

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

// ReadRequest names a chat, and what it is waited for.
type ReadRequest struct {
	QueueID        int64 // 0: not known
	ConversationID string
	Statuses       []string // one of them is waited for; none: the chat is read once
}

// reached reports whether a chat is what it is waited for.
func (r ReadRequest) reached(chat Chat) bool {
	return slices.Contains(r.Statuses, text(chat.Status)) || chat.Closed() && slices.Contains(r.Statuses, StatusClosed)
}

// WaitError tells that a chat was not seen in a status that it was waited for, although
// the service answered.
type WaitError struct {
	rest.Vain // its Cause is nil when the chat is closed, which is final

	Wanted []string
	Chat   *Chat  // as the last look found it; nil when the listing never showed it
	Look   string // the last page that was read: its method, URL and status
}

// statusWord finds a status that can be shown. Anything may come from outside.
var statusWord = regexp.MustCompile(`^[A-Za-z_]{1,32}$`)

// Error says how far the chat got, what it was waited for, why nobody waited any longer,
// and what the last look was answered.
func (e *WaitError) Error() string {
	got, ended := "the list of chats did not show the conversation", e.Ended()
	switch {
	case e.Chat != nil && e.Chat.Closed():
		got = "the conversation is closed"
	case e.Chat != nil && statusWord.MatchString(text(e.Chat.Status)):
		got = "the conversation had the status " + *e.Chat.Status
	case e.Chat != nil:
		got = "the conversation had another status"
	}
	if e.Cause == nil {
		ended = "a closed conversation never gets another status"
	}
	return fmt.Sprintf("%s; waited for: %s; %s (%s)", got, strings.Join(e.Wanted, ", "), ended, e.Look)
}

// Unwrap returns why the waiting ended.
func (e *WaitError) Unwrap() error { return e.Cause }

// ReadChat returns a chat as the listing shows it now, or ErrNotShown: it is looked
// for in growing windows, up to LookBack days. With statuses it is asked for until it
// has one of them, within ctx, also while the listing does not show it; what is not
// reached then is a *WaitError. A failure of the service ends the waiting.
func (c *Client) ReadChat(ctx context.Context, request ReadRequest) (Chat, error) {
	if len(request.Statuses) == 0 {
		chat, shown, err := c.newView(request.QueueID, newBudget(errTooLong)).find(ctx, request.ConversationID, growingWindows())
		if err == nil && !shown {
			err = ErrNotShown
		}
		return chat, err
	}
	short, windows := &WaitError{Wanted: request.Statuses}, growingWindows()
	vain, err := c.rest.Poll(ctx, func() (bool, error) {
		v := c.newView(request.QueueID, newBudget(errTooLong))
		chat, shown, err := v.find(ctx, request.ConversationID, windows)
		switch {
		case errors.Is(err, errTooLong): // it may be shown later, among the newest
		case err != nil:
			return false, err
		case shown:
			short.Chat = &chat
		}
		windows, short.Look = nextWindows(short.Chat), v.look
		return shown && (chat.Closed() || request.reached(chat)), nil
	})
	switch {
	case err != nil:
		return Chat{}, err
	case vain.Cause == nil && request.reached(*short.Chat):
		return *short.Chat, nil
	}
	short.Vain = vain
	return Chat{}, short
}

// nextWindows returns where a chat is looked for again: since its start, or among the
// newest where it was not shown yet.
func nextWindows(chat *Chat) []window {
	if chat == nil {
		return []window{lookBack(lookBacks[0])}
	}
	date, known := chat.StartedOn()
	if !known {
		return growingWindows()
	}
	return []window{{from: date.Format(time.DateOnly), near: forever}}
}
