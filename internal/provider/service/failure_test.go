package service_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/service"
	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

// A destroy takes its time-out from the state, so another one in the block has no effect on it.
func TestARaisedTimeoutOfADestroyIsAppliedFirst(t *testing.T) {
	t.Parallel()
	minute := func(context.Context, time.Duration) (time.Duration, diag.Diagnostics) { return time.Minute, nil }
	for operation, applied := range map[string]bool{"create": false, "delete": true} {
		var diags diag.Diagnostics
		ctx, cancel := service.Operation(t.Context(), operation, minute, &diags)
		thulium := service.Service[struct{}]{Account: service.ThuliumAccount}
		text := thulium.UnableTo(ctx, "stop it", &rest.Error{Ended: context.DeadlineExceeded}).Detail()
		providertest.Has(t, text, "Raise timeouts."+operation+" of the block if the service is only slow.")
		if strings.Contains(text, "Apply that before you destroy again: a destroy takes its time-out from the state.") != applied {
			t.Errorf("%s: %s", operation, text)
		}
		cancel()
	}
}

// What is said of a failed call, and what is not: advice that does not fit costs
// its reader more than none.
func TestUnableToSaysWhatToDo(t *testing.T) {
	t.Parallel()
	const page, reach, failing, again = "is a web page, not the API", "can be reached from here", "try again when it has recovered", "answers like this again"
	thulium := func(e rest.Error) *rest.Error {
		e.Service, e.Method, e.URL, e.Attempts = "Thulium", "POST", "https://acme.example/api/x", max(e.Attempts, 1)
		return &e
	}
	unsent := thulium(rest.Error{Ended: rest.ErrInterrupted})
	unsent.Attempts = 0
	crowded := thulium(rest.Error{Ended: rest.ErrLimited})
	crowded.Attempts = 0
	thuliumService := service.Service[struct{}]{Account: service.ThuliumAccount}
	for name, tc := range map[string]struct {
		err       *rest.Error
		says, not []string
	}{
		"wrong credentials":              {thulium(rest.Error{Status: 401}), []string{"thulium.username", "THULIUM_PASSWORD"}, []string{page}},
		"wrong credentials, on a page":   {thulium(rest.Error{Status: 401, HTML: true}), []string{"thulium.username", page, "thulium.base_url"}, nil},
		"a method that is not allowed":   {thulium(rest.Error{Status: 403, HTML: true}), []string{"API user may not call", page}, nil},
		"too many requests, on a page":   {thulium(rest.Error{Status: 429, HTML: true}), []string{"requests_per_minute", page}, nil},
		"nothing there":                  {thulium(rest.Error{Status: 404}), []string{"id or the chat queue", "thulium.base_url"}, nil},
		"a service that fails":           {thulium(rest.Error{Status: 502}), []string{failing}, []string{page, reach}},
		"one that fails with a page":     {thulium(rest.Error{Status: 503, HTML: true}), []string{failing, page}, nil},
		"a success that is a page":       {thulium(rest.Error{Status: 200, HTML: true}), []string{page}, []string{failing, again}},
		"a success that is something":    {thulium(rest.Error{Status: 200, Cause: errors.New("no id")}), []string{again, "thulium.base_url"}, []string{failing, page}},
		"a success that is a refusal":    {thulium(rest.Error{Status: 200, Fault: rest.Fault{Codes: []string{"API_KEY_NOT_VALID"}}}), []string{"thulium.username"}, []string{again}},
		"one that misses something":      {thulium(rest.Error{Status: 200, Fault: rest.Fault{Codes: []string{"X", "BOT_NOT_FOUND"}}}), []string{"id or the chat queue"}, []string{again}},
		"one that forbids it":            {thulium(rest.Error{Status: 200, Fault: rest.Fault{Codes: []string{"X_FORBIDDEN"}}}), []string{"API user may not call"}, []string{again}},
		"one that says why":              {thulium(rest.Error{Status: 200, Fault: rest.Fault{Messages: []string{"no"}}}), []string{"Correct what the service names."}, []string{again}},
		"a success that is too large":    {thulium(rest.Error{Status: 200, Cause: rest.ErrTooLarge}), []string{"the answer is too large"}, []string{again, "thulium.base_url"}},
		"a success that was too slow":    {thulium(rest.Error{Status: 200, Cause: context.DeadlineExceeded}), []string{"Raise http.timeout"}, []string{again}},
		"a success that had its share":   {thulium(rest.Error{Status: 200, OwnTime: true, Cause: context.DeadlineExceeded}), []string{"needed more time than this operation has"}, []string{"http.timeout"}},
		"a success that broke off":       {thulium(rest.Error{Status: 200, Cause: io.ErrUnexpectedEOF}), []string{"breaks off again"}, []string{again}},
		"a success that was interrupted": {thulium(rest.Error{Status: 200, Cause: context.Canceled, Ended: context.Canceled}), []string{"was interrupted"}, []string{again, reach}},
		"interrupted before it was on":   {thulium(rest.Error{Cause: rest.ErrInterrupted, Ended: rest.ErrInterrupted}), []string{"was interrupted"}, []string{reach}},
		"a proxy that asks for a login":  {thulium(rest.Error{Status: 407, HTML: true}), []string{"HTTPS_PROXY"}, []string{page, "refuses"}},
		"a redirect to nowhere":          {thulium(rest.Error{Status: 302}), []string{"is a redirect without an address: check thulium.base_url"}, nil},
		"a conflict":                     {thulium(rest.Error{Status: 409}), []string{"Correct what the service refuses"}, []string{failing}},
		"a time-out of the service":      {thulium(rest.Error{Status: 408}), []string{failing}, []string{"refuses"}},
		"no connection":                  {thulium(rest.Error{Cause: errors.New("refused"), Outcome: rest.NotActed}), []string{reach}, []string{failing}},
		"a connection that breaks":       {thulium(rest.Error{Cause: errors.New("reset")}), []string{"what ends it", "thulium.base_url"}, []string{failing, reach}},
		"a certificate that is unknown": {
			thulium(rest.Error{Cause: &tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}}),
			[]string{"is not trusted here", "http.ca_certificate"},
			[]string{"clock"},
		},
		"a certificate that is over": {
			thulium(rest.Error{Cause: &tls.CertificateVerificationError{Err: x509.CertificateInvalidError{Reason: x509.Expired}}}),
			[]string{"is expired or not yet valid: renew it", "check the clock of this machine"},
			[]string{"http.ca_certificate", "not trusted"},
		},
		"interrupted before it was sent": {unsent, []string{"was not sent. The operation was interrupted."}, []string{reach, "not tried again"}},
		"no turn before the time-out":    {crowded, []string{"was not sent. Waiting for requests_per_minute", "Raise requests_per_minute"}, []string{reach, "not tried again", "rate:"}},
		"no turn for another attempt": {
			thulium(rest.Error{Status: 503, Ended: rest.ErrLimited}),
			[]string{"not tried again: waiting for requests_per_minute", "Raise requests_per_minute"},
			[]string{reach},
		},
		"out of time": {thulium(rest.Error{Ended: context.DeadlineExceeded, Status: 503}), []string{"time-out of the operation", failing}, nil},
	} {
		text := thuliumService.UnableTo(t.Context(), "stop it", tc.err).Detail()
		providertest.Has(t, text, tc.says...)
		for _, word := range tc.not {
			if strings.Contains(text, word) {
				t.Errorf("%s: %q in: %s", name, word, text)
			}
		}
	}
}
