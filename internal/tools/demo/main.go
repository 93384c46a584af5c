// Command demo runs examples/test-environment from beginning to end: a real Terraform or OpenTofu, the provider of this
// checkout, and the sandbox in place of the three services. It fails unless everything that was opened was opened once
// and is closed again.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
)

// Exit codes.
const (
	exitOK          = 0
	exitFailed      = 1
	exitUsage       = 2
	exitInterrupted = 130
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := command(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// command is main with its surroundings handed in. What goes wrong before the first step is one line on stderr; a step shows its failure itself.
func command(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("demo", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	verbose := flags.Bool("v", false, "show the output of every step")
	err := flags.Parse(args)
	if errors.Is(err, flag.ErrHelp) {
		_, _ = fmt.Fprintln(stdout, "Usage: make demo, with V=1 to see the output of every step")
		return exitOK
	}
	if err == nil && flags.NArg() > 0 {
		err = fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	if err != nil {
		_, _ = fmt.Fprintf(stderr, "demo: %v (the only flag is -v)\n", err)
		return exitUsage
	}
	err = demo(ctx, newProgress(stdout, isTerminal(stdout), *verbose))
	switch {
	case ctx.Err() != nil:
		_, _ = fmt.Fprintln(stderr, "\nInterrupted. The sandbox and all it held are gone.")
		return exitInterrupted
	case errors.Is(err, errStepFailed): // its output has been shown
		return exitFailed
	case err != nil:
		_, _ = fmt.Fprintln(stderr, "demo:", strings.TrimSpace(err.Error()))
		return exitFailed
	}
	return exitOK
}

// isTerminal says whether w is one that takes colours.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0 && os.Getenv("TERM") != "dumb"
}
