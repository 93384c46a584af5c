// Package jelouconversation is a conversation of Jelou in Terraform: the resource that
// starts and closes it, the data source that reads it, and the function that signs an
// event as Jelou does.
package jelouconversation

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/attribute"
	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/service"
)

var (
	_ resource.ResourceWithConfigure   = (*conversationResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*conversationResource)(nil)
	_ resource.ResourceWithImportState = (*conversationResource)(nil)
	_ resource.ResourceWithIdentity    = (*conversationResource)(nil)
)

// typeName is the name of the resource and of the data source.
const typeName = "jelou_conversation"

// clockTolerance is how far the service's clock may be from this one.
const clockTolerance = 5 * time.Minute

// NewResource returns the resource jelou_conversation.
func NewResource() resource.Resource {
	return &conversationResource{service.Resource{TypeName: typeName}}
}

// conversationResource is a conversation: create starts it, destroy closes it.
type conversationResource struct{ service.Resource }

// Schema describes the block.
func (r *conversationResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	const replaces = " Changing it closes this conversation and starts a new one."
	party := func(description string) schema.StringAttribute {
		return attribute.Required(description+replaces, attribute.ID, replaceUnlessAdopted{})
	}
	told := func(description string) schema.StringAttribute {
		return attribute.Kept(description)
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "A conversation of a bot with a user in Jelou. Creating it " +
			"[starts the conversation](https://docs.jelou.ai/en/api/pma-custom/iniciar-conversacion), destroying it closes it. A refresh reads it.\n\n" +
			"Jelou closes by user, not by conversation. So destroy reads the conversation first, and sends nothing when it is closed already: " +
			"the user may have another one by then. Two rules follow:\n\n" +
			"* Never set `create_before_destroy`: the start of the new conversation comes before the close of the old one, which then closes the new one.\n" +
			"* Never write two of these blocks for one bot and user: Jelou may give both the same conversation.",
		Attributes: map[string]schema.Attribute{
			"id": told("Id of the conversation, as the start returned it."),
			"project_id": schema.StringAttribute{
				Optional: true, Computed: true, MarkdownDescription: service.ProjectDescription + replaces,
				Validators: []validator.String{attribute.ID},
			},
			"bot_id":          party("Id of the bot."),
			"user_id":         party("Id of the end user."),
			"initial_message": attribute.Optional("Message that the user gets at the start."+replaces, attribute.Text, replaceUnlessAdopted{}),
			"metadata": schema.MapAttribute{
				Optional: true, ElementType: types.StringType,
				MarkdownDescription: "Your own values of the conversation, such as a ticket's number. Elements that are null are not sent." + replaces,
				PlanModifiers:       []planmodifier.Map{replaceUnlessAdopted{}},
			},
			"assignment": schema.SingleNestedAttribute{
				Optional: true, MarkdownDescription: "Who takes the conversation over." + replaces,
				PlanModifiers: []planmodifier.Object{replaceUnlessAdopted{}},
				Attributes: map[string]schema.Attribute{
					"type":   attribute.Required("`queue`, `operator` or `team`.", stringvalidator.OneOf("queue", "operator", "team")),
					"target": attribute.Required("Name of the queue, or identifier of the operator or the team.", attribute.Text),
				},
			},
			"redirect_payload": attribute.Redirect(" It is sent by the close at destroy. Changes in place, without a call."),
			"on_closed":        attribute.OnClosed(),
			"room_id":          told("Id of the room, as the service sends it."),
			"state":            told("State as the service sends it, `active` or `closed`."),
			"started_at":       told("When the conversation began, as the service sends it: RFC 3339, UTC."),
			"ended_at":         told("When the conversation ended, as the service sends it. Null while it is open."),
			"ended_reason":     told("Why the conversation ended, such as `closed_by_operator`. Null while it is open."),
			"timeouts":         attribute.ResourceTimeouts(ctx, timeouts.Opts{Create: true, Delete: true}),
		},
	}
}

