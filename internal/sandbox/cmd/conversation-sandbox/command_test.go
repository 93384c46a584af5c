//go:build unix

package main

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// asProgram makes the test binary behave as the program itself.
const asProgram = "CONVERSATION_SANDBOX_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		_ = os.Unsetenv(asProgram)
		main()
	}
	os.Exit(m.Run())
}

// program is the program as a process of its own, without a terminal.
func program(t *testing.T, name string, args ...string) (*exec.Cmd, *transcript) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if name == "" {
		name = self
	}
	out := &transcript{}
	command := exec.CommandContext(t.Context(), name, args...)
	command.Env = append(os.Environ(), asProgram+"=1", "SANDBOX="+self, "JELOU_CLIENT_ID=real", "THULIUM_PASSWORD=real")
	command.Stdout, command.Stderr = out, out
	command.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	return command, out
}

// outcome runs the program to its end.
func outcome(t *testing.T, name string, args ...string) (code int, output string) {
	t.Helper()
	command, out := program(t, name, args...)
	err := command.Run()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return command.ProcessState.ExitCode(), out.String()
}

func TestCommandFindsTheSandbox(t *testing.T) {
	t.Parallel()
	code, output := outcome(t, "", "-quiet", "--", "sh", "-c", `echo "$THULIUM_BASE_URL|$THULIUM_PASSWORD|$CHATBOT_TOKEN|${JELOU_CLIENT_ID-none}"
		`+asProgram+`=1 "$SANDBOX" -check "$CONVERSATION_SANDBOX_URL" && exit 7`)
	if code != 7 || !regexp.MustCompile(`^http://127.0.0.1:\d+/thulium/api\|fake-thulium-password\|fake-chatbot-token\|none\n$`).MatchString(output) {
		t.Errorf("exit code %d, output %q", code, output)
	}
}

func TestExitCodeOfTheCommand(t *testing.T) {
	t.Parallel()
	plain := filepath.Join(t.TempDir(), "plain")
	if err := os.WriteFile(plain, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		command []string
		code    int
	}{
		"success":        {[]string{"true"}, 0},
		"failure":        {[]string{"false"}, 1},
		"its own":        {[]string{"sh", "-c", "exit 42"}, 42},
		"by a signal":    {[]string{"sh", "-c", "kill -KILL $$"}, 128 + 9},
		"not found":      {[]string{"no-such-command"}, 127},
		"not found here": {[]string{"./no-such-command"}, 127},
		"not executable": {[]string{plain}, 126},
	} {
		code, output := outcome(t, "", append([]string{"-quiet", "--"}, c.command...)...)
		if code != c.code {
			t.Errorf("%s: exit code %d, want %d: %s", name, code, c.code, output)
		}
	}
}

func TestSignalsArePassedOn(t *testing.T) {
	t.Parallel()
	for name, number := range map[string]syscall.Signal{"INT": syscall.SIGINT, "TERM": syscall.SIGTERM, "HUP": syscall.SIGHUP} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			// The shell counts its signals, and is not ended by the first one.
			script := `n=0; trap 'n=$((n+1)); echo got' ` + name + `; trap 'exit $((n+10))' USR1; echo ready; while :; do sleep 0.05; done`
			command, out := program(t, "", "-quiet", "--", "sh", "-c", script)
			if err := command.Start(); err != nil {
				t.Fatal(err)
			}
			await(t, out, "ready")
			send := func(number syscall.Signal) {
				if err := command.Process.Signal(number); err != nil {
					t.Error(err)
				}
			}
			send(number)
			await(t, out, "got")
			send(syscall.SIGUSR1)
			_ = command.Wait()
			if code := command.ProcessState.ExitCode(); code != 11 {
				t.Errorf("exit code %d, want 10 and one signal: %s", code, out)
			}
		})
	}
}

func await(t *testing.T, out *transcript, text string) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !strings.Contains(out.String(), text); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("no %q in %q", text, out)
		}
	}
}

func TestNoProcessIsLeft(t *testing.T) {
	t.Parallel()
	_, output := outcome(t, "", "-quiet", "--", "sh", "-c", `sleep 1000 >/dev/null 2>&1 & echo $!; echo $PPID`)
	var left, sandbox int
	if _, err := fmt.Sscan(output, &left, &sandbox); err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	for _, pid := range []int{left, sandbox} {
		// A process that has ended and that nobody has asked about is no longer running.
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err == nil && !bytes.Contains(stat, []byte(") Z ")) {
			t.Errorf("still there: %s", stat)
		}
	}
}

func TestStateIsSavedAfterTheCommand(t *testing.T) {
	t.Parallel()
	state := filepath.Join(t.TempDir(), "state.json")
	code, output := outcome(t, "", "-quiet", "-state", state, "--", "sh", "-c", "exit 3")
	if data, err := os.ReadFile(state); code != 3 || err != nil || !bytes.Contains(data, []byte(`"version": 1`)) {
		t.Errorf("exit code %d, %v: %s %s", code, err, data, output)
	}
}

func TestEvalOfASandboxThatCannotStart(t *testing.T) {
	t.Parallel()
	busy, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = busy.Close() })
	for _, line := range []string{`eval "$("$SANDBOX" -quiet -listen %s | head -n 9 &)"`, `eval "$("$SANDBOX" -quiet -listen %s &)"`} {
		code, output := outcome(t, "sh", "-c", fmt.Sprintf("set -e\n"+line+"\necho went on", busy.Addr()))
		if code == 0 || strings.Contains(output, "went on") || !strings.Contains(output, "address already in use") {
			t.Errorf("%s: exit code %d: %s", line, code, output)
		}
	}
}

func TestEvalWithoutHead(t *testing.T) {
	t.Parallel()
	code, output := outcome(t, "sh", "-c", `set -e
eval "$("$SANDBOX" -quiet -listen 127.0.0.1:0 &)"
"$SANDBOX" -check "$CONVERSATION_SANDBOX_URL"
echo "$THULIUM_BASE_URL"
kill "$CONVERSATION_SANDBOX_PID"
while "$SANDBOX" -check "$CONVERSATION_SANDBOX_URL" 2>/dev/null; do sleep 0.05; done`)
	if code != 0 || !strings.Contains(output, "/thulium/api\n") {
		t.Errorf("exit code %d: %s", code, output)
	}
}
