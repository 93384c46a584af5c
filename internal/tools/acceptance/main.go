// Command acceptance runs a command, such as "go test ./...", with all that the acceptance tests need: a Terraform or
// OpenTofu CLI (the pinned OpenTofu is built if there is none) and an environment that leads nowhere outside.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/conversation-tools/terraform-provider-conversation/internal/terraform"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "acceptance:", err)
		os.Exit(1)
	}
}

// run returns only on an error: the command takes this process's place.
func run(command []string) error {
	if len(command) == 0 {
		return errors.New("usage: acceptance COMMAND [ARGUMENT …]")
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	c, err := terraform.Find(ctx)
	if err != nil {
		return err
	}
	root, err := terraform.ModuleRoot()
	if err != nil {
		return err
	}
	config := filepath.Join(root, ".ci", "build", "acceptance", "cli.tfrc")
	nothing := filepath.Join(filepath.Dir(config), "empty-mirror") // the tests serve the provider themselves
	if err := os.MkdirAll(nothing, 0o755); err != nil {
		return err
	}
	if err := terraform.WriteConfig(config, nothing); err != nil {
		return err
	}
	path, err := exec.LookPath(command[0])
	if err != nil {
		return err
	}
	_, _ = fmt.Fprintf(os.Stderr, "Acceptance tests run with %s (%s).\n", c, c.Path)
	return syscall.Exec(path, command, terraform.AcceptanceEnvironment(c, os.Environ(), config))
}
