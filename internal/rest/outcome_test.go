package rest

import (
	"fmt"
	"testing"
)

// outcomes is the rule in a table: for each status of an answer its outcome when the
// answer is neither sensible nor says when to come again, when it says so, when it is
// sensible, and when it is both. D: done, N: not acted, R: refused, U: unknown.
var outcomes = map[int]string{
	200: "UUDD", 204: "UUDD", 299: "UUDD",
	301: "RRRR", 302: "RRRR", 304: "RRRR", 307: "RRRR", 308: "RRRR",
	400: "RRRR", 401: "RRRR", 403: "RRRR", 404: "RRRR", 405: "RRRR", 409: "RRRR", 410: "RRRR", 422: "RRRR", 425: "RRRR", 499: "RRRR",
	408: "UUUU",
	429: "NNNN",
	101: "UUUU", 500: "UUUU", 501: "UUUU", 502: "UUUU", 504: "UUUU", 511: "UUUU", 600: "UUUU",
	503: "UNUN",
}

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
			Once:       letter == 'N' && !e.Distrusted,
			Repeatable: letter == 'U' || letter == 'N' && !e.Distrusted,
		} {
			cells++
			if got := class.Repeats(e); got != repeated {
				t.Errorf("%+v of class %d: repeated %t, want %t", e, class, got, repeated)
			}
		}
	}
	for bits := range 1 << 5 {
		e := Evidence{Connected: bits&1 > 0, Distrusted: bits&2 > 0, RetryAfter: bits&4 > 0, Sensible: bits&8 > 0, Denied: bits&16 > 0}
		unanswered := "NNNN"
		if e.Connected && !e.Distrusted {
			unanswered = "UUUU"
		}
		check(e, unanswered)
		for status, row := range outcomes {
			if e.Status = status; e.Denied && status < 300 && status >= 200 {
				row = "RRRR"
			}
			check(e, row)
		}
	}
	if want := (len(outcomes) + 1) * 32 * 2; cells != want {
		t.Errorf("checked %d cells, want %d", cells, want)
	}
}

func TestOutcomeOfACallFoldsItsAttempts(t *testing.T) {
	t.Parallel()
	// A letter for each attempt: those of the table above.
	evidence := map[rune]Evidence{'D': {Status: 200, Sensible: true}, 'N': {Status: 429}, 'R': {Status: 404}, 'U': {Status: 500}}
	for letters, want := range map[string][2]Outcome{ // of a call that acts, and of one that reads
		"": {NotActed, NotActed}, "D": {Done, Done}, "N": {NotActed, NotActed}, "R": {Refused, Refused}, "U": {Unknown, Unknown},
		"UD": {Done, Done}, "ND": {Done, Done}, "NR": {Refused, Refused}, "NU": {Unknown, Unknown},
		"UR": {Unknown, Refused}, "UN": {Unknown, NotActed}, "UNR": {Unknown, Refused}, "NNR": {Refused, Refused},
	} {
		for i, acts := range []bool{true, false} {
			var attempts []attempt
			for _, letter := range letters {
				e := evidence[letter]
				e.Acts = acts
				attempts = append(attempts, attempt{Evidence: e})
			}
			if got := outcomeOf(attempts); got != want[i] {
				t.Errorf("%q, acts %t: got %s, want %s", letters, acts, got, want[i])
			}
		}
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
