package jelouconversation

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/conversation-tools/terraform-provider-conversation/internal/jelou"
	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/service"
	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

// Delete closes the conversation, and never another one. Jelou closes by user, so the
// conversation is read first, and nothing is sent when it is over.
func (r *conversationResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() || state.isOver() {
		return
	}
	resp.Diagnostics.Append(state.checkIdentity()...)
	client := r.Jelou.Client(&resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := service.Operation(ctx, "delete", state.Timeouts.Delete, &resp.Diagnostics)
	defer cancel()

	switch open, err := isOpen(ctx, client, state); {
	case err != nil:
		resp.Diagnostics.Append(r.Jelou.UnableTo(ctx, "read Jelou conversation before it is closed", err, state.named(),
			"Nothing was sent, and the conversation stays in the state. Jelou closes by user: without the reading, the close could end another conversation of the user.",
			"The next destroy tries again. If the conversation is over, or is to be left open, remove it from the state: terraform state rm '"+typeName+".NAME'"))
	case open:
		resp.Diagnostics.Append(r.close(ctx, client, state)...)
	}
}

// isOpen reads the conversation. It is not open when it is closed, and when Jelou itself
// says that it does not know it.
func isOpen(ctx context.Context, client *jelou.Client, state model) (bool, error) {
	conversation, err := client.ReadConversation(ctx, state.ProjectID.ValueString(), state.ID.ValueString())
	if jelou.IsUnknownConversation(err) {
		return false, nil
	}
	return err == nil && !conversation.IsClosed(), err
}

// close closes an open conversation. Where the answer names another conversation, and
// where the close failed although it may have been over, the conversation is read again:
// it alone decides.
func (r *conversationResource) close(ctx context.Context, client *jelou.Client, state model) diag.Diagnostics {
	diags := state.checkParties()
	if diags.HasError() {
		return diags
	}
	closed, err := client.CloseConversation(ctx, state.closeRequest())
	if err != nil {
		return r.closeFailed(ctx, client, state, err)
	}
	if closed == nil || closed.ConversationID == nil || *closed.ConversationID == state.ID.ValueString() {
		return nil
	}
	said := fmt.Sprintf("Jelou answered the close with the conversation %s, and not with %s. The user had begun another conversation with bot %s, "+
		"and that one was closed.", client.Quote(*closed.ConversationID, state.closeRequest().Personal()...), state.ID.ValueString(), state.BotID.ValueString())
	switch open, err := isOpen(ctx, client, state); {
	case err != nil:
		diags.Append(r.Jelou.UnableTo(ctx, "read Jelou conversation after the close", err, state.named(), said,
			"It is not known whether this conversation is open. It stays in the state, and the next destroy reads it again."))
	case open:
		diags.AddError("Unable to close Jelou conversation", service.Paragraphs(state.named(), said,
			"This conversation is still open. It stays in the state, and the next destroy tries again."))
	default:
		diags.AddWarning("Another Jelou conversation was closed", service.Paragraphs(said,
			"This conversation is closed as well, and is no longer in the state. To avoid this, never write two jelou_conversation blocks for one bot and user."))
	}
	return diags
}

// closeFailed returns what a failed close means, after another reading where the close or
// somebody else may have ended the conversation.
func (r *conversationResource) closeFailed(ctx context.Context, client *jelou.Client, state model, err error) diag.Diagnostics {
	effect := "The conversation was not closed. It stays in the state, and the next destroy tries again."
	if mayBeOver(err) && rest.Over(ctx) == nil {
		open, unread := isOpen(ctx, client, state)
		switch {
		case unread != nil:
			effect = "It is not known whether the conversation was closed: reading it again failed too. It stays in the state, and the next destroy reads it first.\n" +
				"The second reading: " + unread.Error()
		case !open:
			return nil
		default:
			effect = "The conversation was read again and is still open. It stays in the state, and the next destroy tries again."
		}
	} else if rest.OutcomeOf(err) == rest.Unknown {
		effect = "The conversation may have been closed. It stays in the state, and the next destroy reads it first."
	}
	return diag.Diagnostics{r.Jelou.UnableTo(ctx, "close Jelou conversation", err, state.named(), effect)}
}

// mayBeOver reports whether a conversation may be closed after a failed close: the call
// may have taken effect, or the service refused it because there was nothing to close.
func mayBeOver(err error) bool {
	failed, ok := errors.AsType[*rest.Error](err)
	return ok && failed.Outcome != rest.NotActed && failed.Status != http.StatusUnauthorized && failed.Status != http.StatusForbidden
}
