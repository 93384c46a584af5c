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
type Bound struct {
	stamp stamp
	set   bool
}

// ParseBound reads "2026-11-22", "2026-11-22 12:34", the same with seconds and
// fractions, or RFC 3339. Its error is ErrBoundForm, also for what is nearly of the first
// two forms, such as "2026-11-22 1:34".
func ParseBound(text string) (Bound, error) {
	read, ok := parseStamp(text)
	if !ok || read.whole == day && read.wall.Format(time.DateOnly) != text || read.whole == time.Minute && read.wall.Format(minuteForm) != text {
		return Bound{}, ErrBoundForm
	}
	return Bound{stamp: read, set: true}, nil
}

// NeedsZone reports whether the bound cannot be taken without the system's zone.
func (b Bound) NeedsZone() bool { return b.set && b.stamp.whole == 0 }

// After reports whether no chat can have started at b or later and at to or
// earlier. zone may be nil.
func (b Bound) After(to Bound, zone *time.Location) bool {
	return b.set && to.set && to.stamp.end().before(b.stamp, zone)
}

// from returns a lower bound as GET chats takes it: not later than b.
func (b Bound) from(zone *time.Location) string {
	switch {
	case !b.set:
		return ""
	case b.stamp.whole == day:
		return b.stamp.wall.Format(time.DateOnly)
	case b.stamp.whole > 0:
		return b.stamp.wall.Format(minuteForm)
	}
	wall, repeated := b.onClocks(zone)
	return wall.Add(-repeated).Truncate(time.Minute).Format(minuteForm)
}

// to returns an upper bound as GET chats takes it: not earlier than b. Nobody
// documents whether a bare date takes its day in, so a day ends with the next one.
func (b Bound) to(zone *time.Location) string {
	switch {
	case !b.set:
		return ""
	case b.stamp.whole == day:
		return b.stamp.wall.AddDate(0, 0, 1).Format(minuteForm)
	case b.stamp.whole > 0:
		return b.stamp.wall.Format(minuteForm)
	}
	wall, repeated := b.onClocks(zone)
	return wall.Add(repeated + time.Minute - 1).Truncate(time.Minute).Format(minuteForm)
}

// onClocks returns what the clocks of the system show at the bound, and by how much
// they are put back around it: the service may mean either of two hours.
func (b Bound) onClocks(zone *time.Location) (wall time.Time, repeated time.Duration) {
	wall = b.stamp.wall
	if !b.stamp.at.IsZero() {
		wall = clockOf(b.stamp.at.In(zone))
	}
	first, last := readings(wall, zone)
	return wall, last.Sub(first)
}

// admits reports whether a chat's start lies between two bounds, as far as the
// service does not see to it by itself.
func admits(from, to Bound, chat Chat) bool {
	created, readable := parseStamp(text(chat.CreatedAt))
	if !readable {
		return true
	}
	if from.NeedsZone() && created.end().before(from.stamp, chat.zone) {
		return false
	}
	return !(to.NeedsZone() || to.set && to.stamp.whole == day) || !to.stamp.end().before(created, chat.zone)
}
