package jelouconversation

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/conversation-tools/terraform-provider-conversation/internal/jelou"
	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/attribute"
)

// importedKey marks in private state a conversation whose other arguments the next apply
// adopts instead of replacing it. Its value is the user's second id, as JSON.
const importedKey = "imported"

// importForms are what an import can be asked with.
const importForms = "Give <project id>/<conversation id>, or the conversation id alone for the provider's project."

// ImportState adopts a conversation that is open. It writes what names it and who talks
// in it, so that the next apply takes the other arguments over.
func (r *conversationResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	var asked identity
	if req.ID == "" && req.Identity != nil {
		resp.Diagnostics.Append(req.Identity.Get(ctx, &asked)...)
	} else {
		asked = parseImportID(req.ID)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	project := r.Jelou.Project(asked.ProjectID, &resp.Diagnostics)
	for name, id := range map[string]types.String{"project id": project, "conversation id": asked.ID} {
		if wrong := attribute.ID.Wrong(id.ValueString()); wrong != "" && !id.IsUnknown() && !resp.Diagnostics.HasError() {
			resp.Diagnostics.AddError("Unable to import Jelou conversation", "The "+name+" is none. "+wrong+" "+importForms)
		}
	}
	client := r.Jelou.Client(&resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, attribute.DefaultTimeout)
	defer cancel()

	conversation, err := client.ReadConversation(ctx, project.ValueString(), asked.ID.ValueString())
	switch {
	case err != nil:
		resp.Diagnostics.Append(r.Jelou.UnableTo(ctx, "import Jelou conversation", err, "Nothing was imported."))
	case conversation.IsClosed():
		resp.Diagnostics.AddError("Unable to import Jelou conversation",
			fmt.Sprintf("The conversation %s is closed. Only an open conversation can be imported. Nothing was imported.", asked.ID.ValueString()))
	default:
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), asked.ID)...)
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("project_id"), project)...)
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("bot_id"), conversation.BotID)...)
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("user_id"), conversation.UserID)...)
		resp.Diagnostics.Append(resp.Identity.Set(ctx, identity{project, asked.ID})...)
		resp.Diagnostics.Append(resp.Private.SetKey(ctx, importedKey, markOf(conversation))...)
		r.Jelou.KeepDefaultProject(ctx, resp.Private, &resp.Diagnostics)
	}
}

// parseImportID reads "<project id>/<conversation id>" or "<conversation id>".
func parseImportID(id string) identity {
	project, conversation, found := strings.Cut(id, "/")
	if !found {
		return identity{ProjectID: types.StringNull(), ID: types.StringValue(id)}
	}
	return identity{ProjectID: types.StringValue(project), ID: types.StringValue(conversation)}
}

// markOf returns the mark of an imported conversation: the user's second id, or "".
func markOf(conversation *jelou.Conversation) []byte {
	reference := ""
	if conversation.Reference != nil {
		reference = *conversation.Reference
	}
	mark, _ := json.Marshal(reference) // of a text, which never fails
	return mark
}

// replaceUnlessAdopted asks for a replacement, except in the apply that follows an
// import. That one adopts each argument that the import has not written, and a user_id
// that is the second id of the same user: nobody documents which of the two a start takes.
type replaceUnlessAdopted struct{}

func (replaceUnlessAdopted) Description(context.Context) string {
	return "Starts a new conversation, except in the apply that follows an import."
}

func (m replaceUnlessAdopted) MarkdownDescription(ctx context.Context) string {
	return m.Description(ctx)
}

// PlanModifyString plans the replacement for a text.
func (m replaceUnlessAdopted) PlanModifyString(ctx context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse) {
	if !req.State.Raw.IsNull() && !req.Plan.Raw.IsNull() {
		resp.RequiresReplace = replaces(ctx, req.PlanValue, req.StateValue, req.Private, &resp.Diagnostics)
	}
}

// PlanModifyMap plans the replacement for a map.
func (m replaceUnlessAdopted) PlanModifyMap(ctx context.Context, req planmodifier.MapRequest, resp *planmodifier.MapResponse) {
	if !req.State.Raw.IsNull() && !req.Plan.Raw.IsNull() {
		resp.RequiresReplace = replaces(ctx, req.PlanValue, req.StateValue, req.Private, &resp.Diagnostics)
	}
}

// PlanModifyObject plans the replacement for an object.
func (m replaceUnlessAdopted) PlanModifyObject(ctx context.Context, req planmodifier.ObjectRequest, resp *planmodifier.ObjectResponse) {
	if !req.State.Raw.IsNull() && !req.Plan.Raw.IsNull() {
		resp.RequiresReplace = replaces(ctx, req.PlanValue, req.StateValue, req.Private, &resp.Diagnostics)
	}
}

func replaces(ctx context.Context, plan, state attr.Value, private interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
}, diags *diag.Diagnostics,
) bool {
	if plan.Equal(state) {
		return false
	}
	mark, found := private.GetKey(ctx, importedKey)
	diags.Append(found...)
	if mark == nil {
		return true
	}
	var reference string
	_ = json.Unmarshal(mark, &reference) // of this package's own writing
	text, _ := plan.(types.String)
	return !state.IsNull() && (reference == "" || text.ValueString() != reference)
}
