package provider

import (
	"context"

	"github.com/hashicorp/go-uuid"
	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/mapplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

var (
	_ resource.ResourceWithConfigure      = (*jelouConversationCloseResource)(nil)
	_ resource.ResourceWithModifyPlan     = (*jelouConversationCloseResource)(nil)
	_ resource.ResourceWithValidateConfig = (*jelouConversationCloseResource)(nil)
)

// When the close call is sent.
const (
	whenCreate  = "create"
	whenDestroy = "destroy"
)

func newJelouConversationCloseResource() resource.Resource {
	return &jelouConversationCloseResource{}
}

// jelouConversationCloseResource is one close call, sent at create or at destroy.
type jelouConversationCloseResource struct {
	provider *providerData
}

type jelouConversationCloseModel struct {
	ID              types.String   `tfsdk:"id"`
	ProjectID       types.String   `tfsdk:"project_id"`
	BotID           types.String   `tfsdk:"bot_id"`
	UserID          types.String   `tfsdk:"user_id"`
	Triggers        types.Map      `tfsdk:"triggers"`
	RedirectPayload types.Object   `tfsdk:"redirect_payload"`
	When            types.String   `tfsdk:"when"`
	IgnoreNotFound  types.Bool     `tfsdk:"ignore_not_found"`
	ConversationID  types.String   `tfsdk:"conversation_id"`
	Status          types.String   `tfsdk:"status"`
	EndedReason     types.String   `tfsdk:"ended_reason"`
	ClosedAt        types.String   `tfsdk:"closed_at"`
	Timeouts        timeouts.Value `tfsdk:"timeouts"`
}

// Metadata names the type.
func (r *jelouConversationCloseResource) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = "jelou_conversation_close"
}

// Schema describes the block.
func (r *jelouConversationCloseResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	required := func(description string) schema.StringAttribute {
		return schema.StringAttribute{
			Required:            true,
			MarkdownDescription: description + " Changing it replaces the resource.",
			Validators:          []validator.String{notEmpty},
			PlanModifiers:       []planmodifier.String{stringplanmodifier.RequiresReplace()},
		}
	}
	result := func(description string) schema.StringAttribute {
		return schema.StringAttribute{Computed: true, MarkdownDescription: description + " Null until the call was sent."}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Sends Jelou's [close call](https://docs.jelou.ai/), at create or at destroy. The call is addressed by project, bot " +
			"and user, not by conversation: sent again, it closes whatever conversation the user has by then. No plan and no refresh sends it, " +
			"and a call whose outcome is unknown is not repeated.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "Id of this resource, made by the provider.",
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
			"project_id": schema.StringAttribute{
				Optional:            true,
				Computed:            true,
				MarkdownDescription: projectDescription + " Changing it replaces the resource.",
				Validators:          []validator.String{pathID},
			},
			"bot_id":  required(botDescription),
			"user_id": required(userDescription),
			"triggers": schema.MapAttribute{
				ElementType:         types.StringType,
				Optional:            true,
				MarkdownDescription: "Arbitrary values. Changing any of them replaces the resource, so that the call is sent again.",
				PlanModifiers:       []planmodifier.Map{mapplanmodifier.RequiresReplace()},
			},
			"redirect_payload": schema.SingleNestedAttribute{
				Optional:            true,
				MarkdownDescription: redirectDescription + " Changes in place, without a call.",
				Attributes: map[string]schema.Attribute{
					"type": schema.StringAttribute{
						Required:            true,
						MarkdownDescription: redirectTypeText,
						Validators:          []validator.String{redirectKind},
					},
					"text": schema.StringAttribute{
						Optional:            true,
						MarkdownDescription: redirectTextText,
						Validators:          []validator.String{notEmpty},
					},
				},
			},
			"when": schema.StringAttribute{
				Optional: true,
				Computed: true,
				Default:  stringdefault.StaticString(whenCreate),
				MarkdownDescription: "When the call is sent: at `\"create\"`, the default, or at `\"destroy\"`. Changes in place: to `create` sends the call " +
					"at that apply, to `destroy` arms it and keeps the last results.",
				Validators: []validator.String{stringvalidator.OneOf(whenCreate, whenDestroy)},
			},
			"ignore_not_found": schema.BoolAttribute{
				Optional: true,
				Computed: true,
				Default:  booldefault.StaticBool(false),
				MarkdownDescription: "Whether an unknown bot or user (404) counts as success, with `status = \"not_found\"` and the other results null. " +
					"Defaults to `false`; at destroy a 404 is always success. Changes in place, without a call.",
			},
			"conversation_id": result("Id of the conversation that was closed."),
			"status":          result("Status of the conversation, `closed`, or `not_found`."),
			"ended_reason":    result("Why the conversation ended, such as `closed_by_operator`."),
			"closed_at":       result("When the call was answered: RFC 3339, UTC."),
			"timeouts":        resourceTimeouts(ctx, timeouts.Opts{Create: true, Update: true, Delete: true}),
		},
	}
}

