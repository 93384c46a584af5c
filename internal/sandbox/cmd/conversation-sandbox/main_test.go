package main

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// transcript is an output that can be read while it is written.
type transcript struct {
	mu   sync.Mutex
	text strings.Builder
}

func (w *transcript) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.Write(p)
}

func (w *transcript) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.String()
}

// running is a command that serves.
type running struct {
	t     *testing.T
	ready struct {
		Ready   bool
		Address string
		URL     string
		Env     map[string]string
	}
	stderr *transcript
	cancel context.CancelFunc
	code   chan int
}

// started starts the command on a free port and waits for its one line of JSON.
func started(t *testing.T, args ...string) *running {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	stdout, pipe := io.Pipe()
	c := &running{t: t, stderr: &transcript{}, cancel: cancel, code: make(chan int, 1)}
	go func() {
		c.code <- run(ctx, append([]string{"-listen", "127.0.0.1:0", "-format", "json"}, args...), pipe, c.stderr)
		_ = pipe.Close()
	}()
	t.Cleanup(cancel)
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatalf("no line on stdout: %v\n%s", err, c.stderr)
	}
	if err := json.Unmarshal([]byte(line), &c.ready); err != nil || !c.ready.Ready {
		t.Fatalf("%v: %s", err, line)
	}
	return c
}

// client keeps no connection that a stopping server would wait for.
var client = &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}

// get returns the body of a page of the control interface.
func (c *running) get(path string) string {
	c.t.Helper()
	response, err := client.Get(c.ready.URL + path)
	if err != nil {
		c.t.Fatal(err)
	}
	body, err := io.ReadAll(response.Body)
	_ = response.Body.Close()
	if err != nil {
		c.t.Fatal(err)
	}
	return string(body)
}

// start starts a chat with the credentials that the command has announced.
func (c *running) start() int {
	c.t.Helper()
	request, err := http.NewRequest(http.MethodPost, c.ready.Env["THULIUM_BASE_URL"]+"/chat_conversations/start?chat_queue_id=3&client_name=Jan", nil)
	if err != nil {
		c.t.Fatal(err)
	}
	request.SetBasicAuth(c.ready.Env["THULIUM_USERNAME"], c.ready.Env["THULIUM_PASSWORD"])
	response, err := client.Do(request)
	if err != nil {
		c.t.Fatal(err)
	}
	_ = response.Body.Close()
	return response.StatusCode
}

func (c *running) stop() {
	c.t.Helper()
	c.cancel()
	if code := <-c.code; code != exitOK {
		c.t.Errorf("exit code %d\n%s", code, c.stderr)
	}
}

func TestServesSavesAndLoads(t *testing.T) {
	t.Parallel()
	state := filepath.Join(t.TempDir(), "state.json")
	first := started(t, "-state", state, "-latency", "1ms")
	if status := first.start(); status != http.StatusOK {
		t.Errorf("start: %d", status)
	}
	if code := run(t.Context(), []string{"-check", first.ready.URL}, io.Discard, io.Discard); code != exitOK {
		t.Errorf("-check: %d", code)
	}
	first.stop()
	log := first.stderr.String()
	if !strings.Contains(log, "1 POST thulium/chat_conversations/start 200") {
		t.Errorf("the request was not logged: %q", log)
	}
	if strings.Contains(log, "Jan") || strings.Contains(log, first.ready.Env["THULIUM_PASSWORD"]) {
		t.Errorf("the log says too much: %q", log)
	}
	if code := run(t.Context(), []string{"-check", first.ready.URL}, io.Discard, io.Discard); code != exitFailed {
		t.Errorf("-check of nothing: %d", code)
	}

	second := started(t, "-state", state, "-quiet")
	if body := second.get("/sandbox/conversations?open=true"); !strings.Contains(body, `"client_name": "Jan"`) {
		t.Errorf("the chat was not kept: %s", body)
	}
	second.start()
	second.stop()
	if second.stderr.String() != "" {
		t.Errorf("-quiet wrote %q", second.stderr)
	}
	if left, _ := os.ReadDir(filepath.Dir(state)); len(left) != 1 {
		t.Errorf("files left: %v", left)
	}
}

func TestStopEndsASilentAnswer(t *testing.T) {
	t.Parallel()
	c := started(t, "-fault", `{"call":"thulium.start","kind":"silence"}`)
	failed := make(chan error)
	go func() {
		response, err := client.Post(c.ready.Env["THULIUM_BASE_URL"]+"/chat_conversations/start", "", nil)
		if err == nil {
			_ = response.Body.Close()
		}
		failed <- err
	}()
	for !strings.Contains(c.get("/sandbox/requests?format=table"), "silence") {
		time.Sleep(time.Millisecond)
	}
	c.stop()
	if <-failed == nil {
		t.Error("the silent call was answered")
	}
}

