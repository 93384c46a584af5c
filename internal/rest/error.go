package rest

import (
	"errors"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Fault is what a service says of its own error, read from its envelope.
type Fault struct {
	Messages  []string
	Codes     []string
	RequestID string
	Fields    []string // "name: message" for each input that was refused
	Own       bool     // the answer has the form of the service's own envelope
}

// Error is a call that was not done. All its text is masked already.
type Error struct {
	Service  string
	Method   string
	URL      string
	Outcome  Outcome
	Status   int    // of the last answer; 0 when there was none
	Fault    Fault  // the service's own words
	Answer   string // beginning of an answer that is not what the service documents
	HTML     bool   // the answer was a page, not the service's API
	Empty    bool   // the answer's body was empty or white space
	Location string // where a redirect points
	Attempts int
	Began    time.Time // when the last attempt was made; zero when there was none
	OwnTime  bool      // the call set the time of that attempt, and not the policy
	Cause    error     // why there is no sensible answer; nil when the service gave one
	Ended    error     // what ended the attempts early; nil when the rule or their number did
}

// Error returns one line: method, URL, status and the service's own words.
func (e *Error) Error() string {
	text := e.Method + " " + e.URL
	if e.Status != 0 {
		text += ": " + StatusText(e.Status)
	}
	if words := e.Fault.String(); words != "" {
		text += ": " + words
	}
	if e.Cause != nil {
		text += ": " + e.Cause.Error()
	}
	if e.Ended != nil {
		text += " (" + e.Ended.Error() + ")"
	}
	return text
}

// Unwrap returns the causes, so that errors.Is finds a cancelled context.
func (e *Error) Unwrap() []error {
	return slices.DeleteFunc([]error{e.Cause, e.Ended}, func(err error) bool { return err == nil })
}

// String returns the messages with codes, request id and fields, or nothing.
func (f Fault) String() string {
	var notes []string
	if len(f.Codes) > 0 {
		notes = append(notes, "code "+strings.Join(f.Codes, ", "))
	}
	if f.RequestID != "" {
		notes = append(notes, "request id "+f.RequestID)
	}
	if len(f.Fields) > 0 {
		notes = append(notes, strings.Join(f.Fields, "; "))
	}
	words, noted := strings.Join(f.Messages, "; "), strings.Join(notes, ", ")
	if words == "" || noted == "" {
		return words + noted
	}
	return words + " (" + noted + ")"
}

// IsZero reports whether the service said nothing readable.
func (f Fault) IsZero() bool { return f.String() == "" }

// OutcomeOf returns the outcome of the call that err ended; Unknown for an error that is
// not of a call.
func OutcomeOf(err error) Outcome {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Outcome
	}
	return Unknown
}

// IsNotFound reports whether the service answered that the thing is unknown.
func IsNotFound(err error) bool { return hasStatus(err, http.StatusNotFound) }

// IsLimited reports whether the last answer of the call was 429.
func IsLimited(err error) bool { return hasStatus(err, http.StatusTooManyRequests) }

// IsUsedUp reports whether the last answer of the call names a quota of the account, which
// no wait lifts. Nobody documents with which status.
func IsUsedUp(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && nameQuota(e.Fault.Codes)
}

// nameQuota reports whether one of a service's codes names a quota of the account.
func nameQuota(codes []string) bool {
	return slices.ContainsFunc(codes, func(code string) bool { return strings.HasSuffix(code, "LIMIT_REACHED") })
}

// IsOfProxy reports whether a proxy stood in the way of the call.
func IsOfProxy(err error) bool {
	failure, ok := errors.AsType[*net.OpError](err)
	return ok && failure.Op == proxyFailure || hasStatus(err, http.StatusProxyAuthRequired)
}

func hasStatus(err error, status int) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.Status == status
}

// StatusText returns a status as "404 Not Found".
func StatusText(status int) string {
	return strings.TrimSpace(strconv.Itoa(status) + " " + http.StatusText(status))
}
