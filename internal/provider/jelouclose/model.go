package jelouclose

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/conversation-tools/terraform-provider-conversation/internal/jelou"
	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/attribute"
	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/service"
	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

// statusNotFound is the status where a 404 was to be ignored.
const statusNotFound = "not_found"

// model is a plan or a state of the resource.
type model struct {
	ID              types.String   `tfsdk:"id"`
	ProjectID       types.String   `tfsdk:"project_id"`
	BotID           types.String   `tfsdk:"bot_id"`
	UserID          types.String   `tfsdk:"user_id"`
	Triggers        types.Map      `tfsdk:"triggers"`
	RedirectPayload types.Object   `tfsdk:"redirect_payload"`
	When            types.String   `tfsdk:"when"`
	IgnoreNotFound  types.Bool     `tfsdk:"ignore_not_found"`
	ConversationID  types.String   `tfsdk:"conversation_id"`
	Status          types.String   `tfsdk:"status"`
	EndedReason     types.String   `tfsdk:"ended_reason"`
	ClosedAt        types.String   `tfsdk:"closed_at"`
	Timeouts        timeouts.Value `tfsdk:"timeouts"`
}

// isArmed reports whether a destroy sends the call.
func (m *model) isArmed() bool { return m.When.ValueString() == whenDestroy }

// target returns whose conversation is closed.
func (m *model) target() target {
	return target{m.ProjectID, m.BotID, m.UserID, m.RedirectPayload, m.IgnoreNotFound}
}

// result returns what the last call has told.
func (m *model) result() result {
	return result{m.ConversationID, m.Status, m.EndedReason, m.ClosedAt}
}

// setResult takes over what a call has told.
func (m *model) setResult(result result) {
	m.ConversationID, m.Status = result.ConversationID, result.Status
	m.EndedReason, m.ClosedAt = result.EndedReason, result.ClosedAt
}

// named tells a reader which resource an error is about. Terraform prints no address
// with an error at destroy.
func (m *model) named() string {
	return fmt.Sprintf("This is the jelou_conversation_close with the id %s, for bot %s of project %s.",
		m.ID.ValueString(), m.BotID.ValueString(), m.ProjectID.ValueString())
}

// target is what the resource and the action have in common: whose conversation is
// closed, and what the user is told.
type target struct {
	ProjectID       types.String
	BotID           types.String
	UserID          types.String
	RedirectPayload types.Object
	IgnoreNotFound  types.Bool
}

// request returns the call that closes the target's conversation.
func (t target) request() jelou.CloseRequest {
	return jelou.CloseRequest{
		ProjectID: t.ProjectID.ValueString(),
		BotID:     t.BotID.ValueString(),
		UserID:    t.UserID.ValueString(),
		Redirect:  attribute.RedirectOf(t.RedirectPayload),
	}
}

// result is what the service said, as attributes.
type result struct {
	ConversationID types.String
	Status         types.String
	EndedReason    types.String
	ClosedAt       types.String
}

// noResult is the result of a call that was not sent, or whose outcome is unknown.
func noResult() result {
	return result{types.StringNull(), types.StringNull(), types.StringNull(), types.StringNull()}
}

// close sends the call. A 404 is a result where it is to be ignored. There is a warning
// where not Jelou itself has answered with the 404.
func (t target) close(ctx context.Context, from *service.Jelou, client *jelou.Client) (result, diag.Diagnostics, error) {
	closed, err := client.CloseConversation(ctx, t.request())
	out := noResult()
	switch {
	case err == nil && closed == nil:
		return out, nil, nil
	case err == nil:
		return result{
			ConversationID: types.StringPointerValue(closed.ConversationID),
			Status:         types.StringPointerValue(closed.Status),
			EndedReason:    types.StringPointerValue(closed.EndedReason),
			ClosedAt:       types.StringValue(time.Now().UTC().Format(time.RFC3339)),
		}, nil, nil
	case rest.IsNotFound(err) && t.IgnoreNotFound.ValueBool():
		out.Status = types.StringValue(statusNotFound)
		return out, warnOfAnother(ctx, from, err), nil
	}
	return out, nil, err
}

// warnOfAnother warns of a 404 that the service's own envelope does not say.
func warnOfAnother(ctx context.Context, from *service.Jelou, err error) diag.Diagnostics {
	if failed, ok := errors.AsType[*rest.Error](err); ok && failed.Fault.Own {
		return nil
	}
	return from.PageInstead(ctx, "Conversation may not be closed", "close Jelou conversation", err,
		"The call counts as made, because the answer is 404. But the answer does not have the form of Jelou's own errors: "+
			"a web page or another server may have given it, and then no conversation was closed.")
}

// closeFailed returns the error of a close. named tells which block it is about, where
// Terraform does not; next says what an unknown outcome means for the block.
func closeFailed(ctx context.Context, from *service.Jelou, err error, named, next string) diag.Diagnostic {
	effect := "The call may have taken effect: the user's conversation may be closed, and the user may have had the closing text. " +
		"It was not sent a second time, which would close the user's next conversation. " + next
	switch rest.OutcomeOf(err) {
	case rest.Refused:
		effect = "Nothing happened: the service refused the call, and no conversation was closed."
		if failed, ok := errors.AsType[*rest.Error](err); ok && rest.IsNotFound(err) && failed.Fault.Own {
			effect += " To accept that the bot or the user is not known, set ignore_not_found = true."
		}
	case rest.NotActed:
		effect = "No conversation was closed: the service did not act on the call."
	}
	return from.UnableTo(ctx, "close Jelou conversation", err, named, effect)
}
