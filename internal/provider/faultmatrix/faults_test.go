package faultmatrix_test

import (
	"net/http"
	"strings"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// The outcomes of an attempt, as the provider's log names them.
const (
	done     = "done"
	notActed = "not acted" // no connection, 429, 503 with Retry-After: anything is sent again
	refused  = "refused"   // any other 4xx but 408, and redirects: nothing is sent again
	unknown  = "unknown"   // the rest: only what is repeatable is sent again
)

// The modes of a fault.
const (
	once = "once" // it hits the first request only
	ever = "ever" // it hits every request
)

// attemptTimeout is http.timeout, which a silence uses up.
const attemptTimeout = 20 * time.Second

// fault is a failure of the network or of a service.
type fault struct {
	name      string
	outcome   string // of the attempt that it hits
	arm       sandbox.Fault
	refuses   bool              // nothing listens at the address
	untrusted bool              // the server's certificate is signed by nobody who is trusted
	body      map[string]string // by service, in place of the sandbox's own; SENT is what the service was sent
	says      []string          // what a message says of it
	said      map[string]string // by service, what a message repeats of the body
	next      string            // expression of the next step that a message names; "": there is none
}

// The next steps. In each of them SERVICE is the name of the service's block.
const (
	checkAddress     = `SERVICE\.base_url`
	checkCredentials = `SERVICE\.(username|api_key|token)`
	checkPermission  = `may not (call|use) this`
	limitRate        = `requests_per_minute|timeouts`
	waitForService   = `try again when it has recovered|wrong credentials`
	correct          = `Correct `
)

// faults are all faults. Each of them meets each call.
var faults = []fault{
	{name: "connection_refused", outcome: notActed, refuses: true, says: []string{"connection refused"}, next: checkAddress},
	{name: "tls_failure", outcome: notActed, untrusted: true, says: []string{"certificate"}, next: `http\.ca_certificate`},
	{name: "reset_before_acting", outcome: unknown, arm: sandbox.Fault{Kind: sandbox.FaultResetBefore}, says: []string{"connection reset"}, next: checkAddress},
	{name: "reset_after_acting", outcome: unknown, arm: sandbox.Fault{Kind: sandbox.FaultResetAfter}, says: []string{"connection reset"}, next: checkAddress},
	{name: "silence", outcome: unknown, arm: sandbox.Fault{Kind: sandbox.FaultSilence}, says: []string{"no whole answer arrived within"}, next: `timeout`},
	{name: "half_an_answer", outcome: unknown, arm: sandbox.Fault{Kind: sandbox.FaultHalf}, says: []string{"200 OK", "broke off"}, next: `a proxy before it`},

	// Refusals. In the first the service repeats all that it was sent.
	{
		name: "400", outcome: refused, arm: status(http.StatusBadRequest), says: []string{"400 Bad Request", "Bad are ***"}, next: correct,
		body: map[string]string{
			"thulium": `{"request_id":"53678450401cf","errors":[{"message":"Bad are SENT.","code":111111},{"message":"Second.","code":111112}]}`,
			"jelou":   `{"message":"Bad are SENT.","statusMessage":"failed","status":0,"error":{"code":"E1000","key":"BAD_CALL"}}`,
			"chatbot": `{"success":false,"message":"Bad are SENT.","data":null,"error":{"code":"BAD_CALL","message":"Bad are SENT","details":null}}`,
		},
		said: map[string]string{"thulium": "code 111111, 111112, request id 53678450401cf", "jelou": "code E1000, BAD_CALL", "chatbot": "code BAD_CALL"},
	},
	{name: "401", outcome: refused, arm: status(http.StatusUnauthorized), says: []string{"401 Unauthorized"}, next: checkCredentials},
	{name: "403", outcome: refused, arm: status(http.StatusForbidden), says: []string{"403 Forbidden"}, next: checkPermission},
	{
		name: "404", outcome: refused, arm: status(http.StatusNotFound), says: []string{"404 Not Found"}, next: `Check .*id`,
		body: map[string]string{
			"jelou": `{"message":["The Bot could not be found at the moment."],"statusMessage":"failed","status":0,` +
				`"error":{"code":"E1019","key":"BOT_NOT_FOUND","description":"The Bot could not be found at the moment."}}`,
			"chatbot": `{"success":false,"message":"Thread not found","data":null,"error":{"code":"THREAD_NOT_FOUND","message":"Thread not found"}}`,
		},
		said: map[string]string{"jelou": "BOT_NOT_FOUND", "chatbot": "THREAD_NOT_FOUND"},
	},
	{name: "405", outcome: refused, arm: status(http.StatusMethodNotAllowed), says: []string{"405 Method Not Allowed"}, next: checkAddress},
	{name: "408", outcome: unknown, arm: status(http.StatusRequestTimeout), says: []string{"408 Request Timeout"}, next: waitForService},
	{name: "409", outcome: refused, arm: status(http.StatusConflict), says: []string{"409 Conflict"}, next: correct},
	{
		name: "422", outcome: refused, arm: status(http.StatusUnprocessableEntity), says: []string{"422 Unprocessable Entity"}, next: correct,
		body: map[string]string{
			"jelou": `{"message":["Invalid."],"statusMessage":"failed","status":0,"validationError":{"userId":["The userId must be a number."]}}`,
			"chatbot": `{"success":false,"message":"Invalid","data":null,` +
				`"error":{"code":"REQUEST_VALIDATION_FAILED","message":"Invalid","details":["threadId must be a UUID"]}}`,
		},
		said: map[string]string{"jelou": "userId: The userId must be a number.", "chatbot": "threadId must be a UUID"},
	},
	{name: "redirect", outcome: refused, arm: redirect, says: []string{"307 Temporary Redirect", "https://elsewhere.test/api", "not followed"}, next: checkAddress},

	// The service says that it has not acted.
	{name: "429_bare", outcome: notActed, arm: status(http.StatusTooManyRequests), says: []string{"429 Too Many Requests"}, next: limitRate},
	{name: "429_seconds", outcome: notActed, arm: later(http.StatusTooManyRequests, "20"), says: []string{"429"}, next: limitRate},
	{name: "429_date", outcome: notActed, arm: later(http.StatusTooManyRequests, inAMinute), says: []string{"429"}, next: limitRate},
	{name: "429_an_hour", outcome: notActed, arm: later(http.StatusTooManyRequests, "3600"), says: []string{"429"}, next: limitRate},
	{name: "503_with_retry_after", outcome: notActed, arm: later(http.StatusServiceUnavailable, "20"), says: []string{"503 Service Unavailable"}, next: waitForService},

	// A gateway or the service fails, and nobody knows how far the call came.
	{name: "500", outcome: unknown, arm: status(http.StatusInternalServerError), says: []string{"500 Internal Server Error"}, next: waitForService},
	{name: "502", outcome: unknown, arm: status(http.StatusBadGateway), says: []string{"502 Bad Gateway"}, next: waitForService},
	{name: "503", outcome: unknown, arm: status(http.StatusServiceUnavailable), says: []string{"503 Service Unavailable"}, next: waitForService},
	{name: "504", outcome: unknown, arm: status(http.StatusGatewayTimeout), says: []string{"504 Gateway Timeout"}, next: waitForService},

	// A success status that proves nothing.
	{name: "200_empty", outcome: unknown, arm: sandbox.Fault{Kind: sandbox.FaultEmpty}, says: []string{"200 OK", "the answer is empty"}, next: checkAddress},
	{name: "200_html", outcome: unknown, arm: sandbox.Fault{Kind: sandbox.FaultHTML}, says: []string{"200 OK", "web page"}, next: checkAddress},
	{name: "200_wrong_types", outcome: unknown, arm: sandbox.Fault{Kind: sandbox.FaultWrongTypes}, says: []string{"200 OK", "the answer "}, next: checkAddress},
	{name: "200_too_large", outcome: unknown, arm: sandbox.Fault{Kind: sandbox.FaultTooLarge}, says: []string{"200 OK", "larger than"}},
}

var redirect = sandbox.Fault{Kind: sandbox.FaultRedirect, Location: "https://elsewhere.test/api"}

// inAMinute stands for a date in Retry-After, because each cell has a clock of its own.
const inAMinute = "in a minute"

func status(code int) sandbox.Fault { return later(code, "") }

func later(code int, retryAfter string) sandbox.Fault {
	return sandbox.Fault{Kind: sandbox.FaultStatus, Status: code, RetryAfter: retryAfter}
}

// armed returns the fault as the sandbox meets the cell's target with it.
func (c *cell) armed() sandbox.Fault {
	arm := c.fault.arm
	arm.Call = c.call.target
	if c.mode == once {
		arm.Times = 1
	}
	if arm.RetryAfter == inAMinute {
		arm.RetryAfter = time.Now().Add(time.Minute).UTC().Format(http.TimeFormat)
	}
	sent := strings.Join(append(credentials[c.call.service()], c.call.personal...), " ")
	arm.Body = strings.ReplaceAll(c.fault.body[c.call.service()], "SENT", sent)
	return arm
}
