package main

import (
	"context"
	"fmt"
	"maps"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/cli"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// scene is a configuration with the provider it is for, and a sandbox that nobody has used before.
type scene struct {
	*cli.Workspace
	name    string
	sandbox *sandbox.Sandbox
	server  *http.Server
	plugins plugins
}

// newScene initialises a workspace. mirror is nil for Terraform's own provider.
func (b *bench) newScene(ctx context.Context, name string, mirror *cli.Mirror, configuration string) (*scene, error) {
	s := &scene{name: name, sandbox: sandbox.New(sandbox.Options{Empty: true})}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s.server = &http.Server{Handler: s.sandbox, ReadHeaderTimeout: time.Minute}
	go func() { _ = s.server.Serve(listener) }() // ends with close

	environment := maps.Collect(sandbox.Environment("http://" + listener.Addr().String()))
	s.Workspace = &cli.Workspace{CLI: b.cli, Mirror: mirror, Env: environment}
	if s.Dir, err = os.MkdirTemp(b.dir, "scene-"); err != nil {
		return s, err
	}
	if mirror == nil {
		config := filepath.Join(s.Dir, "cli.tfrc")
		s.Env["TF_CLI_CONFIG_FILE"] = config
		if err := cli.WriteConfig(config, s.Dir); err != nil {
			return s, err
		}
	} else {
		configuration = required + configuration
	}
	if err := os.WriteFile(filepath.Join(s.Dir, "main.tf"), []byte(configuration), 0o644); err != nil {
		return s, err
	}
	_, err = s.Must(ctx, "init", "-no-color")
	return s, err
}

const required = `terraform {
  required_providers {
    conversation = { source = "conversation-tools/conversation" }
  }
}

`

// close ends the sandbox and removes the workspace.
func (s *scene) close() {
	s.sandbox.Close()
	_ = s.server.Close()
	if s.Workspace != nil {
		_ = os.RemoveAll(s.Dir)
	}
}

// time runs a command of the CLI to its end, says how long that took, and keeps the peak of its plug-ins' memory.
func (s *scene) time(ctx context.Context, b *bench, args ...string) (time.Duration, error) {
	process, err := s.Start(ctx, append(args, "-no-color")...)
	if err != nil {
		return 0, err
	}
	s.plugins = watch(process.PID())
	result, err := process.Wait()
	s.plugins.stop()
	if ctx.Err() != nil {
		process.Kill() // what a CLI that did not end by itself has left behind
		return 0, ctx.Err()
	}
	if err == nil {
		err = result.Err()
	}
	if err != nil {
		return 0, err
	}
	b.say("%-12s %-8s %7.2f s", s.name, args[0], result.Duration.Seconds())
	return result.Duration, nil
}

// conversations is a configuration of n conversations.
func conversations(n int) string {
	return fmt.Sprintf(`resource "thulium_chat_conversation" "bench" {
  provider = conversation
  count    = %d

  chat_queue_id = 7
  client_email  = "customer-${count.index}@example.com"
}
`, n)
}

// builtIn is a configuration of n resources of Terraform's own provider.
func builtIn(n int) string {
	return fmt.Sprintf(`resource "terraform_data" "bench" {
  count = %d
  input = "customer-${count.index}@example.com"
}
`, n)
}

// empties is a configuration of n resources of the empty provider.
func empties(n int) string {
	return fmt.Sprintf(`resource "empty" "bench" {
  provider = conversation
  count    = %d
}
`, n)
}
