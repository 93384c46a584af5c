// Package endtoend tests what only the whole shows: the provider as it is built and installed, driven by a real
// Terraform or OpenTofu, against the sandbox.
package endtoend

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
	"github.com/conversation-tools/terraform-provider-conversation/internal/terraform"
)

// Calls of the services, as the sandbox's log names them.
const (
	callStart        = "thulium.start"
	callMessage      = "thulium.message"
	callStop         = "thulium.stop"
	callList         = "thulium.list"
	callClose        = "jelou.close"
	callConversation = "jelou.start"
	callThread       = "chatbot.thread"
	callCreate       = "chatbot.create"
	callUpdate       = "chatbot.update"
	callAsk          = "chatbot.message"
)

// Types of the provider.
const (
	typeConversation = "thulium_chat_conversation"
	typeClose        = "jelou_conversation_close"
)

// runTimeout is far above what any single run of a CLI takes here.
const runTimeout = 3 * time.Minute

// terraform is the CLI that the tests run with, mirror the provider that it installs, and initialized a directory in
// which it has done so. They are made once.
var (
	cli         *terraform.CLI
	mirror      *terraform.Mirror
	initialized string
)

// requirement is the file that each configuration begins with.
const requirement = `terraform {
  required_providers {
    conversation = {
      source = "conversation-tools/conversation"
    }
  }
}
`

func TestMain(m *testing.M) {
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, "end-to-end tests:", err)
		code = 1
	}
	os.Exit(code)
}

// run finds or builds the CLI, so that no test is ever skipped because none was named, and builds the provider.
func run(m *testing.M) (int, error) {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "endtoend-")
	if err != nil {
		return 0, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	if cli, err = terraform.Find(ctx); err != nil {
		return 0, err
	}
	if mirror, err = terraform.BuildProvider(ctx, dir); err != nil {
		return 0, err
	}
	initialized = filepath.Join(dir, "initialized")
	if err := os.MkdirAll(initialized, 0o755); err != nil {
		return 0, err
	}
	if err := os.WriteFile(filepath.Join(initialized, "main.tf"), []byte(requirement), 0o644); err != nil {
		return 0, err
	}
	w := &terraform.Workspace{CLI: cli, Mirror: mirror, Dir: initialized}
	if _, err := w.Must(ctx, "init", "-no-color"); err != nil {
		return 0, err
	}
	fmt.Printf("End-to-end tests run with %s.\n", cli)
	return m.Run(), nil
}

// stage is a sandbox that listens, and a directory with a configuration that is applied to it.
type stage struct {
	*sandbox.Sandbox

	t   *testing.T
	url string
	*terraform.Workspace
}

// newStage starts a sandbox and writes the configuration into a directory where init has been run already.
func newStage(t *testing.T, options sandbox.Options, configuration string) *stage {
	t.Helper()
	s := newEmptyStage(t, options)
	for _, name := range []string{".terraform.lock.hcl", "main.tf"} {
		text, err := os.ReadFile(filepath.Join(initialized, name))
		s.fatal(err)
		s.write(name, string(text))
	}
	s.Env["TF_DATA_DIR"] = filepath.Join(initialized, ".terraform")
	s.write("test.tf", configuration)
	return s
}

// newEmptyStage starts a sandbox and makes an empty directory.
func newEmptyStage(t *testing.T, options sandbox.Options) *stage {
	t.Helper()
	s := &stage{Sandbox: sandbox.New(options), t: t}
	server := httptest.NewServer(s.Sandbox)
	t.Cleanup(func() {
		s.Close() // ends silences, which the server would wait for
		server.Close()
	})
	s.url = server.URL
	s.Workspace = &terraform.Workspace{CLI: cli, Mirror: mirror, Dir: t.TempDir(), Env: maps.Collect(sandbox.Environment(s.url))}
	return s
}

func (s *stage) fatal(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// write puts a file into the directory.
func (s *stage) write(name, text string) {
	s.t.Helper()
	path := filepath.Join(s.Dir, name)
	s.fatal(os.MkdirAll(filepath.Dir(path), 0o755))
	s.fatal(os.WriteFile(path, []byte(text), 0o644))
}

// run runs the CLI to its end, whatever that is.
func (s *stage) run(args ...string) terraform.Result {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), runTimeout)
	defer cancel()
	p, err := s.Start(ctx, args...)
	s.fatal(err)
	r, err := p.Wait()
	p.Kill() // the provider of a CLI that has crashed
	s.fatal(err)
	s.fatal(ctx.Err())
	return r
}

