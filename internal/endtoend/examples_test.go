package endtoend

import (
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
	"github.com/conversation-tools/terraform-provider-conversation/internal/terraform"
)

const examples = "../../examples"

// needs are the words in a configuration by which it needs a feature.
var needs = map[terraform.Feature]*regexp.Regexp{
	terraform.Actions:        regexp.MustCompile(`(?m)^action\s+"|\baction_trigger\s*\{`),
	terraform.Ephemeral:      regexp.MustCompile(`(?m)^ephemeral\s+"`),
	terraform.Functions:      regexp.MustCompile(`\bprovider::conversation::`),
	terraform.ImportIdentity: regexp.MustCompile(`(?s)\bimport\s*\{[^}]*\bidentity\s*=`),
	terraform.ImportLoop:     regexp.MustCompile(`(?s)\bimport\s*\{[^}]*\bfor_each\s*=`),
	terraform.Tests:          regexp.MustCompile(`(?m)^run\s+"`),
	terraform.MockedTests:    regexp.MustCompile(`(?m)^mock_provider\s+"`),
}

// lacks returns what the CLI is too old for in a configuration.
func lacks(configuration string) (terraform.Feature, bool) {
	for feature, words := range needs {
		if words.MatchString(configuration) && !cli.Has(feature) {
			return feature, true
		}
	}
	return terraform.Feature{}, false
}

// Kinds of types, and where the examples of each are.
var exampleFolders = map[string]string{
	"resource": "resources", "data source": "data-sources", "ephemeral resource": "ephemeral-resources", "action": "actions",
}

// Each example is applied as a user would, and leaves nothing behind.
func TestExamples(t *testing.T) {
	t.Parallel()
	folders := exampleDirectories(t)
	for _, folder := range folders {
		t.Run(folder, func(t *testing.T) {
			t.Parallel()
			e := newExample(t, folder)
			t.Run("apply", func(t *testing.T) {
				t.Parallel()
				e.apply(t)
			})
			for name := range e.imports {
				t.Run(name, func(t *testing.T) {
					t.Parallel()
					e.adopt(t, name)
				})
			}
		})
	}
	t.Logf("%d folders with examples", len(folders))
}

// exampleDirectories are the folders that are a configuration of their own: a module below another is applied with it.
func exampleDirectories(t *testing.T) []string {
	t.Helper()
	var folders []string
	err := filepath.WalkDir(examples, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "modules" || d.Name() == "tests" || d.Name() == ".terraform") {
			return fs.SkipDir
		}
		if found, _ := filepath.Glob(filepath.Join(path, "*.tf")); d.IsDir() && len(found) > 0 {
			folder, err := filepath.Rel(examples, path)
			folders = append(folders, filepath.ToSlash(folder))
			return err
		}
		return nil
	})
	if err != nil || len(folders) == 0 {
		t.Fatalf("no examples: %v", err)
	}
	return folders
}

// example is a folder below examples/.
type example struct {
	folder  string
	files   map[string]string // of the configuration itself, by name
	imports map[string]string // what adopts something that exists: import.sh and import-by-….tf
}

func newExample(t *testing.T, folder string) *example {
	t.Helper()
	e := &example{folder: folder, files: map[string]string{}, imports: map[string]string{}}
	entries, err := os.ReadDir(filepath.Join(examples, folder))
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if entry.IsDir() {
			continue
		}
		text := string(readOrNothing(t, filepath.Join(examples, folder, entry.Name())))
		switch {
		case strings.HasPrefix(entry.Name(), "import"):
			e.imports[entry.Name()] = text
		case strings.HasSuffix(entry.Name(), ".tf"):
			e.files[entry.Name()] = text
		}
	}
	return e
}

func (e *example) text() string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(e.files)) {
		b.WriteString(e.files[name])
	}
	return b.String()
}

var (
	blocks     = regexp.MustCompile(`(?m)^(?:resource|data|ephemeral|action|import)\b[^\n]*\{\n(?:[^}]|\n\s+\})*\n\}`)
	providerIs = regexp.MustCompile(`(?m)^  provider\s*=\s*conversation(?:\.\w+)?$`)
	requires   = regexp.MustCompile(`\brequired_providers\b`)
	// conversations are the ids of conversations in an example, with the queue where it is told.
	conversations = regexp.MustCompile(`(?:\b(\d+)/)?\b([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\b`)
	// variableWithout is a variable that has no default.
	variableWithout = regexp.MustCompile(`(?m)^variable "(\w+)" \{\n((?:  [^\n]*\n)*)\}`)
	actionBlock     = regexp.MustCompile(`(?m)^action "(\w+)" "(\w+)"`)
)

