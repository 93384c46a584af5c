package terraform

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
)

const modulePath = "github.com/conversation-tools/terraform-provider-conversation"

// ModuleRoot is the directory of this checkout: the working directory or the one above it that has the module's go.mod.
func ModuleRoot() (string, error) {
	start, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for dir := start; ; dir = filepath.Dir(dir) {
		mod, err := os.ReadFile(filepath.Join(dir, "go.mod"))
		if err == nil && bytes.HasPrefix(mod, []byte("module "+modulePath+"\n")) {
			return dir, nil
		}
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return "", err
		}
		if dir == filepath.Dir(dir) {
			return "", fmt.Errorf("no go.mod of %s in %s or above it", modulePath, start)
		}
	}
}

// Build compiles the package at path (relative to the module's root, such as "./internal/sandbox/cmd/…") into the
// file out, with more flags of go build.
func Build(ctx context.Context, path, out string, flags ...string) error {
	root, err := ModuleRoot()
	if err != nil {
		return err
	}
	args := slices.Concat([]string{"build", "-buildvcs=false", "-trimpath", "-o", out}, flags, []string{path})
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = root
	if output, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("go build %s: %w\n%s", path, err, output)
	}
	return nil
}
