package service

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

// Refreshes reports whether a refresh can ask the service. Once a refresh of this run has
// ended because the service limits its calls, the others keep the state without a call.
// Where the service is not configured, one warning says so, because a plan that only
// refreshes has no other word of it.
func (s *Service[C]) Refreshes(diags *diag.Diagnostics) bool {
	if s.problem != "" {
		diags.Append(s.WarnOnce(diag.NewWarningDiagnostic("Unable to refresh from "+s.Account.Service,
			"The state was not compared with "+s.Account.Service+", because "+s.problem+"."))...)
	}
	return s.ready && !s.limited.Load()
}

// RefreshFailed keeps in mind that a refresh has failed, and warns of the first failure
// of this run. effect says what becomes of the state, and how to do without the refresh.
func (s *Service[C]) RefreshFailed(ctx context.Context, action string, err error, effect string) diag.Diagnostics {
	var diags diag.Diagnostics
	if rest.IsLimited(err) {
		s.limited.Store(true)
	}
	if !errors.Is(ctx.Err(), context.Canceled) {
		diags.Append(s.WarnOnce(s.UnableTo(ctx, action, err, effect))...)
	}
	return diags
}

// WarnOnce returns a diagnostic as a warning the first time in a run that its summary is
// said, because hundreds of blocks of one service would say the same.
func (s *Service[C]) WarnOnce(failure diag.Diagnostic) diag.Diagnostics {
	var diags diag.Diagnostics
	if _, said := s.warned.LoadOrStore(failure.Summary(), true); !said {
		diags.AddWarning(failure.Summary(), failure.Detail())
	}
	return diags
}
