package rest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Seen is what one look at something that is waited for has shown.
type Seen struct {
	Is       string // "the thread has 2 messages"
	Look     string // its method, URL and status
	NotFound error  // the look, where the service does not know what is waited for
	Done     bool   // what is waited for was seen
	Final    bool   // nothing changes any more
}

// Vain is the error of a wait that ended before what is waited for was seen, although the
// service answered.
type Vain struct {
	Seen         // by the last look that was answered
	Cause  error // what ended the wait; nil where nothing changes any more
	wanted string
	after  time.Duration // how long the wait took
	cutOff bool          // a last look was sent, and not answered before its end
}

// Error says what was waited for, what was seen, why nobody waited any longer, and what the
// last look was answered.
func (v *Vain) Error() string {
	look := v.Look
	if v.NotFound != nil {
		look = v.NotFound.Error()
	}
	return fmt.Sprintf("expected %s, but %s%s (%s)", v.wanted, v.Is, v.ended(), look)
}

func (v *Vain) ended() string {
	after := fmt.Sprintf(" after %g s", v.after.Round(100*time.Millisecond).Seconds())
	switch {
	case v.Cause == nil:
		return ", which is final"
	case v.IsInterrupted():
		return ": interrupted" + after
	case v.cutOff: // what was seen is of an earlier look
		return ": timed out" + after + ", and the service answered earlier looks, but not the last one in time"
	}
	return ": timed out" + after
}

// Unwrap returns why the waiting ended, and the look that found nothing.
func (v *Vain) Unwrap() []error {
	return slices.DeleteFunc([]error{v.NotFound, v.Cause}, func(err error) bool { return err == nil })
}

// IsInterrupted reports whether somebody ended the wait, and not the clock.
func (v *Vain) IsInterrupted() bool { return IsInterrupted(v.Cause) }

// Poll looks again and again, at growing pauses, until what is wanted was seen. The error of
// a wait in vain is a *Vain. A failure of a look ends the wait, too; but where only the time
// was up for it, and an earlier look was made, that is a wait in vain.
func (c *Client) Poll(ctx context.Context, wanted string, look func() (Seen, error)) error {
	waits, cancel := c.Waits(ctx)
	defer cancel()
	began, vain := time.Now(), (*Vain)(nil) // nil before the first look
	for pause := FirstPause; ; pause = NextPause(pause) {
		seen, err := look()
		if ended := EndOfLook(ctx, err); vain != nil && ended != nil {
			e, _ := errors.AsType[*Error](err)
			vain.Cause, vain.after, vain.cutOff = ended, time.Since(began), e.Attempts > 0
			return vain
		}
		if seen.Done || err != nil {
			return err
		}
		vain = &Vain{Seen: seen, wanted: wanted}
		if !seen.Final {
			if vain.Cause = Sleep(waits, pause); vain.Cause == nil {
				continue
			}
		}
		vain.after = time.Since(began)
		return vain
	}
}
