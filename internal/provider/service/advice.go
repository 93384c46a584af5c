package service

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

// whatNext says what to do about an answer, or about the lack of one.
func (a Account) whatNext(ctx context.Context, e *rest.Error) string {
	_, untrusted := errors.AsType[*tls.CertificateVerificationError](e)
	switch {
	case rest.IsUsedUp(e):
		return "The account has reached the limit that the code names: raise that limit at the service."
	case rest.IsOfProxy(e):
		return "Check the proxy that HTTPS_PROXY or HTTP_PROXY names, or leave the service out of it with NO_PROXY."
	case e.Location != "":
		return "Set " + a.baseURL() + " to the address that answers itself, without a redirect."
	case e.HTML:
		return strings.TrimSpace(a.whatStatusAsksFor(ctx, e) + " The answer is a web page, not the API: check " + a.baseURL() + ".")
	case e.Status >= http.StatusMultipleChoices && e.Status < http.StatusBadRequest:
		return "The answer is a redirect without an address: check " + a.baseURL() + "."
	case untrusted:
		return a.whatCertificateAsksFor(e)
	case errors.Is(e.Ended, rest.ErrLimited):
		return "Raise requests_per_minute or the timeouts, or make fewer calls at once with -parallelism."
	case e.Status < http.StatusMultipleChoices && rest.IsInterrupted(e.Ended):
		return ""
	case e.Status < http.StatusMultipleChoices && errors.Is(e.Ended, context.DeadlineExceeded), e.OwnTime && errors.Is(e.Cause, context.DeadlineExceeded):
		return raiseTimeout(ctx)
	case e.Attempts > 0 && e.Status == 0 && errors.Is(e.Cause, context.DeadlineExceeded):
		return "Raise http.timeout if the service is only slow. Else check " + a.baseURL() + " and that the service can be reached from here."
	case e.Attempts > 0 && e.Status == 0 && e.Outcome == rest.Unknown:
		return "If the connection breaks again, look for what ends it: the service, or a proxy before it. Check also " + a.baseURL() + "."
	case e.Attempts > 0 && e.Status == 0:
		return "Check " + a.baseURL() + " and that the service can be reached from here."
	case e.Status > 0 && e.Status < http.StatusMultipleChoices:
		return a.whatSuccessAsksFor(e)
	}
	return a.whatStatusAsksFor(ctx, e)
}

// whatCertificateAsksFor says what to do about a certificate that is refused here.
func (a Account) whatCertificateAsksFor(e *rest.Error) string {
	if invalid, ok := errors.AsType[x509.CertificateInvalidError](e); ok && invalid.Reason == x509.Expired {
		return "A certificate of the server is expired or not yet valid: renew it at the server, or check the clock of this machine."
	}
	return "The certificate of the server is not trusted here: check " + a.baseURL() +
		", or add the authority that signed it with http.ca_certificate."
}

// raiseTimeout names the time-out that has ended the operation. A destroy has no
// configuration, so another value helps it only once that is in the state.
func raiseTimeout(ctx context.Context) string {
	name, ok := ctx.Value(operationKey{}).(string)
	if !ok {
		return "The service needed more time than this operation has."
	}
	raise := "Raise timeouts." + name + " of the block if the service is only slow."
	if isDestroy(ctx) {
		raise += " Apply that before you destroy again: a destroy takes its time-out from the state."
	}
	return raise
}

// whatStatusAsksFor says what to do about a status.
func (a Account) whatStatusAsksFor(ctx context.Context, e *rest.Error) string {
	switch e.Status {
	case http.StatusUnauthorized:
		return a.checkCredentials()
	case http.StatusForbidden:
		return a.Permission
	case http.StatusNotFound:
		return a.NotFound
	case http.StatusMethodNotAllowed:
		return "The address does not take this method: check " + a.baseURL() + "."
	case http.StatusTooManyRequests:
		return "The service limits how often it is called: set requests_per_minute for it, or raise the timeouts."
	}
	switch {
	case a.FailsAsDenied && e.Status == http.StatusInternalServerError:
		return a.Service + " also answers like this to wrong credentials. " + a.checkCredentials()
	case e.Status >= http.StatusInternalServerError, e.Status == http.StatusRequestTimeout:
		return "The service is failing: try again when it has recovered."
	case e.Status >= http.StatusBadRequest && isDestroy(ctx):
		return "Look at what the service says. Correct the argument that it means, if any, and apply that first: a destroy sends what is in the state."
	case e.Status == http.StatusUnprocessableEntity, e.Status == http.StatusBadRequest:
		return "Correct the values that the service refuses."
	case e.Status >= http.StatusBadRequest:
		return "Correct what the service refuses."
	}
	return ""
}

// whatSuccessAsksFor says what to do about an answer that is none in spite of its status.
func (a Account) whatSuccessAsksFor(e *rest.Error) string {
	switch {
	case errors.Is(e.Cause, context.DeadlineExceeded):
		return "Raise http.timeout, or the timeouts of the block, if the service is only slow."
	case errors.Is(e.Cause, io.ErrUnexpectedEOF):
		return "If it breaks off again, look for what ends the connection: the service, or a proxy before it."
	case errors.Is(e.Cause, rest.ErrTooLarge): // it is the API's all the same
		return ""
	case e.Fault.IsZero():
		return "If it answers like this again, check that " + a.baseURL() + " is the address of the API."
	}
	for _, code := range e.Fault.Codes {
		switch {
		case strings.Contains(code, "API_KEY"), strings.Contains(code, "AUTH"):
			return a.checkCredentials()
		case strings.Contains(code, "FORBIDDEN"):
			return a.Permission
		case strings.Contains(code, "NOT_FOUND"):
			return a.NotFound
		}
	}
	return "Correct what the service names."
}
