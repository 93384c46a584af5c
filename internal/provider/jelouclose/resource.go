// Package jelouclose is the close call of Jelou in Terraform: the resource that sends it at
// create or at destroy, and the action.
package jelouclose

import (
	"context"
	"fmt"

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

var _ resource.ResourceWithModifyPlan = (*closeResource)(nil)

// When the close call is sent.
const (
	whenCreate  = "create"
	whenDestroy = "destroy"
)

// NewResource returns the resource jelou_conversation_close.
func NewResource() resource.Resource { return &closeResource{service.Resource{TypeName: typeName}} }

// closeResource is one close call, sent at create or at destroy.
type closeResource struct{ service.Resource }

// model is a plan or a state.
type model struct {
	target
	result
	ID       types.String   `tfsdk:"id"`
	Triggers types.Map      `tfsdk:"triggers"`
	When     types.String   `tfsdk:"when"`
	Timeouts timeouts.Value `tfsdk:"timeouts"`
}

// isArmed reports whether a destroy sends the call.
func (m *model) isArmed() bool { return m.When.ValueString() == whenDestroy }

// named tells a reader which block an error is about, without the user. Terraform prints no
// address with an error at destroy.
func (m *model) named() string {
	return fmt.Sprintf("This is the jelou_conversation_close with the id %s, for bot %s of project %s.",
		m.ID.ValueString(), m.BotID.ValueString(), m.ProjectID.ValueString())
}

// sends reports whether a create sends the call, or an update of an armed state.
func (m *model) sends(state *model) bool {
	return m.When.ValueString() == whenCreate && (state == nil || state.isArmed())
}

func (r *closeResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	const replaces, isResult = " Changing it replaces the resource.", " Null until the call was sent."
	resp.Schema = schema.Schema{
		MarkdownDescription: "Sends Jelou's [close call](https://docs.jelou.ai/), at create or at destroy. The call is addressed by project, bot " +
			"and user, not by conversation: sent again, it closes whatever conversation the user has by then. No plan and no refresh sends it, " +
			"and a call whose outcome is unknown is not repeated.\n\nThe resource cannot be imported, because Jelou keeps no record of close calls " +
			"that could be read.",
		Attributes: map[string]schema.Attribute{
			"id": attribute.Kept("Id of this resource, made by the provider."),
			"project_id": schema.StringAttribute{
				Optional: true, Computed: true, MarkdownDescription: service.ProjectDescription + replaces, Validators: []validator.String{attribute.ID},
			},
			"bot_id":  attribute.Required("Id of the bot."+replaces, attribute.ID, attribute.Replaces),
			"user_id": attribute.Required(userDescription+replaces, attribute.ID, attribute.Replaces),
			"triggers": attribute.Triggers("Arbitrary values. Changing any of them replaces the resource, so that the call is sent again. Elements that are null " +
				"say nothing: `{}`, `{ a = null }` and no triggers at all are the same."),
			"redirect_payload": attribute.Redirect(" Changes in place, without a call."),
			"when": attribute.Choice("When the call is sent: at `\"create\"`, the default, or at `\"destroy\"`. Changes in place. A change to `\"create\"` sends "+
				"the call at that apply. After a change to `\"destroy\"` the next destroy sends it, and the results of the last call stay.", whenCreate, whenDestroy),
			"ignore_not_found": schema.BoolAttribute{
				Optional: true, Computed: true, Default: booldefault.StaticBool(false),
				MarkdownDescription: "Whether an unknown bot or user (404) counts as success, with `status = \"not_found\"` and the other results null. " +
					"Defaults to `false`; at destroy a 404 is always success. Changes in place, without a call.",
			},
			"conversation_id": schema.StringAttribute{Computed: true, MarkdownDescription: "Id of the conversation that was closed." + isResult},
			"status":          schema.StringAttribute{Computed: true, MarkdownDescription: "Status of the conversation, `closed`, or `not_found`." + isResult},
			"ended_reason":    schema.StringAttribute{Computed: true, MarkdownDescription: "Why the conversation ended, such as `closed_by_operator`." + isResult},
			"closed_at":       schema.StringAttribute{Computed: true, MarkdownDescription: "When the call was answered: RFC 3339, UTC." + isResult},
			"timeouts":        attribute.ResourceTimeouts(ctx, timeouts.Opts{Create: true, Update: true, Delete: true}),
		},
	}
}

// ModifyPlan fills in the project, plans the results, and reports what will stand in the
// way of a call.
func (r *closeResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var plan, state *model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if r.Services == nil || resp.Diagnostics.HasError() {
		return
	}
	if plan == nil {
		if state.isArmed() {
			r.Jelou.Check(&resp.Diagnostics, state.named())
		}
		return
	}
	var prior model
	if state != nil {
		prior = *state
	}
	replaced := !plan.BotID.Equal(prior.BotID) || !plan.UserID.Equal(prior.UserID) || !plan.Triggers.Equal(prior.Triggers)
	plan.ProjectID = r.Jelou.PlanProject(ctx, req, resp, prior.ProjectID, replaced)
	plan.result = prior.result
	if plan.When.IsUnknown() || plan.sends(state) {
		unknown := types.StringUnknown()
		plan.result = result{unknown, unknown, unknown, unknown}
	}
	if plan.When.ValueString() != whenCreate || plan.sends(state) { // now, or at a later destroy
		r.Jelou.Check(&resp.Diagnostics)
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, plan)...)
}

// Create sends the call, or arms it for the destroy. What was sent with an unknown
// outcome is saved, so that Terraform taints it and the user decides.
func (r *closeResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if plan.ProjectID.IsUnknown() {
		plan.ProjectID = r.Jelou.Project(types.StringNull(), &resp.Diagnostics)
	}
	r.Jelou.KeepDefaultProject(ctx, resp.Private, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	plan.ID, plan.result = types.StringValue(uuid.NewString()), result{}
	outcome := rest.Done
	if plan.sends(nil) {
		ctx, cancel := service.Operation(ctx, "create", plan.Timeouts.Create, &resp.Diagnostics)
		defer cancel()
		plan.result, outcome = plan.close(ctx, &r.Jelou, "", "The resource is saved as tainted: the next apply sends the call again, "+
			"and `terraform untaint` accepts it as sent.", &resp.Diagnostics)
	}
	if outcome == rest.Done || outcome == rest.Unknown {
		resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
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
	plan.result = state.result
	if plan.sends(&state) {
		ctx, cancel := service.Operation(ctx, "update", plan.Timeouts.Update, &resp.Diagnostics)
		defer cancel()
		plan.result, _ = plan.close(ctx, &r.Jelou, "", "The state is as before: the next apply sends the call again, and so would a destroy, "+
			"since when is still \"destroy\" there. To send nothing more, remove the resource from the state with `terraform state rm`.", &resp.Diagnostics)
	}
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	}
}

// Delete sends the call where it is armed, with the values in the state.
func (r *closeResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() || !state.isArmed() {
		return
	}
	resp.Diagnostics.Append(service.CheckState("close Jelou conversation", typeName, state.named(), service.ID{Name: "project_id", Value: state.ProjectID},
		service.ID{Name: "bot_id", Value: state.BotID}, service.ID{Name: "user_id", Value: state.UserID})...)
	ctx, cancel := service.Operation(ctx, "delete", state.Timeouts.Delete, &resp.Diagnostics)
	defer cancel()
	state.IgnoreNotFound = types.BoolValue(true)
	state.close(ctx, &r.Jelou, state.named(), "The resource stays in the state, and the next destroy sends the call again. "+
		"To send nothing more, remove it from the state with `terraform state rm`.", &resp.Diagnostics)
}
