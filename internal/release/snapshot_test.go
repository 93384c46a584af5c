//go:build release

package release

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/conversation-tools/terraform-provider-conversation/internal/terraform"
)

// variable names the environment variable with the path of GoReleaser.
const variable = "RELEASE_GORELEASER"

// snapshot is a release that is published nowhere.
type snapshot struct {
	dir, dist       string
	commit, version string
}

// build releases the commit in a directory for this machine's platform. Without a cache directory it uses the user's.
func build(ctx context.Context, goreleaser, dir, cache string) (*snapshot, error) {
	config := filepath.Join(dir, "..", filepath.Base(dir)+".yml")
	if err := onePlatform(filepath.Join(dir, ".goreleaser.yml"), config); err != nil {
		return nil, err
	}
	// GoReleaser's configuration calls cyclonedx-gomod by its name.
	environment := []string{"PATH=" + filepath.Dir(goreleaser) + string(os.PathListSeparator) + os.Getenv("PATH")}
	if cache != "" {
		environment = append(environment, "GOCACHE="+cache)
	}
	if _, err := execute(ctx, dir, environment, goreleaser, "release", "--snapshot", "--clean", "--skip=sign", "-f", config); err != nil {
		return nil, err
	}
	s := &snapshot{dir: dir, dist: filepath.Join(dir, "dist")}
	text, err := os.ReadFile(filepath.Join(s.dist, "metadata.json"))
	if err != nil {
		return nil, err
	}
	var metadata struct{ Commit, Version string }
	if err := json.Unmarshal(text, &metadata); err != nil {
		return nil, err
	}
	s.commit, s.version = metadata.Commit, metadata.Version
	return s, nil
}

// origin is the remote that GoReleaser reads, and does not call.
const origin = "https://github.com/conversation-tools/terraform-provider-conversation"

// commit copies what git knows or would add of this checkout to a new directory, and commits it with the date of the
// newest commit.
func commit(ctx context.Context, dir string) error {
	root, err := terraform.ModuleRoot()
	if err != nil {
		return err
	}
	list, err := execute(ctx, root, nil, "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	if err != nil {
		return err
	}
	for name := range strings.SplitSeq(strings.TrimSuffix(list, "\x00"), "\x00") {
		if err := copyFile(filepath.Join(root, name), filepath.Join(dir, name)); err != nil {
			return err
		}
	}
	date, err := execute(ctx, root, nil, "git", "log", "-1", "--format=%cI")
	if err != nil {
		return err
	}
	identity := []string{
		"GIT_AUTHOR_NAME=release check", "GIT_AUTHOR_EMAIL=release@example.com", "GIT_AUTHOR_DATE=" + strings.TrimSpace(date),
		"GIT_COMMITTER_NAME=release check", "GIT_COMMITTER_EMAIL=release@example.com", "GIT_COMMITTER_DATE=" + strings.TrimSpace(date),
		"GIT_CONFIG_GLOBAL=" + os.DevNull, "GIT_CONFIG_NOSYSTEM=1",
	}
	for _, args := range [][]string{
		{"init", "-q", "-b", "main"},
		{"remote", "add", "origin", origin},
		{"add", "-A"},
		{"commit", "-q", "-m", "Release check"},
	} {
		if _, err := execute(ctx, dir, identity, "git", args...); err != nil {
			return err
		}
	}
	return nil
}

// clone makes a second directory with the same commit.
func clone(ctx context.Context, from, to string) error {
	if _, err := execute(ctx, from, nil, "git", "clone", "-q", from, to); err != nil {
		return err
	}
	_, err := execute(ctx, to, nil, "git", "remote", "set-url", "origin", origin)
	return err
}

var (
	goos   = regexp.MustCompile(`(?m)^(\s+goos: (?:&\w+ )?)\[.*\]$`)
	goarch = regexp.MustCompile(`(?m)^(\s+goarch: (?:&\w+ )?)\[.*\]$`)
)

// onePlatform writes the configuration with this machine's platform as the only one. GoReleaser has no flag for that.
func onePlatform(from, to string) error {
	text, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	for pattern, value := range map[*regexp.Regexp]string{goos: runtime.GOOS, goarch: runtime.GOARCH} {
		if len(pattern.FindAll(text, -1)) != 1 {
			return fmt.Errorf("%s: %s does not match once", from, pattern)
		}
		text = pattern.ReplaceAll(text, []byte("${1}["+value+"]"))
	}
	return os.WriteFile(to, text, 0o644)
}

// assets are the files that would be published, in order.
func (s *snapshot) assets(t *testing.T) []string {
	t.Helper()
	var artifacts []struct{ Name, Type string }
	if err := json.Unmarshal(read(t, filepath.Join(s.dist, "artifacts.json")), &artifacts); err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, a := range artifacts {
		if a.Type != "Binary" && a.Type != "Metadata" {
			names = append(names, a.Name)
		}
	}
	// The manifest is published from where it is.
	manifest := "terraform-provider-conversation_" + s.version + "_manifest.json"
	if !slices.Contains(names, manifest) {
		write(t, filepath.Join(s.dist, manifest), read(t, filepath.Join(s.dir, "terraform-registry-manifest.json")))
		names = append(names, manifest)
	}
	slices.Sort(names)
	return names
}

func output(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := execute(t.Context(), t.TempDir(), nil, name, args...)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func write(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, content, 0o755); err != nil {
		t.Fatal(err)
	}
}

func untar(t *testing.T, path string) map[string][]byte {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	unpacked, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for archive := tar.NewReader(unpacked); ; {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return files
		}
		if err != nil {
			t.Fatal(err)
		}
		if files[header.Name], err = io.ReadAll(archive); err != nil {
			t.Fatal(err)
		}
	}
}
