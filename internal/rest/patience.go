package rest

import (
	"errors"
	"fmt"
	"math"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Policy says how often and how long a call is tried.
type Policy struct {
	Timeout    time.Duration // of one attempt, from asking for a connection to the last byte
	MaxRetries int           // failed attempts after the first; 429 counts only where it is 0
	WaitMin    time.Duration // shortest pause between two attempts
	WaitMax    time.Duration // longest pause, also the most that Retry-After may ask for
}

// patience is what decides on the next attempt of a call, beside its attempts.
type patience struct {
	Policy
	class    Class
	most     int       // attempts; 0: no bound
	deadline time.Time // of the operation; zero: none
}

// next says whether another attempt follows. The error says why none follows although the
// outcome and the number of attempts would allow one.
func (p patience) next(attempts []attempt) (again bool, ended error) {
	last := attempts[len(attempts)-1]
	counted := 0
	for _, a := range attempts {
		if !a.isLimited() || p.deadline.IsZero() || p.MaxRetries == 0 {
			counted++
		}
	}
	if !p.class.Repeats(last.Evidence) || counted > p.MaxRetries || len(attempts) == p.most {
		return false, nil
	}
	if last.isLimited() && nameQuota(last.codes) {
		return false, errors.New("no wait lifts the limit that the service names")
	}
	if p.deadline.IsZero() {
		return true, nil
	}
	left := p.deadline.Sub(last.ended)
	if asked, ok := last.asked(); ok && last.isLimited() && asked >= left {
		text := asked.Round(time.Millisecond).String()
		if asked > 24*time.Hour {
			text = "more than a day"
		}
		return false, fmt.Errorf("the service asks to wait for %s, longer than the time that the operation has left", text)
	}
	if wait := p.pause(attempts); wait >= left {
		return false, fmt.Errorf("the next attempt, due in %s, would come after the time-out of the operation", wait.Round(time.Millisecond))
	}
	return true, nil
}

// pause returns how long to wait after the attempts: what the service asks for, or
// else a back-off, between the two waits of the policy.
func (p patience) pause(attempts []attempt) time.Duration {
	last := attempts[len(attempts)-1]
	if asked, ok := last.asked(); ok {
		return max(p.WaitMin, min(asked, p.WaitMax))
	}
	return p.backoff(len(attempts)-1, last.jitter)
}

// backoff returns the pause before retry number n, from 0. It grows exponentially, with
// jitter in [0, 1), so that resources that failed together do not come back together.
func (p Policy) backoff(n int, jitter float64) time.Duration {
	ceiling := p.WaitMax
	// The longest wait is shifted down, because the shortest, shifted up, may overflow.
	if shift := n + 1; p.WaitMin > 0 && p.WaitMin <= p.WaitMax>>shift {
		ceiling = p.WaitMin << shift
	}
	spread := max(0, ceiling-p.WaitMin)
	return min(p.WaitMax, p.WaitMin+time.Duration(jitter*float64(spread)))
}

// dates are the forms of a date in Retry-After, without the day of the week: those of
// HTTP, and those that servers write by mistake. A date without a zone is UTC.
var dates = []string{
	"2 Jan 2006 15:04:05 MST", "2-Jan-06 15:04:05 MST", "2-Jan-2006 15:04:05 MST", "2 Jan 2006 15:04:05 -0700", "2 Jan 2006 15:04:05",
	"Mon Jan _2 15:04:05 2006", time.RFC3339, "2006-01-02T15:04:05", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05",
}

// retryAfter returns how long a service asks to wait: seconds or a date. It reports
// false where there is no such header, or none that can be read. now is by the service's
// clock, which may differ from this one.
//
// https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
func retryAfter(header http.Header, now time.Time) (time.Duration, bool) {
	for _, value := range header.Values("Retry-After") {
		for _, each := range append([]string{value}, strings.Split(value, ",")...) { // a proxy joins two headers so
			if wait, ok := readWait(strings.TrimSpace(each), now); ok {
				return wait, true
			}
		}
	}
	return 0, false
}

// secondsForm finds a number of seconds. HTTP knows no unit, but some servers write one.
var secondsForm = regexp.MustCompile(`^([0-9]+(?:\.[0-9]+)?) ?(?:s|secs?|seconds?)?$`)

// minEpoch is the number of seconds from which on they count from 1970 and are a date.
const minEpoch = 1e9

// readWait reads one value of Retry-After.
func readWait(value string, now time.Time) (time.Duration, bool) {
	if found := secondsForm.FindStringSubmatch(value); found != nil {
		number, _ := strconv.ParseFloat(found[1], 64) // infinite where it is too large
		if number > minEpoch {
			return max(0, time.Unix(int64(min(number, math.MaxInt32<<8)), 0).Sub(now)), true
		}
		return time.Duration(number * float64(time.Second)), true
	}
	if wait, err := time.ParseDuration(strings.ReplaceAll(value, " ", "")); err == nil && wait >= 0 {
		return wait, true
	}
	if _, date, ok := strings.Cut(value, ", "); ok {
		value = date
	}
	for _, form := range dates {
		if date, err := time.Parse(form, value); err == nil {
			return max(0, date.Sub(now)), true
		}
	}
	return 0, false
}
