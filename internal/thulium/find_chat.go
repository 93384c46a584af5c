package thulium

import (
	"context"
	"time"
)

// LookBack is how many days a chat is looked for whose start is not known.
const LookBack = 366

// lookBacks are the windows of such a chat, in days.
var lookBacks = [...]int{1, 7, 31, LookBack}

// lookBack returns the window of the last days.
func lookBack(days int) window {
	return window{from: time.Now().UTC().AddDate(0, 0, -days).Format(time.DateOnly), near: forever}
}

func growingWindows() []window {
	var out []window
	for _, days := range lookBacks {
		out = append(out, lookBack(days))
	}
	return out
}

// FindChat looks for a conversation that was started at the given time in a queue, 0
// for all queues. A zero time looks further and further back, up to LookBack days. It
// reports false when the listing does not show the chat, which says nothing about the
// chat: nobody documents when a chat appears there, or under which queue after a
// transfer. What is read is shared between callers until a start or a stop of this
// client, and costs at most 100 requests for a queue.
func (c *Client) FindChat(ctx context.Context, queueID int64, id string, startedAt time.Time) (Chat, bool, error) {
	return c.listing.find(ctx, queueID, id, c.windows(startedAt), time.Time{})
}

// windows returns where a chat is looked for in turn that was started at the given time.
func (c *Client) windows(startedAt time.Time) []window {
	if startedAt.IsZero() {
		return growingWindows()
	}
	return []window{windowOf(startedAt, c.zone)}
}
