package provider

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// TestFaultMatrixAttempts fails unless each outcome is worth the attempts that
// the class of the call allows, for any max_retries.
func TestFaultMatrixAttempts(t *testing.T) {
	t.Parallel()
	var (
		once       = []string{"start", "close_by_create", "close_by_update", "close_by_destroy", "close_action"}
		repeatable = []string{"stop", "stop_action", "thread", "ephemeral_thread", "list_for_refresh", "list_for_data_source"}

		done     = []string{""}
		notActed = []string{"connection_refused", "429_bare", "429_an_hour", "503_with_retry_after"}
		refused  = []string{"404", "422", "redirect"}
		unknown  = []string{"reset_before_acting", "408", "500", "502", "503"}
	)
	retries := []int{0, 3} // the matrix has 2
	for _, rule := range []struct {
		calls    []string
		faults   []string
		attempts []int // for each of the retries
	}{
		{slices.Concat(once, repeatable), done, []int{1, 1}},
		{slices.Concat(once, repeatable), notActed, []int{1, 4}},
		{slices.Concat(once, repeatable), refused, []int{1, 1}},
		{once, unknown, []int{1, 1}},
		{repeatable, unknown, []int{1, 4}},
	} {
		for _, call := range rule.calls {
			for _, fault := range rule.faults {
				for i, limit := range retries {
					t.Run(fmt.Sprintf("%s/%s/%d", call, fault, limit), func(t *testing.T) {
						cell := newMatrixCell(t, call, []string{fault}, limit)
						cell.on(t, func() {
							if got := cell.make().attempts()[cell.call.sandboxCall]; got != rule.attempts[i] {
								t.Errorf("%d attempts, want %d", got, rule.attempts[i])
							}
						})
					})
				}
			}
		}
	}
}

// TestFaultMatrixMixedOutcomes fails unless a call whose attempts end differently
// is judged by all of them: it is refused, or not acted on, only where no
// attempt may have taken effect.
func TestFaultMatrixMixedOutcomes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		call     string
		faults   []string // of one attempt after the other; then the service answers
		attempts int
		acted    int
		left     matrixLeft
		says     string // "": there is no message
	}{
		{"start", []string{"429_bare", "503_with_retry_after"}, 3, 1, leftSaved, ""},
		{"start", []string{"429_bare", "422"}, 2, 0, leftNothing, "Nothing happened"},
		{"start", []string{"429_bare", "500"}, 2, 0, leftNothing, "may have taken effect"},
		{"start", []string{"503_with_retry_after", "reset_after_acting"}, 2, 1, leftNothing, "may have taken effect"},
		{"start", []string{"429_bare", "429_bare", "429_bare"}, 3, 0, leftNothing, "No conversation was started"},
		{"close_by_create", []string{"429_bare", "429_date"}, 3, 1, leftSaved, ""},
		{"close_by_create", []string{"429_bare", "404"}, 2, 0, leftNothing, "Nothing happened"},
		{"close_by_create", []string{"503_with_retry_after", "half_an_answer"}, 2, 1, leftTainted, "may have taken effect"},
		{"close_by_update", []string{"429_bare", "silence"}, 2, 1, leftKept, "may have taken effect"},
		{"stop", []string{"500", "429_bare"}, 3, 1, leftGone, ""},
		{"stop", []string{"429_bare", "409"}, 2, 0, leftKept, "was not stopped"},
		{"stop", []string{"500", "409"}, 2, 0, leftKept, "may have been stopped"},
		{"stop", []string{"500", "429_bare", "429_bare"}, 3, 0, leftKept, "may have been stopped"},
		{"stop", []string{"reset_after_acting", "429_bare", "429_bare"}, 3, 1, leftGone, ""},
		{"stop_action", []string{"reset_after_acting", "404"}, 2, 1, leftNothing, "may have been stopped"},
		{"stop_action", []string{"reset_after_acting", "429_bare", "503_with_retry_after"}, 3, 1, leftNothing, "may have been stopped"},
		{"thread", []string{"reset_before_acting", "429_bare"}, 3, 1, leftRead, ""},
		{"thread", []string{"500", "401"}, 2, 0, leftNothing, "CHATBOT_TOKEN"},
		{"list_for_refresh", []string{"502", "429_seconds"}, 3, 1, leftRefreshed, ""},
		{"list_for_data_source", []string{"200_empty", "403"}, 2, 0, leftNothing, "API user may not call this method"},
	} {
		t.Run(c.call+"/"+strings.Join(c.faults, ","), func(t *testing.T) {
			cell := newMatrixCell(t, c.call, c.faults, matrixRetries)
			cell.on(t, func() {
				tried := cell.make().attempts()[cell.call.sandboxCall]
				acted := 0
				for _, request := range cell.stage.Requests() {
					if request.Call == cell.call.sandboxCall && request.Acted {
						acted++
					}
				}
				if tried != c.attempts || acted != c.acted {
					t.Errorf("%d attempts of which %d acted, want %d and %d", tried, acted, c.attempts, c.acted)
				}
				cell.checkState(&matrixExpectation{ending: matrixEnding{left: c.left}})
				switch diags := said(cell.result.diags); {
				case c.says == "" && diags != "":
					t.Errorf("want no message, got\n%s", diags)
				case !strings.Contains(diags, c.says):
					t.Errorf("the message lacks %q:\n%s", c.says, diags)
				}
			})
		})
	}
}

