package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestReady(t *testing.T) {
	t.Parallel()
	var s sandbox
	if err := s.ready([]byte(`{"ready":true,"address":"127.0.0.1:1","url":"http://127.0.0.1:1","env":{"A":"b"}}`)); err != nil {
		t.Fatal(err)
	}
	if s.url != "http://127.0.0.1:1" || s.env["A"] != "b" {
		t.Errorf("got %s %v", s.url, s.env)
	}
	for _, line := range []string{"", "{}", "listening", `{"ready":true,"url":"http://127.0.0.1:1"}`} {
		if err := new(sandbox).ready([]byte(line)); err == nil {
			t.Errorf("%q is no error", line)
		}
	}
}

func TestStartOfASandboxThatDies(t *testing.T) {
	t.Parallel()
	_, err := startSandbox(t.Context(), "/bin/false")
	if err == nil || !strings.Contains(err.Error(), "did not start") {
		t.Errorf("error %v", err)
	}
	if _, err := startSandbox(t.Context(), filepath.Join(t.TempDir(), "nowhere")); !os.IsNotExist(err) {
		t.Errorf("error %v", err)
	}
}
