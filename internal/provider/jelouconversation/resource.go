// Package jelouconversation is a conversation of Jelou in Terraform: the resource that
// starts and closes it, the data source that reads it, and the function that signs an
// event as Jelou does.
package jelouconversation

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/conversation-tools/terraform-provider-conversation/internal/jelou"
	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/attribute"
	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/service"
)

var (
	_ resource.ResourceWithModifyPlan  = (*conversationResource)(nil)
	_ resource.ResourceWithImportState = (*conversationResource)(nil)
	_ resource.ResourceWithIdentity    = (*conversationResource)(nil)
)

// typeName is the name of the resource and of the data source.
const typeName = "jelou_conversation"

// NewResource returns the resource jelou_conversation.
func NewResource() resource.Resource {
	return &conversationResource{service.Resource{TypeName: typeName}}
}

// conversationResource is a conversation: create starts it, destroy closes it.
type conversationResource struct{ service.Resource }

func (r *conversationResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	const replaces = " Changing it closes this conversation and starts a new one."
	resp.Schema = schema.Schema{
		MarkdownDescription: "A conversation of a bot with a user in Jelou. Creating it " +
			"[starts the conversation](https://docs.jelou.ai/en/api/pma-custom/iniciar-conversacion), destroying it closes it. A refresh reads it.\n\n" +
			"Jelou closes by user, not by conversation. So destroy reads the conversation first, and sends nothing when it is closed already: " +
			"the user may have another one by then. If the user begins another one between that reading and the close, the close ends that one, and a " +
			"warning names it. So use a user whom nothing else talks to. A conversation that Jelou shows with another bot or user than at first is not closed: that " +
			"is an error. Two rules follow:\n\n" +
			"* Never set `create_before_destroy`, nor on a block that refers to this one, because Terraform passes it on: the start of the new " +
			"conversation comes before the close of the old one, which then closes the new one.\n" +
			"* Never write two of these blocks for one bot and user: Jelou may give both the same conversation.",
		Attributes: map[string]schema.Attribute{
			"id": attribute.Kept("Id of the conversation, as the start returned it."),
			"project_id": schema.StringAttribute{
				Optional: true, Computed: true, MarkdownDescription: service.ProjectDescription + replaces,
				Validators: []validator.String{attribute.ID},
			},
			"bot_id":          attribute.Required("Id of the bot."+replaces, attribute.ID),
			"user_id":         attribute.Required("Id of the end user."+replaces, attribute.ID),
			"initial_message": attribute.Optional("Message that the user gets at the start."+replaces, attribute.Text),
			"metadata": schema.MapAttribute{
				Optional: true, ElementType: types.StringType,
				MarkdownDescription: "Your own values of the conversation, such as a ticket's number. Elements that are null are not sent." + replaces,
			},
			"assignment": schema.SingleNestedAttribute{
				Optional: true, MarkdownDescription: "Who takes the conversation over." + replaces,
				Attributes: map[string]schema.Attribute{
					"type":   attribute.Required("`queue`, `operator` or `team`.", attribute.OneOf("queue", "operator", "team")),
					"target": attribute.Required("Name of the queue, or identifier of the operator or the team.", attribute.Text),
				},
			},
			"redirect_payload": attribute.Redirect(" It is sent by the close at destroy. Changes in place, without a call."),
			"on_closed":        attribute.OnClosed(),
			"room_id":          attribute.Kept("Id of the room, as the service sends it."),
			"state":            attribute.Kept("State as the service sends it, `active` or `closed`."),
			"started_at":       attribute.Kept("When the conversation began, as the service sends it: RFC 3339, UTC."),
			"ended_at":         attribute.Kept("When the conversation ended, as the service sends it. Null while it is open."),
			"ended_reason":     attribute.Kept("Why the conversation ended, such as `closed_by_operator`. Null while it is open."),
			"timeouts":         attribute.ResourceTimeouts(ctx, timeouts.Opts{Create: true, Delete: true}),
		},
	}
}

func (r *conversationResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"project_id": identityschema.StringAttribute{OptionalForImport: true, Description: "Id of the project. Defaults to the provider's."},
		"id":         identityschema.StringAttribute{RequiredForImport: true, Description: "Id of the conversation."},
	}}
}

