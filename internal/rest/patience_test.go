package rest

import (
	"context"
	"math"
	"math/big"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
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
		"fraction":                    {"1.5", 1500 * time.Millisecond, true},
		"unit":                        {"2s", 2 * time.Second, true},
		"unit in a word":              {"120 seconds", 2 * time.Minute, true},
		"duration":                    {"1m30s", 90 * time.Second, true},
		"doubled":                     {"1, 1", time.Second, true},
		"doubled without a blank":     {"3,3", 3 * time.Second, true},
		"seconds since 1970":          {strconv.FormatInt(now.Unix()+90, 10), 90 * time.Second, true},
		"more than 64 bits hold":      {"99999999999999999999999", math.MaxInt64, true},
		"more than a float holds":     {strings.Repeat("9", 400), math.MaxInt64, true},
		"day of one digit":            {"Sun, 2 Nov 2026 12:00:00 GMT", 0, true},
		"day of one digit to come":    {"Wed, 2 Dec 2026 12:00:00 GMT", 240 * time.Hour, true},
		"date of C":                   {"Sun Nov 22 12:00:05 2026", 5 * time.Second, true},
		"ISO 8601":                    {"2026-11-22T12:01:30Z", 90 * time.Second, true},
		"ISO 8601 with a fraction":    {"2026-11-22T12:01:30.5Z", 90500 * time.Millisecond, true},
		"ISO 8601 in a zone":          {"2026-11-22T13:01:30+01:00", 90 * time.Second, true},
		"ISO 8601 without a zone":     {"2026-11-22T12:01:30", 90 * time.Second, true},
		"ISO 8601 with a blank":       {"2026-11-22 12:01:30", 90 * time.Second, true},
		"date in another age":         {"Fri, 31 Dec 9999 23:59:59 GMT", math.MaxInt64, true},
		"absent":                      {"", 0, false},
		"only spaces":                 {"   ", 0, false},
		"negative":                    {"-5", 0, false},
		"negative beyond 64 bits":     {"-99999999999999999999999", 0, false},
		"words":                       {"in a while", 0, false},
		"other digits":                {"５", 0, false},
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

// tried returns the attempts of a call that was answered with each of the statuses.
func tried(header http.Header, jitter float64, statuses ...int) []attempt {
	var out []attempt
	for _, status := range statuses {
		out = append(out, attempt{Evidence: Evidence{Connected: true, Status: status}, header: header, ended: time.Unix(1_800_000_000, 0), jitter: jitter})
	}
	return out
}

func TestPauseIsWhatTheServiceAsksForBetweenTheWaits(t *testing.T) {
	t.Parallel()
	p := patience{Policy: Policy{WaitMin: time.Second, WaitMax: 30 * time.Second}}
	for value, want := range map[string]time.Duration{
		"0": time.Second, "0.2": time.Second, "1": time.Second, "1.5": 1500 * time.Millisecond, "30": 30 * time.Second, "31": 30 * time.Second,
		"99999999999999999999": 30 * time.Second, "Fri, 31 Dec 9999 23:59:59 GMT": 30 * time.Second, "Thu, 01 Jan 1970 00:00:00 GMT": time.Second,
		"soon": 2500 * time.Millisecond, "": 2500 * time.Millisecond, // the back-off
	} {
		if got := p.pause(tried(after(value), 0.5, 503, 503)); got != want {
			t.Errorf("Retry-After %q: got %s, want %s", value, got, want)
		}
	}
}

func TestNext(t *testing.T) {
	t.Parallel()
	limited := func(code string, attempts []attempt) []attempt {
		attempts[len(attempts)-1].codes = []string{code}
		return attempts
	}
	for name, c := range map[string]struct {
		attempts []attempt
		retries  int
		most     int
		left     time.Duration // 0: the operation has no time-out
		class    Class
		again    bool
		says     string
	}{
		"a failure is tried again":                     {tried(nil, 0, 500), 1, 0, time.Minute, Repeatable, true, ""},
		"until there were so many":                     {tried(nil, 0, 500, 500), 1, 0, time.Minute, Repeatable, false, ""},
		"of class once only when not acted":            {tried(nil, 0, 500), 1, 0, time.Minute, Once, false, ""},
		"429 does not count":                           {tried(nil, 0, 429, 429, 429), 1, 0, time.Minute, Once, true, ""},
		"nor do failures count it":                     {tried(nil, 0, 429, 429, 500), 1, 0, time.Minute, Repeatable, true, ""},
		"but failures among them do":                   {tried(nil, 0, 500, 429, 500), 1, 0, time.Minute, Repeatable, false, ""},
		"429 counts without a time-out":                {tried(nil, 0, 429, 429), 1, 0, 0, Once, false, ""},
		"429 fails at once without retries":            {tried(nil, 0, 429), 0, 0, time.Minute, Once, false, ""},
		"429 counts as a request":                      {tried(nil, 0, 429, 429), 9, 2, time.Minute, Once, false, ""},
		"429 is not waited out beyond the time-out":    {tried(nil, 0, 429), 4, 0, time.Millisecond, Once, false, "the next attempt, due in 1s, would come after the time-out"},
		"a wait that is longer than the time is vain":  {tried(after("60"), 0, 429), 4, 0, time.Minute, Once, false, "the service asks to wait for 1m0s, longer than the time that the operation has left"},
		"also one of a day":                            {tried(after("86400"), 0, 429), 4, 0, time.Minute, Once, false, "to wait for 24h0m0s, longer"},
		"one beyond that is not counted out":           {tried(after("9999999999999"), 0, 429), 4, 0, time.Minute, Once, false, "to wait for more than a day, longer"},
		"one that is not is none":                      {tried(after("59"), 0, 429), 4, 0, time.Minute, Once, true, ""},
		"503 may be over sooner than the service says": {tried(after("61"), 0, 503), 4, 0, time.Minute, Repeatable, true, ""},
		"a limit that no wait lifts":                   {limited("MESSAGES_LIMIT_REACHED", tried(nil, 0, 429)), 4, 0, time.Minute, Once, false, "no wait lifts the limit"},
		"another code":                                 {limited("LIMIT_REACHED_SOON", tried(nil, 0, 429)), 4, 0, time.Minute, Once, true, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := patience{Policy: Policy{MaxRetries: c.retries, WaitMin: time.Second, WaitMax: 30 * time.Second}, class: c.class, most: c.most}
			if c.left > 0 {
				p.deadline = c.attempts[0].ended.Add(c.left)
			}
			again, ended := p.next(c.attempts)
			if again != c.again || (ended == nil) != (c.says == "") || ended != nil && !strings.Contains(ended.Error(), c.says) {
				t.Errorf("got %t and %v", again, ended)
			}
		})
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
				if got := policy.backoff(n, 0); got != policy.WaitMin {
					t.Fatalf("retry %d without jitter: got %s, want %s", n, got, policy.WaitMin)
				}
				want := ceiling(policy, n)
				// A float64 holds 53 bits of the 63.
				if got := policy.backoff(n, almostOne); got > want || float64(got) < float64(want)*(1-1e-9)-1 {
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
		if got := policy.backoff(n, jitter); got < policy.WaitMin || got > ceiling(policy, n) {
			t.Fatalf("%+v, retry %d, jitter %g: got %d, want %d to %d", policy, n, jitter, got, policy.WaitMin, ceiling(policy, n))
		}
	}
}

// The clock of the service may be another than this one. Both dates of an answer are of that clock.
func TestADateInRetryAfterIsOfTheServicesClock(t *testing.T) {
	t.Parallel()
	for name, ahead := range map[string]time.Duration{"ahead": 5 * time.Minute, "behind": -5 * time.Minute} {
		inBubble(t, name, func(t *testing.T) {
			there := time.Now().Add(ahead).UTC()
			limited := http.Header{
				"Date":        {there.Format(http.TimeFormat)},
				"Retry-After": {there.Add(20 * time.Second).Format(http.TimeFormat)},
			}
			wire := newWire(reply{status: 429, header: limited}, reply{status: 200, body: `{"ok":true}`})
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
			defer cancel()
			_, err := wire.client(func(config *Config) { config.Policy.WaitMax = time.Minute }).Do(ctx, get())
			if err != nil {
				t.Error(err)
			}
			if got := wire.times(); !slices.Equal(got, seconds(0, 20)) {
				t.Errorf("attempts at %v", got)
			}
		})
	}
}
