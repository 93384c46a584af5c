//go:build unix

package main

import (
	"os"
	"os/exec"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// leaveWithin is how long processes that a command left behind have to end.
const leaveWithin = 5 * time.Second

// passedOn are the signals that a command gets too.
func passedOn() []os.Signal {
	return []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT, syscall.SIGUSR1, syscall.SIGUSR2}
}

// group is how signals reach the command and what it has started.
type group struct {
	command *exec.Cmd
	// own says that they are a process group of their own. On a terminal they stay in that of the sandbox: there an
	// interrupt reaches every process of the group by itself, and a second one would make Terraform give up at once.
	own bool
}

func newGroup(command *exec.Cmd) *group {
	g := &group{command: command, own: !onTerminal()}
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: g.own}
	return g
}

// onTerminal says whether this process is in the foreground of a terminal.
func onTerminal() bool {
	terminal, err := os.Open("/dev/tty")
	if err != nil {
		return false
	}
	defer func() { _ = terminal.Close() }()
	foreground, err := unix.IoctlGetInt(int(terminal.Fd()), unix.TIOCGPGRP)
	return err == nil && foreground == unix.Getpgrp()
}

// send passes a signal on, to all of the group as a terminal does: a shell alone would leave behind what it waits for.
func (g *group) send(received os.Signal) {
	number, ok := received.(syscall.Signal)
	switch {
	case !ok, !g.own && (number == syscall.SIGINT || number == syscall.SIGQUIT):
	case g.own:
		_ = syscall.Kill(-g.command.Process.Pid, number)
	default:
		_ = g.command.Process.Signal(number)
	}
}

// clear ends what the command has left behind.
func (g *group) clear() {
	if !g.own {
		return
	}
	all := -g.command.Process.Pid
	if syscall.Kill(all, syscall.SIGTERM) != nil {
		return // nothing is left
	}
	gone := time.NewTimer(leaveWithin)
	defer gone.Stop()
	look := time.NewTicker(10 * time.Millisecond)
	defer look.Stop()
	for {
		select {
		case <-look.C:
			if syscall.Kill(all, 0) != nil {
				return
			}
		case <-gone.C:
			_ = syscall.Kill(all, syscall.SIGKILL)
			return
		}
	}
}

// exitCode is the command's own, or 128 and the number of the signal that ended it, as in a shell.
func exitCode(state *os.ProcessState) int {
	if status, ok := state.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return exitSignal + int(status.Signal())
	}
	return state.ExitCode()
}
