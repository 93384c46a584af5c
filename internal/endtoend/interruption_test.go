package endtoend

import (
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
	"github.com/conversation-tools/terraform-provider-conversation/internal/terraform"
)

const (
	// aMoment is long enough for a signal to have shown its effect, though nobody says so.
	aMoment = time.Second
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
				if i.to == toProvider {
					onLinux(t)
				}
				test(t, i)
			})
		}
	}
}

// onLinux skips a test that has to find the provider's process.
func onLinux(t *testing.T) {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("the provider's process is found through /proc, which only Linux has")
	}
}

// send sends the signal to its receiver among p and the processes that it has started.
func (i interruption) send(t *testing.T, p *terraform.Process) {
	t.Helper()
	var err error
	switch i.to {
	case toTerraform:
		err = p.Signal(i.signal)
	case toProvider:
		err = syscall.Kill(providerOf(t, p), i.signal)
	case toGroup:
		err = p.SignalGroup(i.signal)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// providerOf returns the process of the provider that the CLI is talking to.
func providerOf(t *testing.T, p *terraform.Process) int {
	t.Helper()
	found := p.Providers()
	if len(found) != 1 {
		t.Fatalf("the CLI has %d providers, want one: %d", len(found), found)
	}
	return found[0]
}

// startApply starts an apply that does not outlive the test.
func (s *stage) startApply(args ...string) *terraform.Process {
	s.t.Helper()
	p, err := s.Start(s.t.Context(), append([]string{"apply", "-no-color", "-auto-approve"}, args...)...)
	s.fatal(err)
	s.t.Cleanup(p.Kill)
	return p
}

// interruptedApply starts an apply, sends the signal when the moment has come, and returns the end of the apply and how
// long after the signal that was.
func (s *stage) interruptedApply(i interruption, what string, moment func(*terraform.Process) bool, args ...string) (terraform.Result, time.Duration) {
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
func (s *stage) interruptedCall(i interruption, call string, args ...string) terraform.Result {
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
