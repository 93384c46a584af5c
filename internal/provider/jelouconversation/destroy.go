package jelouconversation

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/conversation-tools/terraform-provider-conversation/internal/jelou"
	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/attribute"
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
	resp.Diagnostics.Append(service.CheckState("close Jelou conversation", typeName, state.named(), state.ids()...)...)
	client := r.Jelou.Client(&resp.Diagnostics, state.named())
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := service.Operation(ctx, "delete", state.Timeouts.Delete, &resp.Diagnostics)
	defer cancel()

	switch open, err := isOpen(ctx, client, state); {
	case err != nil:
		resp.Diagnostics.Append(r.unread(ctx, state, err))
	case open:
		r.close(ctx, client, state, time.Now(), &resp.Diagnostics)
	}
}

// unread returns the error of a close that was not made, because its reading failed.
func (r *conversationResource) unread(ctx context.Context, state model, err error) diag.Diagnostic {
	return r.Jelou.UnableTo(ctx, "read Jelou conversation before it is closed", err, state.named(),
		"Nothing was closed, and the conversation stays in the state. Jelou closes by user: without the reading, the close could end another conversation of the user.",
		"The next destroy tries again. If the conversation is over, or is to be left open, remove it from the state: terraform state rm '"+typeName+".NAME'")
}

// isOpen reads the conversation. One that Jelou itself does not know is not open.
func isOpen(ctx context.Context, client *jelou.Client, state model) (bool, error) {
	conversation, err := client.ReadConversation(ctx, state.ProjectID.ValueString(), state.ID.ValueString())
	if jelou.IsUnknownConversation(err) {
		return false, nil
	}
	return err == nil && !conversation.IsClosed(), err
}

// errOver ends a close that has nothing to close any more.
var errOver = errors.New("the conversation is over")

// stale is the age of a reading from which on it is made again before a close.
const stale = 10 * time.Second

// close closes a conversation that was read open. Where pauses have held the close off since
// then, it reads the conversation again, because the user may have another one by now. Where
// the answer names another one, this one is read again: it alone decides.
func (r *conversationResource) close(ctx context.Context, client *jelou.Client, state model, read time.Time, diags *diag.Diagnostics) {
	diags.Append(service.CheckState("close Jelou conversation", typeName, state.named(),
		service.ID{Name: "bot_id", Value: state.BotID}, service.ID{Name: "user_id", Value: state.UserID})...)
	if diags.HasError() {
		return
	}
	request := attribute.CloseRequest(state.ProjectID, state.BotID, state.UserID, state.RedirectPayload)
	var unread error
	request.Check = func() error {
		if time.Since(read) < stale {
			return nil
		}
		var open bool
		if open, unread = isOpen(ctx, client, state); unread == nil && !open {
			return errOver
		}
		read = time.Now()
		return unread
	}
	closed, err := client.CloseConversation(ctx, request)
	switch {
	case errors.Is(err, errOver):
		return
	case unread != nil:
		diags.Append(r.unread(ctx, state, unread))
		return
	case err != nil:
		r.closeFailed(ctx, client, state, err, diags)
		return
	}
	if closed == nil || closed.ConversationID == nil || slices.Contains([]string{"", state.ID.ValueString()}, *closed.ConversationID) {
		return
	}
	said := fmt.Sprintf("Jelou answered the close with the conversation %s, and not with %s. The user had begun another conversation with bot %s, "+
		"and that one was closed.", client.Quote(*closed.ConversationID, request.Personal()...), state.ID.ValueString(), state.BotID.ValueString())
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
}

// closeFailed says what a failed close means. The conversation is read again where it may
// be closed all the same: the call may have taken effect, or the service refused it because
// there was nothing to close.
func (r *conversationResource) closeFailed(ctx context.Context, client *jelou.Client, state model, err error, diags *diag.Diagnostics) {
	failed, ok := errors.AsType[*rest.Error](err)
	mayBeOver := ok && failed.Outcome != rest.NotActed && failed.Status != http.StatusUnauthorized && failed.Status != http.StatusForbidden
	effect := "The conversation was not closed. It stays in the state, and the next destroy tries again."
	if mayBeOver && rest.Over(ctx) == nil {
		switch open, unread := isOpen(ctx, client, state); {
		case unread != nil:
			effect = "It is not known whether the conversation was closed: reading it again failed too. It stays in the state, and the next destroy reads it first.\n" +
				"The second reading: " + unread.Error()
		case open:
			effect = "The conversation was read again and is still open. It stays in the state, and the next destroy tries again."
		default:
			return
		}
	} else if rest.OutcomeOf(err) == rest.Unknown {
		effect = "The conversation may have been closed. It stays in the state, and the next destroy reads it first."
	}
	diags.Append(r.Jelou.UnableTo(ctx, "close Jelou conversation", err, state.named(), effect))
}
