package jelouclose

import (
	"cmp"
	"context"
	"errors"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/conversation-tools/terraform-provider-conversation/internal/jelou"
	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/attribute"
	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/service"
	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

const (
	typeName        = "jelou_conversation_close" // of the resource and of the action
	userDescription = "Id of the end user whose conversation is closed."
	statusNotFound  = "not_found" // the status where a 404 was to be ignored
)

// target is whose conversation is closed, and what the user is told.
type target struct {
	ProjectID       types.String `tfsdk:"project_id"`
	BotID           types.String `tfsdk:"bot_id"`
	UserID          types.String `tfsdk:"user_id"`
	RedirectPayload types.Object `tfsdk:"redirect_payload"`
	IgnoreNotFound  types.Bool   `tfsdk:"ignore_not_found"`
}

func (t target) request() jelou.CloseRequest {
	return attribute.CloseRequest(t.ProjectID, t.BotID, t.UserID, t.RedirectPayload)
}

// result is what the service said, zero where the call was not sent or its outcome is unknown.
type result struct {
	ConversationID types.String `tfsdk:"conversation_id"`
	Status         types.String `tfsdk:"status"`
	EndedReason    types.String `tfsdk:"ended_reason"`
	ClosedAt       types.String `tfsdk:"closed_at"`
}

// close sends the call, unless diags has an error already, and adds what went wrong. A 404
// counts as done where it is to be ignored. named tells which block a diagnostic is about,
// where Terraform does not; next says what an unknown outcome means for the block.
func (t target) close(ctx context.Context, to *service.Jelou, named, next string, diags *diag.Diagnostics) (result, rest.Outcome) {
	client := to.Client(diags, named)
	if diags.HasError() {
		return result{}, rest.NotActed
	}
	closed, err := client.CloseConversation(ctx, t.request())
	failed, ok := errors.AsType[*rest.Error](err)
	isNotFound, isOwn := rest.IsNotFound(err), ok && failed.Fault.Own
	switch {
	case err == nil && closed == nil:
		return result{}, rest.Done
	case err == nil:
		text, now := types.StringPointerValue, types.StringValue(time.Now().UTC().Format(time.RFC3339))
		return result{text(closed.ConversationID), text(closed.Status), text(closed.EndedReason), now}, rest.Done
	case isNotFound && t.IgnoreNotFound.ValueBool():
		if !isOwn {
			diags.Append(to.PageInstead(ctx, "Conversation may not be closed", "close Jelou conversation", err,
				service.Paragraphs(named, "The call counts as made, because the answer is 404. But the answer does not have the form of Jelou's own errors: "+
					"a web page or another server may have given it, and then no conversation was closed."))...)
		}
		return result{Status: types.StringValue(statusNotFound)}, rest.Done
	}
	effect := cmp.Or(service.NothingDone(err, "no conversation was closed"),
		"The call may have taken effect: the user's conversation may be closed, and the user may have had the closing text. "+
			"It was not sent again, which would close the user's next conversation. "+next)
	if isNotFound && isOwn {
		effect += " To accept an answer of 404, set ignore_not_found = true."
	}
	diags.Append(to.UnableTo(ctx, "close Jelou conversation", err, named, effect))
	return result{}, rest.OutcomeOf(err)
}
