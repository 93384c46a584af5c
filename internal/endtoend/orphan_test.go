package endtoend

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// What a provider may take to end when its Terraform was killed: without a signal, and at one.
const (
	orphanEnds         = time.Minute
	orphanEndsAtSignal = 5 * time.Second
)

// orphan starts an apply, kills Terraform when the call is under way, and returns the provider that is left.
func (s *stage) orphan(call string) int {
	s.t.Helper()
	onLinux(s.t)
	p := s.startApply()
	eventually(s.t, "the "+call+" call", func() bool { return s.Count(call) > 0 })
	pid := providerOf(s.t, p)
	s.fatal(p.Signal(syscall.SIGKILL))
	_, err := p.Wait()
	s.fatal(err)
	if ended(pid) {
		s.t.Fatal("the provider has ended with its Terraform: this shows nothing")
	}
	return pid
}

// ended reports whether a process has ended, even if nobody has asked for its exit code.
func ended(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return true
	}
	// "pid (name) state …", where the name may have spaces and brackets.
	state := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))[0]
	return state == "Z" || state == "X"
}

// mustEnd fails unless the process ends in time.
func mustEnd(t *testing.T, pid int, within time.Duration) {
	t.Helper()
	began := time.Now()
	for !ended(pid) {
		if time.Since(began) > within {
			t.Fatalf("the provider is still there after %s", within)
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Logf("the provider ended after %s", time.Since(began).Round(10*time.Millisecond))
}

// A start whose Terraform is killed is not taken off the wire, and the provider stays until it is answered, whatever
// signal it gets. Then it ends by itself.
func TestProviderEndsWhenTerraformIsKilledDuringAStart(t *testing.T) {
	t.Parallel()
	s := newStage(t, sandbox.Options{}, oneChat)
	release := s.Hold(callStart)
	pid := s.orphan(callStart)
	s.fatal(syscall.Kill(pid, syscall.SIGTERM))
	time.Sleep(aMoment)
	if ended(pid) {
		t.Error("the provider has ended while a start was on the wire")
	}
	if release() > 0 {
		t.Error("the call was taken off the wire")
	}
	mustEnd(t, pid, orphanEnds)
	if n := s.Count(callStart); n != 1 || len(s.openIDs()) != 1 {
		t.Errorf("%d start calls have opened %q, want one of each", n, s.openIDs())
	}
}

// A provider that waits has nothing to finish: it ends at a signal at once, and without one within a minute.
func TestProviderEndsWhenTerraformIsKilledDuringAWait(t *testing.T) {
	t.Parallel()
	for name, within := range map[string]time.Duration{"by itself": orphanEnds, "at a signal": orphanEndsAtSignal} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t, sandbox.Options{}, oneChat)
			s.AddFault(sandbox.Fault{Call: callStart, Kind: sandbox.FaultStatus, Status: 429, RetryAfter: askedToWait})
			pid := s.orphan(callStart)
			eventually(t, "the answer", func() bool {
				request, sent := s.request(callStart)
				return sent && request.Status != 0
			})
			if within == orphanEndsAtSignal {
				s.fatal(syscall.Kill(pid, syscall.SIGTERM))
			}
			mustEnd(t, pid, within)
			if n := s.Count(callStart); n != 1 || len(s.openIDs()) != 0 {
				t.Errorf("%d start calls have opened %q, want one that opens none", n, s.openIDs())
			}
		})
	}
}
