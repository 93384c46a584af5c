package thuliumchat

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/service"
	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/thulium"
)

// unableToStop is what an error of a stop is about.
const unableToStop = "stop Thulium chat conversation"

// Delete stops the conversation. One that is already over counts as stopped.
func (r *chatResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() || state.isOver(ctx, req.Private, &resp.Diagnostics) {
		return
	}
	if damage := state.damage(unableToStop); damage.HasError() {
		resp.Diagnostics.Append(damage...)
		return
	}
	client := r.Thulium.Client(&resp.Diagnostics, "This is the "+state.named()+".")
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := service.Operation(ctx, "delete", state.Timeouts.Delete, &resp.Diagnostics)
	defer cancel()

	day, diags := req.Private.GetKey(ctx, startedOnKey)
	resp.Diagnostics.Append(diags...)
	sent := time.Now()
	unexpected, err := client.StopConversation(ctx, state.stopRequest())
	switch {
	case err == nil:
		warnOfAnswer(unexpected, state.ID.ValueString(), &resp.Diagnostics)
		return
	case isOwnNotFound(err):
		tflog.Info(ctx, "Thulium does not know the conversation to stop any more")
		return
	case rest.OutcomeOf(err) == rest.NotActed:
		resp.Diagnostics.Append(r.Thulium.UnableTo(ctx, unableToStop, err, state.stopEffect(err)))
		return
	}
	asked := rest.Over(ctx) == nil
	unconfirmed := client.ConfirmClosed(ctx, state.queueID(), state.ID.ValueString(), state.began(day), sent)
	switch {
	case unconfirmed == nil:
		tflog.Info(ctx, "The conversation to stop is closed already")
	case rest.IsNotFound(err) && errors.Is(unconfirmed, thulium.ErrNotShown):
		resp.Diagnostics.Append(r.Thulium.PageInstead(ctx, "Conversation may still be open", unableToStop, err,
			fmt.Sprintf("The conversation %s of queue %d counts as stopped and is no longer in the state: the answer is 404, and the list of chats does not "+
				"show the conversation. It may still be open if this is not the API.", state.ID.ValueString(), state.queueID()))...)
	case asked:
		resp.Diagnostics.Append(r.Thulium.UnableTo(ctx, unableToStop, err, state.stopEffect(err), unconfirmedEffect(unconfirmed)))
	default:
		resp.Diagnostics.Append(r.Thulium.UnableTo(ctx, unableToStop, err, state.stopEffect(err)))
	}
}

// isOwnNotFound reports whether the service itself says that it does not know the
// conversation: in its envelope, or with nothing. Other servers on the way answer with
// pages and envelopes of their own.
func isOwnNotFound(err error) bool {
	e, ok := errors.AsType[*rest.Error](err)
	return ok && rest.IsNotFound(err) && (e.Fault.Own || e.Empty)
}

// warnOfAnswer warns when a stop succeeded with a body.
func warnOfAnswer(unexpected, id string, diags *diag.Diagnostics) {
	service.WarnOfBody(unexpected, "Conversation stopped", "The stop of the Thulium conversation "+id, "the conversation is still open", diags)
}

// damage returns the error of a state that names no conversation. action continues
// "Unable to …".
func (m model) damage(action string) diag.Diagnostics {
	var diags diag.Diagnostics
	if err := thulium.CheckID(m.ID.ValueString()); err != nil {
		diags.AddError("Unable to "+action, fmt.Sprintf("The state of this conversation is damaged: its id %s. Nothing was sent. Remove it from the state with "+
			"terraform state rm 'thulium_chat_conversation.NAME'. If the conversation is still open, look for it in queue %d with the data source "+
			"thulium_chat_conversations, and stop it or import it again.", err, m.queueID()))
	}
	return diags
}

// named tells a reader which conversation an error is about. Terraform prints no address at
// a destroy.
func (m model) named() string {
	return fmt.Sprintf("conversation %s of queue %d", m.ID.ValueString(), m.queueID())
}

// stopEffect says what a failed stop means.
func (m model) stopEffect(err error) string {
	conversation := "The " + m.named()
	if rest.OutcomeOf(err) == rest.Unknown {
		return conversation + " may have been stopped. It stays in the state, and the next destroy stops it again, which is harmless."
	}
	return conversation + " was not stopped. It stays in the state, and the next destroy tries again."
}

// unconfirmedEffect says why a conversation is not taken for closed, and how one that is
// over leaves the state: the next destroy may fare no better.
func unconfirmedEffect(unconfirmed error) string {
	forget := "If the conversation is over, remove it from the state: terraform state rm 'thulium_chat_conversation.NAME'"
	switch {
	case errors.Is(unconfirmed, thulium.ErrShownOpen):
		return service.Sentence(unconfirmed.Error())
	case errors.Is(unconfirmed, thulium.ErrNotShown):
		return service.Sentence(unconfirmed.Error()) + " " + forget
	}
	unread := "The list of chats, which would show whether the conversation is closed, could not be read: " + service.Sentence(unconfirmed.Error())
	if rest.OutcomeOf(unconfirmed) == rest.Refused {
		unread += " Allow GET chats for the API user, so that the next destroy can see it."
	}
	return unread + " " + forget
}
