//go:build soak

package endtoend

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
	"github.com/conversation-tools/terraform-provider-conversation/internal/terraform"
)

const (
	soakConversations = 500
	soakParallelism   = 50
	soakEvery         = 10 // one start and one stop in so many meets a fault
	soakLeast         = 20 // hits of each kind of fault
	soakShare         = 10 // conversations with the same customer, where customers share
	soakRounds        = 10 // at most
	soakWithin        = 5 * time.Minute
)

const soakConfiguration = `
variable "queue" {
  type = number
}

variable "customers" {
  type = number
}

resource "thulium_chat_conversation" "soak" {
  provider = conversation
  count    = %d

  chat_queue_id = var.queue
  client_name   = "Soak"
  client_email  = "soak-${count.index %% var.customers}@example.com"
}
`

// Whatever happens to starts and stops, each conversation that is open is in the state or named by an error, exactly
// once, and in the end nothing is open.
func TestSoak(t *testing.T) {
	t.Parallel()
	begun := time.Now()
	s := newSoak(t, soakProvider+fmt.Sprintf(soakConfiguration, soakConversations))
	round := 0
	for ; s.rarest() < soakLeast && !t.Failed(); round++ {
		if round == soakRounds || time.Since(begun) > soakWithin {
			t.Fatalf("after %d rounds in %s the rarest fault has hit %d times, want %d", round, time.Since(begun), s.rarest(), soakLeast)
		}
		s.round(round)
		t.Logf("round %d after %s: the rarest fault has hit %d times", round+1, time.Since(begun).Round(time.Second), s.rarest())
	}
	t.Logf("%d rounds of %d conversations with parallelism %d in %s", round, soakConversations, soakParallelism, time.Since(begun).Round(time.Second))
	t.Logf("start calls %d, stop calls %d, listings %d, opened %d", s.starts, s.Count(callStop), s.Count(callList), len(s.Conversations()))
	t.Logf("lost and named %d, of which imported %d and stopped by the printed command %d; failed destroys %d",
		s.lost, s.adopted, s.stoppedByHand, s.failedStops)
	for _, kind := range s.kinds {
		t.Logf("%-18s start %3d  stop %3d", kind, s.hits[kind+callStart], s.hits[kind+callStop])
	}
}

// rarest is how often the kind of fault has hit that has hit least.
func (s *soak) rarest() int {
	least := s.hits[s.kinds[0]+callStart] + s.hits[s.kinds[0]+callStop]
	for _, kind := range s.kinds {
		least = min(least, s.hits[kind+callStart]+s.hits[kind+callStop])
	}
	return least
}

// round opens all conversations in a queue of their own, mends what failed, and closes them.
func (s *soak) round(number int) {
	s.t.Helper()
	queue := int64(number + 1)
	// Where each conversation has a customer of its own, an error can only name the one that it has lost, which is then
	// imported. Where ten have the same, it must tell those of this apply that are not lost from those that are.
	customers := soakConversations
	if number%2 == 1 {
		customers = soakConversations / soakShare
	}
	s.set(map[string]string{"TF_VAR_queue": strconv.FormatInt(queue, 10), "TF_VAR_customers": strconv.Itoa(customers)})
	var strangers []string
	for i := range 3 {
		strangers = append(strangers, s.AddConversation(sandbox.Conversation{QueueID: queue, ClientEmail: fmt.Sprintf("stranger-%d@example.com", i)}))
	}
	before := s.Count(callStart)
	r := s.underFaults("apply", soakConversations, soakEvery, callStart)
	named := s.mustHaveLostNothing(r, customers == soakConversations)
	s.lost += len(named)
	if number%2 == 0 {
		s.adopt(queue, named)
	} else {
		for _, c := range named {
			s.shell(c.stop)
		}
		s.stoppedByHand += len(named)
		s.apply(parallel)
	}
	s.mustHoldAll()
	s.starts += s.Count(callStart) - before

	r = s.underFaults("destroy", soakConversations, soakEvery, callStop)
	state := ids(s.instances(), typeConversation)
	for _, id := range s.openIDs() {
		if !slices.Contains(state, id) {
			s.t.Errorf("%s is open and not in the state", id)
		}
	}
	if failed := strings.Count(words(r.Stdout+r.Stderr), "Error: Unable to stop Thulium chat conversation"); failed != len(state) {
		s.t.Errorf("%d errors for %d conversations that were not stopped", failed, len(state))
	}
	s.failedStops += len(state)
	s.destroy(parallel)
	s.mustHaveNothingOpen()
	for _, id := range strangers {
		if !s.CloseConversation(id) {
			s.t.Errorf("the chat of a stranger was stopped: %s", id)
		}
	}
}

// mustHaveLostNothing compares what is open with what is in the state and what the errors of an apply name, and returns
// the latter.
func (s *soak) mustHaveLostNothing(r terraform.Result, unique bool) []candidate {
	s.t.Helper()
	all := s.instances()
	state := ids(all, typeConversation)
	named := candidates(s.t, r.Stdout+r.Stderr)
	if !unique {
		named = once(named) // one that is lost may be named for several that are
	}
	known := slices.Clone(state)
	for _, c := range named {
		if _, inState := all[c.resource]; inState {
			s.t.Errorf("%s is in the state, and an error names %s for it", c.resource, c.id)
		}
		known = append(known, c.id)
	}
	slices.Sort(known)
	if distinct := slices.Compact(slices.Clone(known)); len(distinct) != len(known) {
		s.t.Errorf("%d conversations are known twice", len(known)-len(distinct))
	}
	if open := s.openIDs(); !slices.Equal(known, open) {
		s.t.Errorf("open are %d, in the state %d and named by errors %d:\nopen  %q\nknown %q", len(open), len(state), len(named), open, known)
	}
	if failed := strings.Count(words(r.Stdout+r.Stderr), "Error: Unable to start Thulium chat conversation"); failed != soakConversations-len(state) {
		s.t.Errorf("%d errors for %d conversations that are not in the state", failed, soakConversations-len(state))
	}
	return named
}

// once returns each chat that was named, once.
func once(named []candidate) []candidate {
	known := map[string]bool{}
	return slices.DeleteFunc(slices.Clone(named), func(c candidate) bool {
		again := known[c.id]
		known[c.id] = true
		return again
	})
}

// adopt imports what errors have named into the resources whose start was lost, and starts what is missing.
func (s *soak) adopt(queue int64, named []candidate) {
	s.t.Helper()
	var blocks strings.Builder
	for _, c := range named {
		fmt.Fprintf(&blocks, "import {\n  provider = conversation\n  to = %s\n  id = %q\n}\n", c.resource, c.importID)
	}
	s.write("import.tf", blocks.String())
	s.apply(parallel)
	s.write("import.tf", "")
	s.adopted += len(named)
	opened := 0
	for _, c := range s.Conversations() {
		if c.OriginalQueue == queue && c.Account != "" {
			opened++
		}
	}
	if opened != soakConversations {
		s.t.Errorf("%d conversations were opened for %d resources", opened, soakConversations)
	}
}

// mustHoldAll fails unless each resource holds a conversation that is open, and no other is.
func (s *soak) mustHoldAll() {
	s.t.Helper()
	state := ids(s.instances(), typeConversation)
	if open := s.openIDs(); len(state) != soakConversations || !slices.Equal(state, open) {
		s.t.Errorf("in the state are %d, open are %d, want the same %d", len(state), len(open), soakConversations)
	}
}
