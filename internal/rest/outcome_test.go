package rest

import (
	"fmt"
	"testing"
)

// outcomes is the rule in a table: for each status of an answer its outcome
// when the answer is neither sensible nor says when to come again, when it says
// so, when it is sensible, and when it is both. D: done, N: not acted,
// R: refused, U: unknown.
var outcomes = map[int]string{
	200: "UUDD", 204: "UUDD", 299: "UUDD",
	301: "RRRR", 302: "RRRR", 304: "RRRR", 307: "RRRR", 308: "RRRR",
	400: "RRRR", 401: "RRRR", 403: "RRRR", 404: "RRRR", 405: "RRRR", 409: "RRRR", 410: "RRRR", 422: "RRRR", 425: "RRRR", 499: "RRRR",
	408: "UUUU",
	429: "NNNN",
	500: "UUUU", 501: "UUUU", 502: "UUUU", 504: "UUUU", 511: "UUUU", 600: "UUUU",
	503: "UNUN",
}

// Without an answer all depends on whether there was a connection.
const (
	outcomesNeverConnected = "NNNN"
	outcomesNoAnswer       = "UUUU"
)

func TestEveryOutcome(t *testing.T) {
	t.Parallel()
	letters := map[byte]Outcome{'D': Done, 'N': NotActed, 'R': Refused, 'U': Unknown}
	cells := 0
	check := func(e Evidence, row string) {
		column := 0
		if e.RetryAfter {
			column++
		}
		if e.Sensible {
			column += 2
		}
		letter := row[column]
		if got := e.Outcome(); got != letters[letter] {
			t.Errorf("%+v: the outcome is %s, want %s", e, got, letters[letter])
		}
		for class, repeated := range map[Class]bool{
			Once:       letter == 'N' && !e.Untrusted,
			Repeatable: letter == 'U' || letter == 'N' && !e.Untrusted,
		} {
			cells++
			if got := class.Repeats(e); got != repeated {
				t.Errorf("%+v of class %d: repeated %t, want %t", e, class, got, repeated)
			}
		}
	}
	bools := []bool{false, true}
	for _, connected := range bools {
		for _, untrusted := range bools {
			for _, retryAfter := range bools {
				for _, sensible := range bools {
					e := Evidence{Connected: connected, Untrusted: untrusted, RetryAfter: retryAfter, Sensible: sensible}
					if connected {
						check(e, outcomesNoAnswer)
					} else {
						check(e, outcomesNeverConnected)
					}
					for status, row := range outcomes {
						e.Status = status
						check(e, row)
					}
				}
			}
		}
	}
	t.Logf("checked %d cells", cells)
	if want := (len(outcomes) + 1) * 16 * 2; cells != want {
		t.Errorf("checked %d cells, want %d", cells, want)
	}
}

func TestOutcomeNames(t *testing.T) {
	t.Parallel()
	if got, want := fmt.Sprint(Unknown, Done, NotActed, Refused), "unknown done not acted refused"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if (Evidence{Connected: true}).Outcome() != Outcome(0) || Class(0) != Once {
		t.Error("the zero values are not the careful ones")
	}
}
