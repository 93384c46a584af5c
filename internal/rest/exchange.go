package rest

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"time"
)

// errorLimit is how much of an error's body is read, in bytes.
const errorLimit = 64 << 10

// exchange is one call on its way: the transport that makes each attempt, and
// the rule that decides on the next.
type exchange struct {
	client  *Client
	call    Call
	calling context.Context // ends when Terraform gives the operation up
	url     string
	shown   string // url as messages and logs show it
	body    []byte
	retries int // attempts that may follow the first

	attempts int
	began    time.Time // of the last attempt
	status   int
	evidence Evidence
	lost     bool // an attempt before the last one may have had its effect
	header   http.Header
	last     *Error // of the last attempt; nil when it was done
	ended    error  // why no further attempt is made
	wait     time.Duration
	allowed  time.Duration // how long the last attempt could take
}

func (c *Client) newExchange(ctx context.Context, call Call) (*exchange, error) {
	x := &exchange{client: c, call: call, calling: c.logger(ctx), retries: c.config.Policy.MaxRetries}
	if call.MaxAttempts > 0 {
		x.retries = min(x.retries, call.MaxAttempts-1)
	}
	x.url = URL(c.base, call.Path, call.Query)
	x.shown = MaskedURL(x.url)
	if call.Body == nil {
		return x, nil
	}
	var err error
	if x.body, err = json.Marshal(call.Body); err != nil {
		return nil, x.notSent(err)
	}
	return x, nil
}

// RoundTrip makes one attempt. It reads the whole answer, because an answer
// that breaks off belongs to the outcome of the attempt.
func (x *exchange) RoundTrip(request *http.Request) (*http.Response, error) {
	waits := request.Context()
	if err := Over(waits); err != nil {
		return nil, x.stop(err)
	}
	if err := x.client.limiter.Wait(waits); err != nil {
		return nil, x.stop(limiterError(waits))
	}
	x.attempts++
	x.lost = x.lost || x.call.Method != http.MethodGet && x.evidence.Outcome() == Unknown
	x.last, x.status, x.evidence, x.header = nil, 0, Evidence{}, nil

	ctx, connection, cancel := x.connect(waits)
	defer cancel()
	request = request.Clone(ctx)
	x.prepare(request)

	x.began = time.Now()
	response, err := x.client.config.Transport.RoundTrip(request)
	x.evidence.Connected = connection.isObtained()
	if err != nil {
		x.fail(err)
		x.logAttempt(0)
		return nil, err
	}
	size, err := x.read(response)
	x.logAttempt(size)
	if err != nil {
		return nil, err
	}
	response.Body = http.NoBody
	return response, nil
}

// read takes the answer in and fills in the evidence.
func (x *exchange) read(response *http.Response) (int64, error) {
	x.status, x.header = response.StatusCode, response.Header
	x.evidence.Status = response.StatusCode
	_, x.evidence.RetryAfter = retryAfter(response.Header, time.Now())
	defer response.Body.Close() //nolint:errcheck // nothing is left to lose
	if response.StatusCode == http.StatusSwitchingProtocols {
		response.Body = http.NoBody // of another protocol, whose reading no context ends
	}

	if response.StatusCode < 200 || response.StatusCode >= 300 {
		answer := newAnswer(response.Body, errorLimit, errorLimit)
		_, _ = io.Copy(io.Discard, answer)
		x.reject(response, answer)
		return answer.size, nil
	}
	answer := newAnswer(response.Body, max(x.call.Limit, errorLimit), x.quoteSize())
	var err error
	if x.call.Decode != nil {
		err = x.call.Decode(answer)
	}
	// A connection that breaks behind a whole value is no fault, but no more is read than the limit.
	if answer.err != nil && (err != nil || errors.Is(answer.err, errTooLarge)) {
		err = answer.err
	}
	x.evidence.Sensible = err == nil
	if err != nil {
		x.misunderstood(response, answer, err)
		return answer.size, err
	}
	_, _ = io.CopyN(io.Discard, answer, errorLimit) // so that the connection can be used again
	x.logBody("Received body", answer.head.Bytes())
	return answer.size, nil
}

// reject records an answer with a status that is not a success.
func (x *exchange) reject(response *http.Response, answer *answer) {
	x.last = x.error()
	if location := response.Header.Get("Location"); location != "" && response.StatusCode < 400 {
		x.last.Location = x.client.mask.Location(location, x.call.Personal)
	}
	fault := x.client.config.Fault(bytes.TrimPrefix(answer.head.Bytes(), byteOrderMark))
	x.last.Fault = x.masked(fault)
	if fault.IsZero() {
		x.last.Answer, x.last.HTML = x.quote(answer), answer.isPage(response.Header)
	}
	x.logBody("Received body", answer.head.Bytes())
}

// misunderstood records a 2xx whose answer is not what the call expects.
func (x *exchange) misunderstood(response *http.Response, answer *answer, err error) {
	x.last = x.error()
	x.last.Cause = x.describe(err, answer)
	if spoken, ok := errors.AsType[*Spoken](err); ok && !spoken.Fault.IsZero() {
		x.last.Fault = x.masked(spoken.Fault)
	} else {
		x.last.Answer, x.last.HTML = x.quote(answer), answer.isPage(response.Header)
	}
	x.logBody("Received body", answer.head.Bytes())
}

// fail records an attempt without an answer.
func (x *exchange) fail(err error) {
	_, x.evidence.Untrusted = errors.AsType[*tls.CertificateVerificationError](err)
	x.last = x.error()
	x.last.Cause = x.describe(err, nil)
}