// Configure takes over what the provider was configured with.
func (r *jelouConversationCloseResource) Configure(_ context.Context, req resource.ConfigureRequest, _ *resource.ConfigureResponse) {
	r.provider, _ = req.ProviderData.(*providerData)
}

// ValidateConfig refuses a payload that lacks its text.
func (r *jelouConversationCloseResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var config jelouConversationCloseModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(checkRedirect(ctx, config.RedirectPayload)...)
}

// Create sends the call, or arms it for the destroy. What was sent with an
// unknown outcome is saved, so that Terraform taints it and the user decides.
func (r *jelouConversationCloseResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan jelouConversationCloseModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	id, err := uuid.GenerateUUID()
	if err != nil {
		resp.Diagnostics.AddError("Unable to close Jelou conversation", "No id could be made, and nothing was sent: "+err.Error())
		return
	}
	plan.ID = types.StringValue(id)
	plan.setResult(noJelouResult())
	if plan.ProjectID.IsUnknown() {
		project, diags := r.provider.jelouProject(types.StringNull())
		resp.Diagnostics.Append(diags...)
		plan.ProjectID = project
	}
	if resp.Diagnostics.HasError() {
		return
	}
	if plan.When.ValueString() == whenDestroy {
		resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
		return
	}
	client, diags := r.provider.jelou.forCall()
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := operation(ctx, plan.Timeouts.Create, &resp.Diagnostics)
	defer cancel()

	result, err := plan.target().close(ctx, client)
	if err != nil {
		resp.Diagnostics.Append(closeFailed(err, "The resource is saved as tainted: the next apply sends the call again, "+
			"and `terraform untaint` accepts it as sent."))
		if rest.OutcomeOf(err) == rest.Unknown {
			resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
		}
		return
	}
	plan.setResult(result)
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
}

// Read has nothing to ask: no call reads whether a close was sent.
func (r *jelouConversationCloseResource) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {
}

// Update sends the call where when has become "create"; all else needs none.
func (r *jelouConversationCloseResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan, state jelouConversationCloseModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if !plan.sendsAfter(state) {
		plan.setResult(state.result())
		resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
		return
	}
	client, diags := r.provider.jelou.forCall()
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := operation(ctx, plan.Timeouts.Update, &resp.Diagnostics)
	defer cancel()

	result, err := plan.target().close(ctx, client)
	if err != nil {
		resp.Diagnostics.Append(closeFailed(err, "The state is as before: the next apply sends the call again, and so would a destroy, "+
			"since when is still \"destroy\" there. To send nothing more, remove the resource from the state with `terraform state rm`."))
		return
	}
	plan.setResult(result)
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
}

// Delete sends the call where it is armed, with the values in the state.
func (r *jelouConversationCloseResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state jelouConversationCloseModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() || state.When.ValueString() != whenDestroy {
		return
	}
	client, diags := r.provider.jelou.forCall()
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := operation(ctx, state.Timeouts.Delete, &resp.Diagnostics)
	defer cancel()

	target := state.target()
	target.IgnoreNotFound = types.BoolValue(false)
	_, err := target.close(ctx, client)
	switch {
	case err == nil:
	case rest.IsNotFound(err):
		resp.Diagnostics.Append(pageInstead("Conversation may not be closed", "close Jelou conversation", err,
			"The call counts as made, since the answer is 404, and the resource is no longer in the state. No conversation was closed if this is not the API.")...)
	default:
		resp.Diagnostics.Append(closeFailed(err, "The resource stays in the state, and the next destroy sends the call again. "+
			"To send nothing more, remove it from the state with `terraform state rm`."))
	}
}
