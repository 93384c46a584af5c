package main

import (
	"context"
	"errors"
	"io"
	"log"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// outputWithin is how long output is waited for that a command's own children still hold open.
const outputWithin = 2 * time.Second

// runCommand serves while the command runs, in whose environment the provider finds the sandbox, and returns the
// command's exit code. Signals are passed on, and the command's end is waited for.
func runCommand(ctx context.Context, o options, stdout, stderr io.Writer, logger *log.Logger) (code int, err error) {
	signals := make(chan os.Signal, 16)
	signal.Notify(signals, passedOn()...) // before the command starts: none is lost
	defer signal.Stop(signals)
	s, err := launch(ctx, o, logger)
	if err != nil {
		return 0, err
	}
	command := exec.CommandContext(context.WithoutCancel(ctx), o.command[0], o.command[1:]...) //nolint:gosec // the command that the user gives
	command.Env = environment(s.origin)
	command.Stdin, command.Stdout, command.Stderr = os.Stdin, stdout, stderr
	command.WaitDelay = outputWithin
	group := newGroup(command)
	if err := command.Start(); err != nil {
		code = exitNotExecutable
		if errors.Is(err, exec.ErrNotFound) || errors.Is(err, os.ErrNotExist) {
			code = exitNotFound
		}
		return code, errors.Join(err, s.end(ctx))
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = command.Wait() // its exit code says it
	}()
	var broken error
	stop := ctx.Done()
	for running := true; running; {
		select {
		case <-ended:
			running = false
		case received := <-signals:
			group.send(received)
		case <-stop:
			stop = nil // once is enough
			group.send(syscall.SIGTERM)
		case broken = <-s.broken:
			group.send(syscall.SIGTERM)
		}
	}
	group.clear()
	return exitCode(command.ProcessState), errors.Join(broken, s.end(ctx))
}

// environment is this process's own, with that of a sandbox at origin in the place of any real account's.
func environment(origin string) []string {
	set := map[string]string{urlVariable: origin, "JELOU_CLIENT_ID": "", "JELOU_CLIENT_SECRET": ""}
	for name, value := range sandbox.Environment(origin) {
		set[name] = value
	}
	var env []string
	for _, entry := range os.Environ() {
		name, _, _ := strings.Cut(entry, "=")
		if _, replaced := set[name]; !replaced {
			env = append(env, entry)
		}
	}
	for name, value := range set {
		if value != "" { // a second way to sign in would contradict the first
			env = append(env, name+"="+value)
		}
	}
	return env
}
