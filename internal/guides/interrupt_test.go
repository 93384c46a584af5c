package guides

import (
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"
)

// The guide to pipelines has a shell that passes a signal on. The signal reaches the shell alone, while a start is on the
// wire: what it starts has to be in the state. Whether the apply then ends with 0 or 1 is a race of the CLI with itself, because
// all that was left to do may be done before it stops; the shell has to end as the apply did.
func TestWrapperPassesASignalOn(t *testing.T) {
	t.Parallel()
	const page = "templates/guides/pipeline.md"
	blocks := read(t, page)
	var wrapper block
	for _, b := range blocks {
		if b.language == languageShell && strings.Contains(b.text, "trap ") {
			wrapper = b
		}
	}
	if wrapper.text == "" {
		t.Fatalf("%s has no shell block with a trap", page)
	}
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()
			s := newScene(t, page)
			defer s.end()
			environment := blocks[0]
			environment.mark.fragment = true // the wrapper applies it
			s.configuration(environment, true)
			s.applied = true
			release := s.box.Hold("thulium.start")

			cmd, printed := s.start(t.Context(), s.Dir, "-eu", wrapper.text)
			eventually(t, "the start", func() bool { return s.box.Count("thulium.start") > 0 })
			if err := cmd.Process.Signal(signal); err != nil {
				t.Fatal(err)
			}
			eventually(t, "Terraform's word", func() bool {
				output, _ := os.ReadFile(printed)
				return strings.Contains(string(output), "Interrupt received")
			})
			release()
			err := cmd.Wait()
			output, _ := os.ReadFile(printed)
			ended := fmt.Sprintf("apply ended with %d", cmd.ProcessState.ExitCode())
			completed := strings.Contains(string(output), "Apply complete!")
			if !strings.Contains(string(output), ended) || completed != (err == nil) {
				t.Errorf("the shell ended with %v, the apply was complete: %t\n%s", err, completed, output)
			}
			state, err := s.Must(t.Context(), "state", "list")
			if err != nil || !strings.Contains(state.Stdout, "thulium_chat_conversation.customer") {
				t.Errorf("the conversation is not in the state: %v\n%s\n%s", err, state.Stdout, output)
			}
		})
	}
}

// eventually waits for a condition.
func eventually(t *testing.T, what string, condition func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !condition(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("waited in vain for " + what)
		}
	}
}
