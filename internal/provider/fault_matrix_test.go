package provider

import (
	"fmt"
	"os"
	"slices"
	"testing"
)

// The fault matrix: each call of the provider meets each fault of a network or a
// service, on its first request and on all of them. What a cell has to show is
// read off four tables: the outcome of the fault (matrixFaults), how each call
// ends with each outcome (matrixRules), how often it is sent (matrixCell.expect),
// and what differs from that in single cells, with the reason
// (matrixExceptions). A cell for which they say nothing fails.

// What is known of a call when it has ended.
const (
	matrixDone     matrixOutcome = "done"
	matrixNotActed matrixOutcome = "not acted" // no connection, 429, 503 with Retry-After: anything is sent again
	matrixRefused  matrixOutcome = "refused"   // any other 4xx but 408, and redirects: nothing is sent again
	matrixUnknown  matrixOutcome = "unknown"   // the rest: only stop and what reads is sent again
)

// What a call leaves behind: in the state, or as an action's progress.
const (
	leftNothing   matrixLeft = "nothing"   // no state, no values, no progress
	leftSaved     matrixLeft = "saved"     // with the results of the service
	leftTainted   matrixLeft = "tainted"   // saved with null results, for the next apply to replace
	leftKept      matrixLeft = "kept"      // exactly as before
	leftGone      matrixLeft = "gone"      // out of the state
	leftRefreshed matrixLeft = "refreshed" // as before, with what the listing says
	leftImported  matrixLeft = "imported"  // id and queue, and nothing else
	leftRead      matrixLeft = "read"      // the values of a data source or an ephemeral resource
	leftTold      matrixLeft = "told"      // progress of an action
)

// matrixRules say how each call ends. A failure is one error (or one warning),
// and none else, with the words given here among those of the fault.
var matrixRules = map[string]map[matrixOutcome]matrixEnding{
	"start": {
		matrixDone:     {left: leftSaved},
		matrixNotActed: {leftNothing, matrixError, matrixSays{"No conversation was started"}},
		matrixRefused:  {leftNothing, matrixError, matrixSays{"Nothing happened"}},
		matrixUnknown:  {leftNothing, matrixError, matrixSays{"may have taken effect"}},
	},
	"stop": {
		matrixDone:     {left: leftGone},
		matrixNotActed: {leftKept, matrixError, matrixSays{"was not stopped"}},
		matrixRefused:  {leftKept, matrixError, matrixSays{"was not stopped"}},
		matrixUnknown:  {leftKept, matrixError, matrixSays{"may have been stopped"}},
	},
	"close_by_create": {
		matrixDone:     {left: leftSaved},
		matrixNotActed: {leftNothing, matrixError, matrixSays{"No conversation was closed"}},
		matrixRefused:  {leftNothing, matrixError, matrixSays{"Nothing happened"}},
		matrixUnknown:  {leftTainted, matrixError, matrixSays{"may have taken effect", "terraform untaint"}},
	},
	"close_by_update": {
		matrixDone:     {left: leftSaved},
		matrixNotActed: {leftKept, matrixError, matrixSays{"No conversation was closed"}},
		matrixRefused:  {leftKept, matrixError, matrixSays{"Nothing happened"}},
		matrixUnknown:  {leftKept, matrixError, matrixSays{"may have taken effect", "next apply sends the call again", "so would a destroy"}},
	},
	"close_by_destroy": {
		matrixDone:     {left: leftGone},
		matrixNotActed: {leftKept, matrixError, matrixSays{"No conversation was closed"}},
		matrixRefused:  {leftKept, matrixError, matrixSays{"Nothing happened"}},
		matrixUnknown:  {leftKept, matrixError, matrixSays{"may have taken effect", "terraform state rm"}},
	},
	"close_action": {
		matrixDone:     {left: leftTold},
		matrixNotActed: {leftNothing, matrixError, matrixSays{"No conversation was closed"}},
		matrixRefused:  {leftNothing, matrixError, matrixSays{"Nothing happened"}},
		matrixUnknown:  {leftNothing, matrixError, matrixSays{"may have taken effect"}},
	},
	"stop_action": {
		matrixDone:     {left: leftTold},
		matrixNotActed: {leftNothing, matrixError, matrixSays{"was not stopped"}},
		matrixRefused:  {leftNothing, matrixError, matrixSays{"was not stopped"}},
		matrixUnknown:  {leftNothing, matrixError, matrixSays{"may have been stopped"}},
	},
	"thread": matrixReads(
		matrixEnding{left: leftRead},
		matrixEnding{leftNothing, matrixError, nil}),
	"ephemeral_thread": matrixReads(
		matrixEnding{left: leftRead},
		matrixEnding{leftNothing, matrixError, nil}),

	// A listing that fails never takes anything out of the state, and never stands in the way of a destroy.
	"list_for_refresh": matrixReads(
		matrixEnding{left: leftRefreshed},
		matrixEnding{leftKept, matrixWarning, matrixSays{"are kept as they are", "thulium.refresh = false"}}),
	"list_for_import": matrixReads(
		matrixEnding{left: leftImported},
		matrixEnding{leftNothing, matrixError, matrixSays{"Nothing was imported"}}),
	// A listing that says no does without; one that is out of order may answer tomorrow.
	"list_for_import_by_queue": {
		matrixDone:     {left: leftImported},
		matrixNotActed: {leftNothing, matrixError, matrixSays{"Nothing was imported", "thulium.refresh = false"}},
		matrixRefused:  {leftImported, matrixWarning, matrixSays{"was imported unverified"}},
		matrixUnknown:  {leftNothing, matrixError, matrixSays{"Nothing was imported", "thulium.refresh = false"}},
	},
	"list_for_data_source": matrixReads(
		matrixEnding{left: leftRead},
		matrixEnding{leftNothing, matrixError, matrixSays{"incomplete list is not returned"}}),
	// The start was lost, whatever the listing says of it.
	"list_for_candidates": matrixReads(
		matrixEnding{leftNothing, matrixError, matrixSays{"may have taken effect", "probably", "terraform import", "curl"}},
		matrixEnding{leftNothing, matrixError, matrixSays{"may have taken effect", "could not be asked", "thulium_chat_conversations"}},
	),
	// The stop was refused; it counts as done where the listing shows the chat closed.
	"list_for_stop": matrixReads(
		matrixEnding{left: leftGone},
		matrixEnding{leftKept, matrixError, matrixSays{"409 Conflict", "was not stopped"}}),
}

