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

// WaitError tells that a chat was not seen in a status that it was waited for.
type WaitError struct {
	Wanted []string
	Chat   *Chat // as the last look found it; nil when the listing never showed it
	Cause  error // why the waiting ended; nil when the chat is closed, which is final
}

// statusWord finds a status that can be shown. Anything may come from outside.
var statusWord = regexp.MustCompile(`^[A-Za-z_]{1,32}$`)

// Error says how far the chat got, what it was waited for and why nobody waited any
// longer.
func (e *WaitError) Error() string {
	got := "the list of chats did not show the conversation"
	switch {
	case e.Chat != nil && e.Chat.Closed():
		got = "the conversation is closed"
	case e.Chat != nil && statusWord.MatchString(text(e.Chat.Status)):
		got = "the conversation had the status " + *e.Chat.Status
	case e.Chat != nil:
		got = "the conversation had another status"
	}
	ended := fmt.Sprintf("the waiting ended: %v", e.Cause)
	switch {
	case e.Cause == nil:
		ended = "a closed conversation never gets another status"
	case errors.Is(e.Cause, context.DeadlineExceeded):
		ended = "the time-out of the operation ended the waiting"
	case rest.IsInterrupted(e.Cause):
		ended = "the waiting was interrupted"
	}
	return fmt.Sprintf("%s; waited for: %s; %s", got, strings.Join(e.Wanted, ", "), ended)
}

// Unwrap returns why the waiting ended.
func (e *WaitError) Unwrap() error { return e.Cause }

// ReadChat returns a chat as the listing shows it now, or ErrNotShown: it is looked
// for in growing windows, up to LookBack days. With statuses it is asked for until it
// has one of them, within ctx, also while the listing does not show it; what is not
// reached then is a *WaitError. A failure of the service ends the waiting.
func (c *Client) ReadChat(ctx context.Context, request ReadRequest) (Chat, error) {
	if len(request.Statuses) == 0 {
		chat, shown, err := c.look(ctx, request, growingWindows())
		if err == nil && !shown {
			err = ErrNotShown
		}
		return chat, err
	}
	waits, cancel := c.rest.Waits(ctx)
	defer cancel()
	short, windows := &WaitError{Wanted: request.Statuses}, growingWindows()
	for pause, looked := rest.FirstPause, false; ; pause, looked = rest.NextPause(pause), true {
		chat, shown, err := c.look(ctx, request, windows)
		switch {
		case err == nil && shown && request.reached(chat):
			return chat, nil
		case err == nil && shown:
			short.Chat = &chat
			if chat.Closed() {
				return Chat{}, short
			}
		case err == nil, errors.Is(err, errTooLong): // it may be shown later, among the newest
		default:
			if short.Cause = rest.EndOfLook(ctx, err); looked && short.Cause != nil {
				return Chat{}, short
			}
			return Chat{}, err
		}
		windows = nextWindows(short.Chat)
		if short.Cause = rest.Sleep(waits, pause); short.Cause != nil {
			return Chat{}, short
		}
	}
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

// look reads the listing anew until it shows the chat.
func (c *Client) look(ctx context.Context, request ReadRequest, windows []window) (Chat, bool, error) {
	return c.newView(request.QueueID, new(maxRequests)).find(ctx, request.ConversationID, windows)
}
