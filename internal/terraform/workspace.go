package terraform

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// stopGrace is how long a cancelled run has to end by itself: a call on the wire may still be finishing.
const stopGrace = time.Minute

// Workspace is a directory with a configuration, and the CLI that runs in it.
type Workspace struct {
	CLI    *CLI
	Mirror *Mirror
	Dir    string
	Env    map[string]string // on top of Environment; TF_VAR_… and the services' variables, for example
}

// Result is what a run printed and how it ended.
type Result struct {
	Args     []string
	Stdout   string
	Stderr   string
	Code     int // exit code; -1: ended by a signal
	Duration time.Duration
}

// Err is nil for exit code 0, else an error with all that the run printed.
func (r Result) Err() error {
	if r.Code == 0 {
		return nil
	}
	return fmt.Errorf("%s: exit code %d\n%s%s", strings.Join(r.Args, " "), r.Code, r.Stdout, r.Stderr)
}

// ChangesNothing reports whether a plan with -detailed-exitcode has found nothing to change. A data source inside a check
// block makes the exit code 2 each time, because the plan has it read again.
func (r Result) ChangesNothing() bool {
	const onlyReads = "Plan: 0 to add, 0 to change, 0 to destroy."
	return r.Code == 0 || r.Code == 2 && strings.Contains(r.Stdout, onlyReads) && !strings.Contains(r.Stdout, "Changes to Outputs:")
}

// Run runs the CLI to its end. The error tells that it could not be run or was cancelled; an exit code is no error.
// When ctx ends, the CLI is interrupted as by Ctrl-C and waited for.
func (w *Workspace) Run(ctx context.Context, args ...string) (Result, error) {
	p, err := w.Start(ctx, args...)
	if err != nil {
		return Result{Args: args, Code: -1}, err
	}
	r, err := p.Wait()
	if ctx.Err() != nil {
		p.Kill() // what a CLI that did not end by itself has left behind
		return r, ctx.Err()
	}
	return r, err
}

// Must is Run for a step that has to succeed: an exit code other than 0 is an error with the output.
func (w *Workspace) Must(ctx context.Context, args ...string) (Result, error) {
	r, err := w.Run(ctx, args...)
	if err != nil {
		return r, err
	}
	return r, r.Err()
}

// Start starts the CLI as the leader of a process group of its own, so that a signal to the caller's group does not
// reach it and one to its own group reaches its providers too.
func (w *Workspace) Start(ctx context.Context, args ...string) (*Process, error) {
	cmd := exec.CommandContext(ctx, w.CLI.Path, args...)
	cmd.Dir = w.Dir
	cmd.Env = Environment(os.Environ(), w.environment())
	return start(cmd, args)
}

func (w *Workspace) environment() map[string]string {
	env := map[string]string{}
	if w.Mirror != nil {
		env["TF_CLI_CONFIG_FILE"] = w.Mirror.Config
	}
	maps.Copy(env, w.Env)
	return env
}

// CopyConfiguration copies the directory from, with its sub-directories, to the directory to. What a run leaves behind
// (.terraform, the lock file, states, plans) stays where it is.
func CopyConfiguration(from, to string) error {
	return filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		target := filepath.Join(to, rel)
		switch {
		case d.IsDir() && d.Name() == ".terraform":
			return fs.SkipDir
		case d.IsDir():
			return os.MkdirAll(target, 0o755)
		case !isConfiguration(d.Name()):
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(target, text, 0o644)
	})
}

func isConfiguration(name string) bool {
	for _, extension := range []string{".tf", ".tofu", ".tf.json", ".tfvars", ".hcl", ".pem"} {
		if strings.HasSuffix(name, extension) && name != ".terraform.lock.hcl" {
			return true
		}
	}
	return false
}

// exitCode is the code of a run that ended by itself or by a signal; any other error is returned.
func exitCode(err error) (int, error) {
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return exit.ExitCode(), nil
	}
	if err != nil {
		return -1, err
	}
	return 0, nil
}