// matrixRefusals are the faults by which a service says no.
var matrixRefusals = []string{"400", "401", "403", "404", "405", "409", "422", "redirect"}

// matrixExceptions are the cells that differ from the rules.
var matrixExceptions = []matrixException{
	{
		why:   "a conversation that is not known need not be stopped, nor one of an unknown bot or user closed",
		calls: []string{"stop", "close_by_destroy"}, faults: []string{"404"},
		change: func(e *matrixExpectation) { e.ending, e.lookups = matrixEnding{left: leftGone}, 0 },
	},
	{
		why:   "a mistyped id must not pass for success, unless the user says so",
		calls: []string{"stop_action"}, faults: []string{"404"},
		change: func(e *matrixExpectation) {
			e.ending = matrixEnding{leftNothing, matrixError, matrixSays{"Nothing was stopped", "ignore_not_found"}}
		},
	},
	{
		why:   "an unknown bot or user can be accepted",
		calls: []string{"close_by_create", "close_by_update", "close_action"}, faults: []string{"404"},
		change: func(e *matrixExpectation) { e.ending.says = append(slices.Clone(e.ending.says), "ignore_not_found") },
	},
	{
		why:   "the first attempt stopped it: the listing shows it closed, whatever becomes of the further attempts",
		calls: []string{"stop"}, faults: []string{"reset_after_acting", "silence"},
		change: func(e *matrixExpectation) { e.ending, e.lookups = matrixEnding{left: leftGone}, 1 },
	},
	{
		why:   "the first attempt stopped it and the second is refused for that (409), which says nothing of the first",
		calls: []string{"stop_action"}, faults: []string{"reset_after_acting", "silence"}, modes: []string{matrixOnce},
		change: func(e *matrixExpectation) {
			e.ending, e.words, e.advice = matrixEnding{leftNothing, matrixError, matrixSays{"may have been stopped"}}, []string{"409 Conflict"}, nil
		},
	},
	{
		why:   "a queue that may not be listed, such as a deleted one, does not hide what all queues show",
		calls: []string{"list_for_stop"}, faults: matrixRefusals, modes: []string{matrixOnce},
		change: func(e *matrixExpectation) {
			e.outcome, e.attempts, e.acted, e.ending = matrixDone, 2, 1, matrixEnding{left: leftGone}
		},
	},
	{
		why:   "all queues are asked then, and refused too",
		calls: []string{"list_for_stop"}, faults: matrixRefusals, modes: []string{matrixEver},
		change: func(e *matrixExpectation) { e.attempts = 2 },
	},
	{
		why:   "what the lost start has opened is named, with the ways to adopt it and to stop it",
		calls: []string{"start"}, faults: []string{
			"reset_after_acting", "silence", "half_an_answer", "200_empty", "200_html", "200_wrong_types", "200_too_large",
		},
		change: func(e *matrixExpectation) {
			e.ending.says = append(slices.Clone(e.ending.says), "probably", "terraform import", "/stop'")
		},
	},
	{
		why:   "the listing shows nothing that a start which never acted could have opened",
		calls: []string{"start"}, faults: []string{"reset_before_acting", "408", "500", "502", "503", "504"},
		change: func(e *matrixExpectation) {
			e.ending.says = append(slices.Clone(e.ending.says), "none that fits", "thulium_chat_conversations")
		},
	},
	{
		why: "one answer of 16 MiB, or of 256 MiB, is enough: the cell has max_retries = 0",
		calls: []string{
			"thread", "list_for_refresh", "list_for_import", "list_for_import_by_queue", "list_for_data_source", "list_for_candidates",
			"list_for_stop",
		},
		faults: []string{"200_too_large"}, modes: []string{matrixEver},
		change: func(e *matrixExpectation) { e.retries, e.attempts = 0, 1 },
	},
	{
		why:   "that is the same client with the same limit",
		calls: []string{"thread"}, faults: []string{"200_too_large"}, modes: []string{matrixOnce},
		change: func(e *matrixExpectation) { e.shownBy = "thread/200_too_large/ever" },
	},
	{
		why:   "and so is that",
		calls: []string{"ephemeral_thread"}, faults: []string{"200_too_large"},
		change: func(e *matrixExpectation) { e.shownBy = "thread/200_too_large/ever" },
	},
}

