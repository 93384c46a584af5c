// Command bench measures what the provider costs in a real Terraform or OpenTofu. Absolute times do not hold on shared
// machines, so each row is a ratio of two medians whose sides are measured in turn.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"syscall"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/terraform"
)

// bench is what all groups of rows share.
type bench struct {
	runs, resources int
	dir             string
	cli             *terraform.CLI
	ours, bare      *terraform.Mirror
	empty           string // a plug-in without any type
}

// row compares the medians of two sides.
type row struct {
	what, unit    string
	goal          float64
	ours, against []float64
}

// String is a line of a Markdown table.
func (r row) String() string {
	ours, against := median(r.ours), median(r.against)
	verdict := "missed"
	if ours/against <= r.goal {
		verdict = "met"
	}
	return fmt.Sprintf("| %s | %.4g / %.4g %s | %.2f | ≤ %.4g | %s |", r.what, ours, against, r.unit, ours/against, r.goal, verdict)
}

func median(samples []float64) float64 {
	sorted := slices.Sorted(slices.Values(samples))
	return (sorted[(len(sorted)-1)/2] + sorted[len(sorted)/2]) / 2
}

func main() {
	b := &bench{}
	flag.IntVar(&b.runs, "runs", 5, "measure each side so `often`")
	flag.IntVar(&b.resources, "resources", 1000, "apply so `many` at once")
	only := flag.String("only", "", "measure only this `group`: thulium, thread, plugin, jelou, messages")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := b.report(ctx, *only)
	stop()
	if err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// report measures and prints the table. A goal that is missed is no error. A group that fails does not end the others.
func (b *bench) report(ctx context.Context, only string) (err error) {
	if b.dir, err = os.MkdirTemp("", "conversation-bench-"); err != nil {
		return err
	}
	defer os.RemoveAll(b.dir) //nolint:errcheck // a left-over in the temporary directory harms nobody
	if err := b.build(ctx); err != nil {
		return err
	}
	fmt.Printf("# What the provider costs\n\n%s, %s, %s/%s with %d CPUs, medians of %d, %s. A bare provider has the same schemas and returns what "+
		"it is sent: its time is Terraform's own.\n\n| what / against what | medians | ratio | goal | verdict |\n|---|---|---|---|---|\n",
		b.cli, runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), b.runs, time.Now().UTC().Format(time.DateOnly))
	for _, group := range []struct {
		name    string
		measure func(context.Context) ([]row, error)
	}{{"thulium", b.thulium}, {"thread", b.thread}, {"plugin", b.plugin}, {"jelou", b.jelou}, {"messages", b.messages}} {
		if only != "" && only != group.name {
			continue
		}
		rows, failure := group.measure(ctx)
		if failure != nil {
			err = errors.Join(err, fmt.Errorf("%s: %w", group.name, failure))
			continue
		}
		for _, r := range rows {
			fmt.Println(r)
		}
	}
	return err
}

// build builds the providers as a release is built.
func (b *bench) build(ctx context.Context) (err error) {
	if b.cli, err = terraform.Find(ctx); err != nil {
		return err
	}
	if err := os.Setenv("CGO_ENABLED", "0"); err != nil {
		return err
	}
	const bare, stripped = "./internal/tools/bench/bare", "-ldflags=-s -w"
	if b.ours, err = terraform.BuildMirror(ctx, filepath.Join(b.dir, "ours"), ".", stripped); err != nil {
		return err
	}
	if b.bare, err = terraform.BuildMirror(ctx, filepath.Join(b.dir, "bare"), bare, stripped); err != nil {
		return err
	}
	b.empty = filepath.Join(b.dir, "terraform-provider-empty")
	return terraform.Build(ctx, bare, b.empty, stripped, "-tags=empty")
}
