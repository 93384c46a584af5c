package main

import (
	"strings"
	"testing"
)

func TestMedian(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		samples []float64
		want    float64
	}{
		{nil, 0}, {[]float64{3}, 3}, {[]float64{9, 1}, 5}, {[]float64{5, 1, 9}, 5}, {[]float64{4, 1, 3, 2}, 2.5},
	} {
		if got := median(test.samples); got != test.want {
			t.Errorf("%v: %v, want %v", test.samples, got, test.want)
		}
	}
}

func TestVerdicts(t *testing.T) {
	t.Parallel()
	two, three := []float64{1, 2, 40}, []float64{3, 3, 3}
	for want, r := range map[string]row{
		"met":           ratioRow("two / three", "s", two, three, 0.7),
		"missed":        ratioRow("three / two", "s", three, two, 1.4),
		"not measured":  ratioRow("two / none", "MB", two, nil, 2),
		"for reference": referenceRow("two / three", two, three),
	} {
		if _, _, _, verdict := r.cells(); verdict != want {
			t.Errorf("%s: %s, want %s", r.What, verdict, want)
		}
	}
	report := report{Rows: []row{ratioRow("two / three", "s", two, three, 0.7)}}
	for _, text := range []string{report.text(), report.markdown()} {
		for _, column := range []string{"two / three", "2.00 s / 3.00 s", "0.67", "≤ 0.7", "met"} {
			if !strings.Contains(text, column) {
				t.Errorf("%q is missing in:\n%s", column, text)
			}
		}
	}
}

func TestCallsOfALife(t *testing.T) {
	t.Parallel()
	well := calls{starts: 250, stops: 250, planList: 3, destroyList: 3, all: 506}
	twice := well
	twice.starts, twice.all = 251, 507
	for _, test := range []struct {
		runs []calls
		met  bool
	}{{[]calls{well, well}, true}, {[]calls{twice, well}, false}, {[]calls{well, twice}, false}} {
		if got := (&requests{test.runs}).row(250); got.Met != test.met {
			t.Errorf("%+v: met %t", test.runs, got.Met)
		}
	}
}
