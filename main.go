// Command terraform-provider-conversation serves the provider to Terraform and OpenTofu.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"syscall"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider"
	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

// version is set by the linker for a release.
var version = "dev"

func main() {
	debug := flag.Bool("debug", false, "run under a debugger: print how to attach Terraform to this process")
	flag.Parse()

	interrupt := &rest.Interrupt{}
	if *debug {
		watch(interrupt, func() bool { return false }, time.Hour)
	} else {
		parent := os.Getppid()
		watch(interrupt, func() bool { return isGone(parent) }, 20*time.Second)
	}
	if err := provider.Serve(provider.New(provider.Options{Version: version, Interrupt: interrupt}), *debug); err != nil {
		fmt.Fprintln(os.Stderr, err) // the standard logger is silent, because net/http gives it what servers send
		os.Exit(1)
	}
}

// watch ends waits at SIGINT and SIGTERM. Neither ends the process while Terraform is there:
// a call may be on the wire, and Terraform closes the provider when it is done with it. An
// orphan ends as soon as no call that acts is under way; watch looks for that at each signal
// and at each interval.
func watch(interrupt *rest.Interrupt, isOrphan func() bool, interval time.Duration) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	look := time.NewTicker(interval)
	go func() {
		for {
			select {
			case <-signals:
				interrupt.Signal()
			case <-look.C:
			}
			if !isOrphan() {
				continue
			}
			if !interrupt.Acting() {
				os.Exit(0)
			}
			look.Reset(min(interval, time.Second))
		}
	}()
}

// isGone reports whether the parent of this process has ended. The system gives an orphan
// another parent; Windows does not, but has no process of that id any more.
func isGone(parent int) bool {
	if runtime.GOOS != "windows" {
		return os.Getppid() != parent
	}
	process, err := os.FindProcess(parent)
	if err == nil {
		_ = process.Release()
	}
	return err != nil
}
