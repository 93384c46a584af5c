package main

import (
	"os"
	"os/exec"
	"syscall"
)

// passedOn are the signals that do not end the sandbox before its command has ended.
func passedOn() []os.Signal {
	return []os.Signal{os.Interrupt, syscall.SIGTERM}
}

// group is how signals reach the command.
type group struct{ command *exec.Cmd }

func newGroup(command *exec.Cmd) *group {
	return &group{command}
}

// send ends the command. An interrupt reaches every process of a console by itself.
func (g *group) send(received os.Signal) {
	if received != os.Interrupt {
		_ = g.command.Process.Kill()
	}
}

// clear has nothing to do: Windows knows no process group that could be signalled.
func (g *group) clear() {}

func exitCode(state *os.ProcessState) int {
	return state.ExitCode()
}
