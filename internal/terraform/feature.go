package terraform

import (
	"strings"

	"github.com/hashicorp/go-version"
)

// Feature is something that not every supported CLI can do: the first version of each product that can, or "" where no
// version can.
type Feature struct{ Name, Terraform, OpenTofu string }

// The features that tests and examples ask for. What the oldest supported CLIs can do needs no name.
var (
	ImportBlock     = Feature{"import blocks", "1.5", "1.6"}
	ImportLoop      = Feature{"import blocks in a loop", "1.7", "1.7"}
	ImportIdentity  = Feature{"import by identity", "1.12", "1.12"}
	RemovedBlock    = Feature{"removed blocks", "1.7", "1.7"}
	Tests           = Feature{"tests", "1.6", "1.6"}
	MockedTests     = Feature{"mocked tests", "1.7", "1.8"}
	Functions       = Feature{"functions of providers", "1.8", "1.7"}
	Ephemeral       = Feature{"ephemeral resources", "1.10", "1.11"}
	Actions         = Feature{"actions", "1.14", ""}
	Query           = Feature{"terraform query", "1.14", ""}
	DestroyTriggers = Feature{"actions at destroy", "1.16", ""}
)

// String is the feature with the versions that have it.
func (f Feature) String() string {
	var versions []string
	if f.Terraform != "" {
		versions = append(versions, Terraform+" "+f.Terraform)
	}
	if f.OpenTofu != "" {
		versions = append(versions, OpenTofu+" "+f.OpenTofu)
	}
	return f.Name + " (" + strings.Join(versions, ", ") + ")"
}

// Has reports whether c has the feature. A pre-release counts as its release, whose features it has.
func (c *CLI) Has(f Feature) bool {
	first := f.Terraform
	if c.Product == OpenTofu {
		first = f.OpenTofu
	}
	if first == "" {
		return false
	}
	return version.Must(version.NewVersion(c.Version)).Core().GreaterThanOrEqual(version.Must(version.NewVersion(first)))
}

// Test is what Require needs of a *testing.T.
type Test interface {
	Helper()
	Skipf(format string, args ...any)
}

// Require skips the test where c has no such feature; go test -v shows which. A test is skipped for no other reason,
// because a CLI is always there.
func (c *CLI) Require(t Test, f Feature) {
	t.Helper()
	if !c.Has(f) {
		t.Skipf("%s has no %s", c, f)
	}
}
