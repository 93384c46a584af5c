package provider

import (
	"maps"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

type (
	matrixOutcome string
	matrixLeft    string
	matrixSays    = []string
)

// The kinds of message.
const (
	matrixSilent  = tfprotov6.DiagnosticSeverityInvalid
	matrixError   = tfprotov6.DiagnosticSeverityError
	matrixWarning = tfprotov6.DiagnosticSeverityWarning
)

// matrixEnding is how a call ends.
type matrixEnding struct {
	left     matrixLeft
	severity tfprotov6.DiagnosticSeverity // of the one message; matrixSilent: there is none
	says     matrixSays                   // what its detail says of the effect
}

// matrixExpectation is what a cell has to show.
type matrixExpectation struct {
	outcome  matrixOutcome
	retries  int // max_retries
	attempts int // of the call, as the provider logs them
	acted    int // how often the service acted on the call; for what reads: how often it was really answered
	lookups  int // how often the listing is asked for what the call has done
	ending   matrixEnding
	words    []string // what the detail says of the fault
	advice   []string // what it says to look at
	shownBy  string   // the cell that shows the same
}

// matrixException is what differs in some cells, and why.
type matrixException struct {
	why    string
	calls  []string
	faults []string
	modes  []string // nil: both
	change func(*matrixExpectation)
}

func (x *matrixException) covers(c *matrixCell) bool {
	return slices.Contains(x.calls, c.call.name) && slices.Contains(x.faults, c.fault.name) &&
		(x.modes == nil || slices.Contains(x.modes, c.mode))
}

// matrixEffects are the words for an effect. A message has those of its own
// ending and no others.
var matrixEffects = []string{
	"Nothing happened", "may have taken effect", "No conversation was started", "No conversation was closed",
	"was not stopped", "may have been stopped", "Nothing was stopped", "Nothing was imported", "was imported unverified",
}

// matrixCell is one cell: a call that meets a fault.
type matrixCell struct {
	t     *testing.T
	call  *matrixCall
	fault *matrixFault
	mode  string

	retries int            // max_retries
	before  []*matrixFault // faults of the attempts before, once each

	inMemory bool // in a bubble

	stage  *stage
	line   *matrixLine
	prior  object // what the state holds before the call
	id     string // of the conversation, where there is one before the call
	result matrixResult
}

func (c *matrixCell) String() string { return c.call.name + "/" + c.fault.name + "/" + c.mode }

// on runs the test of the cell; in a bubble, if the cell waits for an answer that
// never comes, or is asked to wait before it tries again.
func (c *matrixCell) on(t *testing.T, test func()) {
	t.Helper()
	t.Parallel()
	waits := func(f *matrixFault) bool { return f.arm.Kind == sandbox.FaultSilence || f.arm.RetryAfter != "" }
	c.t, c.inMemory = t, waits(c.fault) || slices.ContainsFunc(c.before, waits)
	if !c.inMemory {
		test()
		return
	}
	synctest.Test(t, func(t *testing.T) {
		c.t = t
		test()
	})
}

// run makes the call under the fault and compares.
func (c *matrixCell) run(want *matrixExpectation, counts *matrixCounts) {
	c.t.Helper()
	if want.shownBy != "" {
		counts.shownElsewhere(c, want.shownBy)
		return
	}
	c.retries = want.retries
	began := time.Now()
	seen := c.make()
	if took, most := time.Since(began), time.Duration(want.attempts-1)*matrixPause; c.fault.arm.RetryAfter != "" && took > most {
		c.t.Errorf("took %s, want %s or less: retry_wait_max has to cap Retry-After", took, most)
	}
	tried, received := c.checkRequests(want, seen)
	c.checkState(want)
	c.checkDiagnostics(want)
	c.checkSecrets(seen)
	counts.add(c, want, tried, received)
}

// make makes the call under the faults.
func (c *matrixCell) make() *watchedProvider {
	c.t.Helper()
	if c.inMemory {
		c.stage = newStageInMemory(c.t, sandbox.Options{})
	} else {
		c.stage = newStage(c.t, sandbox.Options{})
	}
	if c.call.prepare != nil {
		c.call.prepare(c, c.stage.configured(c.t, values{"http": quickHTTP()}))
	}
	c.stage.ClearRequests()
	w := c.faulty()
	seen := matrixWatch(w, func(made matrixAttempt) {
		if c.mode == matrixOnce && matrixCallOf(made.URL) == c.call.sandboxCall {
			c.line.mend()
		}
	})
	c.result = c.call.do(c, w)
	return seen
}

// faulty returns a provider whose calls meet the fault.
func (c *matrixCell) faulty() *wire {
	c.t.Helper()
	breaks := ""
	switch c.call.first {
	case "thulium.start":
		breaks = "/start"
	case "thulium.stop":
		breaks = "/stop"
	}
	c.line = newMatrixLine(c, breaks)
	if first := c.call.firstFault; first.Kind != "" {
		first.Call = c.call.first
		c.stage.AddFault(first)
	}
	http := matrixWith(quickHTTP(), "max_retries", c.retries)
	arm := func(fault *matrixFault, mode string) {
		if fault.arm.Kind == sandbox.FaultSilence {
			http["timeout"] = matrixTimeout.String()
		}
		if fault.arm.Kind != "" {
			c.stage.AddFault(fault.armed(c.call, mode, c.line.url()))
		}
	}
	for _, fault := range c.before {
		arm(fault, matrixOnce)
	}
	arm(c.fault, c.mode)
	if c.fault.cut == matrixLineUntrusted {
		http["ca_certificate"] = matrixTrusted().pem
	}
	there := &stage{Sandbox: c.stage.Sandbox, URL: c.line.url(), Environment: maps.Clone(c.stage.Environment), Dial: c.line.dial}
	there.Logged = true // the attempts are read from the log
	there.Environment[envThuliumBaseURL] = there.URL + sandbox.ThuliumPath
	there.Environment[envJelouBaseURL] = there.URL + sandbox.JelouPath
	there.Environment[envChatbotBaseURL] = there.URL + sandbox.ChatbotPath
	return there.configured(c.t, values{"http": http})
}

// checkRequests compares what was tried with what arrived, and how often the
// service acted. It returns the sums of the first two.
func (c *matrixCell) checkRequests(want *matrixExpectation, seen *watchedProvider) (tried, received int) {
	c.t.Helper()
	wantTried, wantReceived := map[string]int{c.call.sandboxCall: want.attempts}, map[string]int{}
	switch {
	case c.fault.cut == matrixLineWell:
		wantReceived[c.call.sandboxCall] = want.attempts
	case want.outcome == matrixDone:
		wantReceived[c.call.sandboxCall] = 1 // the last attempt
	}
	if c.call.first != "" {
		wantTried[c.call.first], wantReceived[c.call.first] = 1, 1
	}
	switch {
	case want.lookups == 0:
	case c.fault.cut != matrixLineWell && c.mode == matrixEver: // it meets the same fault
		wantTried["thulium.list"] = want.attempts
	default:
		wantTried["thulium.list"], wantReceived["thulium.list"] = want.lookups, want.lookups
	}
	gotReceived, acted := map[string]int{}, 0
	for _, request := range c.stage.Requests() {
		gotReceived[request.Call]++
		received++
		if request.Call == c.call.sandboxCall && request.Acted {
			acted++
		}
	}
	gotTried := seen.attempts()
	for _, n := range gotTried {
		tried += n
	}
	if !maps.Equal(gotTried, wantTried) {
		c.t.Errorf("tried %v, want %v", gotTried, wantTried)
	}
	if !maps.Equal(gotReceived, wantReceived) {
		c.t.Errorf("the service received %v, want %v", gotReceived, wantReceived)
	}
	if acted != want.acted {
		c.t.Errorf("the service acted %d times, want %d", acted, want.acted)
	}
	connections := tried
	if c.fault.cut == matrixLineRefuses {
		connections = received
	}
	if got := c.line.accepted(); got != connections {
		c.t.Errorf("%d connections, want %d", got, connections)
	}
	return tried, received
}

// checkState compares what is left.
func (c *matrixCell) checkState(want *matrixExpectation) {
	c.t.Helper()
	state, prior := c.result.object.State, c.prior.State
	good := false
	switch want.ending.left {
	case leftNothing:
		good = state == nil && !c.hasRead() && len(c.result.progress) == 0
	case leftSaved:
		good = !c.result.object.Tainted && c.hasResults(state)
	case leftTainted:
		good = c.result.object.Tainted && matrixText(state["id"]) != "" && state["conversation_id"] == nil && state["status"] == nil &&
			state["ended_reason"] == nil && state["closed_at"] == nil
	case leftKept:
		good = prior != nil && !c.result.object.Tainted && reflect.DeepEqual(state, prior)
	case leftGone:
		good = prior != nil && state == nil
	case leftRefreshed:
		good = prior != nil && reflect.DeepEqual(state, matrixWith(prior, "status", sandbox.DefaultKnobs().OpenStatus))
	case leftImported:
		rest := maps.Clone(state)
		maps.DeleteFunc(rest, func(name string, value any) bool { return value == nil || name == "id" || name == "chat_queue_id" })
		good = state["id"] == c.id && state["chat_queue_id"] == matrixQueue && len(rest) == 0 && c.result.object.Identity != nil
	case leftRead:
		good = c.hasRead()
	case leftTold:
		good = len(c.result.progress) == 1
	}
	if !good {
		c.t.Errorf("want %s, got state %v (tainted: %t), values %v, progress %q; the state was %v",
			want.ending.left, state, c.result.object.Tainted, c.result.values, c.result.progress, prior)
	}
}

// hasRead says whether a data source or an ephemeral resource has values. On
// failure both give back what they were configured with.
func (c *matrixCell) hasRead() bool {
	return c.result.values["messages"] != nil || c.result.values["webhook_url"] != nil || c.result.values["conversations"] != nil
}

// hasResults says whether the state has what the service has answered.
func (c *matrixCell) hasResults(state values) bool {
	if c.call.service == "jelou" {
		closed := c.stage.JelouClosed()
		return len(closed) > 0 && state["conversation_id"] == closed[len(closed)-1].Conversation && state["status"] == "closed" &&
			state["ended_reason"] == "closed_by_operator" && matrixText(state["closed_at"]) != "" && state["when"] == "create"
	}
	open := c.stage.Open()
	return len(open) == 1 && state["id"] == open[0].ID && matrixText(state["started_at"]) != "" && c.result.object.Identity != nil
}

func matrixText(value any) string {
	s, _ := value.(string)
	return s
}

// checkDiagnostics compares the message, if there is to be one.
func (c *matrixCell) checkDiagnostics(want *matrixExpectation) {
	c.t.Helper()
	diags := c.result.diags
	if want.ending.severity == matrixSilent {
		if len(diags) > 0 {
			c.t.Errorf("want no diagnostic, got\n%s", said(diags))
		}
		return
	}
	if len(diags) != 1 || diags[0].Severity != want.ending.severity {
		c.t.Fatalf("want one diagnostic, %s, got\n%s", want.ending.severity, said(diags))
	}
	summary := c.call.summary
	if want.ending.severity == matrixWarning {
		summary = c.call.warning
	}
	if diags[0].Summary != summary {
		c.t.Errorf("the summary is %q, want %q", diags[0].Summary, summary)
	}
	needs := append([]string{c.address(c.call.shown)}, want.ending.says...)
	at := ""
	switch {
	case want.outcome == matrixDone:
	case c.call.tells == tellsAll:
		needs, at = append(append(needs, want.words...), want.advice...), c.attribute()
	case c.call.tells == tellsBriefly:
		needs = append(needs, c.address(shownList), want.words[0])
	}
	for _, words := range needs {
		if !strings.Contains(diags[0].Detail, words) {
			c.t.Errorf("the message lacks %q:\n%s", words, said(diags))
		}
	}
	for _, effect := range matrixEffects {
		if strings.Contains(diags[0].Detail, effect) && !slices.Contains(want.ending.says, effect) {
			c.t.Errorf("the message says %q:\n%s", effect, said(diags))
		}
	}
	if got := strings.Trim(strings.TrimPrefix(diags[0].Attribute.String(), "AttributeName"), `()"`); got != at {
		c.t.Errorf("the message is at %q, want %q", got, at)
	}
}

// attribute returns the attribute that the service means, if it says so.
func (c *matrixCell) attribute() string {
	if c.call.name == "stop_action" && c.fault.name == "404" {
		return "conversation_id"
	}
	return c.fault.at[c.call.service]
}

// address returns a method and path as the message has to show them.
func (c *matrixCell) address(shown string) string {
	method, path, _ := strings.Cut(strings.Replace(shown, "%s", c.id, 1), " ")
	return method + " " + c.line.url() + path
}

// checkSecrets fails for each value that shows where it must not.
func (c *matrixCell) checkSecrets(seen *watchedProvider) {
	c.t.Helper()
	for place, shown := range map[string]string{
		"diagnostics": said(c.result.diags), "progress": strings.Join(c.result.progress, "\n"), "log": seen.log.String(),
	} {
		shown = strings.ToLower(shown)
		for _, secret := range matrixSecrets {
			for _, form := range []string{secret, url.QueryEscape(secret), url.PathEscape(secret)} {
				if strings.Contains(shown, strings.ToLower(form)) {
					c.t.Errorf("%q shows in the %s:\n%s", secret, place, shown)
				}
			}
		}
	}
}
