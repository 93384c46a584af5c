package main

import (
	"bytes"
	"strings"
	"testing"
)

// make demo itself, with the CLI that the acceptance tests use.
func TestDemo(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := demo(t.Context(), newProgress(&out, false, false)); err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	for _, want := range []string{"each started once, spoken in once and stopped once", "each started once and closed once", "Nothing is left open."} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the output lacks %q:\n%s", want, out.String())
		}
	}
}
