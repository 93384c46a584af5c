package rest

import (
	"math"
	"math/big"
	"math/rand/v2"
	"net/http"
	"testing"
	"time"
)

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		value string
		want  time.Duration
		ok    bool
	}{
		"seconds":                     {"120", 2 * time.Minute, true},
		"zero seconds":                {"0", 0, true},
		"spaces around seconds":       {"  7\t", 7 * time.Second, true},
		"date to come":                {"Sun, 22 Nov 2026 12:01:30 GMT", 90 * time.Second, true},
		"date to come with spaces":    {" Sun, 22 Nov 2026 12:01:30 GMT ", 90 * time.Second, true},
		"date in the form of RFC 850": {"Sunday, 22-Nov-26 12:00:05 GMT", 5 * time.Second, true},
		"date in UTC":                 {"Sun, 22 Nov 2026 12:01:30 UTC", 90 * time.Second, true},
		"date in a zone of its own":   {"Sun, 22 Nov 2026 13:01:30 +0100", 90 * time.Second, true},
		"date that is past":           {"Sun, 22 Nov 2026 11:00:00 GMT", 0, true},
		"more than a day of seconds":  {"172800", 48 * time.Hour, true},
		"more than 32 bits hold":      {"99999999999", math.MaxInt32 * time.Second, true},
		"more than 64 bits hold":      {"99999999999999999999999", math.MaxInt32 * time.Second, true},
		"date in another age":         {"Fri, 31 Dec 9999 23:59:59 GMT", math.MaxInt64, true},
		"absent":                      {"", 0, false},
		"only spaces":                 {"   ", 0, false},
		"negative":                    {"-5", 0, false},
		"negative beyond 64 bits":     {"-99999999999999999999999", 0, false},
		"fraction":                    {"1.5", 0, false},
		"words":                       {"in a while", 0, false},
		"unit":                        {"5s", 0, false},
		"other digits":                {"５", 0, false},
		"date without its zone":       {"2026-11-22 12:01:30", 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, ok := retryAfter(http.Header{"Retry-After": {c.value}}, now)
			if got != c.want || ok != c.ok {
				t.Errorf("got %s and %t, want %s and %t", got, ok, c.want, c.ok)
			}
		})
	}
}

func TestPauseIsWhatTheServiceAsksForUpToTheLongestWait(t *testing.T) {
	t.Parallel()
	policy := Policy{WaitMin: time.Second, WaitMax: 30 * time.Second}
	for value, want := range map[string]time.Duration{
		"0": 0, "1": time.Second, "30": 30 * time.Second, "31": 30 * time.Second, "99999999999999999999": 30 * time.Second,
		"Fri, 31 Dec 9999 23:59:59 GMT": 30 * time.Second, "Thu, 01 Jan 1970 00:00:00 GMT": 0,
	} {
		if got := pause(policy, 0, http.Header{"Retry-After": {value}}, time.Now()); got != want {
			t.Errorf("Retry-After %s: got %s, want %s", value, got, want)
		}
	}
	for range 1000 {
		if got := pause(policy, 1, http.Header{"Retry-After": {"soon"}}, time.Now()); got < time.Second || got > 4*time.Second {
			t.Fatalf("a value that cannot be read gives %s, not a back-off", got)
		}
	}
}

// ceiling is the longest pause before retry n by arithmetic without a limit.
func ceiling(policy Policy, n int) time.Duration {
	exact := new(big.Int).Lsh(big.NewInt(int64(policy.WaitMin)), uint(n)+1)
	if exact.Sign() == 0 || exact.Cmp(big.NewInt(int64(policy.WaitMax))) > 0 {
		return policy.WaitMax
	}
	return time.Duration(exact.Int64())
}

func TestBackoffGrowsBetweenTheWaits(t *testing.T) {
	t.Parallel()
	for name, policy := range map[string]Policy{
		"the defaults":                {WaitMin: 500 * time.Millisecond, WaitMax: 30 * time.Second},
		"both alike":                  {WaitMin: 2 * time.Second, WaitMax: 2 * time.Second},
		"a wide range":                {WaitMin: time.Nanosecond, WaitMax: math.MaxInt64},
		"a shortest wait of hours":    {WaitMin: 24 * time.Hour, WaitMax: 48 * time.Hour},
		"a shift that wraps around":   {WaitMin: 1<<34 + 8, WaitMax: time.Hour},
		"no shortest wait":            {WaitMax: 30 * time.Second},
		"no wait at all":              {},
		"the longest that there is":   {WaitMin: math.MaxInt64, WaitMax: math.MaxInt64},
		"a longest wait not a double": {WaitMin: 3 * time.Second, WaitMax: 10 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			const almostOne = 1 - 1.0/(1<<53)
			for n := range 200 {
				if got := backoff(policy, n, 0); got != policy.WaitMin {
					t.Fatalf("retry %d without jitter: got %s, want %s", n, got, policy.WaitMin)
				}
				want := ceiling(policy, n)
				// A float64 holds 53 bits of the 63.
				if got := backoff(policy, n, almostOne); got > want || float64(got) < float64(want)*(1-1e-9)-1 {
					t.Fatalf("retry %d with most jitter: got %s, want %s", n, got, want)
				}
			}
		})
	}
}

func TestBackoffKeepsItsBounds(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		policy := Policy{WaitMin: time.Duration(random.Int64() >> random.IntN(63))}
		policy.WaitMax = policy.WaitMin + time.Duration(random.Int64N(math.MaxInt64-int64(policy.WaitMin))>>random.IntN(63))
		n, jitter := random.IntN(100), random.Float64()
		if got := backoff(policy, n, jitter); got < policy.WaitMin || got > ceiling(policy, n) {
			t.Fatalf("%+v, retry %d, jitter %g: got %d, want %d to %d", policy, n, jitter, got, policy.WaitMin, ceiling(policy, n))
		}
	}
}

func TestPausesAreSpreadByJitter(t *testing.T) {
	t.Parallel()
	policy := Policy{WaitMin: time.Second, WaitMax: time.Minute}
	seen := map[time.Duration]bool{}
	for range 100 {
		seen[pause(policy, 3, nil, time.Now())] = true
	}
	if len(seen) < 50 {
		t.Errorf("100 pauses have %d lengths", len(seen))
	}
}
