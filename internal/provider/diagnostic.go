package provider

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

// advice is what to look at for each service when it says no.
type advice struct {
	credentials string
	permission  string
	notFound    string
	baseURL     string
}

var adviceFor = map[string]advice{
	"Thulium": {
		credentials: "Check thulium.username and thulium.password (" + envThuliumUsername + ", " + envThuliumPassword + "). " +
			"Thulium may also answer like this when the API user may not call this method.",
		permission: "The API user may not call this method: allow it for that user in Thulium's administration, under API users.",
		notFound: "Check the id or the chat queue that the call names, and that thulium.base_url (" + envThuliumBaseURL +
			") is the address of the right system.",
		baseURL: "thulium.base_url (" + envThuliumBaseURL + ")",
	},
	"Jelou": {
		credentials: "Check jelou.api_key (" + envJelouAPIKey + "), or jelou.client_id and jelou.client_secret (" +
			envJelouClientID + ", " + envJelouClientSecret + ").",
		permission: "The credentials may not use this project: check project_id and the rights of the key.",
		notFound:   "Check project_id, bot_id and user_id.",
		baseURL:    "jelou.base_url (" + envJelouBaseURL + ")",
	},
	"Chatbot": {
		credentials: "Check chatbot.token (" + envChatbotToken + ").",
		permission:  "The token may not read this chatbot: check chatbot_id and the rights of the token.",
		notFound:    "Check chatbot_id and thread_id.",
		baseURL:     "chatbot.base_url (" + envChatbotBaseURL + ")",
	},
}

// unableTo returns the diagnostic for a call that failed: what happened, what
// the service said and what to do next. action continues "Unable to …"; effect
// says what that means for the block, after what it means for the service.
func unableTo(action string, err error, effect ...string) diag.Diagnostic {
	e, ok := errors.AsType[*rest.Error](err)
	if !ok {
		return diag.NewErrorDiagnostic("Unable to "+action, paragraphs(append([]string{sentence(err.Error())}, effect...)...))
	}
	parts := []string{whatHappened(e), whatWasSaid(e)}
	parts = append(parts, effect...)
	parts = append(parts, whatNext(e))
	failure := diag.NewErrorDiagnostic("Unable to "+action, paragraphs(parts...))
	if at, ok := attributeAtFault(e); ok {
		return diag.WithPath(at, failure)
	}
	return failure
}

// attributesAtFault names the attribute that a service means by a code or a field.
var attributesAtFault = map[string]path.Path{
	"BOT_NOT_FOUND":     path.Root("bot_id"),
	"botId":             path.Root("bot_id"),
	"USER_NOT_FOUND":    path.Root("user_id"),
	"userId":            path.Root("user_id"),
	"redirectPayload":   path.Root("redirect_payload"),
	"CHATBOT_NOT_FOUND": path.Root("chatbot_id"),
	"chatbotId":         path.Root("chatbot_id"),
	"THREAD_NOT_FOUND":  path.Root("thread_id"),
	"threadId":          path.Root("thread_id"),
}

// attributeAtFault returns the attribute that the service refuses, if it says so.
func attributeAtFault(e *rest.Error) (path.Path, bool) {
	named := slices.Clone(e.Fault.Codes)
	for _, field := range e.Fault.Fields {
		name, _, _ := strings.Cut(field, ":")
		named = append(named, name)
	}
	for _, name := range named {
		if at, ok := attributesAtFault[name]; ok {
			return at, true
		}
	}
	return path.Path{}, false
}

func paragraphs(parts ...string) string {
	var kept []string
	for _, part := range parts {
		if part != "" {
			kept = append(kept, part)
		}
	}
	return strings.Join(kept, "\n\n")
}

func whatHappened(e *rest.Error) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s", e.Method, e.URL)
	switch {
	case e.Location != "":
		fmt.Fprintf(&b, " was answered with %s, a redirect to %s, which is not followed", rest.StatusText(e.Status), e.Location)
	case e.Status != 0:
		fmt.Fprintf(&b, " was answered with %s", rest.StatusText(e.Status))
		if e.Cause != nil {
			fmt.Fprintf(&b, ", but %s", e.Cause)
		}
	case e.Cause != nil:
		fmt.Fprintf(&b, " failed: %s", e.Cause)
	case e.Attempts > 0:
		b.WriteString(" was answered without a status")
	default:
		b.WriteString(" was not sent")
	}
	if e.Attempts > 1 {
		fmt.Fprintf(&b, " (after %d attempts)", e.Attempts)
	}
	b.WriteByte('.')
	switch {
	case e.Ended == nil:
	case errors.Is(e.Ended, context.DeadlineExceeded):
		b.WriteString(" The time-out of the operation ended it.")
	case rest.IsInterrupted(e.Ended):
		b.WriteString(" The operation was interrupted.")
	case e.Attempts == 0:
		b.WriteString(" " + sentence(e.Ended.Error()))
	default:
		fmt.Fprintf(&b, " It was not tried again: %s.", e.Ended)
	}
	return b.String()
}

