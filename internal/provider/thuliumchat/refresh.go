package thuliumchat

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/attribute"
	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/service"
)

// Read asks the listing whether the conversation is closed. Nothing else means that it is
// gone: nobody documents when a chat appears in the listing, so one that is not shown is
// kept, and so is everything when the listing fails. A conversation that is over and kept,
// with its closing time, is not asked for, because nothing of it changes any more.
func (r *chatResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	isSound := service.Identify(ctx, resp, state.damage("refresh Thulium chat conversation"), service.ID{Name: "id", Value: state.ID})
	if !isSound || r.Services == nil || !r.Thulium.Refresh.ValueBool() ||
		state.isOver(ctx, req.Private, &resp.Diagnostics) && state.ClosedAt.ValueString() != "" || !r.Thulium.Refreshes(&resp.Diagnostics) {
		return
	}
	client := r.Thulium.Client(&resp.Diagnostics)
	day, diags := req.Private.GetKey(ctx, startedOnKey)
	resp.Diagnostics.Append(diags...)
	ctx, cancel := context.WithTimeout(ctx, attribute.DefaultTimeout)
	defer cancel()

	chat, found, err := client.FindChat(ctx, state.queueID(), state.ID.ValueString(), state.began(day))
	switch {
	case err != nil:
		resp.Diagnostics.Append(r.Thulium.RefreshFailed(ctx, "list Thulium chats", err, "The conversations are kept as they are in the state. "+
			"To refresh without asking the listing, set thulium.refresh = false in the provider block.")...)
	case !found:
	case chat.Closed() && !state.isKept():
		resp.State.RemoveResource(ctx)
	default:
		// Never an argument, because the service may fill in a customer of its own.
		status, closedAt := types.StringPointerValue(chat.Status), types.StringPointerValue(chat.ClosedAt)
		if status != state.Status || closedAt != state.ClosedAt {
			state.Status, state.ClosedAt = status, closedAt
			resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
		}
		var mark []byte // an empty value removes the mark
		if chat.Closed() {
			mark = []byte("true")
		}
		resp.Diagnostics.Append(resp.Private.SetKey(ctx, closedKey, mark)...)
	}
}
