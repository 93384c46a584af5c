package endtoend

import (
	"regexp"
	"strings"
	"testing"
)

// candidate is a chat that an error names after a lost start, with the two commands that it shows.
type candidate struct {
	resource string // whose start was lost
	importID string
	id       string
	stop     string
}

var (
	errorOf    = regexp.MustCompile(`^\s*with (` + typeConversation + `\.\S+),$`)
	importLine = regexp.MustCompile(`^  keep it: terraform import '` + typeConversation + `\.NAME' '(\d+/(\S+))'$`)
	stopLine   = regexp.MustCompile(`^  stop it: (curl .*)$`)
)

// candidates reads what the errors of a run name. Each command must stand on one line, to be copied.
func candidates(t *testing.T, output string) []candidate {
	t.Helper()
	var named []candidate
	resource := ""
	for line := range strings.Lines(frame.ReplaceAllString(output, "")) {
		line = strings.TrimRight(line, "\n")
		if found := errorOf.FindStringSubmatch(line); found != nil {
			resource = found[1]
		}
		if found := importLine.FindStringSubmatch(line); found != nil {
			named = append(named, candidate{resource: resource, importID: found[1], id: found[2]})
		}
		if found := stopLine.FindStringSubmatch(line); found != nil {
			if len(named) == 0 || named[len(named)-1].stop != "" || !strings.Contains(found[1], named[len(named)-1].id) {
				t.Fatalf("a stop command without its chat: %s", line)
			}
			named[len(named)-1].stop = found[1]
		}
	}
	for _, c := range named {
		if c.resource == "" || c.stop == "" {
			t.Fatalf("not named in full: %+v\n%s", c, output)
		}
	}
	return named
}
