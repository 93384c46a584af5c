package rest

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Vain is a wait that ended before what was waited for was seen, although the service
// answered.
type Vain struct {
	Cause  error         // what ended the wait; nil where it was pointless
	After  time.Duration // how long it took
	CutOff bool          // the last look was sent, and not answered before that
}

// IsInterrupted reports whether somebody ended the wait, and not the clock.
func (v Vain) IsInterrupted() bool { return IsInterrupted(v.Cause) }

// Ended returns "timed out after 2.5 s" or "interrupted after 2.5 s". It says where a
// time-out found the service silent, because what was seen is of an earlier look then.
func (v Vain) Ended() string {
	after := fmt.Sprintf(" after %g s", v.After.Round(100*time.Millisecond).Seconds())
	switch {
	case v.IsInterrupted():
		return "interrupted" + after
	case v.CutOff:
		return "timed out" + after + ", and the service answered earlier looks, but not the last one in time"
	}
	return "timed out" + after
}

// Poll looks again and again, at growing pauses, until look says that it is done, and
// returns the zero Vain then. A failure of a look ends it, too; but where only the time was
// up for it, and an earlier look was made, that is a wait in vain.
func (c *Client) Poll(ctx context.Context, look func() (done bool, err error)) (Vain, error) {
	waits, cancel := c.Waits(ctx)
	defer cancel()
	began, looked := time.Now(), false
	for pause := FirstPause; ; pause = NextPause(pause) {
		done, err := look()
		if ended := EndOfLook(ctx, err); looked && ended != nil {
			e, _ := errors.AsType[*Error](err)
			return Vain{Cause: ended, After: time.Since(began), CutOff: e.Attempts > 0}, nil
		}
		if done || err != nil {
			return Vain{}, err
		}
		looked = true
		if ended := Sleep(waits, pause); ended != nil {
			return Vain{Cause: ended, After: time.Since(began)}, nil
		}
	}
}
