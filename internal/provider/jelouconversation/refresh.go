package jelouconversation

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/conversation-tools/terraform-provider-conversation/internal/jelou"
	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/attribute"
)

// Read reads the conversation. Gone is one that is closed, and one that Jelou itself says
// it does not know. Everything else keeps the state: a web page's 404, a failing service,
// a configuration that is not known yet. A kept conversation that is over is not read,
// because nothing of it changes any more.
func (r *conversationResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.Identity.Set(ctx, identity{state.ProjectID, state.ID})...)
	if r.Services == nil {
		return
	}
	r.Jelou.KeepDefaultProject(ctx, resp.Private, &resp.Diagnostics)
	if !r.Jelou.Ready() || r.Jelou.RefreshGivenUp() || state.isKept() && state.isOver() || checkState("read", state, state.addressed()).HasError() {
		return
	}
	client := r.Jelou.Client(&resp.Diagnostics)
	ctx, cancel := context.WithTimeout(ctx, attribute.DefaultTimeout)
	defer cancel()

	conversation, err := client.ReadConversation(ctx, state.ProjectID.ValueString(), state.ID.ValueString())
	switch {
	case jelou.IsUnknownConversation(err):
		if !state.isKept() {
			resp.State.RemoveResource(ctx)
		}
	case err != nil:
		resp.Diagnostics.Append(r.Jelou.RefreshFailed(ctx, "read Jelou conversation", err,
			"The conversations are kept as they are in the state. To plan without reading them, use -refresh=false.")...)
	case conversation.IsClosed() && !state.isKept():
		resp.State.RemoveResource(ctx)
	default:
		state.show(conversation)
		resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
	}
}
