package sandbox

import (
	"fmt"
	"math"
	"net/http"
	"strconv"
	"time"
)

// overLimit counts a request of service that arrived at now and says how long a refused one has to wait. A refused
// request does not count against the limit.
func (s *Sandbox) overLimit(service string, perMinute int, now time.Time) (wait time.Duration, over bool) {
	if perMinute <= 0 {
		return 0, false
	}
	recent := s.recent[service]
	for len(recent) > 0 && now.Sub(recent[0]) >= time.Minute {
		recent = recent[1:]
	}
	if over = len(recent) >= perMinute; over {
		wait = time.Minute - now.Sub(recent[len(recent)-perMinute])
	} else {
		recent = append(recent, now)
	}
	s.recent[service] = recent
	return wait, over
}

// tooMany is the service's own rate limit speaking. Whether it says when to come back is documented nowhere.
func (s *Sandbox) tooMany(x *exchange, wait time.Duration) answer {
	a := x.service.refusal(x, http.StatusTooManyRequests, "")
	if value := retryAfter(s.knobs.RetryAfter, x.now, wait); value != "" {
		a.header["Retry-After"] = value
	}
	return a
}

// retryAfter is the header's value in the form that the knob chooses, "" for none.
func retryAfter(form string, now time.Time, wait time.Duration) string {
	seconds := int(math.Ceil(wait.Seconds()))
	// Rounded up: a date has whole seconds, and a client that trusts it must not come early.
	at := now.Add(wait + time.Second - 1).UTC()
	switch form {
	case RetryAfterSeconds:
		return strconv.Itoa(seconds)
	case RetryAfterDate:
		return at.Format(http.TimeFormat)
	case RetryAfterZero:
		return "0"
	case RetryAfterFraction:
		return strconv.FormatFloat(math.Ceil(wait.Seconds()*10)/10+0.05, 'f', 2, 64)
	case RetryAfterUnit:
		return strconv.Itoa(seconds) + "s"
	case RetryAfterTwice:
		return fmt.Sprintf("%d, %d", seconds, seconds)
	case RetryAfterPast:
		return now.Add(-time.Hour).UTC().Format(http.TimeFormat)
	case RetryAfterShortDay:
		return at.Format("Mon, 2 Jan 2006 15:04:05 GMT")
	case RetryAfterISO:
		return at.Format(time.RFC3339)
	case RetryAfterWords:
		return "in a moment"
	}
	return ""
}
