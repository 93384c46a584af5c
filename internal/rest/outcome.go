package rest

import "net/http"

// Outcome is what is known about the effect of a call or of one attempt.
type Outcome int

// What is known.
const (
	Unknown  Outcome = iota // the call may have taken effect
	Done                    // the service acted and gave a whole, sensible answer
	NotActed                // the service cannot have acted
	Refused                 // the service said no: nothing happened
)

// String returns the outcome in lower case, as log lines show it.
func (o Outcome) String() string {
	return [...]string{Unknown: "unknown", Done: "done", NotActed: "not acted", Refused: "refused"}[o]
}

// Class says what a second sending of a call would do.
type Class int

// What it would do.
const (
	Once       Class = iota // acts a second time: start, close, message
	Repeatable              // changes nothing: stop and every GET
)

// Evidence is all that tells the outcome of an attempt.
type Evidence struct {
	Acts       bool // the call changes something: it is no GET
	Connected  bool // a connection was obtained, so something may have been sent
	Distrusted bool // one side refused the other's certificate, for good
	Status     int  // of the answer; 0 when there was none
	RetryAfter bool // the answer says when to come again, in a form that can be read
	Sensible   bool // the answer was whole and what the call expects
	Denied     bool // the answer is a 2xx that carries a documented refusal
}

// Outcome turns the evidence into one of the four outcomes.
func (e Evidence) Outcome() Outcome {
	switch {
	case e.Status == 0 && (!e.Connected || e.Distrusted), e.isLimited(), e.Status == http.StatusServiceUnavailable && e.RetryAfter:
		return NotActed
	case e.Status == http.StatusRequestTimeout:
		return Unknown
	case e.Status >= 300 && e.Status < 500, e.isSuccess() && e.Denied:
		return Refused
	case e.isSuccess() && e.Sensible:
		return Done
	}
	return Unknown
}

func (e Evidence) isSuccess() bool { return e.Status >= 200 && e.Status < 300 }

func (e Evidence) isLimited() bool { return e.Status == http.StatusTooManyRequests }

// Repeats says whether a call of class c may be sent again after an attempt.
func (c Class) Repeats(e Evidence) bool {
	outcome := e.Outcome()
	return outcome == NotActed && !e.Distrusted || outcome == Unknown && c == Repeatable
}

// outcomeOf returns the outcome of a call from its attempts. What the last one was told
// says nothing of an earlier one that may have acted.
func outcomeOf(attempts []attempt) Outcome {
	outcome, lost := NotActed, false
	for _, a := range attempts {
		outcome = a.Outcome()
		lost = lost || a.Acts && outcome == Unknown
	}
	if lost && outcome != Done {
		return Unknown
	}
	return outcome
}
