package thulium

import (
	"cmp"
	"context"
	"errors"
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

// seen says what the listing shows of a chat.
func (c *Client) seen(chat Chat) string {
	if chat.Closed() {
		return "the conversation is closed"
	}
	return "the conversation has the status " + c.Quote(text(chat.Status))
}

// ReadChat returns a chat as the listing shows it now, or ErrNotShown: it is looked
// for in growing windows, up to LookBack days. With statuses it is asked for until it
// has one of them, within ctx, also while the listing does not show it. The error of a wait
// in vain is a *rest.Vain, with the chat as it was last shown, nil where it was not. A
// failure of the service ends the waiting.
func (c *Client) ReadChat(ctx context.Context, request ReadRequest) (*Chat, error) {
	if len(request.Statuses) == 0 {
		chat, shown, err := c.newView(request.QueueID, newBudget(ErrTooLong)).find(ctx, request.ConversationID, growingWindows())
		if err != nil || !shown {
			return nil, cmp.Or(err, ErrNotShown)
		}
		return &chat, nil
	}
	var last *Chat
	windows := growingWindows()
	err := c.rest.Poll(ctx, "the status "+strings.Join(request.Statuses, " or "), func() (rest.Seen, error) {
		v := c.newView(request.QueueID, newBudget(ErrTooLong))
		chat, shown, err := v.find(ctx, request.ConversationID, windows)
		if err != nil && !errors.Is(err, ErrTooLong) { // behind which it may be shown later, among the newest
			return rest.Seen{}, err
		}
		seen := rest.Seen{Is: "the list of chats does not show the conversation", Look: v.look}
		if shown {
			last = &chat
			seen = rest.Seen{Is: c.seen(chat), Look: v.look, Done: request.reached(chat), Final: chat.Closed()}
		}
		windows = nextWindows(last)
		return seen, nil
	})
	return last, err
}

// nextWindows returns where a chat is looked for again: since the day before its start, or
// among the newest where it was not shown yet. The listing may show a start in another zone
// than it filters in, or one that is to come.
func nextWindows(chat *Chat) []window {
	if chat == nil {
		return []window{lookBack(lookBacks[0])}
	}
	date, known := chat.StartedOn()
	if !known {
		return growingWindows()
	}
	if today := time.Now().UTC(); today.Before(date) {
		date = today
	}
	return []window{{from: date.AddDate(0, 0, -1).Format(time.DateOnly), near: forever}}
}
