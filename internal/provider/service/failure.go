package service

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

// UnableTo returns the diagnostic for a call that failed: what happened, what the service
// said and what to do next. action continues "Unable to …"; effect says what the failure
// means for the block, after what it means for the service.
func (s *Service[C]) UnableTo(ctx context.Context, action string, err error, effect ...string) diag.Diagnostic {
	e, ok := errors.AsType[*rest.Error](err)
	if !ok {
		return diag.NewErrorDiagnostic("Unable to "+action, Paragraphs(append([]string{Sentence(err.Error())}, effect...)...))
	}
	parts := []string{whatHappened(e), whatWasSaid(e)}
	parts = append(parts, effect...)
	parts = append(parts, s.Account.whatNext(ctx, e))
	return atAttribute(e, diag.NewErrorDiagnostic("Unable to "+action, Paragraphs(parts...)))
}

// NothingDone says what a failed call did not do, and "" where it may have acted. not
// continues "and", such as "no thread was created".
func NothingDone(err error, not string) string {
	switch rest.OutcomeOf(err) {
	case rest.Refused:
		return "Nothing happened: the service refused the call, and " + not + "."
	case rest.NotActed:
		return "Nothing happened: the service did not act on the call, and " + not + "."
	}
	return ""
}

// PageInstead warns of a 404 that the service's API has not said itself and that counts as
// done all the same: a web page said it, or some other server on the way.
func (s *Service[C]) PageInstead(ctx context.Context, summary, action string, err error, effect string) diag.Diagnostics {
	var diags diag.Diagnostics
	diags.AddWarning(summary, s.UnableTo(ctx, action, err, effect).Detail())
	return diags
}

// WarnOfBody warns of a success with a body, which Thulium documents none of. call names the call
// and doubt what would show that the API has not made it.
func WarnOfBody(body, summary, call, doubt string, diags *diag.Diagnostics) {
	if body != "" {
		diags.AddWarning(summary+" with an unexpected answer", fmt.Sprintf("%s was answered with a success, but with a body (%s), which Thulium does not document. "+
			"Check that %s is the address of the API if %s.", call, body, ThuliumAccount.baseURL(), doubt))
	}
}

// attributesAtFault names the attribute that a service means by a code or a field.
var attributesAtFault = map[string]path.Path{
	"BOT_NOT_FOUND":     path.Root("bot_id"),
	"botId":             path.Root("bot_id"),
	"USER_NOT_FOUND":    path.Root("user_id"),
	"userId":            path.Root("user_id"),
	"redirectPayload":   path.Root("redirect_payload"),
	"initialMessage":    path.Root("initial_message"),
	"metadata":          path.Root("metadata"),
	"assignment":        path.Root("assignment"),
	"CHATBOT_NOT_FOUND": path.Root("chatbot_id"),
	"chatbotId":         path.Root("chatbot_id"),
	"THREAD_NOT_FOUND":  path.Root("thread_id"),
	"threadId":          path.Root("thread_id"),
}

// atAttribute returns a failure at the attribute that the service refuses, if it says so.
func atAttribute(e *rest.Error, failure diag.Diagnostic) diag.Diagnostic {
	named := slices.Clone(e.Fault.Codes)
	for _, field := range e.Fault.Fields {
		name, _, _ := strings.Cut(field, ":")
		top, _, _ := strings.Cut(name, ".") // of "assignment.type"
		named = append(named, top)
	}
	for _, name := range named {
		if at, ok := attributesAtFault[name]; ok {
			return diag.WithPath(at, failure)
		}
	}
	return failure
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
		b.WriteString(" " + Sentence(e.Ended.Error()))
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
		said = append(said, "The answer: "+e.Answer)
	}
	return strings.Join(said, "\n")
}

// Paragraphs joins the parts that are not empty.
func Paragraphs(parts ...string) string {
	return strings.Join(slices.DeleteFunc(slices.Clone(parts), func(part string) bool { return part == "" }), "\n\n")
}

// Sentence makes a full sentence of an error's text.
func Sentence(text string) string {
	if text == "" {
		return ""
	}
	return strings.ToUpper(text[:1]) + strings.TrimSuffix(text[1:], ".") + "."
}

// Enumerated returns "a", "a and b" or "a, b and c".
func Enumerated(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " and " + words[last]
}