// IdentitySchema describes the identity.
func (r *conversationResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{
		Attributes: map[string]identityschema.Attribute{
			"project_id": identityschema.StringAttribute{OptionalForImport: true, Description: "Id of the project. Defaults to the provider's."},
			"id":         identityschema.StringAttribute{RequiredForImport: true, Description: "Id of the conversation."},
		},
	}
}

// identity is what names a conversation.
type identity struct {
	ProjectID types.String `tfsdk:"project_id"`
	ID        types.String `tfsdk:"id"`
}

// ModifyPlan fills in the project and reports what will stand in the way of the apply.
func (r *conversationResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if r.Services == nil {
		return
	}
	var plan, state *model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() || plan == nil && state.isOver() {
		return
	}
	r.Jelou.Check(&resp.Diagnostics)
	if plan == nil {
		return
	}
	project, replaced := types.StringNull(), false
	if state != nil {
		project, replaced = state.ProjectID, !plan.BotID.Equal(state.BotID) || !plan.UserID.Equal(state.UserID)
	}
	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("project_id"), r.Jelou.PlanProject(ctx, req, resp, project, replaced))...)
}

// Create starts the conversation and reads it once. It is in the state before it is read.
func (r *conversationResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	client := r.Jelou.Client(&resp.Diagnostics)
	if plan.ProjectID.IsUnknown() {
		project := r.Jelou.Project(types.StringNull(), &resp.Diagnostics)
		plan.ProjectID = project
	}
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := service.Operation(ctx, "create", plan.Timeouts.Create, &resp.Diagnostics)
	defer cancel()

	called := time.Now()
	id, err := client.StartConversation(ctx, plan.startRequest())
	if err != nil {
		resp.Diagnostics.Append(r.startFailed(ctx, client, plan, err))
		return
	}
	plan.started(id)
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, identity{plan.ProjectID, plan.ID})...)
	r.Jelou.KeepDefaultProject(ctx, resp.Private, &resp.Diagnostics)

	conversation, err := client.ReadConversation(ctx, plan.ProjectID.ValueString(), id)
	if err != nil {
		failure := r.Jelou.UnableTo(ctx, "read Jelou conversation", err, "The conversation "+id+" was started and is in the state. What the reading would have "+
			"told stays null until a refresh has read it. So it is not certain either that the conversation is a new one: the user may have had it before.")
		resp.Diagnostics.AddWarning(failure.Summary(), failure.Detail())
		return
	}
	if began, ok := conversation.StartedAt(); ok && began.Before(called.Add(-clockTolerance)) {
		resp.State.RemoveResource(ctx)
		resp.Diagnostics.Append(plan.isSomebodys(began))
		return
	}
	plan.show(conversation)
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
}

// isSomebodys returns the error of a start that was answered with a conversation which
// the user had before.
func (m model) isSomebodys(began time.Time) diag.Diagnostic {
	return diag.NewErrorDiagnostic("Unable to start Jelou conversation", service.Paragraphs(
		fmt.Sprintf("Jelou answered the start with the conversation %s, which began at %s, more than five minutes before the call. "+
			"The user had it with bot %s already, so it is not this block's: it was not taken over, and nothing is in the state. "+
			"An initial message may have been sent to the user in it.",
			m.ID.ValueString(), began.UTC().Format("15:04:05 MST on 2 January 2006"), m.BotID.ValueString()),
		"To manage this conversation, import it:\n"+
			fmt.Sprintf("  terraform import '%s.NAME' %s", typeName, quoted(m.ProjectID.ValueString()+"/"+m.ID.ValueString())),
		"To have a new one, close this one first, in Jelou or with jelou_conversation_close, and apply again."))
}

// Update takes over what needs no call: the arguments that only a close uses, and after
// an import all of them.
func (r *conversationResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan, state model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	plan.keep(state)
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, identity{plan.ProjectID, plan.ID})...)
	resp.Diagnostics.Append(resp.Private.SetKey(ctx, importedKey, nil)...)
	r.Jelou.KeepDefaultProject(ctx, resp.Private, &resp.Diagnostics)
}
