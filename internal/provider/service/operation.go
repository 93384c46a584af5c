package service

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/attribute"
)

// operationKey is the context's key of an operation's name in timeouts.
type operationKey struct{}

// isDestroy reports whether an operation is a destroy, which has no configuration.
func isDestroy(ctx context.Context) bool { return ctx.Value(operationKey{}) == "delete" }

// Operation bounds ctx by one of a block's timeouts, such as plan.Timeouts.Create; name is
// the timeout's own, "create", which an error names when the time is over. A time-out in
// a state that is no duration gives way to the default, with a warning, because no plan
// has validated it.
func Operation(
	ctx context.Context,
	name string,
	timeout func(context.Context, time.Duration) (time.Duration, diag.Diagnostics),
	diags *diag.Diagnostics,
) (context.Context, context.CancelFunc) {
	duration, found := timeout(ctx, attribute.DefaultTimeout)
	if found.HasError() || duration <= 0 {
		diags.AddWarning("Invalid timeouts."+name,
			fmt.Sprintf("The value of timeouts.%s is no duration above zero, so the default of %s is used. Set it to a duration such as \"10s\".",
				name, attribute.DefaultTimeout))
		duration = attribute.DefaultTimeout
	}
	return context.WithTimeout(context.WithValue(ctx, operationKey{}, name), duration)
}

// Progress tells the user what an action did. SendProgress is nil where Invoke is not
// called by the framework.
func Progress(resp *action.InvokeResponse, format string, args ...any) {
	if resp.SendProgress != nil {
		resp.SendProgress(action.InvokeProgressEvent{Message: fmt.Sprintf(format, args...)})
	}
}
