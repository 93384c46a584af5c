package faultmatrix_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
)

// The words of a message for what is known of an effect.
var (
	mayHaveActed = regexp.MustCompile(`may (not )?have|answer of the service was lost|not known whether`)
	hasNotActed  = regexp.MustCompile(`[Nn]othing (happened|was)|No (conversation|thread|message) was|is still open|was not (stopped|closed|said|sent|changed)|does not have all`)
)

// actedAtMostOnce holds for all that acts a second time when it is sent again, and no call
// changes more than one thing.
func (c *cell) actedAtMostOnce() {
	c.t.Helper()
	acted := map[string]int{}
	for _, r := range c.stage.Requests() {
		if r.Acted && r.Method != http.MethodGet {
			acted[r.Call]++
		}
	}
	for name, times := range acted {
		if requests[name].once && times > 1 {
			c.t.Errorf("the service acted %d times on %s", times, name)
		}
	}
	if changed := c.changed(); len(changed) > 1 || len(changed) > 0 && len(acted) == 0 {
		c.t.Errorf("the call changed %v, and the service acted on %v", changed, acted)
	}
}

// actedIsAccountedFor holds when what the service has changed is in the state or in the
// message, or the message says that the call may have taken effect, and when a message that
// denies an effect is right.
func (c *cell) actedIsAccountedFor() {
	c.t.Helper()
	changed, outcomes, failed := c.changed(), c.outcomes(), providertest.Failed(c.diags)
	may, denied := mayHaveActed.MatchString(c.said()), hasNotActed.MatchString(c.said())
	acted, looked := false, false
	for name, outcome := range outcomes {
		acts := requests[name].acts()
		acted, looked = acted || acts && outcome == done, looked || !acts
	}
	gone := c.prior.State != nil && c.after.State == nil && !failed
	if len(changed) > 0 && !c.found() && !gone && !c.isToldNothing() {
		if !may && !strings.Contains(c.said(), changed[0]) {
			c.t.Errorf("%s was changed, and is in no state and no message:\n%s", changed[0], c.said())
		}
		if denied && !may && !acted {
			c.t.Errorf("%s was changed, and the message denies it:\n%s", changed[0], c.said())
		}
	}
	for name, outcome := range outcomes {
		switch {
		case !requests[name].acts(), outcome == done, c.found():
		case failed && outcome == unknown && !may && !(denied && looked):
			c.t.Errorf("the outcome of %s is unknown, and the message says nothing of its effect:\n%s", name, c.said())
		case failed && outcome != unknown && (!denied || may):
			c.t.Errorf("%s was %s, and the message does not say that nothing happened:\n%s", name, outcome, c.said())
		case !failed && c.things()[c.id] != over[true] && c.fault.name != "404":
			c.t.Errorf("%s was %s, and that is no error", name, outcome)
		}
	}
}

// found reports whether all that was changed is in the state, or was told.
func (c *cell) found() bool {
	kept, changed := fmt.Sprint(c.after.State, c.progress), c.changed()
	return !providertest.Failed(c.diags) && len(changed) > 0 &&
		!slices.ContainsFunc(changed, func(thing string) bool { return !strings.Contains(kept, thing) })
}

// isToldNothing reports whether the service says that there is nothing, which is believed.
func (c *cell) isToldNothing() bool {
	return c.fault.name == "404" && !requests[c.call.target].acts()
}

var methodAndURL = regexp.MustCompile(`(GET|POST|PATCH) (https?://[^\s:]+(?::\d+)?/[^\s]*[^\s:])`)

// failureIsOneDiagnostic holds when a failure is one error, or one warning where it does no
// harm, with the method, the URL, the status or cause and a next step.
func (c *cell) failureIsOneDiagnostic() {
	c.t.Helper()
	outcome, acts := c.outcomes()[c.call.target], requests[c.call.target].acts()
	if len(c.diags) == 0 {
		if outcome != done && !acts && c.after.State != nil && !c.isToldNothing() {
			c.t.Errorf("the outcome is %q, and nothing says so", outcome)
		}
		return
	}
	if len(c.diags) > 1 {
		c.t.Errorf("want one diagnostic, got\n%s", c.said())
	}
	if c.diags[0].Severity == tfprotov6.DiagnosticSeverityWarning && acts && outcome == unknown && !c.found() {
		c.t.Errorf("an unknown outcome is an error:\n%s", c.said())
	}
	if outcome == done && !providertest.Failed(c.diags) {
		return // the answer is an odd one, which a warning tells
	}
	needs := []string{methodAndURL.String()}
	about := methodAndURL.FindStringSubmatch(c.said())
	switch {
	case outcome == done || !c.lastWasHit():
	case len(about) > 0 && requestTo(about[1], about[2]) == c.call.target && !c.found():
		needs = append(needs, strings.ReplaceAll(c.fault.next, "SERVICE", c.call.service()))
		for _, words := range append(slices.Clone(c.fault.says), c.fault.said[c.call.service()]) {
			needs = append(needs, regexp.QuoteMeta(words))
		}
	case !c.isToldNothing(): // the message is about another request, or about what was found all the same
		needs = append(needs, c.fault.says[0])
	}
	for _, need := range needs {
		if !regexp.MustCompile(need).MatchString(c.said()) {
			c.t.Errorf("the message lacks %q:\n%s", need, c.said())
		}
	}
}

