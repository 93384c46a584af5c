package endtoend

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
	"github.com/conversation-tools/terraform-provider-conversation/internal/terraform"
)

// A wait between two attempts ends at once, and the error says that nothing was done.
func TestInterruptOfAWaitBetweenAttempts(t *testing.T) {
	t.Parallel()
	for _, call := range []struct{ call, nothing, configuration string }{
		{callStart, "no conversation was started", oneChat},
		{callClose, "no conversation was closed", `
resource "jelou_conversation_close" "waiting" {
  provider = conversation
  bot_id   = "bot-1"
  user_id  = "somebody"
}
`},
	} {
		t.Run(call.call, func(t *testing.T) {
			t.Parallel()
			interrupted(t, func(t *testing.T, i interruption) {
				s := newStage(t, sandbox.Options{}, call.configuration)
				s.AddFault(sandbox.Fault{Call: call.call, Kind: sandbox.FaultStatus, Status: 429, RetryAfter: askedToWait})
				r, took := s.interruptedApply(i, "the first answer", func(*terraform.Process) bool {
					request, sent := s.request(call.call)
					return sent && request.Status != 0
				})
				s.mustHaveGivenUp(r, took, call.nothing)
				if n := s.Count(call.call); n != 1 {
					t.Errorf("%d calls were sent, want one", n)
				}
				if state := s.instances(); len(state) != 0 {
					t.Errorf("in the state: %v", state)
				}
				s.mustHaveNothingOpen()
				if closed := s.JelouClosed(); len(closed) > 0 {
					t.Errorf("closed: %v", closed)
				}
			})
		})
	}
}

// mustHaveGivenUp checks an apply whose wait was interrupted.
func (s *stage) mustHaveGivenUp(r terraform.Result, took time.Duration, nothing string) {
	s.t.Helper()
	if r.Code != 1 {
		s.t.Errorf("exit code %d, want 1\n%s%s", r.Code, r.Stdout, r.Stderr)
	}
	if took > endsWithin {
		s.t.Errorf("the wait went on for %s", took)
	}
	has(s.t, r, "The operation was interrupted.")
	has(s.t, r, nothing)
	s.t.Logf("ended %s after the signal", took.Round(10*time.Millisecond))
}

// So does the wait that requests_per_minute asks for. What was started before it is in the state.
func TestInterruptOfAWaitForRequestsPerMinute(t *testing.T) {
	t.Parallel()
	interrupted(t, func(t *testing.T, i interruption) {
		const configuration = `
provider "conversation" {
  thulium = { requests_per_minute = %s }
}

resource "thulium_chat_conversation" "both" {
  provider      = conversation
  count         = 2
  chat_queue_id = 3
}
`
		s := newStage(t, sandbox.Options{}, fmt.Sprintf(configuration, "1"))
		r, took := s.interruptedApply(i, "a start that waits", func(p *terraform.Process) bool {
			if len(s.openIDs()) == 0 || strings.Count(p.Stdout(), ": Creating...") < 2 {
				return false
			}
			time.Sleep(2 * time.Second) // Terraform says so before it asks the provider
			return true
		})
		s.mustHaveGivenUp(r, took, "no conversation was started")
		if n := s.Count(callStart); n != 1 || len(s.openIDs()) != 1 {
			t.Errorf("%d calls were sent and %d conversations are open, want one of each", n, len(s.openIDs()))
		}
		s.mustHoldWhatIsOpen()
		s.write("test.tf", fmt.Sprintf(configuration, "null"))
		s.destroy()
		s.mustHaveNothingOpen()
	})
}
