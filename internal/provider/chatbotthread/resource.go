// Package chatbotthread is a thread of a chatbot in Terraform: the resource that makes one,
// and the data source and the ephemeral resource that read one and wait for its answers.
package chatbotthread

import (
	"context"
	"errors"

	"github.com/google/uuid"
	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/conversation-tools/terraform-provider-conversation/internal/chatbot"
	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/attribute"
	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/service"
	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

var (
	_ resource.ResourceWithConfigure   = (*threadResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*threadResource)(nil)
	_ resource.ResourceWithImportState = (*threadResource)(nil)
	_ resource.ResourceWithIdentity    = (*threadResource)(nil)
)

// typeName is the name of the resource, the data source and the ephemeral resource.
const typeName = "chatbot_thread"

// NewResource returns the resource chatbot_thread.
func NewResource() resource.Resource { return &threadResource{service.Resource{TypeName: typeName}} }

// threadResource is a thread of one's own.
type threadResource struct{ service.Resource }

// Schema describes the block.
func (r *threadResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	user := func(description string, rule attribute.Rule) schema.StringAttribute {
		return attribute.Optional(description+" Changes in place.", rule)
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "A [thread](https://sitegpt.ai/docs/api-reference) of a chatbot. Creating the resource begins the thread. The API has no call that deletes a " +
			"thread, so destroying the resource only removes it from the state, and a warning says so.\n\n" +
			"A refresh reads whether the thread still exists, and `chat_user_id`. It does not read the arguments: when the chatbot hands a thread over to a " +
			"human, the service changes the mode, and the next apply must not change it back.",
		Attributes: map[string]schema.Attribute{
			"id":         attribute.Kept("`<chatbot id>/<thread id>`."),
			"chatbot_id": attribute.Required("Id of the chatbot. Changing it begins a new thread.", attribute.ID, attribute.Replaces),
			"thread_id": schema.StringAttribute{
				Optional: true,
				Computed: true,
				MarkdownDescription: "Id of the thread. Without it the provider makes a UUID. A thread with this id that exists is taken over only if it has no message: " +
					"one with messages may be somebody's, and can be imported. So a replacement with the same id fails once the thread has messages. " +
					"Changing it begins a new thread.",
				Validators:    []validator.String{attribute.ID},
				PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown(), stringplanmodifier.RequiresReplace()},
			},
			"mode": attribute.Choice("Who answers: the chatbot with `\"AI\"`, the default, or a human with `\"AGENT\"`. Changes in place.", chatbot.ModeAI, chatbot.ModeAgent),
			"webhook_url": schema.StringAttribute{
				Optional:            true,
				Sensitive:           true,
				MarkdownDescription: "Webhook of the thread. It grants access to whoever holds it. Changes in place.",
				Validators:          []validator.String{attribute.HTTPURL},
			},
			"chat_user": schema.SingleNestedAttribute{
				Optional:            true,
				MarkdownDescription: "User of the thread. Changes in place. The state keeps these values.",
				Attributes: map[string]schema.Attribute{
					"email":        user("E-mail address.", attribute.Email),
					"name":         user("Name.", attribute.NotEmpty),
					"phone_number": user("Phone number.", attribute.NotEmpty),
				},
			},
			"started_at":   attribute.Kept("When the thread began, as the service sends it: RFC 3339."),
			"chat_user_id": attribute.Kept("Id of the user. Null until the service has given one."),
			"timeouts":     attribute.ResourceTimeouts(ctx, timeouts.Opts{Create: true, Update: true, Delete: true}),
		},
	}
}

// IdentitySchema describes the identity.
func (r *threadResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"chatbot_id": identityschema.StringAttribute{RequiredForImport: true, Description: "Id of the chatbot."},
		"thread_id":  identityschema.StringAttribute{RequiredForImport: true, Description: "Id of the thread."},
	}}
}

// identity is what tells one thread from all others.
type identity struct {
	ChatbotID types.String `tfsdk:"chatbot_id"`
	ThreadID  types.String `tfsdk:"thread_id"`
}

