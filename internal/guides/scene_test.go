package guides

import (
	"context"
	"fmt"
	"maps"
	"net"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
	"github.com/conversation-tools/terraform-provider-conversation/internal/terraform"
)

const (
	runTimeout = 10 * time.Minute

	// documentedPort is where the sandbox listens unless it is told otherwise. Tests run at the same time, so each
	// scene has a port of its own in its place.
	documentedPort = "8420"

	// requirement goes into every directory whose configuration lacks it.
	requirement = `terraform {
  required_providers {
    conversation = {
      source = "conversation-tools/conversation"
    }
  }
}
`
)

// leftover is what the guide to pipelines has to sweep.
var leftover = sandbox.Conversation{QueueID: 7, ClientEmail: "pipeline@example.com"}

// scene is a directory, a sandbox for what is applied there, and an environment that grows with each shell block.
type scene struct {
	*terraform.Workspace

	t       *testing.T
	path    string
	port    string
	box     *sandbox.Sandbox
	groups  []int // of processes that shell blocks may have left running
	applied bool
}

// play acts out one scene. What it has opened is closed at its end.
func play(t *testing.T, path string, blocks []block) {
	t.Helper()
	s := newScene(t, path)
	defer s.end()
	for i, b := range blocks {
		cli.Require(t, terraform.Feature{
			Name: fmt.Sprintf("what %s shows in line %d", path, b.line), Terraform: b.mark.terraform, OpenTofu: b.mark.opentofu,
		})
		if b.language == languageShell {
			s.shell(b)
			continue
		}
		// A configuration is whole, and worth a run, when no file of it is still to come.
		more := i+1 < len(blocks) && blocks[i+1].language != languageShell
		s.configuration(b, !more)
	}
}

func newScene(t *testing.T, path string) *scene {
	t.Helper()
	box := sandbox.New(sandbox.Options{})
	box.AddConversation(leftover)
	server := httptest.NewServer(box)
	t.Cleanup(func() {
		box.Close()
		server.Close()
	})
	environment := map[string]string{ // what pages call their variables
		"TF_VAR_thulium_username": sandbox.ThuliumUsername,
		"TF_VAR_thulium_password": sandbox.ThuliumPassword,
		"TF_VAR_jelou_api_key":    sandbox.JelouAPIKey,
		"TF_VAR_chatbot_token":    sandbox.ChatbotToken,

		"CONVERSATION_SANDBOX_URL": server.URL, // as the sandbox's command sets it
	}
	maps.Insert(environment, sandbox.Environment(server.URL))
	return &scene{t: t, path: path, port: unusedPort(t), box: box, Workspace: &terraform.Workspace{
		CLI: cli, Mirror: mirror, Dir: t.TempDir(), Env: environment,
	}}
}

// lastPort counts the ports of scenes, from 20,000 on: Linux takes those of connections from 32,768 on.
var lastPort atomic.Int64

// unusedPort returns a port that no other scene has and nobody listens on.
func unusedPort(t *testing.T) string {
	t.Helper()
	for range 1_000 {
		port := strconv.FormatInt(20_000+lastPort.Add(1), 10)
		listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:"+port)
		if err == nil {
			_ = listener.Close()
			return port
		}
	}
	t.Fatal("no port is free")
	return ""
}

// configuration writes a block into the directory. The last one of a configuration has it validated, and applied unless
// any part of it is a fragment, a mistake or a file for another command.
func (s *scene) configuration(b block, last bool) {
	s.t.Helper()
	name := b.mark.file
	if name == "" {
		name = fmt.Sprintf("line-%d.tf", b.line)
	}
	s.write(name, b.text)
	s.formatted(b, name)
	if !last || !strings.HasSuffix(name, ".tf") {
		return
	}
	if !s.hasRequirement() {
		s.write("requirement.tf", requirement)
	}
	if b.mark.mistake {
		return
	}
	s.must(b, "init", "-no-color")
	s.must(b, "validate", "-no-color")
	if b.mark.fragment {
		return
	}
	s.applied = true
	s.must(b, "apply", "-no-color", "-auto-approve")
	ctx, cancel := context.WithTimeout(s.t.Context(), runTimeout)
	defer cancel()
	if r, err := s.Run(ctx, "plan", "-no-color", "-detailed-exitcode"); err != nil || !r.ChangesNothing() {
		s.t.Fatalf("%s:%d: a second plan is not empty: %v\n%v", s.path, b.line, err, r.Err())
	}
}

func (s *scene) write(name, text string) {
	s.t.Helper()
	file := filepath.Join(s.Dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		s.t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		s.t.Fatal(err)
	}
}

