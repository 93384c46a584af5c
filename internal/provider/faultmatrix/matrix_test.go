// Package faultmatrix_test lets each call of the provider meet each fault of a network or a
// service, on its first request and on all of them. Five invariants hold in every cell; what
// else a cell shows is a line of testdata/matrix.golden, to be read as a diff:
//
//	go test ./internal/provider/faultmatrix -update
package faultmatrix_test

import (
	"testing"
	"testing/synctest"
)

// cells returns all cells.
func cells() []*cell {
	var all []*cell
	for i := range calls {
		for j := range faults {
			for _, mode := range []string{once, ever} {
				all = append(all, &cell{call: &calls[i], fault: &faults[j], mode: mode})
			}
		}
	}
	return all
}

// TestFaultMatrix runs each cell.
func TestFaultMatrix(t *testing.T) {
	t.Parallel()
	lines := readGolden(t)
	for _, c := range cells() {
		t.Run(c.String(), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c.run(t)
				c.actedAtMostOnce()
				c.actedIsAccountedFor()
				c.failureIsOneDiagnostic()
				c.showsNoSecret()
				c.requestsAreBounded()
				lines.compare(c)
			})
		})
	}
	t.Cleanup(lines.close)
}
