package rest

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"math"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

// Call is one request and what is expected of its answer.
type Call struct {
	Method      string
	Path        []string // elements, each of them escaped
	Query       url.Values
	Body        any                  // sent as JSON; nil: an empty body
	Class       Class                // whether it may be sent again when its outcome is unknown
	Limit       int64                // bytes that an answer may have
	Timeout     func() time.Duration // of the next attempt, in the place of the policy's; nil: the policy's
	Check       func() error         // asked before each attempt, once its turn has come; its error ends the call unsent
	Personal    []string             // values sent with it, hidden in the service's words
	HidesAnswer bool                 // the answer carries personal data: errors quote the service's error message alone
	MaxAttempts int                  // fewer than the policy allows; 0: the policy alone
	Decode      Decoder              // reads the answer of a 2xx; nil: its body should be empty
}

// Result tells what a call took and what its answer was beside the value.
type Result struct {
	Attempts   int       // requests that were put on the wire, or tried to be
	Began      time.Time // when the last of them was made, in the service's clock where the answer tells it
	Status     int       // of the last answer; 0 when there was none
	Unexpected string    // of a call without Decode: kind and size of a body that should be empty
}

// Do makes the call, repeats it as its class and the outcomes allow, and returns nil
// when it is done. Every other error is an *Error. Each attempt after the first has a
// connection of its own, because all that are kept may have ended together.
func (c *Client) Do(ctx context.Context, call Call) (Result, error) {
	x := &exchange{client: c, call: call, ctx: c.logger(ctx), mask: c.mask.of(call.Personal)}
	waits, cancel := c.Waits(x.ctx)
	defer cancel()
	deadline, _ := waits.Deadline()
	x.waits, x.patience = waits, patience{Policy: c.config.Policy, class: call.Class, most: call.MaxAttempts, deadline: deadline}
	if x.acts() {
		c.config.Interrupt.acting.Add(1)
		defer c.config.Interrupt.acting.Add(-1)
	}
	if err := x.prepare(); err != nil {
		e := x.error()
		e.Outcome, e.Cause = NotActed, errors.New(x.mask.Quote(err.Error()))
		return Result{}, e
	}
	loop := retryablehttp.Client{
		HTTPClient: c.http[call.Class],
		RetryMax:   math.MaxInt, // checkRetry counts
		CheckRetry: x.checkRetry,
		Backoff: func(time.Duration, time.Duration, int, *http.Response) time.Duration {
			return x.patience.pause(x.attempts)
		},
		ErrorHandler: retryablehttp.PassthroughErrorHandler,
	}
	loop.PrepareRetry = func(*http.Request) error {
		loop.HTTPClient = c.http[Once]
		return x.begin()
	}
	err := x.begin()
	if err == nil {
		var response *http.Response
		if response, err = loop.Do(x.request); response != nil {
			_ = response.Body.Close()
		}
	}
	return x.end(err)
}

// exchange is one call and its attempts.
type exchange struct {
	client   *Client
	call     Call
	ctx      context.Context // ends when Terraform gives the operation up
	waits    context.Context // ends at a signal, too
	shown    string          // the URL as messages and logs show it
	mask     mask
	patience patience
	body     []byte
	request  *retryablehttp.Request
	current  *connection // of the attempt under way
	attempts []attempt
}

// prepare makes the request.
func (x *exchange) prepare() error {
	raw := URL(x.client.config.BaseURL, x.call.Path, x.call.Query)
	x.shown = MaskedURL(raw)
	var body any // stays nil for no body: an empty one would be sent in chunks
	if x.call.Body != nil {
		var err error
		if x.body, err = json.Marshal(x.call.Body); err != nil {
			return err
		}
		body = x.body
	}
	request, err := retryablehttp.NewRequestWithContext(x.waits, x.call.Method, raw, body)
	if err != nil {
		return err
	}
	request.Header.Set("Accept", "application/json")
	request.Header.Set("User-Agent", x.client.config.UserAgent)
	if x.acts() {
		request.Header.Set("Content-Type", "application/json")
	} else {
		// The transport itself repeats a request that has no body, past limits and logs. This
		// body is empty, but cannot be read twice.
		request.Body, request.GetBody = io.NopCloser(strings.NewReader("")), nil
	}
	x.client.config.Authorize(request.Header)
	x.request = request
	return nil
}

// begin waits for the turn of the next attempt and gives the request its context. It
// returns what ends the call instead.
func (x *exchange) begin() error {
	if err := Over(x.waits); err != nil {
		return err
	}
	if x.client.limiter.Wait(x.waits) != nil {
		return cmp.Or(Over(x.waits), ErrLimited)
	}
	if x.call.Check != nil {
		if err := x.call.Check(); err != nil {
			return err
		}
	}
	allowed := x.client.config.Policy.Timeout
	if x.call.Timeout != nil {
		allowed = x.call.Timeout()
	}
	if deadline, ok := x.ctx.Deadline(); ok {
		allowed = min(allowed, time.Until(deadline))
	}
	ctx, connection := connect(x.ctx, x.waits, x.acts(), allowed)
	x.current, x.request.Request = connection, x.request.Request.WithContext(ctx)
	return nil
}

func (x *exchange) acts() bool { return x.call.Method != http.MethodGet }

// checkRetry adds the attempt that has just ended and says whether another one follows.
// The pause before that is one of the waits.
func (x *exchange) checkRetry(_ context.Context, response *http.Response, err error) (bool, error) {
	x.attempts = append(x.attempts, x.finish(response, err))
	x.request.Request = x.request.Request.WithContext(x.waits)
	x.log(x.attempts[len(x.attempts)-1])
	again, ended := x.patience.next(x.attempts)
	if again {
		ended = Over(x.waits)
	}
	return again && ended == nil, ended
}

// end returns the result of the whole call. err is what ended the loop.
func (x *exchange) end(err error) (Result, error) {
	last := attempt{failure: x.error()} // where there was none
	if len(x.attempts) > 0 {
		last = x.attempts[len(x.attempts)-1]
	}
	result := Result{Attempts: len(x.attempts), Began: last.began.Add(last.ahead), Status: last.Status, Unexpected: last.unexpected}
	e, outcome := last.failure, outcomeOf(x.attempts)
	if outcome == Done {
		return result, nil
	}
	e.Outcome, e.Attempts = outcome, result.Attempts
	// The error of an attempt, which http.Client wraps, ended nothing.
	if _, ofAttempt := errors.AsType[*url.Error](err); err != nil && !ofAttempt {
		e.Ended = err
	}
	if over := Over(x.waits); over != nil && last.Outcome() != Refused {
		e.Ended = over
	}
	return result, e
}

// error returns an error that has what is known before any attempt.
func (x *exchange) error() *Error {
	return &Error{Service: x.client.config.Service, Method: x.call.Method, URL: x.shown}
}

// ErrLimited ends a call that would have had to wait too long for its turn.
var ErrLimited = errors.New("waiting for requests_per_minute would take longer than the time that the operation has left")
