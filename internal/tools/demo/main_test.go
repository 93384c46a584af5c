package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/conversation-tools/terraform-provider-conversation/internal/terraform"
)

func TestBadInputIsOneLine(t *testing.T) {
	wrong := filepath.Join(t.TempDir(), "wrong")
	if err := os.Symlink("/bin/echo", wrong); err != nil { // a program that is neither
		t.Fatal(err)
	}
	for _, tc := range []struct {
		name, cli string
		args      []string
		code      int
		says      string
	}{
		{"wrong flag", "", []string{"-bogus"}, exitUsage, "flag provided but not defined: -bogus"},
		{"argument", "", []string{"plan"}, exitUsage, `unexpected argument "plan"`},
		{"missing CLI", filepath.Join(t.TempDir(), "none"), nil, exitFailed, "no such file or directory"},
		{"another program", wrong, nil, exitFailed, "neither a Terraform nor an OpenTofu version"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if tc.cli != "" {
				t.Setenv(terraform.PathVariable, tc.cli)
			}
			var stdout, stderr bytes.Buffer
			if code := command(t.Context(), tc.args, &stdout, &stderr); code != tc.code {
				t.Errorf("exit code %d, want %d", code, tc.code)
			}
			if stdout.Len() > 0 || strings.Count(stderr.String(), "\n") != 1 || !strings.Contains(stderr.String(), tc.says) {
				t.Errorf("stdout %q, stderr %q: want one line with %q", stdout.String(), stderr.String(), tc.says)
			}
		})
	}
}

func TestHelp(t *testing.T) {
	t.Parallel()
	var stdout, stderr bytes.Buffer
	if code := command(t.Context(), []string{"-help"}, &stdout, &stderr); code != exitOK || !strings.Contains(stdout.String(), "V=1") || stderr.Len() > 0 {
		t.Errorf("code %d, stdout %q, stderr %q", code, stdout.String(), stderr.String())
	}
}

// Colours and the line that is rewritten are for terminals only, and colours only where nobody has refused them.
func TestColoursOnlyOnATerminal(t *testing.T) {
	file, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = file.Close() })
	reader, pipe, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = reader.Close(), pipe.Close() })
	if isTerminal(file) || isTerminal(pipe) || isTerminal(&bytes.Buffer{}) {
		t.Error("a file, a pipe or a buffer counts as a terminal")
	}
	for _, tc := range []struct {
		terminal bool
		noColor  string
		colours  bool
	}{
		{true, "", true},
		{true, "1", false},
		{false, "", false},
	} {
		t.Run(fmt.Sprintf("terminal %t NO_COLOR %q", tc.terminal, tc.noColor), func(t *testing.T) {
			t.Setenv("NO_COLOR", tc.noColor)
			var out bytes.Buffer
			newProgress(&out, tc.terminal, false).title("title")
			if got := strings.Contains(out.String(), "\x1b["); got != tc.colours {
				t.Errorf("colours %t, want %t", got, tc.colours)
			}
		})
	}
}
