package jelouconversation

import (
	"context"
	"errors"
	"fmt"
	"net/http"
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

	seen := keptSighting(ctx, req.Private, &resp.Diagnostics)
	if err := check(ctx, client, state, seen); err != nil {
		r.notClosed(ctx, state, seen, err, &resp.Diagnostics)
		return
	}
	r.close(ctx, client, state, seen, &resp.Diagnostics)
}

// Why no close is sent.
var (
	errOver    = errors.New("the conversation is over")
	errUnknown = fmt.Errorf("%w: Jelou does not know it", errOver)
	errOthers  = errors.New("the conversation is with others")
)

// check reads the conversation, and returns why it is not to be closed.
func check(ctx context.Context, client *jelou.Client, state model, seen sighting) error {
	conversation, err := client.ReadConversation(ctx, state.ProjectID.ValueString(), state.ID.ValueString())
	switch {
	case jelou.IsUnknownConversation(err):
		return errUnknown
	case err != nil:
		return err
	case conversation.IsClosed():
		return errOver
	case seen.isOfOthers(conversation):
		return errOthers
	}
	return nil
}

// notClosed says why no close was sent. One that is over needs none.
func (r *conversationResource) notClosed(ctx context.Context, state model, seen sighting, why error, diags *diag.Diagnostics) {
	remove := "remove it from the state: terraform state rm '" + typeName + ".NAME'"
	switch {
	case errors.Is(why, errUnknown) && seen.isNone():
		diags.AddWarning("Jelou conversation may still be open", service.Paragraphs(state.named(), "Jelou does not know the conversation, and has not shown it "+
			"since the start. So nothing was sent, and it is no longer in the state. If it appears in Jelou later, close it there."))
	case errors.Is(why, errOver):
	case errors.Is(why, errOthers):
		diags.AddError("Unable to close Jelou conversation", service.Paragraphs(state.named(), "Jelou shows it with another bot, user or beginning than at first. "+
			"Jelou closes by bot and user, so the close would end another conversation. Nothing was sent, and the conversation stays in the state.",
			"Close it in Jelou if it is to end, and "+remove))
	default:
		diags.Append(r.Jelou.UnableTo(ctx, "read Jelou conversation before it is closed", why, state.named(),
			"Nothing was closed, and the conversation stays in the state. Jelou closes by user: without the reading, the close could end another conversation of the user.",
			"The next destroy tries again. If the conversation is over, or is to be left open, "+remove))
	}
}

// stale is the age of a reading from which on it is made again before a close.
const stale = 10 * time.Second

// close closes a conversation that was read open. Where pauses have held the close off since
// then, it reads the conversation again, because the user may have another one by now. Where
// the answer does not say that this one is closed, it is read again: it alone decides.
func (r *conversationResource) close(ctx context.Context, client *jelou.Client, state model, seen sighting, diags *diag.Diagnostics) {
	diags.Append(service.CheckState("close Jelou conversation", typeName, state.named(),
		service.ID{Name: "bot_id", Value: state.BotID}, service.ID{Name: "user_id", Value: state.UserID})...)
	if diags.HasError() {
		return
	}
	request := attribute.CloseRequest(state.ProjectID, state.BotID, state.UserID, state.RedirectPayload)
	read, why := time.Now(), error(nil)
	request.Check = func() error {
		if time.Since(read) >= stale {
			why, read = check(ctx, client, state, seen), time.Now()
		}
		return why
	}
	closed, err := client.CloseConversation(ctx, request)
	switch {
	case why != nil:
		r.notClosed(ctx, state, seen, why, diags)
		return
	case err != nil:
		r.closeFailed(ctx, client, state, err, diags)
		return
	}
	id := state.ID.ValueString()
	if closed.Confirms(id) {
		return
	}
	said, isAnother := "Jelou's answer to the close does not say that this conversation is closed: another one of the user may have been.", closed.NamesAnother(id)
	if isAnother {
		said = fmt.Sprintf("Jelou answered the close with the conversation %s, and not with %s. The user had begun another conversation with bot %s, "+
			"and that one was closed.", client.Quote(*closed.ConversationID, request.Personal()...), id, state.BotID.ValueString())
	}
	switch err := check(ctx, client, state, sighting{}); {
	case err == nil:
		diags.AddError("Unable to close Jelou conversation", service.Paragraphs(state.named(), said,
			"This conversation is still open. It stays in the state, and the next destroy tries again."))
	case !errors.Is(err, errOver):
		diags.Append(r.Jelou.UnableTo(ctx, "read Jelou conversation after the close", err, state.named(), said,
			"It is not known whether this conversation is open. It stays in the state, and the next destroy reads it again."))
	case isAnother:
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
		switch err := check(ctx, client, state, sighting{}); {
		case err == nil:
			effect = "The conversation was read again and is still open. It stays in the state, and the next destroy tries again."
		case errors.Is(err, errOver):
			return
		default:
			effect = "It is not known whether the conversation was closed: reading it again failed too. It stays in the state, and the next destroy reads it first.\n" +
				"The second reading: " + err.Error()
		}
	} else if rest.OutcomeOf(err) == rest.Unknown {
		effect = "The conversation may have been closed. It stays in the state, and the next destroy reads it first."
	}
	diags.Append(r.Jelou.UnableTo(ctx, "close Jelou conversation", err, state.named(), effect))
}
