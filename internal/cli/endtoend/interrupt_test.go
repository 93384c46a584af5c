package endtoend

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/cli"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

const (
	// aMoment is long enough for a signal to have shown its effect, though nobody says so.
	aMoment = 500 * time.Millisecond
	// askedToWait is the pause that an interrupt cuts short, in seconds; with endsWithin is meant that it did.
	askedToWait = "30"
	endsWithin  = 25 * time.Second
)

// Who receives a signal.
const (
	toTerraform = "terraform"
	toProvider  = "provider"
	toGroup     = "process group"
)

// interruption is a signal and its receiver.
type interruption struct {
	name   string
	signal syscall.Signal
	to     string
}

// halts reports whether Terraform itself hears of it, and then begins nothing more.
func (i interruption) halts() bool { return i.to != toProvider }

// interrupted runs the test for both signals and each receiver.
func interrupted(t *testing.T, test func(*testing.T, interruption)) {
	t.Helper()
	for _, signal := range []struct {
		name string
		syscall.Signal
	}{{"SIGINT", syscall.SIGINT}, {"SIGTERM", syscall.SIGTERM}} {
		for _, to := range []string{toTerraform, toProvider, toGroup} {
			i := interruption{signal.name + " to " + to, signal.Signal, to}
			t.Run(i.name, func(t *testing.T) {
				t.Parallel()
				if i.to == toProvider && runtime.GOOS != "linux" {
					t.Skip("the provider's process is found through /proc, which only Linux has")
				}
				test(t, i)
			})
		}
	}
}

// send sends the signal to its receiver among p and the processes that it has started.
func (i interruption) send(t *testing.T, p *cli.Process) {
	t.Helper()
	var err error
	switch i.to {
	case toTerraform:
		err = p.Signal(i.signal)
	case toProvider:
		err = syscall.Kill(providerOf(t, p.PID()), i.signal)
	case toGroup:
		err = p.SignalGroup(i.signal)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// providerOf returns the process of the provider that the CLI is talking to: its only child of that name.
func providerOf(t *testing.T, parent int) int {
	t.Helper()
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		t.Fatal(err)
	}
	var found []int
	for _, stat := range stats {
		text, err := os.ReadFile(stat)
		if err != nil {
			continue // it has ended
		}
		// "pid (name) state parent …", where the name may have spaces and brackets.
		fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
		command, _ := os.ReadFile(filepath.Join(filepath.Dir(stat), "cmdline"))
		if len(fields) < 2 || fields[1] != strconv.Itoa(parent) || !strings.Contains(string(command), "terraform-provider-conversation") {
			continue
		}
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(stat)))
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, pid)
	}
	if len(found) != 1 {
		t.Fatalf("the CLI has %d providers, want one: %d", len(found), found)
	}
	return found[0]
}

// startApply starts an apply that does not outlive the test.
func (s *stage) startApply(args ...string) *cli.Process {
	s.t.Helper()
	p, err := s.Start(s.t.Context(), append([]string{"apply", "-no-color", "-auto-approve"}, args...)...)
	s.fatal(err)
	s.t.Cleanup(p.Kill)
	return p
}

// interruptedApply starts an apply, sends the signal when the moment has come, and returns the end of the apply and how
// long after the signal that was.
func (s *stage) interruptedApply(i interruption, what string, moment func(*cli.Process) bool, args ...string) (cli.Result, time.Duration) {
	s.t.Helper()
	p := s.startApply(args...)
	eventually(s.t, what, func() bool { return moment(p) })
	i.send(s.t, p)
	sent := time.Now()
	r, err := p.Wait()
	s.fatal(err)
	return r, time.Since(sent)
}

// interruptedCall starts an apply, sends the signal when the call is on the wire, and lets it be answered when the
// signal has been received. It returns the end of the apply.
func (s *stage) interruptedCall(i interruption, call string, args ...string) cli.Result {
	s.t.Helper()
	release := s.Hold(call)
	p := s.startApply(args...)
	eventually(s.t, "the "+call+" call", func() bool { return s.Count(call) > 0 })
	i.send(s.t, p)
	if i.halts() {
		eventually(s.t, "Terraform's word", func() bool { return strings.Contains(p.Stdout(), "Interrupt received") })
	}
	time.Sleep(aMoment)
	if release() > 0 {
		s.t.Error("the call was taken off the wire")
	}
	r, err := p.Wait()
	s.fatal(err)
	return r
}

// request returns the first logged request of a call.
func (s *stage) request(call string) (sandbox.Request, bool) {
	all := s.Requests()
	at := slices.IndexFunc(all, func(r sandbox.Request) bool { return r.Call == call })
	if at < 0 {
		return sandbox.Request{}, false
	}
	return all[at], true
}

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
func (s *stage) mustHaveEnded(i interruption, r cli.Result) {
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

// An action that is on the wire ends as well as a resource does.
func TestInterruptOfAnActionOnTheWire(t *testing.T) {
	t.Parallel()
	needs(t, "1.14", "", "actions")
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

// A wait between two attempts ends at once, and the error says that nothing was done.
func TestInterruptOfAWaitBetweenAttempts(t *testing.T) {
	t.Parallel()
	for _, call := range []struct{ call, nothing, configuration string }{
		{callStart, "No conversation was started", `
resource "thulium_chat_conversation" "waiting" {
  provider      = conversation
  chat_queue_id = 3
}
`},
		{callClose, "No conversation was closed", `
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
				r, took := s.interruptedApply(i, "the first answer", func(*cli.Process) bool {
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
func (s *stage) mustHaveGivenUp(r cli.Result, took time.Duration, nothing string) {
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
		r, took := s.interruptedApply(i, "a start that waits", func(p *cli.Process) bool {
			if len(s.openIDs()) == 0 || strings.Count(p.Stdout(), ": Creating...") < 2 {
				return false
			}
			time.Sleep(2 * time.Second) // Terraform says so before it asks the provider
			return true
		})
		s.mustHaveGivenUp(r, took, "No conversation was started")
		if n := s.Count(callStart); n != 1 || len(s.openIDs()) != 1 {
			t.Errorf("%d calls were sent and %d conversations are open, want one of each", n, len(s.openIDs()))
		}
		s.mustHoldWhatIsOpen()
		s.write("test.tf", fmt.Sprintf(configuration, "null"))
		s.destroy()
		s.mustHaveNothingOpen()
	})
}
