package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
)

func TestDocument(t *testing.T) {
	t.Parallel()
	text, err := document(&debug.BuildInfo{
		GoVersion: "go1.26.0",
		Path:      "example.org/Tool/cmd/tool",
		Main:      debug.Module{Path: "example.org/Tool", Version: "(devel)"},
		Deps: []*debug.Module{
			{Path: "example.org/b", Version: "v1.0.0+incompatible", Sum: "h1:b="},
			{Path: "example.org/a", Version: "v0.1.0", Replace: &debug.Module{Path: "example.org/fork", Version: "v0.2.0", Sum: "h1:f="}},
		},
		Settings: []debug.BuildSetting{{Key: "GOOS", Value: "linux"}, {Key: "-ldflags", Value: "-s"}, {Key: "CGO_ENABLED", Value: "0"}},
	}, "1.2.3")
	if err != nil {
		t.Fatal(err)
	}
	var got bom
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	if got.Format != "CycloneDX" || got.SpecVersion != "1.6" {
		t.Errorf("got %s %s", got.Format, got.SpecVersion)
	}
	application := got.Metadata.Component
	if application.Name != "tool" || application.PURL != "pkg:golang/example.org/tool@v1.2.3#cmd/tool" {
		t.Errorf("got %+v", application)
	}
	if want := []property{{"go:GOOS", "linux"}, {"go:CGO_ENABLED", "0"}}; !slices.Equal(application.Properties, want) {
		t.Errorf("got %v, want %v", application.Properties, want)
	}
	want := []string{"pkg:golang/example.org/b@v1.0.0%2Bincompatible", "pkg:golang/example.org/fork@v0.2.0", "pkg:golang/std@1.26.0"}
	if !slices.Equal(got.Dependencies[0].DependsOn, want) {
		t.Errorf("got %q, want %q", got.Dependencies[0].DependsOn, want)
	}
	if _, err := document(&debug.BuildInfo{}, "1.2.3"); err == nil {
		t.Error("a binary without a module is no error")
	}
}

// The test binary itself is a Go binary with modules.
func TestRun(t *testing.T) {
	t.Parallel()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "sbom.json")
	if err := run([]string{self, "1.2.3", file}); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(file)
	if err != nil || !strings.Contains(string(text), `"pkg:golang/std@`) {
		t.Errorf("%v: %s", err, text)
	}
	for _, args := range [][]string{nil, {file, "1.2.3", file}, {"/none", "1.2.3", file}} {
		if err := run(args); err == nil {
			t.Errorf("%q is no error", args)
		}
	}
}
