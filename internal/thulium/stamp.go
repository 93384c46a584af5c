package thulium

import (
	"strings"
	"time"
)

// clockSkew is how far the service's clock may be from this one.
const clockSkew = 5 * time.Minute

// maxOffset is the furthest that a local time is from UTC, with an hour's
// margin; offsets are whole quarter-hours.
const (
	maxOffset   = 15 * time.Hour
	offsetGrain = 15 * time.Minute
)

// putBack is the most that the clocks of a zone are put back, so that the end of a chat may
// show an earlier time than its start.
const putBack = 2 * time.Hour

// startMargin is how long before the end of a start the chat may have begun: an
// attempt takes a while, and clocks differ.
const startMargin = time.Hour

const day = 24 * time.Hour

// The forms of a time with its zone and without, once a space stands for the T.
var (
	zoned    = [...]string{"2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05Z0700", "2006-01-02 15:04:05Z07", "2006-01-02 15:04:05 Z07:00"}
	zoneless = [...]string{time.DateTime, "2006-01-02 15:04", time.DateOnly}
)

// stamp is a time as the service writes it: what the clocks of the system showed,
// mostly without their zone.
type stamp struct {
	known bool          // false: the text is no time
	wall  time.Time     // the clock's digits, as if it showed UTC
	at    time.Time     // the moment, where the zone is written; else zero
	whole time.Duration // how long what is named lasts: a day, a minute or nothing
}

// parseStamp reads a time as the service, or a user, writes it.
func parseStamp(text string) stamp {
	text = strings.Replace(text, "T", " ", 1)
	for _, form := range zoned {
		if at, err := time.Parse(form, text); err == nil {
			return stamp{known: true, wall: clockOf(at), at: at}
		}
	}
	for i, form := range zoneless {
		if wall, err := time.Parse(form, text); err == nil {
			return stamp{known: true, wall: wall, whole: [...]time.Duration{0, time.Minute, day}[i]}
		}
	}
	return stamp{}
}

// exact reports whether a stamp names a moment, and not a whole minute or day.
func (s stamp) exact() bool { return s.known && s.whole == 0 }

// moments returns the first and the last moment that a stamp may mean: an hour
// that the clocks of the zone repeat has two, and without a zone it may be any.
func (s stamp) moments(zone *time.Location) (first, last time.Time) {
	switch {
	case !s.at.IsZero():
		return s.at, s.at
	case zone == nil:
		return s.wall.Add(-maxOffset), s.wall.Add(maxOffset)
	}
	return readings(s.wall, zone)
}

// readings returns the first and the last moment at which the clocks of a zone
// show wall. An hour that they skip is read with the offset before the skip.
func readings(wall time.Time, zone *time.Location) (first, last time.Time) {
	first = time.Date(wall.Year(), wall.Month(), wall.Day(), wall.Hour(), wall.Minute(), wall.Second(), wall.Nanosecond(), zone)
	last = first
	for _, near := range []time.Duration{-day, day} {
		_, offset := first.Add(near).Zone()
		if at := wall.Add(-time.Duration(offset) * time.Second).In(zone); clockOf(at).Equal(wall) {
			if at.Before(first) {
				first = at
			}
			if at.After(last) {
				last = at
			}
		}
	}
	return first, last
}

// clockOf returns what a clock shows at a moment, as if it showed UTC.
func clockOf(at time.Time) time.Time {
	_, offset := at.Zone()
	return at.UTC().Add(time.Duration(offset) * time.Second)
}

// before is surelyBefore, but takes two times without a zone for those of one zone.
func (s stamp) before(o stamp, zone *time.Location) bool {
	if zone == nil && s.at.IsZero() && o.at.IsZero() {
		return s.known && o.known && s.end().wall.Before(o.wall)
	}
	return s.surelyBefore(o, zone)
}

// surelyBefore reports whether all of s, such as the end of its day, is before o for certain:
// whatever the zone is where it is not known, and whichever of two hours is meant where
// the clocks repeat one. What is no time is before nothing, and nothing is before it.
func (s stamp) surelyBefore(o stamp, zone *time.Location) bool {
	_, last := s.end().moments(zone)
	first, _ := o.moments(zone)
	return s.known && o.known && last.Before(first)
}

// end returns the last moment that belongs to what a stamp names, such as the end
// of a day.
func (s stamp) end() stamp {
	if s.whole > 0 {
		s.wall = s.wall.Add(s.whole - 1)
	}
	return s
}

// add returns the stamp of so much later.
func (s stamp) add(later time.Duration) stamp {
	s.wall = s.wall.Add(later)
	if !s.at.IsZero() {
		s.at = s.at.Add(later)
	}
	return s
}

// within reports whether a stamp may lie between two moments: in the given zone, or
// else at any offset that a zone has.
func (s stamp) within(from, to time.Time, zone *time.Location) bool {
	if !s.at.IsZero() || zone != nil {
		first, last := s.moments(zone)
		return !first.Before(from) && !first.After(to) || !last.Before(from) && !last.After(to)
	}
	// Some offset has to bring the clock into the window: take the smallest whole
	// number of grains that does not leave it behind the window's end.
	smallest := s.wall.Sub(to)
	if smallest > maxOffset {
		return false
	}
	offset := smallest.Truncate(offsetGrain)
	if offset < smallest {
		offset += offsetGrain
	}
	offset = max(offset, -maxOffset)
	return !s.wall.Add(-offset).Before(from)
}

// distance returns how far a stamp is from a moment: without a zone, at the offset
// that brings it nearest.
func (s stamp) distance(at time.Time, zone *time.Location) time.Duration {
	if !s.at.IsZero() || zone != nil {
		first, last := s.moments(zone)
		return min(first.Sub(at).Abs(), last.Sub(at).Abs())
	}
	apart := s.wall.Sub(at).Abs() % offsetGrain
	return min(apart, offsetGrain-apart)
}

// windowStart returns the date on which the listing of a chat begins that was
// started at the given time. Where the zone is not known it is a day before, which
// no zone can miss.
func windowStart(startedAt time.Time, zone *time.Location) string {
	if zone != nil {
		return startedAt.Add(-startMargin).In(zone).Format(time.DateOnly)
	}
	return startedAt.UTC().AddDate(0, 0, -1).Format(time.DateOnly)
}
