package terraform

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestCopyConfiguration(t *testing.T) {
	t.Parallel()
	from, to := t.TempDir(), filepath.Join(t.TempDir(), "new")
	for _, name := range []string{
		"main.tf", "a.auto.tfvars", "tests/main.tftest.hcl", "module/x.tf.json",
		".terraform/providers/x.tf", ".terraform.lock.hcl", "terraform.tfstate", "terraform.tfstate.backup", "tfplan", "module/.terraform/y.tf",
	} {
		write(t, filepath.Join(from, name), name, 0o644)
	}
	if err := CopyConfiguration(from, to); err != nil {
		t.Fatal(err)
	}
	var got []string
	err := filepath.WalkDir(to, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			rel, _ := filepath.Rel(to, path)
			got = append(got, filepath.ToSlash(rel))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"a.auto.tfvars", "main.tf", "module/x.tf.json", "tests/main.tftest.hcl"}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("copied %q, want %q", got, want)
	}
}

func TestRunTellsOutputCodeAndEnvironment(t *testing.T) {
	t.Parallel()
	w := workspace(t, `echo "$1 $TF_CLI_CONFIG_FILE $THULIUM_USERNAME"; pwd; echo broken >&2; exit 2`)
	w.Mirror = &Mirror{Config: "/tmp/cli.tfrc"}
	w.Env = map[string]string{"THULIUM_USERNAME": "me"}
	r, err := w.Run(t.Context(), "script", "plan")
	if err != nil {
		t.Fatal(err)
	}
	if want := "plan /tmp/cli.tfrc me\n" + w.Dir + "\n"; r.Stdout != want || r.Stderr != "broken\n" || r.Code != 2 {
		t.Errorf("got %+v, want stdout %q, stderr broken, code 2", r, want)
	}
	if _, err := (&Workspace{CLI: &CLI{Path: "/nowhere"}, Dir: w.Dir}).Run(t.Context(), "plan"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("error %v, want %v", err, os.ErrNotExist)
	}
	if _, err := w.Must(t.Context(), "script", "plan"); err == nil || !strings.Contains(err.Error(), "broken") || !strings.Contains(err.Error(), "exit code 2") {
		t.Errorf("error %v, want the exit code and the output", err)
	}
}

func TestCancelledRunIsInterruptedAndWaitedFor(t *testing.T) {
	t.Parallel()
	w := workspace(t, `trap 'echo tidied; exit 1' INT; echo ready; while :; do sleep 0.05; done`)
	ctx, cancel := context.WithCancel(t.Context())
	p, err := w.Start(ctx, "script")
	if err != nil {
		t.Fatal(err)
	}
	awaitReady(t, p)
	cancel()
	if r, _ := p.Wait(); r.Stdout != "ready\ntidied\n" {
		t.Errorf("stdout %q: the run was not asked to end", r.Stdout)
	}
	if _, err := w.Run(ctx, "script"); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want %v", err, context.Canceled)
	}
}

func TestProcessHasAGroupOfItsOwn(t *testing.T) {
	t.Parallel()
	w := workspace(t, `sleep 60 & echo ready; wait`)
	p, err := w.Start(t.Context(), "script")
	if err != nil {
		t.Fatal(err)
	}
	awaitReady(t, p)
	group, err := syscall.Getpgid(p.PID())
	if err != nil || group != p.PID() || group == syscall.Getpgrp() {
		t.Errorf("group %d of process %d, %v: want one of its own", group, p.PID(), err)
	}
	if err := p.SignalGroup(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	// Wait would last as long as the child that holds the pipe.
	if r, _ := p.Wait(); r.Code != -1 || r.Duration > 30*time.Second {
		t.Errorf("code %d after %s: the group did not end", r.Code, r.Duration)
	}
	p.Kill()
}

// workspace has the shell for a CLI, and a script for it.
func workspace(t *testing.T, text string) *Workspace {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	// The shell reads the script. Executing a file just written fails when another test forks at that moment.
	write(t, filepath.Join(dir, "script"), text+"\n", 0o644)
	return &Workspace{CLI: &CLI{Path: "/bin/sh"}, Dir: dir}
}

func awaitReady(t *testing.T, p *Process) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !strings.Contains(p.Stdout(), "ready"); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the script did not start")
		}
	}
}

// The words are those of Terraform 1.11 and OpenTofu 1.12.
func TestChangesNothing(t *testing.T) {
	t.Parallel()
	const reads = "  # data.chatbot_thread.test will be read during apply\n\nPlan: 0 to add, 0 to change, 0 to destroy.\n"
	for result, want := range map[struct {
		code   int
		stdout string
	}]bool{
		{0, "No changes."}: true, {2, reads}: true, {1, "Error"}: false, {2, "Plan: 1 to add, 0 to change, 0 to destroy.\n"}: false,
		{2, "Changes to Outputs:\n  + a = 1\n"}: false, {2, reads + "Changes to Outputs:\n  + a = 1\n"}: false,
	} {
		if got := (Result{Code: result.code, Stdout: result.stdout}).ChangesNothing(); got != want {
			t.Errorf("of %+v: got %t", result, got)
		}
	}
}
