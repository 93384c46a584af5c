package terraform

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestParseVersion(t *testing.T) {
	t.Parallel()
	for out, want := range map[string]string{
		"Terraform v1.11.4\non linux_amd64\n":                                                    "Terraform 1.11.4",
		"Terraform v1.5.7\non linux_amd64\n\nYour version of Terraform is out of date!\n":        "Terraform 1.5.7",
		"Terraform v1.16.0-beta1\r\non darwin_arm64\n":                                           "Terraform 1.16.0-beta1",
		"\nWarning: Unable to open CLI configuration file\n\nOpenTofu v1.12.6\non linux_amd64\n": "OpenTofu 1.12.6",
		"OpenTofu v1.8.0\non linux_amd64\n+ provider registry.opentofu.org/a/b v1.0.0\n":         "OpenTofu 1.8.0",
	} {
		if c, err := parseVersion(out); err != nil || c.String() != want {
			t.Errorf("%q: got %v, %v, want %s", out, c, err, want)
		}
	}
}

func TestFind(t *testing.T) {
	dir := t.TempDir()
	for name, product := range map[string]string{"terraform": Terraform, "tofu": OpenTofu} {
		write(t, filepath.Join(dir, name), "#!/bin/sh\necho '"+product+" v1.2.3'\n", 0o755)
	}
	named := script(t, "#!/bin/sh\necho 'OpenTofu v9.8.7'\n")
	t.Setenv("PATH", dir)
	for variable, want := range map[string]CLI{named: {named, OpenTofu, "9.8.7"}, "": {filepath.Join(dir, "terraform"), Terraform, "1.2.3"}} {
		t.Setenv(PathVariable, variable)
		if c, err := Find(t.Context()); err != nil || *c != want {
			t.Errorf("%q: found %v, %v, want %v", variable, c, err, want)
		}
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
