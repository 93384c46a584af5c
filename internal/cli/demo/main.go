// Command demo runs examples/test-environment from beginning to end: a real Terraform or OpenTofu, the provider of this
// checkout, and the sandbox in place of the three services. It fails unless everything that was opened was opened once
// and is closed again.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	verbose := flag.Bool("v", false, "show the output of every step")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()

	p := newProgress(os.Stdout, isTerminal(os.Stdout), *verbose)
	switch err := demo(ctx, p); {
	case ctx.Err() != nil:
		_, _ = fmt.Fprintln(os.Stderr, "\nInterrupted. The sandbox and all it held are gone.")
		stop()
		os.Exit(130) //nolint:gocritic // the deferred stop has run
	case errors.Is(err, errStepFailed): // its output has been shown
		os.Exit(1)
	case err != nil:
		_, _ = fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// isTerminal says whether f is one that takes colours.
func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0 && os.Getenv("TERM") != "dumb"
}