// stage copies the example next to a fresh sandbox in which the conversations exist that it names, and runs init.
func (e *example) stage(t *testing.T, extra map[string]string) *stage {
	t.Helper()
	all := e.text()
	for _, text := range extra {
		all += text
	}
	if feature, lacking := lacks(all); lacking {
		t.Skipf("%s has no %s", cli, feature)
	}
	s := newEmptyStage(t, sandbox.Options{})
	s.fatal(terraform.CopyConfiguration(filepath.Join(examples, e.folder), s.Dir))
	for name := range e.imports {
		s.fatal(os.RemoveAll(filepath.Join(s.Dir, name)))
	}
	for name, text := range extra {
		s.write(name, text)
	}
	if !requires.MatchString(all) {
		s.write("required.tf", requirement) // the examples of a type are one block, as its page shows it
	}
	for _, v := range variableWithout.FindAllStringSubmatch(all, -1) {
		if !strings.Contains(v[2], "default") {
			s.Env["TF_VAR_"+v[1]] = "fake-" + v[1]
		}
	}
	s.nameConversations(all)
	s.must("init", "-no-color")
	return s
}

// nameConversations opens the conversations whose ids stand in the text, unless they are those of a thread.
func (s *stage) nameConversations(text string) {
	added := map[string]bool{sandbox.ThreadID: true, sandbox.WaitingThreadID: true, sandbox.EmptyThreadID: true}
	for _, found := range conversations.FindAllStringSubmatch(text, -1) {
		if id := found[2]; !added[id] {
			added[id] = true
			queue := int64(3)
			if found[1] != "" {
				_, _ = fmt.Sscan(found[1], &queue)
			}
			s.AddConversation(sandbox.Conversation{ID: id, QueueID: queue})
		}
	}
}

// apply takes the example through the whole of its life.
func (e *example) apply(t *testing.T) {
	t.Helper()
	s := e.stage(t, nil)
	if text := e.text(); strings.Contains(text, "open_only") {
		s.AddConversation(sandbox.Conversation{QueueID: 3, ClientEmail: "test@example.com"})
		s.AddConversation(sandbox.Conversation{QueueID: 3, ClientEmail: "test@example.com"})
	}
	s.must("validate", "-no-color")
	s.applied()
	s.tests(e)
	s.invoke(e)
	s.destroyed()
	if e.folder != "provider" && !strings.HasPrefix(e.folder, "functions/") && s.Count("*") == 0 {
		t.Error("no service was called")
	}
	for _, r := range s.Requests() {
		if r.Status < 200 || r.Status > 299 {
			t.Errorf("a service has refused a call: %s", r.Line())
		}
	}
	t.Logf("%d requests", s.Count("*"))
}

// applied applies, with nothing more to do afterwards.
func (s *stage) applied() {
	s.t.Helper()
	s.apply()
	s.mustHaveNoChanges()
}

// destroyed destroys, with nothing left open by this provider.
func (s *stage) destroyed() {
	s.t.Helper()
	s.destroy()
	s.mustHaveNothingOpen()
}

// tests runs the example's own tests.
func (s *stage) tests(e *example) {
	s.t.Helper()
	files, err := filepath.Glob(filepath.Join(s.Dir, "tests", "*test.hcl"))
	s.fatal(err)
	if len(files) == 0 {
		return
	}
	var all strings.Builder
	for _, file := range files {
		all.Write(readOrNothing(s.t, file))
	}
	if feature, lacking := lacks(all.String()); lacking {
		s.t.Logf("the tests of %s are left out: %s has no %s", e.folder, cli, feature)
		return
	}
	open := s.openIDs()
	if r := s.must("test", "-no-color"); !strings.Contains(r.Stdout, "0 failed") || strings.Contains(r.Stdout, " 0 passed") {
		s.t.Errorf("the tests did not run: %s", r.Stdout)
	}
	if left := s.openIDs(); !slices.Equal(left, open) {
		s.t.Errorf("the tests have left %q open", left)
	}
}

// invoke runs each action of the example by hand.
func (s *stage) invoke(e *example) {
	s.t.Helper()
	for _, action := range actionBlock.FindAllStringSubmatch(e.text(), -1) {
		before := s.acted()
		s.must("apply", "-no-color", "-auto-approve", "-invoke=action."+action[1]+"."+action[2])
		if s.acted() == before {
			s.t.Errorf("the action %s.%s did nothing", action[1], action[2])
		}
	}
	if e.folder == "sweeping" && len(s.Open()) > 0 {
		s.t.Errorf("not swept: %v", s.Open())
	}
}

// acted counts the calls that have changed something.
func (s *stage) acted() int {
	n := 0
	for _, r := range s.Requests() {
		if r.Acted && r.Method != http.MethodGet {
			n++
		}
	}
	return n
}

// adopt imports what the example names, by a command or by a block, without starting or stopping anything, and then
// manages it.
func (e *example) adopt(t *testing.T, name string) {
	t.Helper()
	if e.folder == "resources/jelou_conversation" {
		e.adoptJelou(t, name)
		return
	}
	var s *stage
	if strings.HasSuffix(name, ".sh") {
		s = e.stage(t, nil)
		s.nameConversations(e.imports[name])
		s.shell(e.imports[name])
	} else {
		s = e.stage(t, map[string]string{name: e.imports[name]})
	}
	s.applied()
	if !strings.HasSuffix(e.folder, "/"+typeConversation) {
		if n := s.Count(callStart) + s.Count("chatbot.create") + s.Count("jelou.start"); n != 0 {
			t.Errorf("%d calls have made something", n)
		}
		s.destroy()
		return
	}
	if n := s.Count(callStart) + s.Count(callStop); n != 0 || len(s.Open()) != 1 {
		t.Errorf("%d calls have started or stopped a conversation, %d are open", n, len(s.Open()))
	}
	if all := s.instances(); len(ids(all, typeConversation)) != 1 || ids(all, typeConversation)[0] != s.Open()[0].ID {
		t.Errorf("not adopted: %v", all)
	}
	s.destroy()
	if len(s.Open()) != 0 || s.Count(callStop) != 1 {
		t.Errorf("after %d stop calls, open are %v", s.Count(callStop), s.Open())
	}
}

