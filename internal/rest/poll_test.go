package rest

import (
	"context"
	"testing"
	"time"
)

// What was seen is of an earlier look where the service did not answer the last one.
func TestAWaitInVainSaysWhetherItsLastLookWasAnswered(t *testing.T) {
	t.Parallel()
	const second = time.Second
	okay, silent := reply{status: 200, body: `{"ok":true}`}, reply{after: time.Hour}
	for name, c := range map[string]struct {
		replies []reply
		limit   int64         // requests per minute
		cancel  time.Duration // 0: nobody cancels
		ended   string
	}{
		"it was":                               {[]reply{okay}, 0, 0, ": timed out after 4 s"},
		"it was not":                           {[]reply{okay, silent}, 0, 0, ": timed out after 4 s, and the service answered earlier looks, but not the last one in time"},
		"there was no time to send it":         {[]reply{okay}, 6, 0, ": timed out after 1 s"},
		"somebody did not want to wait for it": {[]reply{okay, silent}, 0, 2 * second, ": interrupted after 2 s"},
	} {
		inBubble(t, name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 4*second)
			defer cancel()
			if c.cancel > 0 {
				time.AfterFunc(c.cancel, cancel)
			}
			client := newWire(c.replies...).client(func(config *Config) { config.RequestsPerMinute = c.limit })
			err := client.Poll(ctx, "a word", func() (Seen, error) {
				_, err := client.Do(ctx, get())
				return Seen{Is: "nobody spoke", Look: "GET"}, err
			})
			if want := "expected a word, but nobody spoke" + c.ended + " (GET)"; err == nil || err.Error() != want {
				t.Errorf("got %v, want %s", err, want)
			}
		})
	}
}