// ModifyPlan fills in the project, says what replaces the conversation, and reports what
// will stand in the way of the apply.
func (r *conversationResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var plan, state *model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if r.Services == nil || resp.Diagnostics.HasError() || plan == nil && state.isOver() {
		return
	}
	if plan == nil {
		r.Jelou.Check(&resp.Diagnostics, state.named())
		return
	}
	project := types.StringNull()
	if state != nil {
		mark, diags := req.Private.GetKey(ctx, importedKey)
		resp.Diagnostics.Append(diags...)
		resp.RequiresReplace = plan.replaces(*state, mark)
		project = state.ProjectID
	}
	project = r.Jelou.PlanProject(ctx, req, resp, project, len(resp.RequiresReplace) > 0)
	if state == nil || len(resp.RequiresReplace) > 0 || !state.isOver() || plan.OnClosed.ValueString() != attribute.OnClosedKeep {
		r.Jelou.Check(&resp.Diagnostics)
	}
	if !project.Equal(plan.ProjectID) {
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("project_id"), project)...)
	}
}

// Create starts the conversation and reads it once. It is in the state whether or not it
// can be read.
func (r *conversationResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	client := r.Jelou.Client(&resp.Diagnostics)
	if plan.ProjectID.IsUnknown() {
		plan.ProjectID = r.Jelou.Project(types.StringNull(), &resp.Diagnostics)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := service.Operation(ctx, "create", plan.Timeouts.Create, &resp.Diagnostics)
	defer cancel()

	id, called, err := client.StartConversation(ctx, plan.startRequest())
	if err != nil {
		resp.Diagnostics.Append(r.startFailed(ctx, client, plan, err))
		return
	}
	plan.ID, plan.reading = types.StringValue(id), reading{}
	first := sighting{Unread: called}
	conversation, err := client.ReadConversation(ctx, plan.ProjectID.ValueString(), id)
	if err != nil {
		failure := r.Jelou.UnableTo(ctx, "read Jelou conversation", err, "The conversation "+id+" was started and is in the state. What the reading would have "+
			"told stays null until a refresh has read it. So it is not certain either that the conversation is a new one: the user may have had it before.")
		resp.Diagnostics.AddWarning(failure.Summary(), failure.Detail())
	} else {
		if began, ok := conversation.StartedAt(); ok && isEarlier(began, called) {
			resp.Diagnostics.Append(plan.isSomebodys(began, conversation.IsClosed()))
			return
		}
		plan.reading = readingOf(conversation)
		first = sightingOf(conversation)
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, plan.identity)...)
	first.keep(ctx, resp.Private, &resp.Diagnostics)
	r.Jelou.KeepDefaultProject(ctx, resp.Private, &resp.Diagnostics)
}

// Read reads the conversation. Gone is one that is closed, and one that Jelou itself does
// not know, unless it was started within the hour and has never been shown. Everything else
// keeps the state. A kept conversation that is over is not read, because nothing of it changes
// any more.
func (r *conversationResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	damage := service.CheckState("refresh Jelou conversation", typeName, state.named(), state.ids()...)
	isSound := service.Identify(ctx, resp, damage, state.ids()...)
	if r.Services == nil {
		return
	}
	r.Jelou.KeepDefaultProject(ctx, resp.Private, &resp.Diagnostics)
	isKept := state.OnClosed.ValueString() == attribute.OnClosedKeep
	if !isSound || isKept && state.isOver() || !r.Jelou.Refreshes(&resp.Diagnostics) {
		return
	}
	client := r.Jelou.Client(&resp.Diagnostics)
	ctx, cancel := context.WithTimeout(ctx, attribute.DefaultTimeout)
	defer cancel()

	conversation, err := client.ReadConversation(ctx, state.ProjectID.ValueString(), state.ID.ValueString())
	isUnknown, seen := jelou.IsUnknownConversation(err), keptSighting(ctx, req.Private, &resp.Diagnostics)
	switch {
	case isUnknown && seen.isExpected():
		resp.Diagnostics.AddWarning("Jelou conversation was never read", service.Paragraphs(state.named(),
			"Jelou does not know it, and has not shown it since the start, so it is kept in the state for an hour."))
	case (isUnknown || err == nil && conversation.IsClosed()) && !isKept:
		resp.State.RemoveResource(ctx)
	case err == nil:
		if seen == (sighting{}) || seen.isNone() && !seen.isOfOthers(conversation) {
			sightingOf(conversation).keep(ctx, resp.Private, &resp.Diagnostics)
		}
		if read := readingOf(conversation); read != state.reading {
			state.reading = read
			resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
		}
	case !isUnknown:
		resp.Diagnostics.Append(r.Jelou.RefreshFailed(ctx, "read Jelou conversation", err,
			"The conversations are kept as they are in the state. To plan without reading them, use -refresh=false.")...)
	}
}

// Update takes over what needs no call: the arguments that only a close uses, and after
// an import all of them.
func (r *conversationResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, plan.identity)...)
	resp.Diagnostics.Append(resp.Private.SetKey(ctx, importedKey, nil)...)
	r.Jelou.KeepDefaultProject(ctx, resp.Private, &resp.Diagnostics)
}
