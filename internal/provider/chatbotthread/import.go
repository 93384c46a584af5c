package chatbotthread

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/conversation-tools/terraform-provider-conversation/internal/chatbot"
	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/attribute"
	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/service"
)

// ImportState takes a thread over that exists. It writes the mode, so that the plan shows
// a change of it, and neither the webhook, which is a secret, nor the user.
func (r *threadResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	var id identity
	if service.IsByIdentity(req) {
		resp.Diagnostics.Append(req.Identity.Get(ctx, &id)...)
	} else {
		chatbotID, threadID, _ := strings.Cut(req.ID, "/")
		id = identity{types.StringValue(chatbotID), types.StringValue(threadID)}
	}
	resp.Diagnostics.Append(service.CheckImport("chatbot thread", "<chatbot id>/<thread id>",
		service.ID{Name: "chatbot id", Value: id.ChatbotID}, service.ID{Name: "thread id", Value: id.ThreadID})...)
	if resp.Diagnostics.HasError() {
		return
	}
	client := r.Chatbot.Client(&resp.Diagnostics, "This is the import of the thread "+id.ThreadID.ValueString()+" of the chatbot "+id.ChatbotID.ValueString()+".")
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, attribute.DefaultTimeout)
	defer cancel()
	thread, err := client.ReadThread(ctx, id.ChatbotID.ValueString(), id.ThreadID.ValueString())
	switch {
	case chatbot.IsMissing(err):
		resp.Diagnostics.Append(r.Chatbot.UnableTo(ctx, "import chatbot thread", err, "The service has no such thread. Nothing was imported."))
	case err != nil:
		resp.Diagnostics.Append(r.Chatbot.UnableTo(ctx, "import chatbot thread", err, "Nothing was imported."))
	default:
		found := model{ChatbotID: id.ChatbotID, Mode: types.StringPointerValue(thread.Mode)}
		found.named(id.ThreadID.ValueString())
		found.begun(thread)
		for name, value := range map[string]types.String{
			"id": found.ID, "chatbot_id": found.ChatbotID, "thread_id": found.ThreadID,
			"mode": found.Mode, "started_at": found.StartedAt, "chat_user_id": found.ChatUserID,
		} {
			resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root(name), value)...)
		}
		resp.Diagnostics.Append(resp.Identity.Set(ctx, id)...)
	}
}
