package main

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
)

func TestProgressOfAStep(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	p := newProgress(&out, false, false)
	err := p.step(t.Context(), step{"say a word", func(context.Context) (outcome, error) {
		p.after("a table\n")
		return outcome{note: "done", output: "secret of -v"}, nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	got := out.String()
	for _, want := range []string{"  ✓ say a word ", " s  done\n", "\na table\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q lacks %q", got, want)
		}
	}
	for _, unwanted := range []string{"secret", "\x1b", "\r"} {
		if strings.Contains(got, unwanted) {
			t.Errorf("%q has %q", got, unwanted)
		}
	}
}

func TestProgressShowsTheOutputOfAFailedStep(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	err := newProgress(&out, false, false).step(t.Context(), step{"break", func(context.Context) (outcome, error) {
		return outcome{}, errors.New("exit code 1\nfirst line\nsecond line")
	}})
	if !errors.Is(err, errStepFailed) {
		t.Errorf("error %v, want %v", err, errStepFailed)
	}
	for _, want := range []string{"  ✗ break ", "    first line\n    second line\n", "Failed at: break"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q lacks %q", out.String(), want)
		}
	}
}

func TestProgressShowsAllOutputWhenAsked(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	_ = newProgress(&out, false, true).step(t.Context(), step{"plan", func(context.Context) (outcome, error) {
		return outcome{output: "all of it\n"}, nil
	}})
	if !strings.Contains(out.String(), "\n    all of it\n") {
		t.Errorf("%q lacks the output", out.String())
	}
}

func TestProgressOfAnInterruptedStep(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	var out bytes.Buffer
	err := newProgress(&out, true, false).step(ctx, step{"apply", func(context.Context) (outcome, error) {
		cancel()
		return outcome{}, errors.New("exit code 1\nlots of output")
	}})
	if !errors.Is(err, context.Canceled) || strings.Contains(out.String(), "lots") {
		t.Errorf("error %v, output %q", err, out.String())
	}
}
