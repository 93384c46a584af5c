package thulium

import (
	"context"
	"time"
)

// ShowsClosed reports whether the listing shows a conversation closed whose stop,
// sent at the given time, was not accepted. It looks in the conversation's queue,
// if that is not 0, and where that does not show it in all queues: it may have
// been transferred. A chat that was listed as closed stays so; what was listed
// otherwise before the stop is read again.
func (c *Client) ShowsClosed(ctx context.Context, queueID int64, id string, startedAt, sent time.Time) bool {
	if c.listing.everClosed(id) {
		return true
	}
	queues := []int64{queueID, 0}
	if queueID == 0 {
		queues = queues[1:]
	}
	for _, queue := range queues {
		chat, found, err := c.Find(ctx, queue, id, startedAt)
		if err == nil && !chat.Closed() && c.listing.dropBefore(queue, sent) {
			chat, found, err = c.Find(ctx, queue, id, startedAt)
		}
		if found || err != nil {
			return found && chat.Closed()
		}
	}
	return false
}
