package service

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/attribute"
	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

// IsVain reports whether err is that of a wait in vain, and not of a service that fails.
func IsVain(err error) bool {
	_, ok := errors.AsType[*rest.Vain](err)
	return ok
}

// InVain returns the error of a wait in vain, or a warning where on_timeout says so and nobody
// has interrupted the wait. action continues "Unable to …"; hint says where to look for what was
// not found.
func (s *Service[C]) InVain(ctx context.Context, action string, err error, onTimeout types.String, hint string) diag.Diagnostic {
	vain, _ := errors.AsType[*rest.Vain](err)
	unknown, isUnknown := errors.AsType[*rest.Error](vain.NotFound)
	if isUnknown {
		hint = s.Account.NotFound
	}
	forgiven, next := onTimeout.ValueString() == attribute.OnTimeoutWarn, ""
	switch {
	case vain.IsInterrupted():
		forgiven = false
	case vain.Cause == nil:
		next = "Wait for the end as well if that is good enough."
	default:
		next = fmt.Sprintf("Raise timeouts.%s if it only takes longer.", ctx.Value(operationKey{}))
	}
	if next != "" && !forgiven {
		next += ` To go on without it, set on_timeout = "warn".`
	}
	summary, text := "Unable to "+action, Paragraphs(Sentence(vain.Error()), hint, next)
	failure := diag.Diagnostic(diag.NewErrorDiagnostic(summary, text))
	if forgiven {
		failure = diag.NewWarningDiagnostic(summary, text)
	}
	if isUnknown {
		return atAttribute(unknown, failure)
	}
	return failure
}
