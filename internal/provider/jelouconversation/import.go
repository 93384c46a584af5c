package jelouconversation

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/attribute"
	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/service"
)

// importedKey marks in private state a conversation whose other arguments the next apply
// adopts instead of replacing it. Its value is the user's second id or null, as JSON.
const importedKey = "imported"

// ImportState adopts a conversation that is open. It writes what names it and who talks
// in it, so that the next apply takes the other arguments over.
func (r *conversationResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	asked := identity{ID: types.StringValue(req.ID)}
	if project, id, found := strings.Cut(req.ID, "/"); found {
		asked = identity{types.StringValue(project), types.StringValue(id)}
	} else if service.IsByIdentity(req) {
		resp.Diagnostics.Append(req.Identity.Get(ctx, &asked)...)
	}
	asked.ProjectID = r.Jelou.Project(asked.ProjectID, &resp.Diagnostics)
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(service.CheckImport("Jelou conversation", "<project id>/<conversation id>, or the conversation id alone for the provider's project",
			service.ID{Name: "project id", Value: asked.ProjectID}, service.ID{Name: "conversation id", Value: asked.ID})...)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	client := r.Jelou.Client(&resp.Diagnostics, "This is the import of the conversation "+asked.ID.ValueString()+".")
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, attribute.DefaultTimeout)
	defer cancel()

	conversation, err := client.ReadConversation(ctx, asked.ProjectID.ValueString(), asked.ID.ValueString())
	switch {
	case err != nil:
		resp.Diagnostics.Append(r.Jelou.UnableTo(ctx, "import Jelou conversation", err, "Nothing was imported."))
	case conversation.IsClosed():
		resp.Diagnostics.AddError("Unable to import Jelou conversation",
			fmt.Sprintf("The conversation %s is closed. Only an open conversation can be imported. Nothing was imported.", asked.ID.ValueString()))
	default:
		if conversation.BotID == nil || conversation.UserID == nil {
			resp.Diagnostics.AddWarning("Jelou conversation imported without its bot or user", "The answer of Jelou does not name both. "+
				"Run terraform apply before you destroy the conversation: it takes bot_id and user_id from the configuration.")
		}
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), asked.ID)...)
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("project_id"), asked.ProjectID)...)
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("bot_id"), conversation.BotID)...)
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("user_id"), conversation.UserID)...)
		resp.Diagnostics.Append(resp.Identity.Set(ctx, asked)...)
		mark, _ := json.Marshal(conversation.Reference) // of a text or nothing, which never fails
		resp.Diagnostics.Append(resp.Private.SetKey(ctx, importedKey, mark)...)
		sightingOf(conversation).keep(ctx, resp.Private, &resp.Diagnostics)
		r.Jelou.KeepDefaultProject(ctx, resp.Private, &resp.Diagnostics)
	}
}
