package main

import (
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
)

// report is all that a run has found.
type report struct {
	About about `json:"about"`
	Rows  []row `json:"rows"`
}

// about says what was measured, with what.
type about struct {
	CLI        string `json:"cli"`
	Commit     string `json:"commit"`
	Go         string `json:"go"`
	System     string `json:"system"`
	CPUs       int    `json:"cpus"`
	Runs       int    `json:"runs"`
	Resources  int    `json:"resources"`
	Date       string `json:"date"`
	LoadBefore string `json:"load_before,omitempty"` // average over a minute
	LoadAfter  string `json:"load_after,omitempty"`
	Command    string `json:"command"`
}

// String is one line.
func (a about) String() string {
	line := fmt.Sprintf("%s, commit %s, %s, %s with %d CPUs, medians of %d runs in turn, %s", a.CLI, a.Commit, a.Go, a.System, a.CPUs, a.Runs, a.Date)
	if a.LoadAfter != "" {
		line += fmt.Sprintf(", load %s before and %s after", a.LoadBefore, a.LoadAfter)
	}
	return line
}

// row is one line of the table: either a ratio of medians, or what Measured says.
type row struct {
	What     string    `json:"what"`
	Measured string    `json:"measured,omitempty"`
	Ratio    float64   `json:"ratio,omitempty"`
	Goal     string    `json:"goal"`
	Met      bool      `json:"met"`
	Unit     string    `json:"unit,omitempty"`
	Of       []float64 `json:"of,omitempty"`      // by run
	Against  []float64 `json:"against,omitempty"` // by run
}

// ratioRow compares the medians of two sides.
func ratioRow(what, unit string, of, against []float64, goal float64) row {
	r := row{What: what, Unit: unit, Of: of, Against: against, Goal: fmt.Sprintf("≤ %.4g", goal)}
	if median(against) > 0 {
		r.Ratio = median(of) / median(against)
		r.Met = r.Ratio <= goal
	}
	return r
}

// referenceRow compares medians of seconds to explain other rows; it has no goal.
func referenceRow(what string, of, against []float64) row {
	return row{What: what, Unit: "s", Of: of, Against: against, Ratio: median(of) / median(against)}
}

func median(samples []float64) float64 {
	if len(samples) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(samples))
	middle := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[middle]
	}
	return (sorted[middle-1] + sorted[middle]) / 2
}

// cells are the columns behind the first.
func (r row) cells() (measured, ratio, goal, verdict string) {
	measured, ratio, verdict = r.Measured, "-", "missed"
	if r.Unit != "" {
		measured = fmt.Sprintf("%.2f %s / %.2f %s", median(r.Of), r.Unit, median(r.Against), r.Unit)
	}
	if measured == "" {
		measured = "-"
	}
	if r.Ratio > 0 {
		ratio = fmt.Sprintf("%.2f", r.Ratio)
	}
	switch {
	case r.Goal == "":
		return measured, ratio, "-", "for reference"
	case r.Ratio == 0 && r.Measured == "":
		verdict = "not measured"
	case r.Met:
		verdict = "met"
	}
	return measured, ratio, r.Goal, verdict
}

// text is the report for a terminal.
func (r *report) text() string {
	var out strings.Builder
	columns := tabwriter.NewWriter(&out, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(columns, "WHAT / AGAINST WHAT\tMEDIANS\tRATIO\tGOAL\tVERDICT")
	for _, line := range r.Rows {
		measured, ratio, goal, verdict := line.cells()
		_, _ = fmt.Fprintf(columns, "%s\t%s\t%s\t%s\t%s\n", line.What, measured, ratio, goal, verdict)
	}
	_ = columns.Flush() // into memory
	return out.String() + "\n" + r.About.String() + "\n"
}

// markdown is the report to be kept.
func (r *report) markdown() string {
	var out strings.Builder
	out.WriteString("# What the provider costs\n\nWritten by `" + r.About.Command + "`: " + r.About.String() + ".\n\n" +
		"Each row is a ratio of medians that were measured side by side; absolute times say nothing about another machine. " +
		"\"Without HTTP\" is this provider with its requests taken out. A bare provider has the same schemas and returns what it is " +
		"sent, without a framework or a check: what it costs is Terraform's own work, and none can cost less.\n\n" +
		"| what / against what | medians | ratio | goal | verdict |\n|---|---|---|---|---|\n")
	for _, line := range r.Rows {
		measured, ratio, goal, verdict := line.cells()
		_, _ = fmt.Fprintf(&out, "| %s | %s | %s | %s | %s |\n", line.What, measured, ratio, goal, verdict)
	}
	return out.String()
}

func megabytes(bytes int64) float64 { return float64(bytes) / (1 << 20) }
