package provider

import (
	"flag"
	"fmt"
	"strings"
	"sync"
)

// matrixCounts is what the matrix has shown so far.
type matrixCounts struct {
	mu        sync.Mutex
	ran       map[string]bool
	elsewhere map[string]string // cells that another one shows
	outcomes  map[string]int
	left      map[string]int
	messages  map[string]int
	tried     int
	received  int
	acted     int
}

func newMatrixCounts() *matrixCounts {
	return &matrixCounts{
		ran: map[string]bool{}, elsewhere: map[string]string{},
		outcomes: map[string]int{}, left: map[string]int{}, messages: map[string]int{},
	}
}

// add notes a cell that has run.
func (m *matrixCounts) add(c *matrixCell, want *matrixExpectation, tried, received int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.ran[c.String()] = true
	m.outcomes[string(want.outcome)]++
	m.left[string(want.ending.left)]++
	m.messages[want.ending.severity.String()]++
	m.tried, m.received, m.acted = m.tried+tried, m.received+received, m.acted+want.acted
}

// shownElsewhere notes a cell that needs no run of its own.
func (m *matrixCounts) shownElsewhere(c *matrixCell, by string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.elsewhere[c.String()] = by
}

// missing returns the cells of the product that have not run.
func (m *matrixCounts) missing() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []string
	for _, cell := range matrixProduct() {
		if name := cell.String(); !m.ran[name] && !m.ran[m.elsewhere[name]] {
			out = append(out, name)
		}
	}
	return out
}

// String is the counts in one line.
func (m *matrixCounts) String() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return fmt.Sprintf("fault matrix: %d calls x %d faults x 2 modes = %d cells: %d ran, %d shown by another; outcome: %s; left: %s; "+
		"messages: %s; attempts: %d, requests seen: %d, acted on: %d",
		len(matrixCalls), len(matrixFaults), len(matrixProduct()), len(m.ran), len(m.elsewhere),
		matrixListed(m.outcomes, matrixDone, matrixNotActed, matrixRefused, matrixUnknown),
		matrixListed(m.left, leftSaved, leftTainted, leftKept, leftGone, leftRefreshed, leftImported, leftRead, leftTold, leftNothing),
		matrixListed(m.messages, "ERROR", "WARNING", "INVALID"), m.tried, m.received, m.acted)
}

func matrixListed[K ~string](counts map[string]int, kinds ...K) string {
	var out []string
	for _, kind := range kinds {
		out = append(out, fmt.Sprintf("%d %s", counts[string(kind)], kind))
	}
	return strings.Join(out, ", ")
}

// matrixProduct returns all cells there have to be.
func matrixProduct() []matrixCell {
	var cells []matrixCell
	for i := range matrixCalls {
		for j := range matrixFaults {
			for _, mode := range []string{matrixOnce, matrixEver} {
				cells = append(cells, matrixCell{call: &matrixCalls[i], fault: &matrixFaults[j], mode: mode, retries: matrixRetries})
			}
		}
	}
	return cells
}

// matrixFiltered reports whether only some of the cells were asked for.
func matrixFiltered() bool {
	return strings.Contains(flag.Lookup("test.run").Value.String(), "/") || flag.Lookup("test.skip").Value.String() != ""
}
