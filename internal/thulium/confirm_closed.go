package thulium

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

// What a listing says of a conversation that is not known to be closed.
var (
	ErrShownOpen = errors.New("the list of chats shows the conversation open")
	ErrNotShown  = errors.New("the list of chats does not show the conversation")
)

// ConfirmClosed returns nil when the listing shows a conversation closed whose
// stop, sent at the given time, was not accepted; else ErrShownOpen, ErrNotShown
// or why the listing could not be read. It looks in the conversation's queue, if
// that is not 0, and where that is refused or does not show it in all queues: the
// queue may be deleted, the conversation transferred. startedAt may be zero. A chat
// that was found closed stays so; what was listed otherwise before the stop, or
// failed then, is read again as long as the requests of the queue last. After that, a
// chat which was not shown before the stop stays ErrNotShown.
func (c *Client) ConfirmClosed(ctx context.Context, queueID int64, id string, startedAt, sent time.Time) error {
	if c.listing.isClosed(id) {
		return nil
	}
	var unconfirmed error
	for _, queue := range slices.Compact([]int64{queueID, 0}) {
		chat, shown, err := c.listing.find(ctx, queue, id, c.windows(startedAt), sent)
		switch {
		case chat.Closed():
			return nil
		case shown:
			return ErrShownOpen
		case err != nil && rest.OutcomeOf(err) != rest.Refused:
			return err
		}
		unconfirmed = cmp.Or(err, ErrNotShown)
	}
	return unconfirmed
}
