package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/cli"
)

// bench is what all groups of measurements share.
type bench struct {
	options

	dir     string
	root    string // of the module
	cli     *cli.CLI
	about   about
	started time.Time

	real, nothing, bare, empty *cli.Mirror
}

// newBench finds the CLI and builds the providers as a release is built.
func newBench(ctx context.Context, o options, dir string) (*bench, error) {
	found, err := cli.Find(ctx)
	if err != nil {
		return nil, fmt.Errorf("find a Terraform or OpenTofu CLI: %w", err)
	}
	root, err := cli.ModuleRoot()
	if err != nil {
		return nil, err
	}
	b := &bench{options: o, dir: dir, root: root, cli: found, started: time.Now()}
	b.about = about{
		CLI: found.String(), Commit: commit(ctx, root), Go: runtime.Version(), System: runtime.GOOS + "/" + runtime.GOARCH,
		CPUs: runtime.NumCPU(), Runs: o.runs, Resources: o.resources, Date: time.Now().UTC().Format(time.DateOnly),
		LoadBefore: load(), Command: o.command(),
	}
	b.say("%s", b.about)
	if err := os.Setenv("CGO_ENABLED", "0"); err != nil {
		return nil, err
	}
	for _, p := range []struct {
		path string
		into **cli.Mirror
	}{
		{".", &b.real},
		{"./internal/cli/bench/nothing", &b.nothing},
		{"./internal/cli/bench/bare", &b.bare},
		{"./internal/cli/bench/empty", &b.empty},
	} {
		b.say("build %s", p.path)
		if *p.into, err = cli.BuildMirror(ctx, filepath.Join(dir, "mirror-"+filepath.Base(p.path)), p.path, "-s -w"); err != nil {
			return nil, err
		}
	}
	return b, nil
}

// say writes a line of progress.
func (b *bench) say(format string, args ...any) {
	_, _ = fmt.Fprintf(os.Stderr, "%6.1f s  %s\n", time.Since(b.started).Seconds(), fmt.Sprintf(format, args...))
}

// commit is the checkout's, and whether files differ from it.
func commit(ctx context.Context, root string) string {
	git := exec.CommandContext(ctx, "git", "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*")
	git.Dir = root
	out, err := git.Output()
	if err != nil {
		return "unknown"
	}
	return strings.TrimSpace(string(out))
}

// command is how make starts a run like this one.
func (o options) command() string {
	command := fmt.Sprintf("make bench RUNS=%d", o.runs)
	if o.resources != defaultResources {
		command += fmt.Sprintf(" RESOURCES=%d", o.resources)
	}
	if o.only != "" {
		command += " ONLY=" + o.only
	}
	if o.markdown != "" {
		command += " KEEP=1"
	}
	return command
}

// load is the machine's load average over a minute, or "".
func load() string {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return ""
	}
	average, _, _ := strings.Cut(string(text), " ")
	return average
}
