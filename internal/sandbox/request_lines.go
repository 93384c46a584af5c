package sandbox

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"unicode"
)

// lineTime is how lines for people show a time of day.
const lineTime = "15:04:05.000"

// Line is the request in one line for people, without query, body or any secret.
func (r Request) Line() string {
	outcome := fmt.Sprint(r.Status)
	if r.Status == 0 {
		outcome = "no answer"
	}
	line := fmt.Sprintf("%s %d %s %s %s", r.Time.Format(lineTime), r.Number, r.Method, r.Service+r.Path, outcome)
	if r.Fault != "" {
		line += " fault=" + r.Fault
	}
	return line
}

// Target says which queue, bot or thread the request is about, "" if that is not known.
func (r Request) Target() string {
	switch {
	case r.Queue != 0:
		return fmt.Sprintf("queue %d", r.Queue)
	case r.Bot != "":
		return "bot " + printable(r.Bot)
	case r.Thread != "":
		return "thread " + printable(r.Thread)
	}
	return ""
}

// writeTable writes requests as an aligned table for people.
func writeTable(w io.Writer, requests []Request) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	if len(requests) > 0 && requests[0].Cut > 0 {
		_, _ = fmt.Fprintf(w, "%d earlier requests are no longer kept.\n", requests[0].Cut)
	}
	_, _ = fmt.Fprintln(t, "NO\tTIME\tCALL\tTARGET\tSTATUS\tACTED\tFAULT\tACCOUNT\tMETHOD\tPATH")
	for _, r := range requests {
		_, _ = fmt.Fprintf(t, "%d\t%s\t%s\t%s\t%d\t%t\t%s\t%s\t%s\t%s\n", r.Number, r.Time.Format(lineTime), r.Call,
			orDash(r.Target()), r.Status, r.Acted, orDash(r.Fault), orDash(r.Account), r.Method, r.Path)
	}
	return t.Flush()
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// printableLimit is how much of a text from outside a line shows, in characters.
const printableLimit = 80

// printable is a text from outside for a terminal: control characters cannot steer it, and a long one is cut.
func printable(text string) string {
	var b strings.Builder
	n := 0
	for _, c := range text {
		if n++; n > printableLimit {
			return b.String() + "…"
		}
		if unicode.IsPrint(c) {
			b.WriteRune(c)
		} else {
			fmt.Fprintf(&b, "\\u%04x", c)
		}
	}
	return b.String()
}
