package rest

import (
	"context"
	"errors"
	"net/http"
	"time"
)

// Looked returns what was read, at which URL, and with which status: "GET https://… was
// answered with 200 OK".
func (c *Client) Looked(path []string, done Result) string {
	return http.MethodGet + " " + MaskedURL(URL(c.BaseURL(), path, nil)) + " was answered with " + StatusText(done.Status)
}

// FirstPause is the pause after the first look at something that is waited for.
const FirstPause = time.Second

// NextPause returns the pause after the next look: twice as long, and 15 seconds at most.
func NextPause(pause time.Duration) time.Duration { return min(2*pause, 15*time.Second) }

// Sleep pauses, and returns why the pause was cut short.
func Sleep(ctx context.Context, pause time.Duration) error {
	select {
	case <-time.After(pause):
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// EndOfLook returns what ended a look that failed only because the operation was over:
// there was no time for it, or it was cut off at its first attempt. It returns nil for a
// failure of the service.
func EndOfLook(ctx context.Context, err error) error {
	e, ok := errors.AsType[*Error](err)
	switch {
	case ok && e.Attempts == 0:
		return e.Ended
	case ok && e.Attempts == 1 && (errors.Is(e.Cause, context.DeadlineExceeded) || errors.Is(e.Cause, context.Canceled)):
		return Over(ctx)
	}
	return nil
}
