package providertest

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// ThuliumCalls checks, at its place in a step, how many calls with an effect
// have arrived so far: plan and refresh must add none.
type ThuliumCalls struct {
	Stage         *Stage
	Starts, Stops int
}

// CheckPlan checks during a plan.
func (p ThuliumCalls) CheckPlan(_ context.Context, _ plancheck.CheckPlanRequest, resp *plancheck.CheckPlanResponse) {
	resp.Error = p.Wrong()
}

// CheckState checks at the end of a step.
func (p ThuliumCalls) CheckState(_ context.Context, _ statecheck.CheckStateRequest, resp *statecheck.CheckStateResponse) {
	resp.Error = p.Wrong()
}

// Wrong returns what is not as it should be.
func (p ThuliumCalls) Wrong() error {
	starts, stops, others := p.Stage.Count("thulium.start"), p.Stage.Count("thulium.stop"), 0
	for _, request := range p.Stage.Requests() {
		if request.Method != http.MethodGet {
			others++
		}
	}
	if starts != p.Starts || stops != p.Stops || others != p.Starts+p.Stops {
		return fmt.Errorf("%d starts and %d stops among %d calls with an effect, want %d starts, %d stops and no other",
			starts, stops, others, p.Starts, p.Stops)
	}
	return nil
}

// ThuliumEnded fails unless so many conversations were started, each of them was
// stopped by exactly one call, and none is open.
func ThuliumEnded(t *testing.T, s *Stage, conversations int) {
	t.Helper()
	if err := (ThuliumCalls{s, conversations, conversations}).Wrong(); err != nil {
		t.Error(err)
	}
	stops := map[string]int{}
	for _, request := range s.Requests() {
		if request.Call == "thulium.stop" {
			stops[request.Path]++
		}
	}
	for path, n := range stops {
		if n != 1 {
			t.Errorf("%s was called %d times", path, n)
		}
	}
	if open := s.Open(); len(open) > 0 {
		t.Errorf("%d conversations were left open", len(open))
	}
}

// Saw fails unless the calls since it was last asked are these, in this
// order, and empties the log.
func Saw(tb testing.TB, s *Stage, want ...string) []sandbox.Request {
	tb.Helper()
	requests := s.Requests()
	s.ClearRequests()
	calls := []string{}
	for _, request := range requests {
		calls = append(calls, request.Call)
	}
	if !slices.Equal(calls, append([]string{}, want...)) {
		tb.Errorf("calls were %v, want %v", calls, want)
	}
	return requests
}

// Complains fails unless diags have an error with all the words, and none that the framework
// calls an error of the provider, which no input may lead to. A word such as
// `AttributeName("bot_id")` is a path.
func Complains(tb testing.TB, diags []*tfprotov6.Diagnostic, words ...string) {
	tb.Helper()
	said := Said(diags)
	if !Failed(diags) || strings.Contains(said, "always an error in the provider") {
		tb.Errorf("want an error with %q, got:\n%s", words, said)
	}
	Has(tb, said, words...)
}

// Failed reports whether there is an error among diags.
func Failed(diags []*tfprotov6.Diagnostic) bool {
	for _, diag := range diags {
		if diag.Severity == tfprotov6.DiagnosticSeverityError {
			return true
		}
	}
	return false
}

// Said returns all that diags say, one after the other, with the attribute's path.
func Said(diags []*tfprotov6.Diagnostic) string {
	var b strings.Builder
	for _, diag := range diags {
		b.WriteString(diag.Severity.String() + " " + diag.Attribute.String() + ": " + diag.Summary + "\n" + diag.Detail + "\n")
	}
	return b.String()
}

// Lacks fails for each of the words that diags have.
func Lacks(tb testing.TB, diags []*tfprotov6.Diagnostic, words ...string) {
	tb.Helper()
	for _, word := range words {
		if strings.Contains(Said(diags), word) {
			tb.Errorf("%q in:\n%s", word, Said(diags))
		}
	}
}

// Has fails for each of the words that text lacks.
func Has(tb testing.TB, text string, words ...string) {
	tb.Helper()
	for _, word := range words {
		if !strings.Contains(text, word) {
			tb.Errorf("%q is missing in:\n%s", word, text)
		}
	}
}
