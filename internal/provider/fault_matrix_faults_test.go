package provider

import (
	"net/http"
	"strings"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// The modes of a fault.
const (
	matrixOnce = "once" // it hits the first request only
	matrixEver = "ever" // it hits every request
)

// matrixTimeout is http.timeout where an answer never comes.
const matrixTimeout = 20 * time.Second

// matrixPause is the longest pause between two attempts: retry_wait_max of
// quickHTTP, far below what Retry-After asks for.
const matrixPause = 5 * time.Millisecond

// matrixElsewhere is where redirects point to: a path of the same server, so
// that one which is followed shows in the log of requests.
const matrixElsewhere = sandbox.ThuliumPath + "/elsewhere"

// matrixFault is a failure of the network or of a service.
type matrixFault struct {
	name     string
	outcome  matrixOutcome
	acts     bool // the service acts before the failure
	success  bool // the answer has a success status
	hopeless bool // not acted, but not tried again either: it would fail in the same way
	cut      matrixLineFault
	arm      sandbox.Fault
	says     []string
	body     map[string]string   // by service, in place of the sandbox's own; %s is where the service repeats what it was sent
	said     map[string][]string // by service, what the message repeats of that body
	at       map[string]string   // by service, the attribute at fault
	advice   map[string][]string // by service, what the message says to look at
}

// words are what the message says of the fault.
func (f *matrixFault) words(call *matrixCall) []string {
	return append(append([]string{}, f.says...), f.said[call.service]...)
}

// What the message says to look at, by service.
var (
	adviseAddress = map[string][]string{
		"thulium": {"thulium.base_url", "THULIUM_BASE_URL"},
		"jelou":   {"jelou.base_url", "JELOU_BASE_URL"},
		"chatbot": {"chatbot.base_url", "CHATBOT_BASE_URL"},
	}
	adviseCredentials = map[string][]string{
		"thulium": {"thulium.username", "thulium.password", "THULIUM_USERNAME", "THULIUM_PASSWORD"},
		"jelou":   {"jelou.api_key", "jelou.client_id", "jelou.client_secret", "JELOU_API_KEY", "JELOU_CLIENT_ID", "JELOU_CLIENT_SECRET"},
		"chatbot": {"chatbot.token", "CHATBOT_TOKEN"},
	}
	advisePermission = map[string][]string{
		"thulium": {"API user may not call this method"},
		"jelou":   {"may not use this project"},
		"chatbot": {"may not read this chatbot"},
	}
	adviseIDs = map[string][]string{
		"thulium": {"thulium.base_url"},
		"jelou":   {"project_id", "bot_id", "user_id"},
		"chatbot": {"chatbot_id", "thread_id"},
	}
	adviseRate      = adviseAll("requests_per_minute")
	adviseAuthority = adviseAll("http.ca_certificate")
)

func adviseAll(words ...string) map[string][]string {
	return map[string][]string{"thulium": words, "jelou": words, "chatbot": words}
}

// matrixFaults are all faults, with the outcome that each of them means.
var matrixFaults = []matrixFault{
	{name: "connection_refused", outcome: matrixNotActed, cut: matrixLineRefuses, says: []string{"connection refused"}, advice: adviseAddress},
	{name: "tls_failure", outcome: matrixNotActed, hopeless: true, cut: matrixLineUntrusted, says: []string{"certificate"}, advice: adviseAuthority},
	{
		name: "reset_before_acting", outcome: matrixUnknown, arm: sandbox.Fault{Kind: sandbox.FaultResetBefore},
		says: []string{"connection reset"}, advice: adviseAddress,
	},
	{
		name: "reset_after_acting", outcome: matrixUnknown, acts: true, arm: sandbox.Fault{Kind: sandbox.FaultResetAfter},
		says: []string{"connection reset"}, advice: adviseAddress,
	},
	{
		name: "silence", outcome: matrixUnknown, acts: true, arm: sandbox.Fault{Kind: sandbox.FaultSilence},
		says: []string{"no whole answer arrived within " + matrixTimeout.String()}, advice: adviseAddress,
	},
	{
		name: "half_an_answer", outcome: matrixUnknown, acts: true, success: true, arm: sandbox.Fault{Kind: sandbox.FaultHalf},
		says: []string{"200 OK", "broke off"},
	},

	// Refusals. In the first the service repeats all that it was sent.
	{
		name: "400", outcome: matrixRefused, arm: matrixStatus(http.StatusBadRequest), says: []string{"400 Bad Request", "Bad are *** ***"},
		body: map[string]string{
			"thulium": `{"request_id":"53678450401cf","errors":[{"message":"Bad are %s.","code":111111},{"message":"Second.","code":111112}]}`,
			"jelou":   `{"message":"Bad are %s.","statusMessage":"failed","status":0,"error":{"code":"E1000","key":"BAD_CALL"}}`,
			"chatbot": `{"success":false,"message":"Bad are %s.","data":null,"error":{"code":"BAD_CALL","message":"Bad","details":null}}`,
		},
		said: map[string][]string{"thulium": {"111111", "111112", "Second.", "53678450401cf"}, "jelou": {"E1000", "BAD_CALL"}, "chatbot": {"BAD_CALL"}},
	},
	{name: "401", outcome: matrixRefused, arm: matrixStatus(http.StatusUnauthorized), says: []string{"401 Unauthorized"}, advice: adviseCredentials},
	{name: "403", outcome: matrixRefused, arm: matrixStatus(http.StatusForbidden), says: []string{"403 Forbidden"}, advice: advisePermission},
	{
		name: "404", outcome: matrixRefused, arm: matrixStatus(http.StatusNotFound), says: []string{"404 Not Found"}, advice: adviseIDs,
		body: map[string]string{
			"jelou": `{"message":["The Bot could not be found at the moment."],"statusMessage":"failed","status":0,` +
				`"error":{"code":"E1019","key":"BOT_NOT_FOUND","description":"The Bot could not be found at the moment."}}`,
			"chatbot": `{"success":false,"message":"Thread not found","data":null,"error":{"code":"THREAD_NOT_FOUND","message":"Thread not found"}}`,
		},
		said: map[string][]string{"jelou": {"The Bot could not be found", "E1019"}, "chatbot": {"Thread not found", "THREAD_NOT_FOUND"}},
		at:   map[string]string{"jelou": "bot_id", "chatbot": "thread_id"},
	},
	{name: "405", outcome: matrixRefused, arm: matrixStatus(http.StatusMethodNotAllowed), says: []string{"405 Method Not Allowed"}, advice: adviseAddress},
	{name: "408", outcome: matrixUnknown, arm: matrixStatus(http.StatusRequestTimeout), says: []string{"408 Request Timeout"}},
	{name: "409", outcome: matrixRefused, arm: matrixStatus(http.StatusConflict), says: []string{"409 Conflict"}},
	{
		name: "422", outcome: matrixRefused, arm: matrixStatus(http.StatusUnprocessableEntity), says: []string{"422 Unprocessable Entity"},
		body: map[string]string{
			"jelou": `{"message":["Invalid."],"statusMessage":"failed","status":0,"validationError":{"userId":["The userId must be a number."]}}`,
			"chatbot": `{"success":false,"message":"Invalid","data":null,` +
				`"error":{"code":"REQUEST_VALIDATION_FAILED","message":"Invalid","details":["threadId must be a UUID"]}}`,
		},
		said: map[string][]string{"jelou": {"userId: The userId must be a number."}, "chatbot": {"threadId must be a UUID"}},
		at:   map[string]string{"jelou": "user_id"},
	},
	{
		name: "redirect", outcome: matrixRefused, arm: sandbox.Fault{Kind: sandbox.FaultRedirect},
		says: []string{"307 Temporary Redirect", matrixElsewhere, "not followed"}, advice: adviseAddress,
	},

	// The service says that it has not acted.
	{name: "429_bare", outcome: matrixNotActed, arm: matrixStatus(http.StatusTooManyRequests), says: []string{"429 Too Many Requests"}, advice: adviseRate},
	{name: "429_seconds", outcome: matrixNotActed, arm: matrixLater(http.StatusTooManyRequests, "20"), says: []string{"429"}, advice: adviseRate},
	{
		name: "429_date", outcome: matrixNotActed, says: []string{"429"}, advice: adviseRate,
		arm: matrixLater(http.StatusTooManyRequests, time.Now().Add(time.Minute).UTC().Format(http.TimeFormat)),
	},
	{name: "429_an_hour", outcome: matrixNotActed, arm: matrixLater(http.StatusTooManyRequests, "3600"), says: []string{"429"}, advice: adviseRate},
	{
		name: "503_with_retry_after", outcome: matrixNotActed, arm: matrixLater(http.StatusServiceUnavailable, "20"),
		says: []string{"503 Service Unavailable"},
	},

	// A gateway or the service fails, and nobody knows how far the call came.
	{
		name: "500", outcome: matrixUnknown, arm: matrixStatus(http.StatusInternalServerError), says: []string{"500 Internal Server Error"},
		advice: map[string][]string{"jelou": adviseCredentials["jelou"]}, // a 500 of Jelou can also be a credential fault
	},
	{name: "502", outcome: matrixUnknown, arm: matrixStatus(http.StatusBadGateway), says: []string{"502 Bad Gateway"}},
	{name: "503", outcome: matrixUnknown, arm: matrixStatus(http.StatusServiceUnavailable), says: []string{"503 Service Unavailable"}},
	{name: "504", outcome: matrixUnknown, arm: matrixStatus(http.StatusGatewayTimeout), says: []string{"504 Gateway Timeout"}},

	// A success status that proves nothing.
	{
		name: "200_empty", outcome: matrixUnknown, acts: true, success: true, arm: sandbox.Fault{Kind: sandbox.FaultEmpty},
		says: []string{"200 OK", "the answer is empty"},
	},
	{
		name: "200_html", outcome: matrixUnknown, acts: true, success: true, arm: sandbox.Fault{Kind: sandbox.FaultHTML},
		says: []string{"200 OK", "not JSON", "web page"}, advice: adviseAddress,
	},
	{
		name: "200_wrong_types", outcome: matrixUnknown, acts: true, success: true, arm: sandbox.Fault{Kind: sandbox.FaultWrongTypes},
		says: []string{"200 OK", "the answer has"},
	},
	{
		name: "200_too_large", outcome: matrixUnknown, acts: true, success: true, arm: sandbox.Fault{Kind: sandbox.FaultTooLarge},
		says: []string{"200 OK", "larger than"},
	},
}

func matrixStatus(code int) sandbox.Fault {
	return sandbox.Fault{Kind: sandbox.FaultStatus, Status: code}
}

// matrixLater is a status with Retry-After. What it asks for is capped by
// retry_wait_max, or a cell would take as long.
func matrixLater(code int, retryAfter string) sandbox.Fault {
	fault := matrixStatus(code)
	fault.RetryAfter = retryAfter
	return fault
}

// armed returns the fault for the sandbox that serves a call.
func (f *matrixFault) armed(call *matrixCall, mode, server string) sandbox.Fault {
	arm := f.arm
	arm.Call = call.sandboxCall
	if mode == matrixOnce {
		arm.Times = 1
	}
	if arm.Kind == sandbox.FaultRedirect {
		arm.Location = server + matrixElsewhere
	}
	arm.Body = strings.Replace(f.body[call.service], "%s", strings.Join(call.sent, " "), 1)
	return arm
}
