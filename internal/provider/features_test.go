package provider

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"text/tabwriter"
)

// feature is a behaviour of the CLI that not every supported version has: the
// first version of each product that has it, as CLI.AtLeast reads it. "" stands
// for a product that has it in no version.
type feature struct{ name, terraform, opentofu string }

// The features that tests ask for. What the oldest supported CLIs have needs no name.
var (
	featureImportBlock    = feature{"import block", "1.5", "1.6"}
	featureGenerateConfig = feature{"import block, generated configuration", "1.5", "1.6"}
	featureTest           = feature{"terraform test", "1.6", "1.6"}
	featureRemovedBlock   = feature{"removed block", "1.7", "1.7"}
	featureEphemeral      = feature{"ephemeral resource", "1.10", "1.11"}
	featureIdentity       = feature{"import by identity", "1.12", "1.12"}
	featureActions        = feature{"actions", "1.14", ""}
	featureDestroyActions = feature{"destroy-time actions", "1.16", ""}
)

// features are the rows that the table always has.
var features = []feature{
	featureImportBlock, featureGenerateConfig, featureTest, featureRemovedBlock,
	featureEphemeral, featureIdentity, featureActions, featureDestroyActions,
}

// requires skips the test where the CLI has no such feature. No other reason
// skips a test: a CLI is always there.
func requires(t *testing.T, f feature) {
	t.Helper()
	if terraform.AtLeast(f.terraform, f.opentofu) {
		exercised(t, f.name)
		return
	}
	notes.add(f.name, func(n *note) { n.skipped = f.needs() })
	t.Skipf("%s: needs %s, this is %s", f.name, f.needs(), terraform)
}

// needs returns the versions that have the feature.
func (f feature) needs() string {
	if f.opentofu == "" {
		return "Terraform " + f.terraform
	}
	return "Terraform " + f.terraform + " or OpenTofu " + f.opentofu
}

// exercised notes for the table that the test exercises the behaviour with the CLI.
func exercised(t *testing.T, behaviour string) {
	t.Helper()
	t.Cleanup(func() {
		notes.add(behaviour, func(n *note) { n.cli.count(t) })
	})
}

// exercisedInProcess notes that the test exercises the behaviour over the
// protocol, which needs no CLI.
func exercisedInProcess(t *testing.T, behaviour string) {
	t.Helper()
	t.Cleanup(func() {
		notes.add(behaviour, func(n *note) { n.process.count(t) })
	})
}

// note is what is known of one behaviour at the end of the run.
type note struct {
	cli, process tally
	skipped      string // what the CLI would have to be; "" when no test was skipped
}

// tally counts the tests that exercised a behaviour.
type tally struct{ tests, failed int }

func (c *tally) count(t *testing.T) {
	t.Helper()
	if t.Skipped() {
		return
	}
	c.tests++
	if t.Failed() {
		c.failed++
	}
}

// notebook collects notes from tests that run in parallel.
type notebook struct {
	mu      sync.Mutex
	entries map[string]*note
}

var notes = notebook{entries: map[string]*note{}}

func (b *notebook) add(behaviour string, change func(*note)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	entry := b.entries[behaviour]
	if entry == nil {
		entry = &note{}
		b.entries[behaviour] = entry
	}
	change(entry)
}

// tableVariable names a file that the table is appended to as well: go test
// shows what a package prints only with -v or when it fails.
const tableVariable = "TF_ACC_FEATURE_TABLE"

// report prints which behaviour was exercised where, and appends it to the file
// that the environment names, if any.
func (b *notebook) report(w io.Writer) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.entries) == 0 {
		return nil // a run of other tests only
	}
	table := b.table(terraform.String())
	if _, err := io.WriteString(w, table); err != nil {
		return err
	}
	name := os.Getenv(tableVariable)
	if name == "" {
		return nil
	}
	file, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	_, err = io.WriteString(file, table)
	return cmp.Or(err, file.Close())
}

// table has the features first, then all other behaviours in order of their names.
func (b *notebook) table(product string) string {
	var rows []string
	for _, f := range features {
		rows = append(rows, f.name)
	}
	var others []string
	for behaviour := range b.entries {
		if !slices.Contains(rows, behaviour) {
			others = append(others, behaviour)
		}
	}
	slices.Sort(others)

	var out strings.Builder
	columns := tabwriter.NewWriter(&out, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintf(columns, "BEHAVIOUR\tIN PROCESS\t%s\n", product)
	for _, behaviour := range append(rows, others...) {
		entry := b.entries[behaviour]
		if entry == nil {
			entry = &note{}
		}
		_, _ = fmt.Fprintf(columns, "%s\t%s\t%s\n", behaviour, entry.process, entry.onCLI())
	}
	_ = columns.Flush()
	return out.String()
}

func (n *note) onCLI() string {
	if n.cli.tests == 0 && n.skipped != "" {
		return "skipped: needs " + n.skipped
	}
	return n.cli.String()
}

// String is the number of tests, and of those that failed.
func (c tally) String() string {
	switch {
	case c.tests == 0:
		return "-"
	case c.failed > 0:
		return fmt.Sprintf("%d of %d FAILED", c.failed, c.tests)
	case c.tests == 1:
		return "1 test"
	}
	return fmt.Sprintf("%d tests", c.tests)
}

// TestFeatureTable shows where each behaviour was exercised, and where not and why.
func TestFeatureTable(t *testing.T) {
	t.Parallel()
	b := notebook{entries: map[string]*note{}}
	b.add("actions", func(n *note) { n.skipped, n.process.tests = featureActions.needs(), 2 })
	b.add("ephemeral resource", func(n *note) { n.cli.tests = 1 })
	b.add("z", func(n *note) { n.cli = tally{tests: 3, failed: 1} })
	b.add("a", func(n *note) { n.process.tests = 1 })
	want := []string{
		"behaviour in process opentofu 1.12.6", "import block - -", "import block, generated configuration - -", "terraform test - -",
		"removed block - -", "ephemeral resource - 1 test", "import by identity - -", "actions 2 tests skipped: needs terraform 1.14",
		"destroy-time actions - -", "a 1 test -", "z - 1 of 3 failed",
	}
	var got []string
	for line := range strings.Lines(b.table("OpenTofu 1.12.6")) {
		got = append(got, strings.ToLower(strings.Join(strings.Fields(line), " ")))
	}
	if !slices.Equal(got, want) {
		t.Errorf("the table is\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if needs := featureEphemeral.needs(); needs != "Terraform 1.10 or OpenTofu 1.11" {
		t.Errorf("needs %s", needs)
	}
}
