package terraform

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestParseVersion(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ name, out, product, version string }{
		{"terraform", "Terraform v1.11.4\non linux_amd64\n", Terraform, "1.11.4"},
		{"terraform outdated", "Terraform v1.5.7\non linux_amd64\n\nYour version of Terraform is out of date!\n", Terraform, "1.5.7"},
		{"pre-release", "Terraform v1.16.0-beta1\r\non darwin_arm64\n", Terraform, "1.16.0-beta1"},
		{"after a warning", "\nWarning: Unable to open CLI configuration file\n\nOpenTofu v1.12.6\non linux_amd64\n", OpenTofu, "1.12.6"},
		{"with providers", "OpenTofu v1.8.0\non linux_amd64\n+ provider registry.opentofu.org/a/b v1.0.0\n", OpenTofu, "1.8.0"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			c, err := parseVersion(tc.out)
			if err != nil {
				t.Fatal(err)
			}
			if c.Product != tc.product || c.Version != tc.version {
				t.Errorf("got %s, want %s %s", c, tc.product, tc.version)
			}
		})
	}
}

func TestParseVersionOfSomethingElse(t *testing.T) {
	t.Parallel()
	if c, err := parseVersion("Packer v1.11.4\n"); err == nil {
		t.Errorf("got %s, want an error", c)
	}
}

func TestFindTakesTheNamedExecutable(t *testing.T) {
	path := script(t, "#!/bin/sh\necho 'OpenTofu v9.8.7'\n")
	t.Setenv(PathVariable, path)
	c, err := Find(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if c.Path != path || c.String() != "OpenTofu 9.8.7" {
		t.Errorf("found %s at %s, want OpenTofu 9.8.7 at %s", c, c.Path, path)
	}
}

func TestFindPrefersTerraformOnThePath(t *testing.T) {
	dir := t.TempDir()
	for name, product := range map[string]string{"terraform": Terraform, "tofu": OpenTofu} {
		write(t, filepath.Join(dir, name), "#!/bin/sh\necho '"+product+" v1.2.3'\n", 0o755)
	}
	t.Setenv(PathVariable, "")
	t.Setenv("PATH", dir)
	c, err := Find(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if c.Product != Terraform {
		t.Errorf("found %s, want Terraform", c)
	}
}

func TestFindSaysWhatIsWrongWithTheNamedExecutable(t *testing.T) {
	for name, tc := range map[string]struct{ path, want string }{
		"missing": {filepath.Join(t.TempDir(), "nowhere"), "no such file"},
		"other":   {script(t, "#!/bin/sh\necho 'Packer v1'\n"), "neither a Terraform nor an OpenTofu"},
		"failing": {script(t, "#!/bin/sh\necho 'no such thing' >&2\nexit 3\n"), "no such thing"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv(PathVariable, tc.path)
			_, err := Find(t.Context())
			if err == nil || !strings.Contains(err.Error(), PathVariable) || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("error %v, want one with %q and %q", err, PathVariable, tc.want)
			}
		})
	}
}

func TestModuleRootIsFoundFromBelow(t *testing.T) {
	t.Parallel()
	root, err := ModuleRoot()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(root, "internal", "terraform", "cli_test.go")); err != nil {
		t.Errorf("%s is not the root of this checkout: %v", root, err)
	}
}

// script is an executable that stands for a CLI.
func script(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "cli")
	write(t, path, text, 0o755)
	return path
}

func write(t *testing.T, path, text string, mode os.FileMode) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
}