func whatWasSaid(e *rest.Error) string {
	var said []string
	if words := e.Fault.String(); words != "" {
		said = append(said, fmt.Sprintf("%s says: %s", e.Service, words))
	}
	if e.Answer != "" {
		said = append(said, "The answer begins: "+e.Answer)
	}
	return strings.Join(said, "\n")
}

// whatNext says what to do about the answer, and about the lack of one.
func whatNext(e *rest.Error) string {
	advice := adviceFor[e.Service]
	_, untrusted := errors.AsType[*tls.CertificateVerificationError](e)
	switch {
	case rest.IsOfProxy(e):
		return "Check the proxy that HTTPS_PROXY or HTTP_PROXY names, or leave the service out of it with NO_PROXY."
	case e.HTML:
		return strings.TrimSpace(whatStatusAsksFor(e) + " The answer is a web page, not the API: check " + advice.baseURL + ".")
	case e.Location != "":
		return "Set " + advice.baseURL + " to the address that answers itself, without a redirect."
	case untrusted:
		return "The certificate of the server is not trusted here: check " + advice.baseURL +
			", or add the authority that signed it with http.ca_certificate."
	case errors.Is(e.Ended, rest.ErrLimited):
		return "Raise requests_per_minute or the timeouts, or make fewer calls at once with -parallelism."
	case e.Status < http.StatusMultipleChoices && rest.IsInterrupted(e.Ended):
		return ""
	case e.Attempts > 0 && e.Status == 0:
		return "Check " + advice.baseURL + " and that the service can be reached from here."
	case e.Status > 0 && e.Status < http.StatusMultipleChoices:
		return whatSuccessAsksFor(e)
	}
	return whatStatusAsksFor(e)
}

// whatStatusAsksFor says what to do about a status.
func whatStatusAsksFor(e *rest.Error) string {
	advice := adviceFor[e.Service]
	switch e.Status {
	case http.StatusUnauthorized:
		return advice.credentials
	case http.StatusForbidden:
		return advice.permission
	case http.StatusNotFound:
		return advice.notFound
	case http.StatusMethodNotAllowed:
		return "The address does not take this method: check " + advice.baseURL + "."
	case http.StatusUnprocessableEntity, http.StatusBadRequest:
		return "Correct the values that the service refuses."
	case http.StatusTooManyRequests:
		return "The service limits how often it is called: set requests_per_minute for it, or raise http.max_retries and the timeouts."
	}
	switch {
	case e.Service == "Jelou" && e.Status == http.StatusInternalServerError:
		return "Jelou also answers like this to wrong credentials. " + advice.credentials
	case e.Status >= http.StatusInternalServerError, e.Status == http.StatusRequestTimeout:
		return "The service is failing: try again when it has recovered."
	case e.Status >= http.StatusBadRequest:
		return "Correct what the service refuses."
	}
	return ""
}

// whatSuccessAsksFor says what to do about an answer that is none in spite of its
// status.
func whatSuccessAsksFor(e *rest.Error) string {
	advice := adviceFor[e.Service]
	switch {
	case errors.Is(e.Cause, context.DeadlineExceeded):
		return "Raise http.timeout, or the timeouts of the block, if the service is only slow."
	case errors.Is(e.Cause, io.ErrUnexpectedEOF):
		return "If it breaks off again, look for what ends the connection: the service, or a proxy before it."
	case e.Fault.IsZero():
		return "If it answers like this again, check that " + advice.baseURL + " is the address of the API."
	}
	for _, code := range e.Fault.Codes {
		switch {
		case strings.Contains(code, "API_KEY"), strings.Contains(code, "AUTH"):
			return advice.credentials
		case strings.Contains(code, "FORBIDDEN"):
			return advice.permission
		case strings.Contains(code, "NOT_FOUND"):
			return advice.notFound
		}
	}
	return "Correct what the service names."
}

// sentence makes a full sentence of an error's text.
func sentence(text string) string {
	if text == "" {
		return ""
	}
	return strings.ToUpper(text[:1]) + strings.TrimSuffix(text[1:], ".") + "."
}

// pageInstead warns of a 404 that a web page says and not the API, and which counts
// as done.
func pageInstead(summary, action string, err error, effect string) diag.Diagnostics {
	var diags diag.Diagnostics
	if e, ok := errors.AsType[*rest.Error](err); ok && e.HTML {
		diags.AddWarning(summary, unableTo(action, err, effect).Detail())
	}
	return diags
}
