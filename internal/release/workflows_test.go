package release

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/conversation-tools/terraform-provider-conversation/internal/terraform"
)

var (
	uses    = regexp.MustCompile(`(?m)^\s*(?:- )?uses: (.*)$`)
	pinned  = regexp.MustCompile(`^[\w.-]+/[\w.-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$`)
	jobName = regexp.MustCompile(`(?m)^  [\w-]+:$`)
)

// Whoever moves a tag of an action must not be able to change what runs here. The guides show workflows, too.
func TestActionsArePinned(t *testing.T) {
	t.Parallel()
	root, err := terraform.ModuleRoot()
	if err != nil {
		t.Fatal(err)
	}
	count, versions := 0, map[string]string{}
	for _, pattern := range []string{".github/workflows/*.yml", "templates/guides/*.md"} {
		files, err := filepath.Glob(filepath.Join(root, filepath.FromSlash(pattern)))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			for _, found := range uses.FindAllStringSubmatch(string(read(t, file)), -1) {
				action := found[1]
				if strings.HasPrefix(action, "./") {
					continue
				}
				count++
				name, version, _ := strings.Cut(action, "@")
				if !pinned.MatchString(action) {
					t.Errorf("%s: %s is not pinned by a commit with its version behind it", filepath.Base(file), action)
				}
				if other, ok := versions[name]; ok && other != version {
					t.Errorf("%s: %s is used as %s and as %s", filepath.Base(file), name, version, other)
				}
				versions[name] = version
			}
		}
	}
	if count < 10 {
		t.Errorf("only %d uses of actions found", count)
	}
}

// Each job has a limit of time, and the token may only read: actionlint, which make lint runs, asks for neither.
func TestWorkflowsAreLimited(t *testing.T) {
	t.Parallel()
	root, err := terraform.ModuleRoot()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"test.yml", "release.yml"} {
		text := string(read(t, filepath.Join(root, ".github", "workflows", name)))
		_, jobs, _ := strings.Cut(text, "\njobs:\n")
		whole := strings.Count(jobs, "uses: ./.github/workflows/") // has its limits itself
		if limits := strings.Count(jobs, "timeout-minutes:"); limits != len(jobName.FindAllString(jobs, -1))-whole {
			t.Errorf("%s: %d limits of time for %d jobs", name, limits, len(jobName.FindAllString(jobs, -1)))
		}
		if !strings.Contains(text, "\npermissions:\n  contents: read\n") {
			t.Errorf("%s: the token may do more than read", name)
		}
	}
}
