package rest

import "net/http"

// Outcome is what is known about the effect of a call or of one attempt.
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
	return [...]string{Unknown: "unknown", Done: "done", NotActed: "not acted", Refused: "refused"}[o]
}

// Class says what a second sending of a call would do.
type Class int

const (
	// Once marks a call whose repetition acts a second time: start, close, message.
	Once Class = iota
	// Repeatable marks a call whose repetition changes nothing: stop and every GET.
	Repeatable
)

// Evidence is all that tells the outcome of an attempt.
type Evidence struct {
	Acts       bool // the call changes something: it is no GET
	Connected  bool // a connection was obtained, so something may have been sent
	Distrusted bool // one side refused the other's certificate, before any request and for good
	Status     int  // of the answer; 0 when there was none
	RetryAfter bool // the answer has this header, in whatever form
	Sensible   bool // the answer was whole and what the call expects
	Denied     bool // the answer is a 2xx that carries a documented refusal
}

// Outcome turns the evidence into one of the four outcomes.
func (e Evidence) Outcome() Outcome {
	success := e.Status >= 200 && e.Status < 300
	switch {
	case e.Status == 0 && (!e.Connected || e.Distrusted):
		return NotActed
	case e.isLimited():
		return NotActed
	case e.Status == http.StatusServiceUnavailable && e.RetryAfter:
		return NotActed
	case e.Status == http.StatusRequestTimeout:
		return Unknown
	case e.Status >= 300 && e.Status < 500, success && e.Denied:
		return Refused
	case success && e.Sensible:
		return Done
	default:
		return Unknown
	}
}

func (e Evidence) isLimited() bool { return e.Status == http.StatusTooManyRequests }

// Repeats says whether a call of class c may be sent again after an attempt with this
// evidence.
func (c Class) Repeats(e Evidence) bool {
	switch e.Outcome() {
	case NotActed:
		return !e.Distrusted
	case Unknown:
		return c == Repeatable
	default:
		return false
	}
}

// outcomeOf returns the outcome of a call from its attempts. What the last one was told
// says nothing of an earlier one that may have acted.
func outcomeOf(attempts []attempt) Outcome {
	if len(attempts) == 0 {
		return NotActed
	}
	last := len(attempts) - 1
	outcome := attempts[last].Outcome()
	for _, earlier := range attempts[:last] {
		if outcome != Done && earlier.Acts && earlier.Outcome() == Unknown {
			return Unknown
		}
	}
	return outcome
}
