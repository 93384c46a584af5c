package terraform

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Process is a run that the caller can signal.
type Process struct {
	cmd            *exec.Cmd
	args           []string
	started        time.Time
	stdout, stderr output
}

func start(cmd *exec.Cmd, args []string) (*Process, error) {
	p := &Process{cmd: cmd, args: args, started: time.Now()}
	cmd.Stdout, cmd.Stderr = &p.stdout, &p.stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	// A killed CLI leaves its providers behind, and what they were doing unrecorded: ask first.
	cmd.Cancel = func() error { return p.Signal(os.Interrupt) }
	cmd.WaitDelay = stopGrace
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	return p, nil
}

// PID is the process's id, and that of its group.
func (p *Process) PID() int { return p.cmd.Process.Pid }

// Signal sends a signal to the process alone.
func (p *Process) Signal(s os.Signal) error { return p.cmd.Process.Signal(s) }

// SignalGroup sends a signal to the process and all that it started.
func (p *Process) SignalGroup(s syscall.Signal) error { return syscall.Kill(-p.PID(), s) }

// Kill ends the whole group at once. It is harmless when nothing of it is left.
func (p *Process) Kill() { _ = p.SignalGroup(syscall.SIGKILL) }

// Wait returns when the process has ended.
func (p *Process) Wait() (Result, error) {
	code, err := exitCode(p.cmd.Wait())
	return Result{
		Args: p.args, Stdout: p.stdout.String(), Stderr: p.stderr.String(), Code: code, Duration: time.Since(p.started),
	}, err
}

// Providers returns the ids of the processes of this provider that the CLI is talking to. Only Linux tells.
func (p *Process) Providers() []int {
	lists, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", p.PID())) // the pattern is a good one
	var all []int
	for _, list := range lists {
		text, _ := os.ReadFile(list) // nothing: the thread has ended
		for _, field := range strings.Fields(string(text)) {
			name, _ := os.ReadFile("/proc/" + field + "/cmdline")
			if pid, err := strconv.Atoi(field); err == nil && strings.Contains(string(name), providerName) {
				all = append(all, pid)
			}
		}
	}
	return all
}

// Stdout is what has been printed so far.
func (p *Process) Stdout() string { return p.stdout.String() }

// output collects what a process prints, readable while it runs.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(b)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}
