package main

import (
	"fmt"
	"strings"
	"text/tabwriter"
)

// table shows the requests in order of arrival, the first with the step that sent it. Query strings carry personal data
// and stay out.
func table(requests []request, steps []string) string {
	var b strings.Builder
	t := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(t, "  SENT BY\tCALL\tSTATUS\tREQUEST")
	last := ""
	for i := range requests {
		r, step := &requests[i], ""
		if i < len(steps) && steps[i] != last {
			step, last = steps[i], steps[i]
		}
		_, _ = fmt.Fprintf(t, "  %s\t%s\t%d\t%s %s\n", step, r.Call, r.Status, r.Method, r.Path)
	}
	_ = t.Flush() // into memory
	return b.String()
}

// summary says in a few lines what the run has shown.
func summary(requests []request) string {
	return fmt.Sprintf(`%s with Thulium: each started once, spoken in once and stopped once.
%s with Jelou: each started once and closed once.
%s to the chatbot: each asked once and answered.
Nothing is left open.
`,
		plural(count(requests, callStart), "chat"),
		plural(count(requests, callJelouStart), "conversation"),
		plural(count(requests, callAsk), "question"))
}

func plural(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