func (m model) identity() identity { return identity{m.ChatbotID, m.ThreadID} }

// ModifyPlan reports what will stand in the way of the apply. A destroy makes no call.
func (r *threadResource) ModifyPlan(_ context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if r.Services != nil && !req.Plan.Raw.IsNull() {
		r.Chatbot.Check(&resp.Diagnostics)
	}
}

// Create begins the thread, or takes over one with the configured id that has no message.
// It saves the thread before it sends what only an update can set, so that a failure of
// the update leaves the thread in the state.
func (r *threadResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	client := r.Chatbot.Client(&resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := service.Operation(ctx, "create", plan.Timeouts.Create, &resp.Diagnostics)
	defer cancel()

	var thread *chatbot.Thread
	before, isOurs := plan.created(), plan.ThreadID.IsUnknown()
	if isOurs {
		plan.named(uuid.NewString())
	} else {
		plan.named(plan.ThreadID.ValueString())
		var diags diag.Diagnostics
		thread, diags = r.existing(ctx, client, plan)
		resp.Diagnostics.Append(diags...)
		if resp.Diagnostics.HasError() {
			return
		}
		if thread != nil {
			before = takenOver(thread)
		}
	}
	if thread == nil {
		var err error
		if thread, err = client.CreateThread(ctx, plan.create()); err != nil {
			resp.Diagnostics.Append(r.createFailed(ctx, err))
			if lost, ok := errors.AsType[*chatbot.LostError](err); !ok || lost.Nothing {
				return
			}
		}
	}
	if !isOurs && thread != nil && thread.HasMessages() {
		resp.Diagnostics.Append(plan.isSomebodys())
		return
	}
	plan.begun(thread)
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, plan.identity())...)
	if request, changes := plan.changeFrom(before); changes && !resp.Diagnostics.HasError() {
		if err := client.UpdateThread(ctx, request); err != nil {
			has := "does not have"
			if rest.OutcomeOf(err) == rest.Unknown {
				has = "may not have"
			}
			resp.Diagnostics.Append(r.Chatbot.UnableTo(ctx, "update chatbot thread", err, "The thread exists, but "+has+" all that the configuration says. "+
				"The resource is saved as tainted: the next apply replaces it. To keep the thread, run `terraform untaint`, and change the block to send the rest."))
		}
	}
}

// Update sends what has changed.
func (r *threadResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan, state model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	resp.Diagnostics.Append(service.CheckState("update chatbot thread", typeName, state.told(), state.ids()...)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if request, changes := plan.changeFrom(state); changes {
		client := r.Chatbot.Client(&resp.Diagnostics)
		if resp.Diagnostics.HasError() {
			return
		}
		ctx, cancel := service.Operation(ctx, "update", plan.Timeouts.Update, &resp.Diagnostics)
		defer cancel()
		if err := client.UpdateThread(ctx, request); err != nil {
			effect := "The thread was not changed, and the state is as before: the next apply tries again."
			switch {
			case chatbot.IsGone(err):
				effect = "The thread was not changed, because the service does not know it any more. The next plan drops it from the state, and the next apply begins a new one."
			case rest.OutcomeOf(err) == rest.Unknown:
				effect = "The thread may have been changed. The state is as before: the next apply sends the same again, which is harmless."
			}
			resp.Diagnostics.Append(r.Chatbot.UnableTo(ctx, "update chatbot thread", err, effect))
			return
		}
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, plan.identity())...)
}

// Delete only forgets the thread: the API has no call that deletes one. The framework
// removes it from the state.
func (r *threadResource) Delete(_ context.Context, _ resource.DeleteRequest, resp *resource.DeleteResponse) {
	resp.Diagnostics.Append(r.Chatbot.WarnOnce(diag.NewWarningDiagnostic("Chatbot threads are not deleted",
		"The API of the chatbot has no call that deletes a thread. The threads of this configuration that were destroyed are no longer in the state, "+
			"and they and their messages are still at the service. Delete them there if they must not stay."))...)
}