// formatted fails for HCL that cannot be read or is not as terraform fmt writes it.
func (s *scene) formatted(b block, name string) {
	s.t.Helper()
	extension := filepath.Ext(name)
	if extension != ".tf" && !strings.HasSuffix(name, ".tftest.hcl") && extension != ".tfvars" {
		// fmt knows what it may touch by the name.
		s.write("unformatted.tf", b.text)
		defer func() { _ = os.Remove(filepath.Join(s.Dir, "unformatted.tf")) }()
		name = "unformatted.tf"
	}
	s.must(b, "fmt", "-check", "-diff", "-no-color", filepath.FromSlash(name))
}

func (s *scene) hasRequirement() bool {
	s.t.Helper()
	files, err := filepath.Glob(filepath.Join(s.Dir, "*.tf"))
	if err != nil {
		s.t.Fatal(err)
	}
	return slices.ContainsFunc(files, func(file string) bool {
		text, err := os.ReadFile(file)
		return err == nil && strings.Contains(string(text), "required_providers")
	})
}

// must runs the CLI for a block.
func (s *scene) must(b block, args ...string) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), runTimeout)
	defer cancel()
	if _, err := s.Must(ctx, args...); err != nil {
		s.t.Fatalf("%s:%d: %v", s.path, b.line, err)
	}
}

// shell runs a block as a person would type it: in the directory of the configuration before it, with what the shell
// blocks before it have exported.
func (s *scene) shell(b block) {
	s.t.Helper()
	script := strings.ReplaceAll(b.text, documentedPort, s.port)
	switch {
	case b.mark.realAccount:
		s.sh(b, s.Dir, "-n", script)
		return
	case b.mark.dryRun:
		script = "make() { command make -n \"$@\"; }\n" + script
	default:
		script = "alias conversation-sandbox='conversation-sandbox -listen 127.0.0.1:" + s.port + "'\n" + script
		script = "trap 'export -p > \"$SCENE_EXPORTS\"' EXIT\n" + "test -e \"$SCENE_EXPORTS\" && . \"$SCENE_EXPORTS\"\n" + script
	}
	dir := s.Dir
	if b.mark.checkout {
		dir = root
	}
	s.sh(b, dir, "-eu", script)
	if open := s.box.Open(); b.mark.sweeps && len(open) > 0 {
		s.t.Errorf("%s:%d leaves open: %+v", s.path, b.line, open)
	}
}

func (s *scene) sh(b block, dir, flags, script string) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), runTimeout)
	defer cancel()
	cmd, printed := s.start(ctx, dir, flags, script)
	err := cmd.Wait()
	output, _ := os.ReadFile(printed)
	if (err != nil) != b.mark.fails {
		s.t.Fatalf("%s:%d: %v\n%s", s.path, b.line, err, output)
	}
	for _, words := range b.mark.says {
		if !strings.Contains(plain(string(output)), words) {
			s.t.Errorf("%s:%d does not print %q:\n%s", s.path, b.line, words, output)
		}
	}
}

// start starts a shell in a process group of its own and returns the file that it prints into: with a pipe, what it
// leaves running would keep Wait waiting.
func (s *scene) start(ctx context.Context, dir, flags, script string) (cmd *exec.Cmd, printed string) {
	s.t.Helper()
	private := s.t.TempDir()
	file := filepath.Join(private, "script")
	if err := os.WriteFile(file, []byte(script), 0o644); err != nil {
		s.t.Fatal(err)
	}
	output, err := os.Create(filepath.Join(private, "output"))
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = output.Close() }()

	cmd = exec.CommandContext(ctx, "/bin/sh", flags, file)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, output, output
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	extra := maps.Clone(s.Env)
	extra["TF_CLI_CONFIG_FILE"] = mirror.Config
	extra["SCENE_EXPORTS"] = filepath.Join(s.Dir, ".exports")
	extra["PATH"] = programs + string(os.PathListSeparator) + os.Getenv("PATH")
	cmd.Env = terraform.Environment(os.Environ(), extra)
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.groups = append(s.groups, cmd.Process.Pid)
	return cmd, output.Name()
}

// colour is how a CLI switches colours.
var colour = regexp.MustCompile("\x1b\\[[0-9;]*m")

// plain returns what a CLI printed as one line: its own wrapping, frames and colours say nothing.
func plain(output string) string {
	output = colour.ReplaceAllString(output, "")
	return strings.Join(strings.Fields(strings.NewReplacer("│", " ", "╷", " ", "╵", " ").Replace(output)), " ")
}

// end destroys what was applied, ends what shell blocks have left running, and checks that nothing is left open.
func (s *scene) end() {
	for _, group := range s.groups {
		_ = syscall.Kill(-group, syscall.SIGTERM)
	}
	if s.applied {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(s.t.Context()), runTimeout)
		defer cancel()
		if _, err := s.Must(ctx, "destroy", "-no-color", "-auto-approve"); err != nil {
			s.t.Errorf("%s: %v", s.path, err)
		}
	}
	for _, c := range s.box.Open() {
		if c.Account != "" {
			s.t.Errorf("%s: conversation %s is still open", s.path, c.ID)
		}
	}
}