// lastWasHit reports whether the fault hit the last attempt, of which messages tell.
func (c *cell) lastWasHit() bool {
	targets := 0
	for _, a := range c.log.attempts() {
		if a.request == c.call.target {
			targets++
		}
	}
	return c.mode == ever || targets == c.call.skip+1
}

// showsNoSecret holds when no credential, webhook address or personal value shows.
func (c *cell) showsNoSecret() {
	c.t.Helper()
	shown := strings.ToLower(c.said() + strings.Join(c.progress, "\n") + c.log.String())
	for _, secret := range secrets {
		for _, form := range []string{secret, url.QueryEscape(secret), url.PathEscape(secret)} {
			if strings.Contains(shown, strings.ToLower(form)) {
				c.t.Errorf("%q shows in\n%s", secret, shown)
			}
		}
	}
}

// mostCalls is how often one request is made for one operation: an import looks in four windows.
const mostCalls = 4

// requestsAreBounded holds when each attempt is allowed by the outcome of the one before it,
// nothing is sent after a refusal but what reads, and nothing is sent that no line of the log shows.
func (c *cell) requestsAreBounded() {
	c.t.Helper()
	attempts := c.log.attempts()
	last, began, made := map[string]string{}, map[string]int{}, map[string]int{}
	refusedBefore, met := "", false
	for _, a := range attempts {
		made[a.request]++
		r := requests[a.request]
		if a.request == c.call.target && !met {
			want := c.fault.outcome
			if slices.Contains(r.accepts, c.fault.name) {
				want = done
			}
			if met = made[a.request] > c.call.skip; met && a.Outcome != want {
				c.t.Errorf("the outcome is %q, want %q", a.Outcome, want)
			}
		}
		switch again := last[a.request]; {
		case a.Number == 1:
			most := mostCalls
			if a.request == "jelou.conversation" {
				most += made["jelou.close"] // before each of which it is read
			}
			if began[a.request]++; began[a.request] > most || r.acts() && began[a.request] > 1 {
				c.t.Errorf("%s was called %d times", a.request, began[a.request])
			}
		case again == done, again == refused, again == unknown && r.once:
			c.t.Errorf("%s was sent again after %q", a.request, again)
		}
		if most := c.mostAttempts(); a.Number > most {
			c.t.Errorf("attempt %d of %s, want at most %d", a.Number, a.request, most)
		}
		if r.acts() {
			if refusedBefore != "" {
				c.t.Errorf("%s was sent after %s was refused", a.request, refusedBefore)
			}
			if a.Outcome == refused {
				refusedBefore = a.request
			}
		}
		last[a.request] = a.Outcome
	}
	if !met {
		c.t.Errorf("%s was not made", c.call.target)
	}
	arrived := map[string]int{}
	for _, r := range c.stage.Requests() {
		arrived[r.Call]++
	}
	for name := range arrived {
		if hidden := arrived[name] - made[name]; hidden > 0 || hidden < 0 && !c.fault.refuses && !c.fault.untrusted {
			c.t.Errorf("%d requests %s arrived, and %d are logged", arrived[name], name, made[name])
		}
	}
}

// mostAttempts is how often a request may be tried. 429 is waited out, and each pause is as
// long as the time-out of an attempt.
func (c *cell) mostAttempts() int {
	if c.fault.arm.Status == http.StatusTooManyRequests {
		return 1 + int(operationTimeout/attemptTimeout)
	}
	return 1 + maxRetries
}

// said returns all messages.
func (c *cell) said() string { return providertest.Said(c.diags) }
