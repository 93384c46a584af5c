package rest

import "net/http"

// Outcome is what is known about the effect of an attempt.
type Outcome int

const (
	// Unknown means that the call may have taken effect.
	Unknown Outcome = iota
	// Done means that the service acted and gave a whole, sensible answer.
	Done
	// NotActed means that the service cannot have acted.
	NotActed
	// Refused means that the service said no: nothing happened.
	Refused
)

// String returns the outcome in lower case, as log lines show it.
func (o Outcome) String() string {
	switch o {
	case Done:
		return "done"
	case NotActed:
		return "not acted"
	case Refused:
		return "refused"
	default:
		return "unknown"
	}
}

// Class says what a second sending of a call would do.
type Class int

const (
	// Once marks a call whose repetition acts a second time: start and close.
	Once Class = iota
	// Repeatable marks a call whose repetition changes nothing: stop and every GET.
	Repeatable
)

// Evidence is all that is known about an attempt.
type Evidence struct {
	Connected  bool // a connection was obtained, so something may have been sent
	Untrusted  bool // the server's certificate was refused: it will be refused again
	Status     int  // of the answer; 0 when there was none
	RetryAfter bool // the answer says in a readable form when to come again
	Sensible   bool // the answer was whole and what the call expects
}

// Outcome turns the evidence into one of the four outcomes.
func (e Evidence) Outcome() Outcome {
	switch {
	case e.Status == 0 && !e.Connected:
		return NotActed
	case e.Status == http.StatusTooManyRequests:
		return NotActed
	case e.Status == http.StatusServiceUnavailable && e.RetryAfter:
		return NotActed
	case e.Status == http.StatusRequestTimeout:
		return Unknown
	case e.Status >= 300 && e.Status < 500:
		return Refused
	case e.Status >= 200 && e.Status < 300 && e.Sensible:
		return Done
	default:
		return Unknown
	}
}

// Repeats says whether a call of class c may be sent again after an attempt
// with this evidence.
func (c Class) Repeats(e Evidence) bool {
	switch e.Outcome() {
	case NotActed:
		return !e.Untrusted
	case Unknown:
		return c == Repeatable
	default:
		return false
	}
}
