package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"
)

// errStepFailed is returned for a step whose failure has been shown.
var errStepFailed = errors.New("step failed")

// step is one line of the progress.
type step struct {
	name string
	do   func(context.Context) (outcome, error)
}

// outcome is what a step has to tell: a note beside its line, and its output for those who want all.
type outcome struct {
	note, output string
}

// progress writes a line for each step, and what is to be read after the last one.
type progress struct {
	out               io.Writer
	terminal, colours bool
	verbose           bool
	started           time.Time
	pending           []string
}

func newProgress(out io.Writer, terminal, verbose bool) *progress {
	return &progress{
		out: out, terminal: terminal, colours: terminal && os.Getenv("NO_COLOR") == "", verbose: verbose, started: time.Now(),
	}
}

const (
	bold  = "1"
	red   = "31"
	green = "32"
	dim   = "2"
)

func (p *progress) colour(code, text string) string {
	if !p.colours || text == "" {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

func (p *progress) printf(format string, args ...any) {
	_, _ = fmt.Fprintf(p.out, format, args...)
}

func (p *progress) title(text string) {
	p.printf("%s\n\n", p.colour(bold, text))
}

// after keeps text until the step that is running has its line.
func (p *progress) after(text string) {
	p.pending = append(p.pending, text)
}

// step runs s and shows how it went. Its error is errStepFailed, or the context's.
func (p *progress) step(ctx context.Context, s step) error {
	if p.terminal {
		p.printf("  … %s", s.name)
	}
	started := time.Now()
	o, err := s.do(ctx)
	if p.terminal {
		p.printf("\r\x1b[K")
	}
	if ctx.Err() != nil {
		p.printf("  %s %s\n", p.colour(red, "✗"), s.name)
		return ctx.Err()
	}
	mark := p.colour(green, "✓")
	if err != nil {
		mark = p.colour(red, "✗")
	}
	line := fmt.Sprintf("%-34s %5.1f s  %s", s.name, time.Since(started).Seconds(), p.colour(dim, o.note))
	p.printf("  %s %s\n", mark, strings.TrimRight(line, " "))
	if p.verbose && err == nil && o.output != "" {
		p.printf("\n%s\n", indent(o.output))
	}
	for _, text := range p.pending {
		p.printf("\n%s", text)
	}
	p.pending = nil
	if err != nil {
		p.printf("\n%s\n\n%s\n", indent(err.Error()), p.colour(red, fmt.Sprintf("Failed at: %s", s.name)))
		return errStepFailed
	}
	return nil
}

func indent(text string) string {
	return "    " + strings.ReplaceAll(strings.TrimRight(text, "\n"), "\n", "\n    ")
}
