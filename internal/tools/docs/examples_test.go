package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestStageExamples(t *testing.T) {
	t.Parallel()
	from, to := t.TempDir(), filepath.Join(t.TempDir(), "examples")
	for _, name := range []string{
		"provider/provider.tf", "resources/a/resource.tf", "resources/a/import.sh", "resources/a/.terraform/x.tf",
		"actions/b/action.tf", "functions/c/function.tf", "test-environment/main.tf",
	} {
		path := filepath.Join(from, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(name), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := stageExamples(from, to, "p_"); err != nil {
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
	want := []string{"actions/p_b/action.tf", "functions/c/function.tf", "provider/provider.tf", "resources/p_a/import.sh", "resources/p_a/resource.tf"}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("got %q, %v, want %q", got, err, want)
	}
}
