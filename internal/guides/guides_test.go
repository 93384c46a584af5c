// Package guides tests what the guides and the README tell people to write and to type: each block of HCL is validated
// and applied to the sandbox, each shell block is run. A comment before a block says where that cannot be.
package guides

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/conversation-tools/terraform-provider-conversation/internal/terraform"
)

// What the tests share, made once: the CLI, the provider that it installs, and a directory for the PATH with a
// terraform and a conversation-sandbox.
var (
	root     string
	cli      *terraform.CLI
	mirror   *terraform.Mirror
	programs string
)

func TestMain(m *testing.M) {
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, "tests of the guides:", err)
		code = 1
	}
	os.Exit(code)
}

func run(m *testing.M) (int, error) {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "guides-")
	if err != nil {
		return 0, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	if root, err = terraform.ModuleRoot(); err != nil {
		return 0, err
	}
	if cli, err = terraform.Find(ctx); err != nil {
		return 0, err
	}
	if mirror, err = terraform.BuildProvider(ctx, dir); err != nil {
		return 0, err
	}
	programs = filepath.Join(dir, "bin")
	if err := os.MkdirAll(programs, 0o755); err != nil {
		return 0, err
	}
	if err := os.Symlink(cli.Path, filepath.Join(programs, "terraform")); err != nil {
		return 0, err
	}
	err = terraform.Build(ctx, "./internal/sandbox/cmd/conversation-sandbox", filepath.Join(programs, "conversation-sandbox"))
	if err != nil {
		return 0, err
	}
	return m.Run(), nil
}

func TestDocuments(t *testing.T) {
	t.Parallel()
	for _, path := range documents(t, root) {
		for i, scene := range scenes(t, path, read(t, path)) {
			t.Run(fmt.Sprintf("%s %d", strings.TrimSuffix(filepath.Base(path), ".md"), i+1), func(t *testing.T) {
				t.Parallel()
				play(t, path, scene)
			})
		}
	}
}

// scenes splits a page: each block of HCL that does not continue another begins a scene, and what follows belongs to it.
func scenes(t *testing.T, path string, blocks []block) [][]block {
	t.Helper()
	var out [][]block
	for _, b := range blocks {
		isHCL := b.language == languageHCL || b.language == languageTerraform
		if !isHCL && b.language != languageShell {
			continue
		}
		switch {
		case b.mark.continued && len(out) == 0:
			t.Fatalf("%s:%d continues nothing", path, b.line)
		case len(out) == 0, isHCL && !b.mark.continued:
			out = append(out, nil)
		}
		out[len(out)-1] = append(out[len(out)-1], b)
	}
	return out
}