func (x *exchange) error() *Error {
	return &Error{
		Service: x.client.config.Service,
		Method:  x.call.Method,
		URL:     x.shown,
		Status:  x.status,
		Began:   x.began,
	}
}

// notSent is the error of a call that could not even be written down.
func (x *exchange) notSent(err error) *Error {
	e := x.error()
	e.Outcome, e.Cause = NotActed, errors.New(x.client.mask.Quote(err.Error(), x.call.Personal))
	return e
}

// stop ends the attempts for a reason that is not an outcome of one.
func (x *exchange) stop(err error) error {
	x.ended = err
	return err
}

// checkRetry is the retry rule in the form that retryablehttp asks for.
func (x *exchange) checkRetry(waits context.Context, _ *http.Response, _ error) (bool, error) {
	if x.ended != nil || x.last == nil || x.attempts > x.retries || !x.call.Class.Repeats(x.evidence) {
		return false, nil
	}
	if over := Over(waits); over != nil {
		x.ended = over
		return false, nil
	}
	x.wait = pause(x.client.config.Policy, x.attempts-1, x.header, time.Now())
	if deadline, ok := waits.Deadline(); ok && time.Now().Add(x.wait).After(deadline) {
		x.ended = fmt.Errorf("the next attempt, due in %s, would come after the time-out of the operation",
			x.wait.Round(time.Millisecond))
		return false, nil
	}
	return true, nil
}

func (x *exchange) backoff(time.Duration, time.Duration, int, *http.Response) time.Duration {
	return x.wait
}

// failure returns the error of the whole call once no attempt is to follow.
func (x *exchange) failure(waits context.Context, err error) *Error {
	e := x.last
	if e == nil {
		e = x.error()
		x.evidence = Evidence{}
		if x.ended == nil {
			e.Cause = errors.New(x.client.mask.Quote(err.Error(), x.call.Personal))
		}
	}
	e.Outcome, e.Attempts, e.Ended = x.evidence.Outcome(), x.attempts, x.ended
	if e.Ended == nil && e.Outcome != Refused {
		e.Ended = Over(waits)
	}
	if x.lost { // a refusal of the last attempt says nothing of the others
		e.Outcome = Unknown
	}
	return e
}

// describe turns the cause of a failed attempt into words that a reader can
// use, masked, while errors.Is still finds what it was.
func (x *exchange) describe(err error, answer *answer) error {
	text := err.Error()
	var syntax *json.SyntaxError
	var mismatch *json.UnmarshalTypeError
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		text = "no whole answer arrived within " + x.allowed.Round(time.Millisecond).String()
	case errors.Is(err, context.Canceled):
		text = "the operation was cancelled"
	case errors.Is(err, errTooLarge):
		text = fmt.Sprintf("the answer is larger than %d bytes", answer.limit)
	case errors.Is(err, io.EOF) && answer == nil:
		text = "the connection ended without an answer"
	case errors.Is(err, io.EOF):
		text = "the answer is empty"
	case errors.Is(err, io.ErrUnexpectedEOF) && answer != nil:
		text = fmt.Sprintf("the answer broke off after %d bytes", answer.size)
	case errors.As(err, &mismatch):
		text = describeMismatch(mismatch)
	case errors.As(err, &syntax):
		text = "the answer is not JSON"
	}
	return &described{text: x.client.mask.Quote(text, x.call.Personal), cause: err}
}

// described is a cause in masked words.
type described struct {
	text  string
	cause error
}

func (d *described) Error() string { return d.text }

func (d *described) Unwrap() error { return d.cause }

// Spoken is returned by a Decoder when a 2xx carries a failure in the service's
// own words.
type Spoken struct{ Fault Fault }

// Error says what kind of answer it was; the words are in Fault.
func (*Spoken) Error() string { return "the service reports a failure with a success status" }

func (x *exchange) masked(fault Fault) Fault {
	each := func(words []string) []string {
		words = words[:min(len(words), maxWords)]
		out := make([]string, 0, len(words))
		for _, word := range words {
			out = append(out, x.client.mask.Quote(word, x.call.Personal))
		}
		return out
	}
	fault.Messages, fault.Codes, fault.Fields = each(fault.Messages), each(fault.Codes), each(fault.Fields)
	fault.RequestID = x.client.mask.Quote(fault.RequestID, x.call.Personal)
	return fault
}

// beginOfJSON finds an object or a list, also one behind a server's notice.
var beginOfJSON = regexp.MustCompile(`^[{\[]|[{\[]\s*["{\[]`)

// quote returns the beginning of an answer for a message.
func (x *exchange) quote(answer *answer) string {
	text := strings.TrimSpace(strings.TrimPrefix(answer.head.String(), string(byteOrderMark)))
	if begin := beginOfJSON.FindStringIndex(text); begin != nil && x.call.HidesAnswer {
		text = strings.TrimSpace(text[:begin[0]])
	}
	return x.client.mask.Quote(text, x.call.Personal)
}

// quoteSize is how much of an answer is kept for a message or for the log:
// more than is shown, since masking comes before cutting.
func (x *exchange) quoteSize() int {
	if x.client.config.LogBodies {
		return errorLimit
	}
	return 8 * maxQuoted
}

// ErrLimited is found in an Error whose call would have had to wait too long for
// its turn.
var ErrLimited = errors.New("waiting for requests_per_minute would take longer than the time-out of the operation")

func limiterError(waits context.Context) error {
	if over := Over(waits); over != nil {
		return over
	}
	return ErrLimited
}