// TestFaultMatrixUsedConnection fails unless what has an effect is sent once for
// each attempt on a connection that was used before, too: net/http repeats some
// requests by itself when such a connection breaks.
func TestFaultMatrixUsedConnection(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{sandbox.FaultResetBefore, sandbox.FaultResetAfter} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			s := newStage(t, sandbox.Options{})
			w := s.configured(t, values{"http": quickHTTP()})
			first, diags := w.apply(t.Context(), matrixConversation, object{}, matrixStart)
			w.must(nil, diags)
			s.AddFault(sandbox.Fault{Call: "thulium.start", Kind: kind})
			if _, diags = w.apply(t.Context(), matrixConversation, object{}, matrixStart); !failed(diags) {
				t.Error("a lost start is an error")
			}
			s.AddFault(sandbox.Fault{Call: "thulium.stop", Kind: sandbox.FaultResetBefore})
			if _, diags = w.apply(t.Context(), matrixConversation, first, nil); !failed(diags) {
				t.Error("a stop that never acts is an error")
			}
			if starts, stops := s.Count("thulium.start"), s.Count("thulium.stop"); starts != 2 || stops != 1+matrixRetries {
				t.Errorf("%d starts and %d stops arrived, want 2 and %d", starts, stops, 1+matrixRetries)
			}
			connections := map[string]int{}
			for _, request := range s.Requests() {
				connections[request.Connection]++
			}
			if s.Requests()[0].Connection != s.Requests()[1].Connection {
				t.Errorf("the connection was not used twice: %v", connections)
			}
		})
	}
}

// newMatrixCell returns a cell outside the matrix: each fault hits one attempt
// after the other, and one alone every attempt. An empty name is no fault.
func newMatrixCell(t *testing.T, call string, faults []string, retries int) *matrixCell {
	t.Helper()
	cell := &matrixCell{t: t, fault: &matrixFault{}, mode: matrixEver, retries: retries}
	for i := range matrixCalls {
		if matrixCalls[i].name == call {
			cell.call = &matrixCalls[i]
		}
	}
	var found []*matrixFault
	for _, name := range faults {
		for i := range matrixFaults {
			if matrixFaults[i].name == name {
				found = append(found, &matrixFaults[i])
			}
		}
	}
	if cell.call == nil || len(found) != len(faults) && faults[0] != "" {
		t.Fatalf("no call %s, or no fault among %v", call, faults)
	}
	if len(found) == 1 {
		cell.fault = found[0]
	} else {
		cell.before = found
	}
	return cell
}
