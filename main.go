// Command terraform-provider-conversation serves the provider to Terraform and OpenTofu.
package main

import (
	"flag"
	"log"
	"os"
	"os/signal"
	"syscall"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider"
	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

// version is set by the linker for a release.
var version = "dev"

func main() {
	debug := flag.Bool("debug", false, "run under a debugger: print how to attach Terraform to this process")
	flag.Parse()

	if err := provider.Serve(provider.New(version, interrupts()), *debug); err != nil {
		log.Fatal(err)
	}
}

// interrupts ends waits at SIGINT and SIGTERM. Neither ends the process: a call
// may be on the wire, and Terraform closes the provider when it is done with it.
func interrupts() *rest.Interrupt {
	interrupt := &rest.Interrupt{}
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		for range signals {
			interrupt.Signal()
		}
	}()
	return interrupt
}
