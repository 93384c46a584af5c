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

// window is a span of days, from the first to before the last, in which the start of
// a chat lies.
type window struct {
	from, to string // dates
	near     string // a date before which the chat started for certain
}

// windowOf returns where a chat is looked for that was started at the given time. It
// has no end, because a transfer may show the chat with a later start.
func windowOf(startedAt time.Time, zone *time.Location) window {
	w := window{from: windowStart(startedAt, zone), to: forever, near: forever}
	if near := startedAt.UTC().AddDate(0, 0, 2).Format(time.DateOnly); near <= time.Now().UTC().Format(time.DateOnly) {
		w.near = near
	}
	return w
}

// narrow returns the part of a window in which the chat's own start lies.
func (w window) narrow() window {
	w.to = min(w.to, w.near)
	return w
}

// view is what was read of the chats of a queue, 0 for all queues: pages are read
// only until what is asked for is found, and never twice.
type view struct {
	client   *Client
	queueID  int64
	budget   *int // of requests
	began    time.Time
	chats    map[string]Chat // by key
	segments []*segment      // in the order of their days, without a gap
	settled  bool            // those that are closed were remembered
	err      error           // why nothing more can be read
}

// segment is a part of the days that a view shows.
type segment struct {
	*pager
	from, to string
}

func (c *Client) newView(queueID int64, budget *int) *view {
	return &view{client: c, queueID: queueID, budget: budget, began: time.Now(), chats: map[string]Chat{}}
}

// find looks for a chat in a window, and reports false where the listing does not
// show it. A chat that is shown closed is looked for to the window's end, because
// another row may show it open.
func (v *view) find(ctx context.Context, id string, w window) (Chat, bool, error) {
	v.extend(w)
	for {
		chat, shown := v.chats[key(id)]
		if shown && !chat.Closed() {
			return chat, true, nil
		}
		next := v.next(&w)
		if next == nil {
			return chat, shown, nil
		}
		if v.err != nil {
			return Chat{}, false, v.err
		}
		if err := v.read(ctx, next); err != nil {
			return Chat{}, false, err
		}
	}
}

// extend makes the days of a view begin where a window does, if they do not begin
// earlier.
func (v *view) extend(w window) {
	switch {
	case len(v.segments) == 0:
		v.segments = []*segment{v.segment(w.from, forever)}
	case w.from < v.segments[0].from:
		v.settled = false
		v.segments = slices.Insert(v.segments, 0, v.segment(w.from, v.segments[0].from))
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

// next returns the earliest segment within a window that has pages left: what is
// asked for stands near the beginning of its window. Where a segment has more pages
// than may be read, only the days on which the chat can have started are.
func (v *view) next(w *window) *segment {
	for _, s := range v.segments {
		if s.done || s.to <= w.from || w.to <= s.from {
			continue
		}
		narrow := w.narrow()
		if s.affordable() || !v.split(s, narrow) && narrow == *w {
			return s
		}
		*w = narrow
		return v.next(w)
	}
	return nil
}

// split makes several segments of one, so that none goes beyond a window, and reports
// whether that was needed. What was read of the one stays known.
func (v *view) split(s *segment, w window) bool {
	var parts []*segment
	from := s.from
	for _, date := range []string{w.from, w.to} {
		if from < date && date < s.to {
			parts = append(parts, v.segment(from, date))
			from = date
		}
	}
	if len(parts) == 0 {
		return false
	}
	at := slices.Index(v.segments, s)
	v.segments = slices.Replace(v.segments, at, at+1, append(parts, v.segment(from, s.to))...)
	return true
}

// read reads one page. Only a failure of the service is kept for those that ask next,
// and that it limits its calls, which waiting has not ended: that one caller gave up, or
// was out of time, says nothing about the listing.
func (v *view) read(ctx context.Context, s *segment) error {
	chats, err := s.next(ctx)
	if err != nil {
		if e, ok := errors.AsType[*rest.Error](err); ok && (e.Ended == nil || rest.IsLimited(err) && !rest.IsInterrupted(e.Ended)) {
			v.err = err
		}
		return err
	}
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
