package release

import (
	"bytes"
	"encoding/json"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/terraform"
)

// What can be known of the image without an engine: its last stage has nothing but a static file, the build stage makes
// that file from what it copies, and the file serves and checks itself as the image says, in an empty root directory
// where the tests may use one.
func TestDockerfile(t *testing.T) {
	t.Parallel()
	root, err := terraform.ModuleRoot()
	if err != nil {
		t.Fatal(err)
	}
	stages := parseDockerfile(t, string(read(t, filepath.Join(root, "Dockerfile"))))
	if len(stages) != 2 {
		t.Fatalf("%d stages, want one that builds and one that runs", len(stages))
	}
	building, running := stages[0], stages[1]

	version := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindSubmatch(read(t, filepath.Join(root, "go.mod")))
	if want := "golang:" + string(version[1]) + " AS build"; building.one(t, "FROM") != want {
		t.Errorf("the first stage is from %q, want %q", building.one(t, "FROM"), want)
	}
	if running.one(t, "FROM") != "scratch" {
		t.Errorf("the last stage is from %q, want scratch", running.one(t, "FROM"))
	}
	const file = "/conversation-sandbox"
	if want := "--from=build " + file + " " + file; running.one(t, "COPY") != want {
		t.Errorf("the last stage copies %q, want %q", running.one(t, "COPY"), want)
	}
	if user := running.one(t, "USER"); user != "65534:65534" {
		t.Errorf("the image runs as %q, want nobody's number: there are no names", user)
	}

	// Build it as the first stage does, from what that copies.
	source, image := t.TempDir(), t.TempDir()
	for _, copied := range building.all("COPY") {
		paths := strings.Fields(copied)
		for _, path := range paths[:len(paths)-1] {
			if err := os.CopyFS(filepath.Join(source, path), os.DirFS(filepath.Join(root, path))); err == nil {
				continue
			}
			if err := copyFile(filepath.Join(root, path), filepath.Join(source, path)); err != nil {
				t.Fatal(err)
			}
		}
	}
	command := strings.Replace(building.one(t, "RUN"), " "+file+" ", " "+filepath.Join(image, file)+" ", 1)
	if _, err := execute(t.Context(), source, []string{"GOWORK=off"}, "/bin/sh", "-c", command); err != nil {
		t.Fatal(err)
	}
	isStatic(t, read(t, filepath.Join(image, file)))

	// Serve and check as the last stage does, on a port of this test's own.
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	_ = listener.Close()
	if running.one(t, "EXPOSE") != "8420" {
		t.Errorf("the image exposes %q, want the documented port", running.one(t, "EXPOSE"))
	}
	inImage := func(jsonArguments string) *exec.Cmd {
		if !strings.Contains(jsonArguments, "8420") {
			t.Fatalf("%s does not use the documented port", jsonArguments)
		}
		var args []string
		if err := json.Unmarshal([]byte(strings.ReplaceAll(jsonArguments, "8420", port)), &args); err != nil {
			t.Fatalf("%s: %v: only this form needs no shell", jsonArguments, err)
		}
		cmd := exec.CommandContext(t.Context(), args[0], args[1:]...)
		cmd.Env = []string{}
		if os.Geteuid() == 0 {
			cmd.SysProcAttr = &syscall.SysProcAttr{Chroot: image, Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
			cmd.Dir = "/"
			if err := os.Chmod(image, 0o755); err != nil {
				t.Fatal(err)
			}
		} else {
			cmd.Path = filepath.Join(image, args[0])
		}
		return cmd
	}
	var printed bytes.Buffer
	served := inImage(running.one(t, "ENTRYPOINT"))
	served.Stdout, served.Stderr = &printed, &printed
	if err := served.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = served.Process.Kill() })

	check := running.one(t, "HEALTHCHECK")
	check = check[strings.Index(check, "CMD ")+len("CMD "):]
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		out, err := inImage(check).CombinedOutput()
		if err == nil {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("the health check fails: %v\n%s", err, out)
		}
	}
	if err := served.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := served.Wait(); err != nil {
		t.Errorf("after SIGTERM: %v\n%s", err, printed.String())
	}
	if out, err := inImage(check).CombinedOutput(); err == nil {
		t.Errorf("the health check of nothing succeeds: %s", out)
	}
}

// stage is one stage of a Dockerfile: its instructions, in order.
type stage [][2]string

// parseDockerfile reads a Dockerfile that has each instruction on one line.
func parseDockerfile(t *testing.T, text string) (stages []stage) {
	t.Helper()
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, rest, _ := strings.Cut(line, " ")
		if strings.HasSuffix(line, `\`) {
			t.Fatalf("the line goes on: %s", line)
		}
		if name == "FROM" {
			stages = append(stages, nil)
		}
		if len(stages) == 0 {
			t.Fatalf("%s comes before FROM", name)
		}
		last := len(stages) - 1
		stages[last] = append(stages[last], [2]string{name, rest})
	}
	return stages
}

// all returns the instructions of a name.
func (s stage) all(name string) (all []string) {
	for instruction := range slices.Values(s) {
		if instruction[0] == name {
			all = append(all, instruction[1])
		}
	}
	return all
}

// one returns the only instruction of a name.
func (s stage) one(t *testing.T, name string) string {
	t.Helper()
	all := s.all(name)
	if len(all) != 1 {
		t.Fatalf("%d times %s, want one", len(all), name)
	}
	return all[0]
}
