package thulium

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// maxReadings is how often a listing is read that shows chats on two pages and so
// may lack others: a chat that ends meanwhile looks like that too.
const maxReadings = 3

// ListRequest narrows ListChats. Zero fields do not.
type ListRequest struct {
	QueueID     int64
	Status      string
	From, To    Bound
	ClientEmail string        // in whatever case
	OpenOnly    bool          // without those that are closed
	OlderThan   time.Duration // started at least so long ago; needs the system's zone
}

// admits reports whether a chat is what was asked for, because the service has no parameter
// for some of it and may ignore the others. A row that is null is no chat.
func (r ListRequest) admits(chat Chat) bool {
	return chat != (Chat{zone: chat.zone}) && (!r.OpenOnly || !chat.Closed()) &&
		(r.QueueID == 0 || chat.QueueID == nil || *chat.QueueID == r.QueueID) &&
		(r.Status == "" || chat.Status == nil || strings.EqualFold(*chat.Status, r.Status) || r.Status == StatusClosed && chat.Closed()) &&
		(r.ClientEmail == "" || chat.HasEmail(r.ClientEmail)) &&
		(r.OlderThan == 0 || chat.olderThan(r.OlderThan)) &&
		admits(r.From, r.To, chat)
}

// ListChats returns all chats that match, in the order of the service. A list that
// cannot be read whole is an error. A chat that the service shows in several rows is
// returned once: open when one of them is.
//
// https://apidoc.thulium.com/ (GET chats)
func (c *Client) ListChats(ctx context.Context, request ListRequest) ([]Chat, error) {
	if c.zone == nil && (request.From.NeedsZone() || request.To.NeedsZone()) {
		return nil, fmt.Errorf("the time %w", ErrBoundZone)
	}
	from, _ := request.From.query(c.zone)
	_, to := request.To.query(c.zone)
	chats, err := c.readAll(ctx, filter{queueID: request.QueueID, status: request.Status, from: from, to: to}, maxRequests)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(chats, func(chat Chat) bool { return !request.admits(chat) }), nil
}

// readAll reads a listing whole, with so many attempts for a page at the most. Beside an
// error it returns the chats that were read until then.
func (c *Client) readAll(ctx context.Context, f filter, attempts int) ([]Chat, error) {
	budget := newBudget(ErrTooLong)
	for readings := 1; ; {
		pages, reading := c.newPager(f, budget, attempts), reading{places: map[string]place{}}
		for !pages.done && !pages.shrank {
			chats, err := pages.next(ctx)
			if err != nil {
				return reading.chats, err
			}
			reading.add(chats, pages)
		}
		switch {
		case pages.shrank: // rows moved up and may have slipped past the offset: begin again
		case reading.lacks() && readings < maxReadings:
			readings++
		default:
			return reading.chats, reading.complete(pages)
		}
	}
}

// reading is a listing on its way, page by page.
type reading struct {
	chats    []Chat
	places   map[string]place // by the key of the chat, the first that showed it
	rows     int
	repeated int // rows that a page before theirs had shown
	atFirst  int // count of the first page
}

// place is where a listing shows a chat, which may have several: one for each of its stays.
type place struct {
	stay

	index int // in chats
	page  int // its offset
}

// stay is what tells the rows of a chat apart, which has one for each queue that it was in.
type stay struct {
	queueID int64
	created string
	closed  bool // as all are that a transfer ended
}

// add takes a page in. A chat that starts between two pages pushes a row onto
// the next, where it stands a second time.
func (r *reading) add(chats []Chat, pages *pager) {
	if r.rows == 0 {
		r.atFirst = pages.count
	}
	for _, chat := range chats {
		shown := place{stay{created: text(chat.CreatedAt), closed: chat.Closed()}, len(r.chats), r.rows}
		if chat.QueueID != nil {
			shown.queueID = *chat.QueueID
		}
		before, again := r.places[chat.key()]
		if chat.key() == "" || !again {
			r.places[chat.key()] = shown
			r.chats = append(r.chats, chat)
			continue
		}
		if before.page < shown.page && before.stay == shown.stay {
			r.repeated++
		}
		if chat.outweighs(r.chats[before.index]) {
			r.chats[before.index] = chat
		}
	}
	r.rows += len(chats)
}

// lacks reports whether fewer chats were shown than there were at first: rows
// that stand on two pages have taken the place of others.
func (r *reading) lacks() bool { return r.repeated > 0 && r.rows-r.repeated < r.atFirst }

// complete returns an error where chats are missing that the service has counted.
func (r *reading) complete(pages *pager) error {
	err := pages.endsEarly(r.rows)
	if err == nil && r.lacks() {
		err = pages.failure(fmt.Errorf("the listing shows %d of %d chats, and some of them on two pages", r.rows-r.repeated, r.atFirst))
	}
	return err
}
