package endtoend

import (
	"fmt"
	"slices"
	"syscall"
	"testing"

	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
	"github.com/conversation-tools/terraform-provider-conversation/internal/terraform"
)

// One block, and two of which the second waits for the first.
const (
	oneChat = `
resource "thulium_chat_conversation" "first" {
  provider      = conversation
  chat_queue_id = 3
}
`
	twoChats = oneChat + `
resource "thulium_chat_conversation" "second" {
  provider      = conversation
  chat_queue_id = 3
  depends_on    = [thulium_chat_conversation.first]
}
`
	twoCloses = `
resource "jelou_conversation_close" "first" {
  provider = conversation
  bot_id   = "bot-1"
  user_id  = "first"
}

resource "jelou_conversation_close" "second" {
  provider   = conversation
  bot_id     = "bot-1"
  user_id    = "second"
  depends_on = [jelou_conversation_close.first]
}
`
)

// A start or a close that is on the wire when Terraform or the provider is told to stop is in the state afterwards with
// its results, and is made once. What comes after it is begun only where Terraform has not heard of the signal, and else by
// the next apply.
func TestInterruptOfACallOnTheWire(t *testing.T) {
	t.Parallel()
	for call, configuration := range map[string]string{callStart: twoChats, callClose: twoCloses} {
		t.Run(call, func(t *testing.T) {
			t.Parallel()
			interrupted(t, func(t *testing.T, i interruption) {
				s := newStage(t, sandbox.Options{}, configuration)
				r := s.interruptedCall(i, call)
				s.mustHaveEnded(i, r)
				state, want := s.instances(), 2
				if i.halts() {
					want = 1
				}
				for address, instance := range state {
					if instance.Tainted || instance.text("id") == "" || call == callClose && instance.text("status") != "closed" {
						t.Errorf("%s is not in the state as it was made: %+v\n%s%s", address, instance, r.Stdout, r.Stderr)
					}
				}
				if len(state) != want || s.Count(call) != want {
					t.Errorf("in the state %d, calls %d: want %d of each", len(state), s.Count(call), want)
				}
				s.mustHoldWhatIsOpen()
				s.apply()
				var users []string
				for _, c := range s.JelouClosed() {
					users = append(users, c.User)
				}
				if s.Count(call) != 2 || call == callClose && !slices.Equal(users, []string{"first", "second"}) {
					t.Errorf("after the next apply %d calls have closed %q, want each once", s.Count(call), users)
				}
				s.destroyed()
				for id, n := range s.stops() {
					if n != 1 {
						t.Errorf("%s was stopped %d times", id, n)
					}
				}
			})
		})
	}
}

// mustHaveEnded checks the exit code of an apply whose call was on the wire.
func (s *stage) mustHaveEnded(i interruption, r terraform.Result) {
	s.t.Helper()
	if i.halts() {
		if r.Code != 1 {
			s.t.Errorf("exit code %d, want 1\n%s%s", r.Code, r.Stdout, r.Stderr)
		}
		return
	}
	if r.Code != 0 {
		s.t.Errorf("the provider did not go on serving: %v", r.Err())
	}
}

// So is every other call that must not be made twice: it is answered, and what it did is in the state.
func TestInterruptOfAnyOtherCallOnTheWire(t *testing.T) {
	t.Parallel()
	for call, block := range map[string]string{
		callMessage: fmt.Sprintf(saidInChat, 1),
		callAsk:     fmt.Sprintf(saidInThread, 1),
		callCreate: `
resource "chatbot_thread" "own" {
  provider   = conversation
  chatbot_id = "` + sandbox.ChatbotID + `"
}
`,
		callConversation: fmt.Sprintf(startedConversation, 1),
	} {
		for _, i := range []interruption{
			{"SIGTERM to " + toTerraform, syscall.SIGTERM, toTerraform}, {"SIGINT to " + toGroup, syscall.SIGINT, toGroup},
		} {
			t.Run(call+" "+i.name, func(t *testing.T) {
				t.Parallel()
				s := newStage(t, sandbox.Options{}, variables+block)
				s.AddThread(sandbox.ChatbotID, "none-0", []byte(emptyThread))
				s.set(values)
				s.set(map[string]string{"TF_VAR_conversation": s.AddConversation(sandbox.Conversation{QueueID: 3})})
				s.mustHaveEnded(i, s.interruptedCall(i, call))
				state := s.instances()
				for address, instance := range state {
					if instance.Tainted || instance.text("id") == "" {
						t.Errorf("%s is not in the state as it was made: %+v", address, instance)
					}
				}
				if n := s.Count(call); n != 1 || len(state) != 1 {
					t.Errorf("%d calls, in the state %d, want one of each", n, len(state))
				}
			})
		}
	}
}

// An action that is on the wire ends as well as a resource does.
func TestInterruptOfAnActionOnTheWire(t *testing.T) {
	t.Parallel()
	cli.Require(t, terraform.Actions)
	interrupted(t, func(t *testing.T, i interruption) {
		s := newStage(t, sandbox.Options{}, `
action "jelou_conversation_close" "once" {
  provider = conversation

  config {
    bot_id  = "bot-1"
    user_id = "somebody"
  }
}
`)
		r := s.interruptedCall(i, callClose, "-invoke=action.jelou_conversation_close.once")
		if !i.halts() { // else Terraform listens no more
			has(t, r, "Closed the Jelou conversation "+s.JelouClosed()[0].Conversation)
		}
		if n := s.Count(callClose); n != 1 || len(s.JelouClosed()) != 1 {
			t.Errorf("%d close calls have closed %v, want one of each", n, s.JelouClosed())
		}
	})
}

// An interrupted apply whose start has lost its answer names what it may have opened, and the printed commands work.
func TestInterruptOfAStartWhoseAnswerIsLost(t *testing.T) {
	t.Parallel()
	interrupted(t, func(t *testing.T, i interruption) {
		s := newStage(t, sandbox.Options{}, `
resource "thulium_chat_conversation" "lost" {
  provider      = conversation
  chat_queue_id = 3
  client_email  = "lost@example.com"
}
`)
		s.AddConversation(sandbox.Conversation{QueueID: 3, ClientEmail: "stranger@example.com"})
		s.AddFault(sandbox.Fault{Call: callStart, Kind: sandbox.FaultResetAfter})
		r := s.interruptedCall(i, callStart)
		if r.Code != 1 || s.Count(callStart) != 1 {
			t.Errorf("exit code %d, %d start calls\n%s%s", r.Code, s.Count(callStart), r.Stdout, r.Stderr)
		}
		has(t, r, "Unable to start Thulium chat conversation")
		named, open := candidates(t, r.Stdout+r.Stderr), s.openIDs()
		if len(named) != 1 || len(open) != 1 || named[0].id != open[0] {
			t.Fatalf("named are %+v, open are %q\n%s%s", named, open, r.Stdout, r.Stderr)
		}
		s.ClearFaults()
		if i.signal%2 == 0 { // one half by the one command, one by the other
			s.shell(named[0].stop)
		} else {
			s.must("import", "-no-color", named[0].resource, named[0].importID)
			s.applied()
			s.destroy()
		}
		s.mustHaveNothingOpen()
	})
}
