package endtoend

import (
	"fmt"
	"slices"
	"syscall"
	"testing"

	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
	"github.com/conversation-tools/terraform-provider-conversation/internal/terraform"
)

// A start that is on the wire when Terraform or the provider is told to stop is in the state afterwards, and so the
// next destroy stops what it has opened.
func TestInterruptOfAStartOnTheWire(t *testing.T) {
	t.Parallel()
	interrupted(t, func(t *testing.T, i interruption) {
		s := newStage(t, sandbox.Options{}, `
resource "thulium_chat_conversation" "first" {
  provider      = conversation
  chat_queue_id = 3
  client_email  = "first@example.com"
}

resource "thulium_chat_conversation" "second" {
  provider      = conversation
  chat_queue_id = 3
  client_email  = "second@example.com"
  depends_on    = [thulium_chat_conversation.first]
}
`)
		r := s.interruptedCall(i, callStart)
		s.mustHaveEnded(i, r)

		state := s.instances()
		first := state[typeConversation+".first"]
		if id := first.text("id"); id == "" || first.Tainted || id != s.Conversations()[0].ID {
			t.Errorf("the conversation is not in the state as it was started: %+v\n%s%s", first, r.Stdout, r.Stderr)
		}
		want := 2
		if i.halts() {
			want = 1
		}
		if len(state) != want || s.Count(callStart) != want || len(s.openIDs()) != want {
			t.Errorf("in the state %d, start calls %d, open %d: want %d of each", len(state), s.Count(callStart), len(s.openIDs()), want)
		}
		s.mustHoldWhatIsOpen()
		s.destroy()
		s.mustHaveNothingOpen()
		for id, n := range s.stops() {
			if n != 1 {
				t.Errorf("%s was stopped %d times", id, n)
			}
		}
		t.Logf("%s: exit code %d, started %d, stopped %d", i.name, r.Code, want, len(s.stops()))
	})
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

// The same for a close: it is sent once, and its results are in the state.
func TestInterruptOfACloseOnTheWire(t *testing.T) {
	t.Parallel()
	interrupted(t, func(t *testing.T, i interruption) {
		s := newStage(t, sandbox.Options{}, `
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
`)
		r := s.interruptedCall(i, callClose)
		s.mustHaveEnded(i, r)

		state := s.instances()
		first := state[typeClose+".first"]
		if first.Tainted || first.text("status") != "closed" || first.text("conversation_id") != s.JelouClosed()[0].Conversation {
			t.Errorf("the results of the close are not in the state: %+v\n%s%s", first, r.Stdout, r.Stderr)
		}
		want := 2
		if i.halts() {
			want = 1
		}
		if len(state) != want || s.Count(callClose) != want {
			t.Errorf("in the state %d, close calls %d: want %d of each", len(state), s.Count(callClose), want)
		}
		s.apply()
		var users []string
		for _, c := range s.JelouClosed() {
			users = append(users, c.User)
		}
		if !slices.Equal(users, []string{"first", "second"}) || s.Count(callClose) != 2 {
			t.Errorf("closed after the next apply: %q with %d calls, want each user once", users, s.Count(callClose))
		}
	})
}

// So does every other call that must not be made twice: it is answered, and what it did is in the state.
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
