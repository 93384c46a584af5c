package endtoend

import (
	"io"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
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

// stopAsPrinted does what the command of a candidate does, with the variables of this stage.
func (s *stage) stopAsPrinted(c candidate) {
	s.t.Helper()
	method, body, url := http.MethodGet, "", ""
	header := http.Header{}
	user := ""
	arguments := s.shellWords(c.stop)[1:]
	for i := 0; i < len(arguments); i++ {
		value := func() string {
			i++
			return arguments[i]
		}
		switch arguments[i] {
		case "-fsS":
		case "-X":
			method = value()
		case "-d":
			body = value()
		case "-H":
			name, text, _ := strings.Cut(value(), ":")
			header.Set(name, strings.TrimSpace(text))
		case "-u":
			user = value()
		default:
			if strings.HasPrefix(arguments[i], "-") || url != "" {
				s.t.Fatalf("what does %q mean in %s?", arguments[i], c.stop)
			}
			url = arguments[i]
		}
	}
	request, err := http.NewRequestWithContext(s.t.Context(), method, url, strings.NewReader(body))
	s.fatal(err)
	request.Header = header
	name, password, _ := strings.Cut(user, ":")
	request.SetBasicAuth(name, password)
	response, err := (&http.Client{}).Do(request)
	s.fatal(err)
	defer response.Body.Close() //nolint:errcheck // it has been read
	answer, err := io.ReadAll(response.Body)
	s.fatal(err)
	if response.StatusCode != http.StatusOK {
		s.t.Errorf("%s\n%s: %s", c.stop, response.Status, answer)
	}
}

// shellWords takes a command apart as a shell does: quotes, and variables within double quotes.
func (s *stage) shellWords(command string) []string {
	var all []string
	var word strings.Builder
	begun := false
	quote := rune(0)
	for _, sign := range command {
		switch {
		case quote == sign:
			quote = 0
		case quote == 0 && (sign == '\'' || sign == '"'):
			quote, begun = sign, true
			if sign == '"' {
				word.WriteByte('"') // expanded below
			}
		case quote == 0 && sign == ' ':
			if begun {
				all = append(all, s.expand(word.String()))
			}
			word.Reset()
			begun = false
		default:
			word.WriteRune(sign)
			begun = true
		}
	}
	return append(all, s.expand(word.String()))
}

func (s *stage) expand(word string) string {
	if text, quoted := strings.CutPrefix(word, `"`); quoted {
		return os.Expand(text, func(name string) string { return s.Env[name] })
	}
	return word
}

// An interrupted apply whose start has lost its answer names what it may have opened, and the printed commands work.
func TestInterruptOfAStartWhoseAnswerIsLost(t *testing.T) {
	t.Parallel()
	interrupted(t, func(t *testing.T, i interruption) {
		s := newStage(t, sandbox.Options{}, `
resource "thulium_chat_conversation" "lost" {
  provider      = conversation
  chat_queue_id = 3
  client_email  = "lost@example.com"
}
`)
		s.AddConversation(sandbox.Conversation{QueueID: 3, ClientEmail: "stranger@example.com"})
		s.AddFault(sandbox.Fault{Call: callStart, Kind: sandbox.FaultResetAfter})
		r := s.interruptedCall(i, callStart)
		if r.Code != 1 || s.Count(callStart) != 1 {
			t.Errorf("exit code %d, %d start calls\n%s%s", r.Code, s.Count(callStart), r.Stdout, r.Stderr)
		}
		has(t, r, "Unable to start Thulium chat conversation")
		named, open := candidates(t, r.Stdout+r.Stderr), s.openIDs()
		if len(named) != 1 || len(open) != 1 || named[0].id != open[0] {
			t.Fatalf("named are %+v, open are %q\n%s%s", named, open, r.Stdout, r.Stderr)
		}
		s.ClearFaults()
		if i.signal%2 == 0 { // one half by the one command, one by the other
			s.stopAsPrinted(named[0])
		} else {
			s.must("import", "-no-color", named[0].resource, named[0].importID)
			s.applied()
			s.destroy()
		}
		s.mustHaveNothingOpen()
	})
}