// must runs the CLI, which has to succeed.
func (s *stage) must(args ...string) terraform.Result {
	s.t.Helper()
	r := s.run(args...)
	s.fatal(r.Err())
	return r
}

func (s *stage) apply(args ...string) terraform.Result {
	s.t.Helper()
	return s.must(append([]string{"apply", "-no-color", "-auto-approve"}, args...)...)
}

func (s *stage) destroy(args ...string) terraform.Result {
	s.t.Helper()
	return s.must(append([]string{"destroy", "-no-color", "-auto-approve"}, args...)...)
}

// mustHaveNoChanges fails when a plan would change anything.
func (s *stage) mustHaveNoChanges(args ...string) {
	s.t.Helper()
	if r := s.run(append([]string{"plan", "-no-color", "-detailed-exitcode"}, args...)...); !r.ChangesNothing() {
		s.t.Errorf("a plan is not empty: %v", r.Err())
	}
}

// instance is an instance of a managed resource, as "show -json" shows it.
type instance struct {
	Address string         `json:"address"`
	Type    string         `json:"type"`
	Mode    string         `json:"mode"`
	Tainted bool           `json:"tainted"`
	Values  map[string]any `json:"values"`
}

func (i instance) text(attribute string) string {
	text, _ := i.Values[attribute].(string)
	return text
}

// instances returns what the CLI says is in the state, by address.
func (s *stage) instances() map[string]instance {
	s.t.Helper()
	var shown struct {
		Values struct {
			RootModule struct {
				Resources []instance `json:"resources"`
			} `json:"root_module"`
		} `json:"values"`
	}
	s.fatal(json.Unmarshal([]byte(s.must("show", "-json").Stdout), &shown))
	all := map[string]instance{}
	for _, i := range shown.Values.RootModule.Resources {
		if i.Mode == "managed" {
			all[i.Address] = i
		}
	}
	return all
}

// ids returns the ids of instances of one type, in order.
func ids(all map[string]instance, typeName string) []string {
	var list []string
	for _, i := range all {
		if i.Type == typeName {
			list = append(list, i.text("id"))
		}
	}
	slices.Sort(list)
	return list
}

// openIDs returns the ids of the open chats that were started through the API, in order.
func (s *stage) openIDs() []string {
	var list []string
	for _, c := range s.Open() {
		if c.Account != "" {
			list = append(list, c.ID)
		}
	}
	slices.Sort(list)
	return list
}

// mustHoldWhatIsOpen fails unless the state holds exactly the conversations that are open.
func (s *stage) mustHoldWhatIsOpen() {
	s.t.Helper()
	if state, open := ids(s.instances(), typeConversation), s.openIDs(); !slices.Equal(state, open) {
		s.t.Errorf("the state holds %q, and open are %q", state, open)
	}
}

// mustHaveNothingOpen fails when a conversation is open that was started through the API.
func (s *stage) mustHaveNothingOpen() {
	s.t.Helper()
	if open := s.openIDs(); len(open) > 0 {
		s.t.Errorf("still open: %q", open)
	}
}

// stops counts the stop calls for each conversation.
func (s *stage) stops() map[string]int {
	counts := map[string]int{}
	for _, r := range s.Requests() {
		if r.Call == callStop {
			counts[strings.Split(r.Path, "/")[2]]++
		}
	}
	return counts
}

var frame = regexp.MustCompile(`(?m)^[│╷╵]\s?`)

// words returns what a CLI printed as one line: its own wrapping and frames say nothing.
func words(output string) string {
	return strings.Join(strings.Fields(frame.ReplaceAllString(output, "")), " ")
}

// has fails unless all that a run printed has the text, however it was wrapped.
func has(t *testing.T, r terraform.Result, text string) {
	t.Helper()
	if !strings.Contains(words(r.Stdout+r.Stderr), text) {
		t.Errorf("%q is not in the output:\n%s%s", text, r.Stdout, r.Stderr)
	}
}

// eventually waits for a condition.
func eventually(t *testing.T, what string, condition func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !condition(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("waited in vain for " + what)
		}
	}
}

// set adds variables to the environment of the next runs. An empty value removes one.
func (s *stage) set(variables map[string]string) {
	maps.Copy(s.Env, variables)
	maps.DeleteFunc(s.Env, func(_, value string) bool { return value == "" })
}