// jelouID is the id of a Jelou conversation in an example.
var jelouID = regexp.MustCompile(`\b[0-9a-f]{24}\b`)

// adoptJelou is adopt for a conversation of Jelou, whose ids the sandbox makes.
func (e *example) adoptJelou(t *testing.T, name string) {
	t.Helper()
	if feature, lacking := lacks(e.imports[name]); lacking {
		t.Skipf("%s has no %s", cli, feature)
	}
	s := e.stage(t, nil)
	id := s.OpenJelouConversation(sandbox.JelouProjectID, "bot-1", "test-user")
	text := jelouID.ReplaceAllString(e.imports[name], id)
	if strings.HasSuffix(name, ".sh") {
		s.shell(text)
	} else {
		s.write(name, text)
	}
	s.applied()
	if n := s.acted(); n != 0 {
		t.Errorf("%d calls have started or closed a conversation", n)
	}
	s.destroy()
	if closed := s.JelouClosed(); len(closed) != 1 || closed[0].Conversation != id || s.acted() != 1 {
		t.Errorf("after %d calls, closed are %v", s.acted(), closed)
	}
}

// shell runs a script as a user would, with the CLI under the name terraform.
func (s *stage) shell(script string) {
	s.t.Helper()
	bin := s.t.TempDir()
	path, err := filepath.Abs(cli.Path)
	s.fatal(err)
	s.fatal(os.Symlink(path, filepath.Join(bin, "terraform")))
	cmd := exec.CommandContext(s.t.Context(), "/bin/sh", "-e", "-c", script)
	cmd.Dir = s.Dir
	environment := maps.Clone(s.Env)
	environment["TF_CLI_CONFIG_FILE"] = mirror.Config
	environment["PATH"] = bin + string(os.PathListSeparator) + os.Getenv("PATH")
	cmd.Env = terraform.Environment(os.Environ(), environment)
	if out, err := cmd.CombinedOutput(); err != nil {
		s.t.Fatalf("%v\n%s", err, out)
	}
}

// Each type that the provider has is shown by an example.
func TestEachTypeHasAnExample(t *testing.T) {
	t.Parallel()
	server := providerserver.NewProtocol6(provider.New(provider.Options{Version: "test"})())()
	schemas, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	types := map[string][]string{
		"resource":           slices.Collect(maps.Keys(schemas.ResourceSchemas)),
		"data source":        slices.Collect(maps.Keys(schemas.DataSourceSchemas)),
		"ephemeral resource": slices.Collect(maps.Keys(schemas.EphemeralResourceSchemas)),
		"action":             slices.Collect(maps.Keys(schemas.ActionSchemas)),
	}
	known := exampleDirectories(t)
	for kind, names := range types {
		if len(names) == 0 {
			t.Errorf("the provider has no %s", kind)
		}
		for _, name := range names {
			if folder := exampleFolders[kind] + "/" + name; !slices.Contains(known, folder) {
				t.Errorf("%s %s has no example in examples/%s", kind, name, folder)
			}
		}
		for _, folder := range known {
			if name, found := strings.CutPrefix(folder, exampleFolders[kind]+"/"); found && !slices.Contains(names, name) {
				t.Errorf("examples/%s is about a %s that the provider does not have", folder, kind)
			}
		}
	}
}

// The types do not begin with the provider's name, so a block that does not name the provider finds another one.
func TestExamplesNameTheProvider(t *testing.T) {
	t.Parallel()
	n := 0
	err := filepath.WalkDir(examples, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".tf" {
			return err
		}
		for _, block := range blocks.FindAllString(string(readOrNothing(t, path)), -1) {
			head, _, _ := strings.Cut(block, "\n")
			if strings.Contains(head, `"terraform_data"`) {
				continue
			}
			n++
			if !providerIs.MatchString(block) {
				t.Errorf("%s: %s does not say which provider it means", path, head)
			}
		}
		return nil
	})
	if err != nil || n < 10 {
		t.Errorf("%d blocks were looked at, %v", n, err)
	}
}

func TestExamplesAreFormatted(t *testing.T) {
	t.Parallel()
	w := &terraform.Workspace{CLI: cli, Dir: examples}
	r, err := w.Run(t.Context(), "fmt", "-no-color", "-check", "-diff", "-recursive")
	if err != nil || r.Code != 0 {
		t.Errorf("%v: %v", err, r.Err())
	}
}
