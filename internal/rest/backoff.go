package rest

import (
	"errors"
	"math"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// backoff returns the pause before retry number n (from 0): exponential between
// the two waits of the policy, with jitter so that many resources that failed
// together do not come back together. jitter is in [0, 1).
func backoff(policy Policy, n int, jitter float64) time.Duration {
	ceiling := policy.WaitMax
	// The longest wait is shifted down for the comparison: the shortest, shifted
	// up, may overflow into any value.
	if shift := n + 1; policy.WaitMin > 0 && policy.WaitMin <= policy.WaitMax>>shift {
		ceiling = policy.WaitMin << shift
	}
	spread := max(0, ceiling-policy.WaitMin)
	return min(policy.WaitMax, policy.WaitMin+time.Duration(jitter*float64(spread)))
}

// retryAfter reads the Retry-After header in both of its forms, seconds and
// date. It reports false when there is none, or none that can be read.
func retryAfter(header http.Header, now time.Time) (time.Duration, bool) {
	value := strings.TrimSpace(header.Get("Retry-After"))
	if value == "" {
		return 0, false
	}
	seconds, err := strconv.ParseInt(value, 10, 32)
	if err == nil && seconds >= 0 {
		return time.Duration(seconds) * time.Second, true
	}
	if errors.Is(err, strconv.ErrRange) && value[0] != '-' {
		return math.MaxInt32 * time.Second, true
	}
	// Some servers write the zone otherwise than HTTP says.
	date, err := http.ParseTime(strings.Replace(value, "UTC", "GMT", 1))
	if err != nil {
		date, err = time.Parse(time.RFC1123Z, value)
	}
	if err != nil {
		return 0, false
	}
	return max(0, date.Sub(now)), true
}

// pause returns how long to wait before retry number n.
func pause(policy Policy, n int, header http.Header, now time.Time) time.Duration {
	if asked, ok := retryAfter(header, now); ok {
		return min(asked, policy.WaitMax)
	}
	return backoff(policy, n, rand.Float64()) //nolint:gosec // jitter needs no secrecy
}
