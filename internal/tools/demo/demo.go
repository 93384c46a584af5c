package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/conversation-tools/terraform-provider-conversation/internal/terraform"
)

const (
	example        = "examples/test-environment"
	sandboxCommand = "./internal/sandbox/cmd/conversation-sandbox"
	planFile       = "tfplan"
)

// demo runs the steps in order and ends at the first that fails.
func demo(ctx context.Context, p *progress) error {
	c, err := terraform.Find(ctx)
	if err != nil {
		return fmt.Errorf("find a Terraform or OpenTofu CLI: %w", err)
	}
	root, err := terraform.ModuleRoot()
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "conversation-demo-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir) //nolint:errcheck // a left-over in the temporary directory harms nobody

	p.title(fmt.Sprintf("%s with %s (%s)", example, c, c.Path))
	run := &run{progress: p, cli: c, root: root, dir: dir}
	defer run.close()
	for _, s := range run.plan() {
		if err := p.step(ctx, s); err != nil {
			return err
		}
		if err := run.mark(ctx, s.name); err != nil {
			return err
		}
	}
	return nil
}

// run is what the steps hand on to each other.
type run struct {
	progress  *progress
	cli       *terraform.CLI
	root, dir string
	sandbox   *sandbox
	workspace *terraform.Workspace
	stateIDs  []string // conversations in the state after apply
	steps     []string // by number of a request: the step that sent it
}

func (r *run) plan() []step {
	name := filepath.Base(r.cli.Path)
	return []step{
		{"build the provider", r.buildProvider},
		{"build and start the sandbox", r.startSandbox},
		{name + " init", r.terraform("init", "-no-color")},
		{name + " plan", r.terraform("plan", "-no-color", "-out="+planFile)},
		{name + " apply", r.terraform("apply", "-no-color", planFile)},
		{"look into the state", r.readState},
		{name + " plan again", r.planAgain},
		{name + " test", r.test},
		{name + " destroy", r.terraform("destroy", "-no-color", "-auto-approve")},
		{"check what reached the services", r.check},
	}
}

// close ends what is still running.
func (r *run) close() {
	if r.sandbox != nil {
		r.sandbox.stop()
	}
}

// mark remembers that all requests since the last mark were sent by the step of this name.
func (r *run) mark(ctx context.Context, name string) error {
	if r.sandbox == nil {
		return nil
	}
	requests, err := r.sandbox.requests(ctx)
	for len(r.steps) < len(requests) {
		r.steps = append(r.steps, name)
	}
	return err
}

func (r *run) buildProvider(ctx context.Context) (outcome, error) {
	mirror, err := terraform.BuildProvider(ctx, r.dir)
	if err != nil {
		return outcome{}, err
	}
	r.workspace = &terraform.Workspace{CLI: r.cli, Mirror: mirror, Dir: filepath.Join(r.dir, "workspace")}
	return outcome{}, terraform.CopyConfiguration(filepath.Join(r.root, example), r.workspace.Dir)
}

func (r *run) startSandbox(ctx context.Context) (outcome, error) {
	binary := filepath.Join(r.dir, "conversation-sandbox")
	if err := terraform.Build(ctx, sandboxCommand, binary); err != nil {
		return outcome{}, err
	}
	sandbox, err := startSandbox(ctx, binary)
	if err != nil {
		return outcome{}, err
	}
	r.sandbox, r.workspace.Env = sandbox, sandbox.env
	return outcome{note: sandbox.url}, nil
}

// terraform is a step that runs the CLI and notes the last line that sums it up.
func (r *run) terraform(args ...string) func(context.Context) (outcome, error) {
	return func(ctx context.Context) (outcome, error) {
		result, err := r.workspace.Must(ctx, args...)
		return outcome{note: summaryLine(result.Stdout), output: result.Stdout + result.Stderr}, err
	}
}

func (r *run) readState(ctx context.Context) (outcome, error) {
	result, err := r.workspace.Must(ctx, "show", "-json")
	if err != nil {
		return outcome{}, err
	}
	r.stateIDs, err = conversationsInState([]byte(result.Stdout))
	return outcome{note: plural(len(r.stateIDs), "conversation"), output: strings.Join(r.stateIDs, "\n") + "\n"}, err
}

func (r *run) planAgain(ctx context.Context) (outcome, error) {
	result, err := r.workspace.Run(ctx, "plan", "-no-color", "-detailed-exitcode")
	if err == nil && !result.ChangesNothing() {
		err = fmt.Errorf("a second plan is not empty: %w", result.Err())
	}
	return outcome{note: "no changes", output: result.Stdout + result.Stderr}, err
}

func (r *run) test(ctx context.Context) (outcome, error) {
	if !r.cli.Has(terraform.Tests) {
		return outcome{note: "left out: needs Terraform 1.6"}, nil
	}
	return r.terraform("test", "-no-color")(ctx)
}

func (r *run) check(ctx context.Context) (outcome, error) {
	all, err := r.sandbox.all(ctx)
	if err != nil {
		return outcome{}, err
	}
	r.progress.after(table(all.requests, r.steps))
	faults := verify(all, r.stateIDs)
	if len(faults) > 0 {
		return outcome{}, fmt.Errorf("- %s", strings.Join(faults, "\n- "))
	}
	r.progress.after(summary(all.requests))
	return outcome{}, nil
}

// summaryLine is the last line of a CLI's output that says what was done, without its full stop.
func summaryLine(output string) string {
	lines := strings.Split(output, "\n")
	for _, line := range slices.Backward(lines) {
		line = strings.TrimSpace(line)
		for _, start := range []string{"Plan: ", "Apply complete! ", "Destroy complete! ", "Success! ", "- Installed "} {
			if rest, found := strings.CutPrefix(line, start); found {
				rest = strings.TrimPrefix(rest, "Resources: ")
				rest, _, _ = strings.Cut(rest, " (unauthenticated")
				return strings.TrimSuffix(rest, ".")
			}
		}
	}
	return ""
}
