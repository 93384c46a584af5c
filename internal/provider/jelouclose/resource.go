// Package jelouclose is the close call of Jelou in Terraform: the resource that sends it at
// create or at destroy, and the action.
package jelouclose

import (
	"context"

	"github.com/google/uuid"
	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/attribute"
	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/service"
	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

var (
	_ resource.ResourceWithConfigure  = (*closeResource)(nil)
	_ resource.ResourceWithModifyPlan = (*closeResource)(nil)
)

const (
	botDescription  = "Id of the bot."
	userDescription = "Id of the end user whose conversation is closed."
)

// When the close call is sent.
const (
	whenCreate  = "create"
	whenDestroy = "destroy"
)

// NewResource returns the resource jelou_conversation_close.
func NewResource() resource.Resource {
	return &closeResource{service.Resource{TypeName: "jelou_conversation_close"}}
}

// closeResource is one close call, sent at create or at destroy.
type closeResource struct{ service.Resource }

// Schema describes the block.
func (r *closeResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	required := func(description string) schema.StringAttribute {
		return attribute.Required(description+" Changing it replaces the resource.", attribute.ID, attribute.Replaces)
	}
	result := func(description string) schema.StringAttribute {
		return schema.StringAttribute{Computed: true, MarkdownDescription: description + " Null until the call was sent."}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Sends Jelou's [close call](https://docs.jelou.ai/), at create or at destroy. The call is addressed by project, bot " +
			"and user, not by conversation: sent again, it closes whatever conversation the user has by then. No plan and no refresh sends it, " +
			"and a call whose outcome is unknown is not repeated.\n\nThe resource cannot be imported, because Jelou keeps no record of close calls " +
			"that could be read.",
		Attributes: map[string]schema.Attribute{
			"id": attribute.Kept("Id of this resource, made by the provider."),
			"project_id": schema.StringAttribute{
				Optional:            true,
				Computed:            true,
				MarkdownDescription: service.ProjectDescription + " Changing it replaces the resource.",
				Validators:          []validator.String{attribute.ID},
			},
			"bot_id":  required(botDescription),
			"user_id": required(userDescription),
			"triggers": attribute.Triggers("Arbitrary values. Changing any of them replaces the resource, so that the call is sent again. Elements that are null " +
				"say nothing: `{}`, `{ a = null }` and no triggers at all are the same."),
			"redirect_payload": attribute.Redirect(" Changes in place, without a call."),
			"when": attribute.Choice("When the call is sent: at `\"create\"`, the default, or at `\"destroy\"`. Changes in place. A change to `\"create\"` sends "+
				"the call at that apply. After a change to `\"destroy\"` the next destroy sends it, and the results of the last call stay.", whenCreate, whenDestroy),
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
			"timeouts":        attribute.ResourceTimeouts(ctx, timeouts.Opts{Create: true, Update: true, Delete: true}),
		},
	}
}

// Create sends the call, or arms it for the destroy. What was sent with an unknown
// outcome is saved, so that Terraform taints it and the user decides.
func (r *closeResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	plan.ID = types.StringValue(uuid.NewString())
	plan.setResult(noResult())
	if plan.ProjectID.IsUnknown() {
		project := r.Jelou.Project(types.StringNull(), &resp.Diagnostics)
		plan.ProjectID = project
	}
	r.Jelou.KeepDefaultProject(ctx, resp.Private, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	if plan.isArmed() {
		resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
		return
	}
	client := r.Jelou.Client(&resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := service.Operation(ctx, "create", plan.Timeouts.Create, &resp.Diagnostics)
	defer cancel()

	result, diags, err := plan.target().close(ctx, &r.Jelou, client)
	resp.Diagnostics.Append(diags...)
	plan.setResult(result)
	if err == nil || rest.OutcomeOf(err) == rest.Unknown {
		resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	}
	if err != nil {
		resp.Diagnostics.Append(closeFailed(ctx, &r.Jelou, err, "", "The resource is saved as tainted: the next apply sends the call again, "+
			"and `terraform untaint` accepts it as sent."))
	}
}

// Read asks nothing, because no call reads whether a close was sent.
func (r *closeResource) Read(ctx context.Context, _ resource.ReadRequest, resp *resource.ReadResponse) {
	if r.Services != nil {
		r.Jelou.KeepDefaultProject(ctx, resp.Private, &resp.Diagnostics)
	}
}

// Update sends the call where when has become "create"; all else needs none.
func (r *closeResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan, state model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	r.Jelou.KeepDefaultProject(ctx, resp.Private, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	if !plan.sendsAfter(state) {
		plan.setResult(state.result())
		resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
		return
	}
	client := r.Jelou.Client(&resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := service.Operation(ctx, "update", plan.Timeouts.Update, &resp.Diagnostics)
	defer cancel()

	result, diags, err := plan.target().close(ctx, &r.Jelou, client)
	resp.Diagnostics.Append(diags...)
	if err != nil {
		resp.Diagnostics.Append(closeFailed(ctx, &r.Jelou, err, "", "The state is as before: the next apply sends the call again, and so would a destroy, "+
			"since when is still \"destroy\" there. To send nothing more, remove the resource from the state with `terraform state rm`."))
		return
	}
	plan.setResult(result)
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
}

// Delete sends the call where it is armed, with the values in the state.
func (r *closeResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() || !state.isArmed() {
		return
	}
	resp.Diagnostics.Append(service.CheckState("close Jelou conversation", "jelou_conversation_close", state.named(),
		service.StateID{Name: "project_id", Value: state.ProjectID},
		service.StateID{Name: "bot_id", Value: state.BotID},
		service.StateID{Name: "user_id", Value: state.UserID})...)
	client := r.Jelou.Client(&resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := service.Operation(ctx, "delete", state.Timeouts.Delete, &resp.Diagnostics)
	defer cancel()

	state.IgnoreNotFound = types.BoolValue(true)
	_, diags, err := state.target().close(ctx, &r.Jelou, client)
	resp.Diagnostics.Append(diags...)
	if err != nil {
		resp.Diagnostics.Append(closeFailed(ctx, &r.Jelou, err, state.named(), "The resource stays in the state, and the next destroy sends the call again. "+
			"To send nothing more, remove it from the state with `terraform state rm`."))
	}
}
