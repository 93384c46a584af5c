package provider

import (
	"context"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// The types of these tests, and the address that their configurations give the resource.
const (
	thuliumConversation  = "thulium_chat_conversation"
	thuliumConversations = "thulium_chat_conversations"
	thuliumAddress       = thuliumConversation + ".test"
)

// thuliumPosts checks, at its place in a step, how many calls with an effect
// have arrived so far: plan and refresh must add none.
type thuliumPosts struct {
	stage         *stage
	starts, stops int
}

func (p thuliumPosts) CheckPlan(_ context.Context, _ plancheck.CheckPlanRequest, resp *plancheck.CheckPlanResponse) {
	resp.Error = p.wrong()
}

func (p thuliumPosts) CheckState(_ context.Context, _ statecheck.CheckStateRequest, resp *statecheck.CheckStateResponse) {
	resp.Error = p.wrong()
}

func (p thuliumPosts) wrong() error {
	starts, stops, others := p.stage.Count("thulium.start"), p.stage.Count("thulium.stop"), 0
	for _, request := range p.stage.Requests() {
		if request.Method != http.MethodGet {
			others++
		}
	}
	if starts != p.starts || stops != p.stops || others != p.starts+p.stops {
		return fmt.Errorf("%d starts and %d stops among %d calls with an effect, want %d starts, %d stops and no other",
			starts, stops, others, p.starts, p.stops)
	}
	return nil
}

// thuliumEnded fails unless so many conversations were started, each of them was
// stopped by exactly one call, and none is open.
func thuliumEnded(t *testing.T, s *stage, conversations int) {
	t.Helper()
	if err := (thuliumPosts{s, conversations, conversations}).wrong(); err != nil {
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

// thuliumSaw fails unless the calls since it was last asked are these, in this
// order, and empties the log.
func thuliumSaw(t *testing.T, s *stage, want ...string) []sandbox.Request {
	t.Helper()
	requests := s.Requests()
	s.ClearRequests()
	calls := []string{}
	for _, request := range requests {
		calls = append(calls, request.Call)
	}
	if !slices.Equal(calls, append([]string{}, want...)) {
		t.Errorf("calls were %v, want %v", calls, want)
	}
	return requests
}

// thuliumWire is a provider that is configured by the environment, with short pauses.
func thuliumWire(tb testing.TB, s *stage) *wire {
	tb.Helper()
	return s.configured(tb, values{"http": quickHTTP()})
}

// thuliumStarted starts a conversation and forgets the call.
func thuliumStarted(t *testing.T, s *stage, w *wire, config values) object {
	t.Helper()
	started, diags := w.apply(t.Context(), thuliumConversation, object{}, config)
	w.must(nil, diags)
	thuliumSaw(t, s, "thulium.start")
	return started
}

// thuliumChanged applies a change that has to succeed.
func thuliumChanged(t *testing.T, w *wire, prior object, config values) object {
	t.Helper()
	after, diags := w.apply(t.Context(), thuliumConversation, prior, config)
	w.must(nil, diags)
	return after
}

// thuliumHas fails for each of the words that text lacks.
func thuliumHas(t *testing.T, text string, words ...string) {
	t.Helper()
	for _, word := range words {
		if !strings.Contains(text, word) {
			t.Errorf("%q is missing in:\n%s", word, text)
		}
	}
}

// thuliumSame compares two values of a state.
func thuliumSame(a, b any) bool { return reflect.DeepEqual(a, b) }