// matrixRetries is max_retries of a cell.
const matrixRetries = 2

// expect says what the cell has to show, or fails it.
func (c *matrixCell) expect() *matrixExpectation {
	outcome := c.fault.outcome
	if c.call.byStatusAlone && c.fault.success {
		outcome = matrixDone
	}
	// Whether it is sent again follows from the outcome and from what a second sending would do.
	again := outcome == matrixNotActed && !c.fault.hopeless || outcome == matrixUnknown && c.call.repeatable
	attempts := 1
	switch {
	case again && c.mode == matrixOnce:
		attempts, outcome = 2, matrixDone
	case again:
		attempts = 1 + c.retries
	}
	ending, ok := matrixRules[c.call.name][outcome]
	if !ok {
		c.t.Fatalf("no expectation for %s with the outcome %q", c, outcome)
	}
	e := &matrixExpectation{outcome: outcome, retries: c.retries, attempts: attempts, ending: ending}
	if outcome != matrixDone {
		e.words, e.advice = c.fault.words(c.call), c.fault.advice[c.call.service]
	}
	if outcome == matrixDone || c.fault.acts && !c.call.reads {
		e.acted = 1
	}
	// A start whose outcome is unknown is looked for, and so is the conversation of a stop that may have been answered.
	if c.call.name == "start" && outcome == matrixUnknown ||
		c.call.name == "stop" && (outcome == matrixRefused || outcome == matrixUnknown) {
		e.lookups = 1
	}
	for _, exception := range matrixExceptions {
		if exception.covers(c) {
			exception.change(e)
		}
	}
	return e
}

// TestFaultMatrix fails unless every cell of the matrix ran and showed what is
// expected of it, and prints what it counted.
func TestFaultMatrix(t *testing.T) {
	t.Parallel()
	for _, exception := range matrixExceptions {
		if !slices.ContainsFunc(matrixProduct(), func(c matrixCell) bool { return exception.covers(&c) }) {
			t.Errorf("no cell is an exception because %s", exception.why)
		}
	}
	counts := newMatrixCounts()
	for _, cell := range matrixProduct() {
		t.Run(cell.String(), func(t *testing.T) {
			cell.on(t, func() { cell.run(cell.expect(), counts) })
		})
	}
	t.Cleanup(func() { // when all cells have run
		_, _ = fmt.Fprintln(os.Stdout, counts)
		if missing := counts.missing(); len(missing) > 0 && !matrixFiltered() {
			t.Errorf("%d cells did not run: %v", len(missing), missing)
		}
	})
}

// matrixReads is for what changes nothing: all its failures end alike.
func matrixReads(well, badly matrixEnding) map[matrixOutcome]matrixEnding {
	return map[matrixOutcome]matrixEnding{matrixDone: well, matrixNotActed: badly, matrixRefused: badly, matrixUnknown: badly}
}
