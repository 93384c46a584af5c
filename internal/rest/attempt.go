package rest

import (
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"time"
)

// attempt is all that is known of one request and its answer.
type attempt struct {
	Evidence
	began      time.Time
	ended      time.Time
	ahead      time.Duration // of the service's clock before this machine's; 0 where the answer has no date
	header     http.Header   // of the answer
	size       int64         // of its body, in bytes
	body       string        // its beginning
	codes      []string      // that the service gives
	unexpected string        // see Result
	failure    *Error        // nil when it was done
	jitter     float64       // of the pause behind it, in [0, 1)
}

// finish reads the answer to the attempt under way, because an answer that breaks off
// belongs to its outcome, and returns the attempt.
func (x *exchange) finish(response *http.Response, err error) attempt {
	defer x.current.cancel()
	a := attempt{
		Evidence: Evidence{Acts: x.acts(), Connected: !x.current.giveUp()},
		began:    x.current.began,
		failure:  x.error(),
		jitter:   rand.Float64(), //nolint:gosec // jitter needs no secrecy
	}
	a.failure.Began, a.failure.OwnTime = a.began, x.call.Timeout != nil && x.current.allowed != x.client.config.Policy.Timeout
	if err != nil {
		if wrapped, ok := errors.AsType[*url.Error](err); ok {
			err = wrapped.Err
		}
		a.Distrusted = isDistrust(err)
		a.failure.Cause = x.byWay(x.describe(err, nil))
	} else {
		x.read(response, &a)
	}
	a.ended = time.Now()
	_, a.RetryAfter = a.asked()
	if a.Outcome() == Done {
		a.failure = nil
	}
	return a
}

// asked returns how long the service asks to wait, and false where it does not say so in a form
// that can be read.
func (a attempt) asked() (time.Duration, bool) { return retryAfter(a.header, a.ended.Add(a.ahead)) }

// read takes the answer in.
func (x *exchange) read(response *http.Response, a *attempt) {
	a.Status, a.header = response.StatusCode, response.Header
	if date, err := http.ParseTime(response.Header.Get("Date")); err == nil {
		a.ahead = time.Until(date)
	}
	defer response.Body.Close() //nolint:errcheck // nothing is left to lose
	if response.StatusCode == http.StatusSwitchingProtocols {
		response.Body = http.NoBody // of another protocol, whose reading no context ends
	}
	answer := newAnswer(response)
	switch {
	case response.StatusCode < 200 || response.StatusCode >= 300:
		x.reject(answer, a)
	case x.call.Decode == nil:
		x.expectNothing(answer, a)
	default:
		x.decode(answer, a)
	}
	response.Body = http.NoBody
	a.size, a.body = answer.size, answer.text()
}

// decode has the client read the answer to a success.
func (x *exchange) decode(answer *answer, a *attempt) {
	answer.limit, answer.counts = max(x.call.Limit, errorLimit), true
	err := x.call.Decode(answer)
	_, _ = io.CopyN(io.Discard, answer, errorLimit) // so that the connection can be used again
	// A connection that breaks behind a whole value is no fault, but no more is read than the limit.
	if answer.err != nil && (err != nil || errors.Is(answer.err, errTooLong)) {
		err = answer.err
	}
	if a.Sensible = err == nil; !a.Sensible {
		x.misunderstand(err, answer, a)
	}
}

// expectNothing takes a success whose body should be empty. A page and a failure in the
// service's own envelope are none.
func (x *exchange) expectNothing(answer *answer, a *attempt) {
	_, _ = io.Copy(io.Discard, answer)
	fault := x.client.config.Fault(answer.head)
	switch {
	case answer.isEmpty():
		a.Sensible = true
	case answer.isPage():
		x.misunderstand(errPage, answer, a)
	case fault.Own && len(fault.Messages)+len(fault.Codes) > 0:
		x.misunderstand(&Spoken{Fault: fault}, answer, a)
	default:
		a.Sensible, a.unexpected = true, x.show(answer)
	}
}

// misunderstand records a success whose answer is not what the call expects.
func (x *exchange) misunderstand(err error, answer *answer, a *attempt) {
	var fault Fault
	if spoken, ok := errors.AsType[*Spoken](err); ok {
		fault, a.Denied = spoken.Fault, spoken.Refused
	}
	a.failure.Cause = x.describe(err, answer)
	x.quote(fault, answer, a)
}

// reject records an answer with a status that is not a success.
func (x *exchange) reject(answer *answer, a *attempt) {
	_, _ = io.Copy(io.Discard, answer)
	if to := a.header[location]; len(to) > 0 && a.Status < 400 {
		a.failure.Location = x.mask.location(to[0])
	}
	if a.Status == http.StatusBadRequest && plainToTLS.MatchString(answer.text()) {
		a.failure.Cause = errPlainToTLS
	}
	x.quote(x.client.config.Fault(answer.head), answer, a)
}

// quote records what the service says, and describes the answer where it says nothing.
func (x *exchange) quote(fault Fault, answer *answer, a *attempt) {
	e := a.failure
	e.Status, e.Fault, e.Empty, a.codes = a.Status, x.masked(fault), answer.isEmpty(), fault.Codes
	if fault.IsZero() && !e.Empty {
		e.Answer, e.HTML = x.show(answer), answer.isPage() && e.Location == ""
	}
}

// show describes the answer in masked words.
func (x *exchange) show(answer *answer) string {
	return answer.describe(x.mask, x.call.HidesAnswer)
}

// maxTexts is how many messages, codes or fields of one answer are quoted.
const maxTexts = 8

// masked returns the fault as errors show it.
func (x *exchange) masked(fault Fault) Fault {
	each := func(texts []string) (out []string) {
		for _, text := range texts[:min(len(texts), maxTexts)] {
			out = append(out, x.mask.Quote(text))
		}
		return out
	}
	fault.Messages, fault.Codes, fault.Fields = each(fault.Messages), each(fault.Codes), each(fault.Fields)
	fault.RequestID = x.mask.Quote(fault.RequestID)
	return fault
}
