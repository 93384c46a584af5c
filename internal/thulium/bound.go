package thulium

import (
	"errors"
	"time"
)

// minuteForm is how a bound names a minute.
const minuteForm = "2006-01-02 15:04"

// Why a bound cannot be taken.
var (
	ErrBoundForm = errors.New(`must be a date such as "2026-11-22", a time such as "2026-11-22 12:34", or with thulium.time_zone a time with ` +
		`seconds or one in the form RFC 3339, such as "2026-11-22T12:34:56Z"`)
	ErrBoundZone = errors.New("needs thulium.time_zone, because the list of chats takes no seconds and no zone")
)

// Bound is the first or the last time at which a chat that is listed may have
// started. The zero value is none.
type Bound struct{ stamp }

// ParseBound reads "2026-11-22", "2026-11-22 12:34", the same with seconds and
// fractions, or RFC 3339. Its error is ErrBoundForm, also for what is nearly of the first
// two forms, such as "2026-11-22 1:34".
func ParseBound(text string) (Bound, error) {
	read := parseStamp(text)
	if !read.known || read.whole == day && read.wall.Format(time.DateOnly) != text || read.whole == time.Minute && read.wall.Format(minuteForm) != text {
		return Bound{}, ErrBoundForm
	}
	return Bound{read}, nil
}

// NeedsZone reports whether the bound cannot be taken without the system's zone.
func (b Bound) NeedsZone() bool { return b.exact() }

// After reports whether no chat can have started at b or later and at to or
// earlier. zone may be nil.
func (b Bound) After(to Bound, zone *time.Location) bool { return to.before(b.stamp, zone) }

// query returns a bound as GET chats takes it: as a lower one that is not later than b,
// and as an upper one that is not earlier. Nobody documents whether a bare date takes
// its day in, so a day ends with the next one.
func (b Bound) query(zone *time.Location) (from, to string) {
	switch {
	case !b.known:
		return "", ""
	case b.whole == day:
		return b.wall.Format(time.DateOnly), b.wall.AddDate(0, 0, 1).Format(minuteForm)
	case b.whole > 0:
		return b.wall.Format(minuteForm), b.wall.Format(minuteForm)
	}
	wall := b.wall
	if !b.at.IsZero() {
		wall = clockOf(b.at.In(zone))
	}
	// In an hour that the clocks repeat, the service may mean either.
	first, last := readings(wall, zone)
	repeated := last.Sub(first)
	return wall.Add(-repeated).Truncate(time.Minute).Format(minuteForm),
		wall.Add(repeated + time.Minute - 1).Truncate(time.Minute).Format(minuteForm)
}

// admits reports whether a chat's start may lie between two bounds, because the service may
// ignore a bound. A day as the upper bound ends with the next one in the query, so where no
// zone is known the clock's digits are compared.
func admits(from, to Bound, chat Chat) bool {
	created := chat.started()
	late := to.surelyBefore
	if to.whole == day {
		late = to.before
	}
	return !created.surelyBefore(from.stamp, chat.zone) && !late(created, chat.zone)
}