func TestTextFormIsForEval(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	stdout, code := &transcript{}, make(chan int)
	go func() { code <- run(ctx, []string{"-listen", "0.0.0.0:0", "-quiet"}, stdout, io.Discard) }()
	for !strings.Contains(stdout.String(), "CONVERSATION_SANDBOX_PID") {
		time.Sleep(time.Millisecond)
	}
	cancel()
	if got := <-code; got != exitOK {
		t.Errorf("exit code %d", got)
	}
	for i, line := range strings.Split(strings.TrimSpace(stdout.String()), "\n") {
		if prefix := map[bool]string{true: "# ", false: "export "}[i == 0]; !strings.HasPrefix(line, prefix) {
			t.Errorf("line %d is not for eval: %q", i, line)
		}
	}
	if !strings.Contains(stdout.String(), "export THULIUM_BASE_URL=http://127.0.0.1:") {
		t.Errorf("nobody can call this address: %s", stdout)
	}
}

func TestExitCodes(t *testing.T) {
	t.Parallel()
	busy, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = busy.Close() })
	broken := filepath.Join(t.TempDir(), "state.json")
	if err := os.WriteFile(broken, []byte(`{"version":9}`), 0o600); err != nil {
		t.Fatal(err)
	}
	other := filepath.Join(t.TempDir(), "terraform.tfstate")
	if err := os.WriteFile(other, []byte(`{"serial":9}`), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		args           []string
		code           int
		stdout, stderr string
	}{
		"help":            {[]string{"-help"}, exitOK, "Usage: conversation-sandbox", ""},
		"version":         {[]string{"-version"}, exitOK, "conversation-sandbox dev", ""},
		"unknown flag":    {[]string{"-bogus"}, exitUsage, "false\n", "-bogus"},
		"argument":        {[]string{"start"}, exitUsage, "false\n", `unexpected argument "start": a command stands after --`},
		"no command":      {[]string{"--"}, exitUsage, "", "no command after --"},
		"check, command":  {[]string{"-check", "x", "--", "true"}, exitUsage, "", "-check takes no command"},
		"format":          {[]string{"-format", "xml"}, exitUsage, "false\n", `-format "xml"`},
		"latency":         {[]string{"-listen", freePort, "-latency", "-1s"}, exitUsage, "false\n", "-latency -1s is below 0"},
		"fault":           {[]string{"-listen", freePort, "-fault", `{"call":"*","kind":"fast"}`}, exitUsage, "false\n", `fault kind "fast"`},
		"busy port":       {[]string{"-listen", busy.Addr().String()}, exitFailed, "false\n", "address already in use: another program has this port"},
		"busy, json":      {[]string{"-listen", busy.Addr().String(), "-format", "json"}, exitFailed, `"ready":false`, "address already in use"},
		"busy, command":   {[]string{"-listen", busy.Addr().String(), "--", "true"}, exitFailed, "", "address already in use"},
		"state":           {[]string{"-listen", freePort, "-state", broken}, exitFailed, "false\n", "is no state of this sandbox: state of version 9"},
		"state of others": {[]string{"-listen", freePort, "-state", other}, exitFailed, "false\n", `unknown field "serial"; move it away`},
		"state, folder":   {[]string{"-state", filepath.Dir(broken)}, exitFailed, "false\n", "is no regular file"},
		"no folder":       {[]string{"-state", filepath.Join(filepath.Dir(broken), "none", "state.json")}, exitFailed, "false\n", "no such file"},
		"check of no URL": {[]string{"-check", "://"}, exitFailed, "", "missing protocol scheme"},
	} {
		var stdout, stderr transcript
		if code := run(t.Context(), c.args, &stdout, &stderr); code != c.code {
			t.Errorf("%s: exit code %d, want %d", name, code, c.code)
		}
		if left, _ := os.ReadDir(filepath.Dir(other)); len(left) != 1 {
			t.Errorf("%s: files left: %v", name, left)
		}
		if !strings.Contains(stdout.String(), c.stdout) || c.stdout == "" && stdout.String() != "" {
			t.Errorf("%s: stdout %q", name, stdout.String())
		}
		if !strings.Contains(stderr.String(), c.stderr) || strings.Count(stderr.String(), "\n") > 1 {
			t.Errorf("%s: stderr %q", name, stderr.String())
		}
	}
}
