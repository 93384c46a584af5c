package rest

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"
)

// Fault is what a service says of its own error, read from its envelope.
type Fault struct {
	Messages  []string
	Codes     []string
	RequestID string
	Fields    []string // "name: message" for each input that was refused
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
	Location string // where a redirect points
	Attempts int
	Began    time.Time // when the last attempt was made; zero when there was none
	Cause    error     // why there is no sensible answer; nil when the service gave one
	Ended    error     // what ended the attempts early; nil when the rule or their number did
}

// Error returns one line: method, URL, status and the service's own words.
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s", e.Method, e.URL)
	if e.Status != 0 {
		fmt.Fprintf(&b, ": %s", StatusText(e.Status))
	}
	if words := e.Fault.String(); words != "" {
		fmt.Fprintf(&b, ": %s", words)
	}
	if e.Cause != nil {
		fmt.Fprintf(&b, ": %s", e.Cause)
	}
	if e.Ended != nil {
		fmt.Fprintf(&b, " (%s)", e.Ended)
	}
	return b.String()
}

// Unwrap returns the causes, so that errors.Is finds a cancelled context.
func (e *Error) Unwrap() []error {
	var causes []error
	for _, cause := range []error{e.Cause, e.Ended} {
		if cause != nil {
			causes = append(causes, cause)
		}
	}
	return causes
}

// String returns the messages with codes and request id, or nothing.
func (f Fault) String() string {
	words := strings.Join(f.Messages, "; ")
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
	switch {
	case len(notes) == 0:
		return words
	case words == "":
		return strings.Join(notes, ", ")
	default:
		return words + " (" + strings.Join(notes, ", ") + ")"
	}
}

// IsZero reports whether the service said nothing readable.
func (f Fault) IsZero() bool { return f.String() == "" }

// OutcomeOf returns the outcome of the call that err ended; Unknown for an
// error that is not of a call.
func OutcomeOf(err error) Outcome {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Outcome
	}
	return Unknown
}

// IsNotFound reports whether the service answered that the thing is unknown.
func IsNotFound(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.Status == http.StatusNotFound
}

// IsOfProxy reports whether a proxy stood in the way of the call.
func IsOfProxy(err error) bool {
	e, ok := errors.AsType[*Error](err)
	if ok && e.Status == http.StatusProxyAuthRequired {
		return true
	}
	failure, ok := errors.AsType[*net.OpError](err)
	return ok && failure.Op == proxyFailure
}

// StatusText returns a status as "404 Not Found".
func StatusText(status int) string {
	return strings.TrimSpace(fmt.Sprintf("%d %s", status, http.StatusText(status)))
}
