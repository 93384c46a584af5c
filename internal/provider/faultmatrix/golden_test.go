package faultmatrix_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

const goldenFile = "testdata/matrix.golden"

var update = flag.Bool("update", false, "write "+goldenFile)

// golden are the lines of the file by cell.
type golden struct {
	t    *testing.T
	want map[string]string

	mu  sync.Mutex
	got map[string]string
}

func readGolden(t *testing.T) *golden {
	t.Helper()
	g := &golden{t: t, want: map[string]string{}, got: map[string]string{}}
	text, err := os.ReadFile(goldenFile)
	if err != nil && !*update {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if name, _, ok := strings.Cut(line, " "); ok && name != "#" {
			g.want[name] = strings.TrimSuffix(line, "\n")
		}
	}
	return g
}

// compare compares a cell's line.
func (g *golden) compare(c *cell) {
	c.t.Helper()
	line := c.line()
	g.mu.Lock()
	defer g.mu.Unlock()
	g.got[c.String()] = line
	if want := g.want[c.String()]; line != want && !*update {
		c.t.Errorf("the line is\n%s\nwant\n%s\nThe messages are\n%s", line, want, c.said())
	}
}

// close writes the file when all cells have run, or fails for lines of no cell and cells
// that did not run. A filtered run, such as with -run, leaves other lines alone.
func (g *golden) close() {
	all := cells()
	filtered := strings.Contains(flag.Lookup("test.run").Value.String(), "/") || flag.Lookup("test.skip").Value.String() != ""
	if !filtered && len(g.got) != len(all) {
		g.t.Errorf("%d of %d cells have run", len(g.got), len(all))
	}
	if !*update {
		if len(g.want) != len(all) {
			g.t.Errorf("%s has %d lines for %d cells", goldenFile, len(g.want), len(all))
		}
		return
	}
	maps.Copy(g.want, g.got)
	text := fmt.Sprintf("# %d calls, %d faults, %d cells: the cell, the outcome of its request, what is left, the requests, the message.\n", len(calls), len(faults), len(all))
	for _, c := range all {
		text += g.want[c.String()] + "\n"
	}
	if err := os.WriteFile(goldenFile, []byte(text), 0o600); err != nil {
		g.t.Error(err)
	}
}

// line is what the cell shows beside what holds in all of them.
func (c *cell) line() string {
	return strings.TrimRight(fmt.Sprintf("%-46s %-9s | %-38s | %-24s | %s", c, c.outcomes()[c.call.target], c.left(), c.sent(), c.words()), " ")
}

// left says what the call has left, by the names of the attributes that are set or changed.
func (c *cell) left() string {
	before, after := c.prior.State, c.after.State
	switch {
	case len(c.progress) > 0:
		return "told"
	case len(difference(c.answer, c.config)) > 0:
		return "read"
	case c.after.Tainted:
		return "tainted " + difference(after, c.config)
	case before == nil && after == nil:
		return "nothing"
	case before == nil:
		return "saved " + difference(after, c.config)
	case after == nil:
		return "gone"
	case reflect.DeepEqual(before, after):
		return "kept"
	}
	return "changed " + difference(after, before)
}

// difference lists the attributes of a block that another one lacks, or counts them where
// they are many.
func difference(block, other map[string]any) string {
	var names []string
	for name, value := range block {
		if value != nil && !reflect.DeepEqual(value, other[name]) {
			names = append(names, name)
		}
	}
	if len(names) > 4 {
		return fmt.Sprint(len(names), " attributes")
	}
	slices.Sort(names)
	return strings.Join(names, ",")
}

// sent counts the attempts of each request, in the order of the first ones.
func (c *cell) sent() string {
	var names []string
	counts := map[string]int{}
	for _, a := range c.log.attempts() {
		if counts[a.request]++; counts[a.request] == 1 {
			names = append(names, a.request)
		}
	}
	for i, name := range names {
		_, short, _ := strings.Cut(name, ".")
		names[i] = fmt.Sprintf("%d %s", counts[name], short)
	}
	return strings.Join(names, ", ")
}

// ids are those of the services, which differ from run to run.
var ids = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\b[0-9a-f]{24}\b`)

// words are the summary of the message and the first words of each paragraph behind the one of the request.
func (c *cell) words() string {
	if len(c.diags) == 0 {
		return ""
	}
	diag, kind := c.diags[0], "warning"
	if diag.Severity == tfprotov6.DiagnosticSeverityError {
		kind = "error"
	}
	if diag.Attribute != nil && len(diag.Attribute.Steps()) > 0 {
		kind += " at " + strings.Trim(strings.TrimPrefix(diag.Attribute.String(), "AttributeName"), `()"`)
	}
	var first []string
	for _, paragraph := range strings.Split(diag.Detail, "\n\n")[1:] {
		words := strings.Fields(ids.ReplaceAllString(paragraph, "ID"))
		if !strings.Contains(paragraph, " says: ") && !strings.HasPrefix(paragraph, "The answer: ") {
			first = append(first, strings.Join(words[:min(len(words), 5)], " "))
		}
	}
	return fmt.Sprintf("%s: %s: %s", kind, diag.Summary, strings.Join(first, " / "))
}
