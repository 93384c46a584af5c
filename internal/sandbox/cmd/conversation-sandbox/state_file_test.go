package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

func TestTwoSandboxesOnOneStateFile(t *testing.T) {
	t.Parallel()
	state := filepath.Join(t.TempDir(), "state.json")
	first := started(t, "-state", state)
	first.start()
	var stderr transcript
	code := run(t.Context(), []string{"-listen", freePort, "-state", state}, io.Discard, &stderr)
	if code != exitFailed || !strings.Contains(stderr.String(), "another sandbox uses it") {
		t.Errorf("the second: exit code %d: %s", code, stderr.String())
	}
	link := filepath.Join(t.TempDir(), "link.json")
	first.stop()
	if err := os.Symlink(state, link); err != nil {
		t.Fatal(err)
	}
	third := started(t, "-state", link, "-quiet")
	if body := third.get("/sandbox/conversations"); !strings.Contains(body, `"client_name": "Jan"`) {
		t.Errorf("the chat was lost: %s", body)
	}
	third.start()
	third.stop()
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link was replaced: %v %v", info, err)
	}
	if data, err := os.ReadFile(state); err != nil || bytes.Count(data, []byte(`"client_name": "Jan"`)) != 2 {
		t.Errorf("%v: %s", err, data)
	}
}

func TestRefusedStateFileIsLeftAlone(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "notes.json")
	for _, text := range []string{`{"version":9}`, `my notes`, `[]`, ``, `{"version":1,"chats":[null]}`} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		var stderr transcript
		code := run(t.Context(), []string{"-listen", freePort, "-state", path}, io.Discard, &stderr)
		if code != exitFailed || !strings.Contains(stderr.String(), "is no state of this sandbox") {
			t.Errorf("%q: exit code %d: %s", text, code, stderr.String())
		}
		if data, err := os.ReadFile(path); err != nil || string(data) != text {
			t.Errorf("%q became %q", text, data)
		}
	}
}

func TestStateThatCannotBeSavedIsKeptElsewhere(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "gone")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	state, err := openState(filepath.Join(dir, "state.json"))
	if err != nil {
		t.Fatal(err)
	}
	defer state.close()
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	box := sandbox.New(sandbox.Options{})
	id := box.AddConversation(sandbox.Conversation{QueueID: 3})
	err = state.save(box)
	if err == nil {
		t.Fatal("no error")
	}
	found := regexp.MustCompile(`the state is in (\S+)$`).FindStringSubmatch(err.Error())
	if found == nil {
		t.Fatal(err)
	}
	data, readErr := os.ReadFile(found[1])
	if readErr != nil || !strings.Contains(string(data), id) {
		t.Errorf("%v: %s", readErr, data)
	}
	_ = os.Remove(found[1])
}
