package chatbotthread

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/conversation-tools/terraform-provider-conversation/internal/chatbot"
	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/attribute"
	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/service"
)

// Read asks whether the thread still exists, and who its user is. It writes no argument,
// because what the service has changed, such as the mode of a thread that was handed over
// to a human, must not be changed back. A failure keeps the state.
func (r *threadResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	damage := service.CheckState("refresh chatbot thread", typeName, state.told(), state.ids()...)
	isSound := service.Identify(ctx, resp, damage, state.ids()...)
	if !isSound || r.Services == nil || !r.Chatbot.Refreshes(&resp.Diagnostics) {
		return
	}
	client := r.Chatbot.Client(&resp.Diagnostics)
	ctx, cancel := context.WithTimeout(ctx, attribute.DefaultTimeout)
	defer cancel()

	thread, err := client.ReadThread(ctx, state.ChatbotID.ValueString(), state.ThreadID.ValueString())
	switch {
	case chatbot.IsGone(err):
		resp.State.RemoveResource(ctx)
	case err != nil:
		resp.Diagnostics.Append(r.Chatbot.RefreshFailed(ctx, unableToRead, err, "The threads are kept as they are in the state.")...)
	default:
		state.ChatUserID = types.StringPointerValue((*string)(thread.ChatUserID))
		resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
	}
}
