//go:build release

// Package release tests what is released: the archives of one platform, made from .goreleaser.yml as a release makes
// them, but for the signature. make release-check runs it.
package release

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
	"github.com/conversation-tools/terraform-provider-conversation/internal/terraform"
)

// first and second are two builds of one commit, in different directories. They are made once, and only by make
// release-check, which has a GoReleaser. With COLD=1 the second compiles everything again, which takes minutes.
var first, second *snapshot

func TestMain(m *testing.M) {
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, "release check:", err)
		code = 1
	}
	os.Exit(code)
}

func run(m *testing.M) (int, error) {
	goreleaser := os.Getenv(variable)
	if goreleaser == "" {
		return 0, errors.New(variable + " is not set: run make release-check")
	}
	dir, err := os.MkdirTemp("", "release-")
	if err != nil {
		return 0, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	ctx := context.Background()
	here, there := filepath.Join(dir, "here"), filepath.Join(dir, "some", "where", "else")
	if err := commit(ctx, here); err != nil {
		return 0, err
	}
	if err := clone(ctx, here, there); err != nil {
		return 0, err
	}
	if first, err = build(ctx, goreleaser, here, ""); err != nil {
		return 0, err
	}
	cache := ""
	if os.Getenv("COLD") != "" {
		cache = filepath.Join(dir, "cache")
	}
	if second, err = build(ctx, goreleaser, there, cache); err != nil {
		return 0, err
	}
	return m.Run(), nil
}

// released returns the first build.
func released(t *testing.T) *snapshot {
	t.Helper()
	return first
}

func TestTwoBuildsOfACommitAreEqual(t *testing.T) {
	t.Parallel()
	one := released(t)
	if one.commit != second.commit {
		t.Fatalf("built from %s and %s", one.commit, second.commit)
	}
	if !slices.Equal(one.assets(t), second.assets(t)) {
		t.Fatalf("built %q and %q", one.assets(t), second.assets(t))
	}
	for _, name := range one.assets(t) {
		a, b := read(t, filepath.Join(one.dist, name)), read(t, filepath.Join(second.dist, name))
		if !bytes.Equal(a, b) {
			t.Errorf("%s differs: %x and %x", name, sha256.Sum256(a), sha256.Sum256(b))
			continue
		}
		t.Logf("%x  %s", sha256.Sum256(a), name)
	}
}

// What a registry expects of a release: https://developer.hashicorp.com/terraform/registry/providers/publishing
func TestAssets(t *testing.T) {
	t.Parallel()
	s := released(t)
	provider, box := "terraform-provider-conversation_"+s.version, "conversation-sandbox_"+s.version
	want := []string{
		box + platform + ".cdx.json", box + platform + ".tar.gz",
		provider + "_SHA256SUMS", provider + "_manifest.json", provider + platform + ".cdx.json", provider + platform + ".zip",
	}
	slices.Sort(want)
	if got := s.assets(t); !slices.Equal(got, want) {
		t.Errorf("the assets are %q, want %q", got, want)
	}

	sums := map[string]string{}
	for line := range strings.Lines(string(read(t, filepath.Join(s.dist, provider+"_SHA256SUMS")))) {
		sum, name, _ := strings.Cut(strings.TrimSpace(line), "  ")
		sums[name] = sum
	}
	if names := slices.Sorted(maps.Keys(sums)); !slices.Equal(names, []string{provider + platform + ".zip", provider + "_manifest.json"}) {
		t.Errorf("the sums are of %q, want the provider's archive and the manifest", names)
	}
	for name, sum := range sums {
		if got := sha256.Sum256(read(t, filepath.Join(s.dist, name))); hex.EncodeToString(got[:]) != sum {
			t.Errorf("the sum of %s is %x, not %s", name, got, sum)
		}
	}

	var manifest struct {
		Version  int
		Metadata struct {
			ProtocolVersions []string `json:"protocol_versions"`
		}
	}
	if err := json.Unmarshal(read(t, filepath.Join(s.dist, provider+"_manifest.json")), &manifest); err != nil {
		t.Fatal(err)
	}
	if manifest.Version != 1 || !slices.Equal(manifest.Metadata.ProtocolVersions, []string{"6.0"}) {
		t.Errorf("the manifest is %+v", manifest)
	}
}

func TestArchivedBinaries(t *testing.T) {
	t.Parallel()
	s := released(t)
	name := "terraform-provider-conversation_v" + s.version
	files := unzip(t, filepath.Join(s.dist, "terraform-provider-conversation_"+s.version+platform+".zip"))
	if names := slices.Sorted(maps.Keys(files)); !slices.Equal(names, []string{"LICENSE", name}) {
		t.Errorf("the archive has %q", names)
	}
	isStatic(t, files[name])
	info, err := buildinfo.Read(bytes.NewReader(files[name]))
	if err != nil {
		t.Fatal(err)
	}
	for _, setting := range info.Settings {
		if strings.Contains(setting.Value, s.dir) || setting.Key == "vcs.revision" {
			t.Errorf("the binary records %s=%s", setting.Key, setting.Value)
		}
	}

	files = untar(t, filepath.Join(s.dist, "conversation-sandbox_"+s.version+platform+".tar.gz"))
	if names := slices.Sorted(maps.Keys(files)); !slices.Equal(names, []string{"LICENSE", "conversation-sandbox"}) {
		t.Errorf("the archive has %q", names)
	}
	isStatic(t, files["conversation-sandbox"])
	command := filepath.Join(t.TempDir(), "conversation-sandbox")
	write(t, command, files["conversation-sandbox"])
	if out := output(t, command, "-version"); out != "conversation-sandbox "+s.version+"\n" {
		t.Errorf("the sandbox says it is %q", out)
	}
}

func TestBillOfMaterials(t *testing.T) {
	t.Parallel()
	s := released(t)
	const module = "pkg:golang/github.com/conversation-tools/terraform-provider-conversation"
	for name, want := range map[string]struct {
		command string // where in the module the binary's package is
		least   int    // of modules
	}{
		"terraform-provider-conversation": {"", 20},
		"conversation-sandbox":            {"#internal/sandbox/cmd/conversation-sandbox", 1},
	} {
		var bom struct {
			SerialNumber string
			Metadata     struct {
				Timestamp string
				Component struct{ PURL, Version string }
			}
			Components []struct{ PURL string }
		}
		if err := json.Unmarshal(read(t, filepath.Join(s.dist, name+"_"+s.version+platform+".cdx.json")), &bom); err != nil {
			t.Fatal(err)
		}
		c := bom.Metadata.Component
		if c.Version != "v"+s.version || !strings.HasPrefix(c.PURL, module+"@v"+s.version) || !strings.HasSuffix(c.PURL, want.command) {
			t.Errorf("the bill of %s is of %+v", name, c)
		}
		if len(bom.Components) < want.least {
			t.Errorf("%s is made of %d modules, want at least %d", name, len(bom.Components), want.least)
		}
		if bom.SerialNumber != "" || bom.Metadata.Timestamp != "" {
			t.Errorf("the bill of %s has the serial number %q and the time %q: another build would differ", name, bom.SerialNumber, bom.Metadata.Timestamp)
		}
	}
}

// The archive as a user's mirror has it: init unpacks it, apply and destroy run it.
func TestInstalledFromAMirror(t *testing.T) {
	t.Parallel()
	s := released(t)
	c, err := terraform.Find(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	mirror := &terraform.Mirror{Dir: filepath.Join(dir, "mirror"), Config: filepath.Join(dir, "cli.tfrc")}
	archive := "terraform-provider-conversation_" + s.version + platform + ".zip"
	for _, host := range terraform.Hosts {
		write(t, filepath.Join(mirror.Dir, host, "conversation-tools", "conversation", archive), read(t, filepath.Join(s.dist, archive)))
	}
	if err := terraform.WriteConfig(mirror.Config, mirror.Dir); err != nil {
		t.Fatal(err)
	}

	box := sandbox.New(sandbox.Options{})
	server := httptest.NewServer(box)
	t.Cleanup(func() {
		box.Close()
		server.Close()
	})
	w := &terraform.Workspace{CLI: c, Mirror: mirror, Dir: filepath.Join(dir, "workspace"), Env: map[string]string{
		"THULIUM_BASE_URL": server.URL + sandbox.ThuliumPath,
		"THULIUM_USERNAME": sandbox.ThuliumUsername,
		"THULIUM_PASSWORD": sandbox.ThuliumPassword,
	}}
	write(t, filepath.Join(w.Dir, "main.tf"), fmt.Appendf(nil, `terraform {
  required_providers {
    conversation = {
      source  = "conversation-tools/conversation"
      version = %q
    }
  }
}

resource "thulium_chat_conversation" "example" {
  provider      = conversation
  chat_queue_id = 3
}
`, s.version))
	for _, args := range [][]string{
		{"init"}, {"apply", "-auto-approve"}, {"plan", "-detailed-exitcode"}, {"destroy", "-auto-approve"},
	} {
		if _, err := w.Must(t.Context(), append(args, "-no-color")...); err != nil {
			t.Fatal(err)
		}
	}
	if started, stopped := box.Count("thulium.start"), box.Count("thulium.stop"); started != 1 || stopped != 1 {
		t.Errorf("%d conversations were started, %d stopped", started, stopped)
	}
	agent := regexp.MustCompile(`^terraform-provider-conversation/` + regexp.QuoteMeta(s.version) + ` terraform/\S+$`)
	if got := box.Requests()[0].Header.Get("User-Agent"); !agent.MatchString(got) {
		t.Errorf("the provider calls itself %q", got)
	}
}

// platform is the part of a name for the machine that runs the tests.
var platform = "_" + runtime.GOOS + "_" + runtime.GOARCH

func unzip(t *testing.T, path string) map[string][]byte {
	t.Helper()
	archive, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = archive.Close() }()
	files := map[string][]byte{}
	for _, f := range archive.File {
		content, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if files[f.Name], err = io.ReadAll(content); err != nil {
			t.Fatal(err)
		}
		_ = content.Close()
	}
	return files
}
