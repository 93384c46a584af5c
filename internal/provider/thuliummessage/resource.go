package thuliummessage

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/attribute"
	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/service"
	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

var (
	_ resource.ResourceWithConfigure  = (*messageResource)(nil)
	_ resource.ResourceWithModifyPlan = (*messageResource)(nil)
)

// NewResource returns the resource thulium_chat_conversation_message.
func NewResource() resource.Resource { return &messageResource{service.Resource{TypeName: typeName}} }

// messageResource is a message that was sent: create sends it, destroy forgets it.
type messageResource struct{ service.Resource }

// Schema describes the block.
func (r *messageResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	replaces := " Changing it sends a new message."
	replace := []planmodifier.String{stringplanmodifier.RequiresReplace()}
	keep := []planmodifier.String{stringplanmodifier.UseStateForUnknown()}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Says something in a [chat of Thulium](https://apidoc.thulium.com/). The message is sent once, at create. Destroying the resource only " +
			"forgets it: a message cannot be taken back. No plan and no refresh sends anything, and a call whose outcome is unknown is not repeated. " +
			"There is no import, because Thulium has no call that reads one message.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "Id of this resource, made by the provider.",
				PlanModifiers:       keep,
			},
			"conversation_id": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: conversationDescription + replaces,
				Validators:          []validator.String{attribute.ID},
				PlanModifiers:       replace,
			},
			"text": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: textDescription + replaces + " It is kept in the state.",
				Validators:          []validator.String{attribute.Text},
				PlanModifiers:       replace,
			},
			"external_chatbot_id": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: botDescription + replaces,
				Validators:          []validator.String{attribute.ID},
				PlanModifiers:       replace,
			},
			"triggers": attribute.Triggers("Arbitrary values. Changing any of them sends the message again."),
			"sent_at": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "When the message was sent: RFC 3339, UTC. Null when that is not known.",
				PlanModifiers:       keep,
			},
			"timeouts": attribute.ResourceTimeouts(ctx, timeouts.Opts{Create: true}),
		},
	}
}

// ModifyPlan reports what will stand in the way of the call. Only a create makes one.
func (r *messageResource) ModifyPlan(_ context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if r.Services != nil && !req.Plan.Raw.IsNull() && req.State.Raw.IsNull() {
		r.Thulium.Check(&resp.Diagnostics)
	}
}

// Create sends the message. One that was sent with an unknown outcome is saved, so that
// Terraform taints it and the user decides.
func (r *messageResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	client := r.Thulium.Client(&resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := service.Operation(ctx, "create", plan.Timeouts.Create, &resp.Diagnostics)
	defer cancel()

	diags, outcome := send(ctx, &r.Thulium, client, plan.request(), "The resource is saved as tainted: the next apply sends the message again, "+
		"and `terraform untaint` accepts it as sent.")
	resp.Diagnostics.Append(diags...)
	plan.ID, plan.SentAt = types.StringValue(uuid.NewString()), types.StringNull()
	switch outcome {
	case rest.Done:
		plan.sent(time.Now())
	case rest.Refused, rest.NotActed:
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
}

// Read has nothing to ask: no call reads one message.
func (r *messageResource) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {}

// Update takes over what needs no call, such as the timeouts.
func (r *messageResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
}

// Delete forgets the message, which cannot be taken back.
func (r *messageResource) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {}
