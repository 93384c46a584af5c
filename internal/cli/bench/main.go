// Command bench measures what the provider costs in a real Terraform or OpenTofu, side by side with what it is compared
// with: Terraform's own terraform_data, the same provider with its HTTP exchange taken out (nothing), one that only returns
// what it is sent (bare), and an empty one (empty). Absolute times do not hold on shared machines, so only ratios have goals.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"
)

// defaultResources is the number that the goals are for.
const defaultResources = 1000

// options are the command line.
type options struct {
	runs      int
	resources int
	only      string
	json      string
	markdown  string
	timeout   time.Duration
}

func main() {
	var o options
	flag.IntVar(&o.runs, "runs", 5, "measure each side so `often`, in turn; the table has medians")
	flag.IntVar(&o.resources, "resources", defaultResources, "apply so `many` at once")
	flag.StringVar(&o.only, "only", "", "measure only these `groups`, separated by commas: "+groupNames())
	flag.StringVar(&o.json, "json", "", "also write all samples to this `file`")
	flag.StringVar(&o.markdown, "markdown", "", "also write the table to this `file`")
	flag.DurationVar(&o.timeout, "timeout", time.Hour, "give up after this `time`")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	ctx, cancel := context.WithTimeout(ctx, o.timeout)
	defer cancel()
	if err := run(ctx, o); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1) //nolint:gocritic // nothing is left to be undone
	}
}

// run measures and reports. A goal that is missed is no error.
func run(ctx context.Context, o options) error {
	chosen, err := choose(o.only)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "conversation-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir) //nolint:errcheck // a left-over in the temporary directory harms nobody
	b, err := newBench(ctx, o, dir)
	if err != nil {
		return err
	}
	report := &report{About: b.about}
	for _, g := range chosen {
		rows, err := g.measure(ctx, b)
		if err != nil {
			return fmt.Errorf("%s: %w", g.name, err)
		}
		report.Rows = append(report.Rows, rows...)
	}
	report.About.LoadAfter = load()
	_, _ = fmt.Fprintf(os.Stdout, "\n%s", report.text())
	if o.json != "" {
		text, err := json.MarshalIndent(report, "", "  ")
		if err != nil {
			return err
		}
		if err := write(o.json, append(text, '\n')); err != nil {
			return err
		}
	}
	if o.markdown != "" {
		return write(o.markdown, []byte(report.markdown()))
	}
	return nil
}

func write(file string, text []byte) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	return os.WriteFile(file, text, 0o644)
}
