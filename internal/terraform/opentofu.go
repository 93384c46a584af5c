package terraform

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

// pinnedOpenTofu returns the path of the OpenTofu that .ci/tools pins, built by make's own rule, which knows when it is
// out of date. Test binaries of several packages ask at the same time: a lock file lets one of them build.
func pinnedOpenTofu(ctx context.Context) (string, error) {
	root, err := ModuleRoot()
	if err != nil {
		return "", err
	}
	bin := filepath.Join(root, ".ci", "bin")
	if err := os.MkdirAll(bin, 0o755); err != nil {
		return "", err
	}
	tofu := filepath.Join(bin, "tofu")
	if _, err := os.Stat(tofu); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "Neither terraform nor tofu on the PATH: the pinned OpenTofu is built (once, some minutes) …")
	}
	unlock, err := lock(filepath.Join(bin, ".tofu.lock"))
	if err != nil {
		return "", err
	}
	defer unlock()

	cmd := exec.CommandContext(ctx, "make", "--no-print-directory", ".ci/bin/tofu")
	cmd.Dir = root
	// A make that runs this process has flags and a job server that are not for this one.
	cmd.Env = slices.DeleteFunc(os.Environ(), func(variable string) bool {
		return strings.HasPrefix(variable, "MAKE") || strings.HasPrefix(variable, "MFLAGS=")
	})
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the pinned OpenTofu (make .ci/bin/tofu): %w\n%s", err, out)
	}
	return tofu, nil
}

// lock waits for the file at path to be free and holds it. It is free again when its holder ends, in whatever way.
func lock(path string) (unlock func(), err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX); err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("lock %s: %w", path, err)
	}
	return func() { _ = f.Close() }, nil
}
