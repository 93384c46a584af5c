package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
	"github.com/conversation-tools/terraform-provider-conversation/internal/terraform"
)

// side is one of those that are measured in turn: a provider, a configuration, and what each run of it has taken.
type side struct {
	mirror        *terraform.Mirror
	configuration string
	environment   map[string]string
	prepare       func(*sandbox.Sandbox) // may be nil

	seconds        map[string][]float64 // by command
	requests, peak []float64            // requests, and the memory of the provider in MB, in all commands together
}

// measure runs the commands for each side in turn, with a directory and a sandbox that nobody has used before.
func (b *bench) measure(ctx context.Context, commands []string, sides ...*side) error {
	for range b.runs {
		for _, s := range sides {
			if err := b.run(ctx, commands, s); err != nil {
				return err
			}
		}
	}
	return nil
}

func (b *bench) run(ctx context.Context, commands []string, s *side) error {
	dir, err := os.MkdirTemp(b.dir, "side-")
	if err != nil {
		return err
	}
	box := sandbox.New(sandbox.Options{Empty: true})
	server := httptest.NewServer(box)
	defer server.Close()
	defer box.Close()
	if s.prepare != nil {
		s.prepare(box)
	}
	w := &terraform.Workspace{CLI: b.cli, Mirror: s.mirror, Dir: dir, Env: maps.Collect(sandbox.Environment(server.URL))}
	maps.Copy(w.Env, s.environment)
	text := "terraform {\nrequired_providers {\nconversation = { source = \"conversation-tools/conversation\" }\n}\n}\n" + s.configuration
	if err := os.WriteFile(filepath.Join(dir, "main.tf"), []byte(text), 0o644); err != nil {
		return err
	}
	if _, err := w.Must(ctx, "init", "-no-color"); err != nil {
		return err
	}
	s.peak = append(s.peak, 0)
	for _, command := range commands {
		process, err := w.Start(ctx, append(strings.Fields(command), "-no-color")...)
		if err != nil {
			return err
		}
		result, err := s.watch(process)
		if err := errors.Join(ctx.Err(), err, result.Err()); err != nil {
			process.Kill() // what a CLI that did not end by itself has left behind
			return err
		}
		_, _ = fmt.Fprintf(os.Stderr, "%8.2f s  %s\n", result.Duration.Seconds(), command)
		if s.seconds == nil {
			s.seconds = map[string][]float64{}
		}
		s.seconds[command] = append(s.seconds[command], result.Duration.Seconds())
	}
	s.requests = append(s.requests, float64(box.Count("*")))
	return nil
}

// watch waits for the end and notes the memory of the provider: a high-water mark, so that only what the provider takes in
// the last moments of its life is missed.
func (s *side) watch(process *terraform.Process) (result terraform.Result, err error) {
	ended := make(chan struct{})
	go func() {
		result, err = process.Wait()
		close(ended)
	}()
	for {
		for _, pid := range process.Providers() {
			status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid)) // nothing: it has ended
			if _, value, found := strings.Cut(string(status), "VmHWM:"); found {
				kilobytes, _ := strconv.ParseFloat(strings.Fields(value)[0], 64)
				s.peak[len(s.peak)-1] = max(s.peak[len(s.peak)-1], kilobytes/1024)
			}
		}
		select {
		case <-ended:
			return result, err
		case <-time.After(20 * time.Millisecond):
		}
	}
}
