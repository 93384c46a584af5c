package thulium

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

// forever is a date behind all others.
const forever = "9999-12-31"

// window is where a chat is looked for: from a date on. It has no end, because a
// transfer may show the chat with a later start.
type window struct {
	from string
	near string // a date before which the chat started for certain
}

// windowOf returns where a chat is looked for that was started at the given time.
func windowOf(startedAt time.Time, zone *time.Location) window {
	w := window{from: windowStart(startedAt, zone), near: forever}
	if near := startedAt.UTC().AddDate(0, 0, 2).Format(time.DateOnly); near <= time.Now().UTC().Format(time.DateOnly) {
		w.near = near
	}
	return w
}

// view is what was read of the chats of a queue, 0 for all queues: pages are read
// only until what is asked for is found, and never twice.
type view struct {
	client   *Client
	queueID  int64
	budget   *budget
	began    time.Time
	chats    map[string]Chat // by key
	segments []*segment      // in the order of their days, without a gap
	settled  bool            // those that are closed were remembered
	err      error           // why nothing more can be read
	look     string          // the last page that was read: its method, URL and status
}

// segment is a part of the days that a view shows.
type segment struct {
	*pager
	from, to string
}

func (c *Client) newView(queueID int64, budget *budget) *view {
	return &view{client: c, queueID: queueID, budget: budget, began: time.Now(), chats: map[string]Chat{}}
}

// find looks for a chat in each of the windows in turn, which grow. It reports false
// where the listing does not show the chat.
func (v *view) find(ctx context.Context, id string, windows []window) (chat Chat, shown bool, err error) {
	for _, w := range windows {
		if chat, shown, err = v.findIn(ctx, id, w); shown || err != nil {
			break
		}
	}
	return chat, shown, err
}

// findIn reads the earliest pages of a window first, because the chat stands near its
// beginning. A chat that is shown closed is looked for to the end, because another row
// may show it open. Where a segment has more pages than may be read, only the days on
// which the chat can have started are.
func (v *view) findIn(ctx context.Context, id string, w window) (Chat, bool, error) {
	v.extend(w.from)
	for end := forever; ; {
		chat, shown := v.chats[key(id)]
		next := slices.IndexFunc(v.segments, func(s *segment) bool { return !s.done && w.from < s.to && s.from < end })
		if shown && !chat.Closed() || next < 0 {
			return chat, shown, v.endsEarly(shown)
		}
		if s := v.segments[next]; !s.affordable() && (v.split(next, w.from, w.near) || end != w.near) {
			end = w.near
			continue
		}
		if v.err != nil {
			return Chat{}, false, v.err
		}
		if err := v.read(ctx, v.segments[next]); err != nil {
			return Chat{}, false, err
		}
	}
}

// endsEarly returns an error where a chat is not shown, and may be among rows that the service
// has counted and not shown.
func (v *view) endsEarly(shown bool) (err error) {
	for _, s := range v.segments {
		if !shown && s.done && err == nil {
			err = s.endsEarly(s.offset)
		}
	}
	return err
}

// extend makes the days of a view begin at a date, if they do not begin earlier.
func (v *view) extend(from string) {
	begin := forever
	if len(v.segments) > 0 {
		begin = v.segments[0].from
	}
	if from < begin {
		v.settled = false
		v.segments = slices.Insert(v.segments, 0, v.segment(from, begin))
	}
}

func (v *view) segment(from, to string) *segment {
	f := filter{queueID: v.queueID, from: from}
	if to != forever {
		// Nobody documents whether a bare date as the upper bound takes its day in.
		f.to = to + " 00:00"
	}
	return &segment{pager: v.client.newPager(f, v.budget, maxRequests), from: from, to: to}
}

// split makes several segments of one, which begin at those of the dates that lie in
// it, and reports whether any does. What was read of the one stays known.
func (v *view) split(at int, dates ...string) bool {
	var parts []*segment
	from, to := v.segments[at].from, v.segments[at].to
	for _, date := range dates {
		if from < date && date < to {
			parts = append(parts, v.segment(from, date))
			from = date
		}
	}
	if len(parts) > 0 {
		v.segments = slices.Replace(v.segments, at, at+1, append(parts, v.segment(from, to))...)
	}
	return len(parts) > 0
}

// read reads one page. Only a failure of the service is kept for those that ask next: that one
// caller gave up, or had no time for a whole attempt, says nothing about the listing.
func (v *view) read(ctx context.Context, s *segment) error {
	chats, err := s.next(ctx)
	if err != nil {
		if e, ok := errors.AsType[*rest.Error](err); ok && rest.EndOfLook(ctx, err) == nil && !rest.IsInterrupted(e.Ended) {
			v.err = err
		}
		return err
	}
	v.look = s.look
	for _, chat := range chats {
		if known, again := v.chats[chat.key()]; chat.key() != "" && (!again || !known.outweighs(chat)) {
			v.chats[chat.key()] = chat
		}
	}
	return nil
}

// whole reports whether all pages of all days were read.
func (v *view) whole() bool {
	return !slices.ContainsFunc(v.segments, func(s *segment) bool { return !s.done })
}
