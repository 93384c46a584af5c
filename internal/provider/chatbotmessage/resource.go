// Package chatbotmessage is a message in a thread of a chatbot in Terraform: the resource
// that asks and keeps the answer.
package chatbotmessage

import (
	"context"
	"errors"

	"github.com/google/uuid"
	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/listplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/conversation-tools/terraform-provider-conversation/internal/chatbot"
	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/attribute"
	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/service"
)

var (
	_ resource.ResourceWithConfigure      = (*messageResource)(nil)
	_ resource.ResourceWithModifyPlan     = (*messageResource)(nil)
	_ resource.ResourceWithValidateConfig = (*messageResource)(nil)
)

// NewResource returns the resource chatbot_message.
func NewResource() resource.Resource {
	return &messageResource{service.Resource{TypeName: "chatbot_message"}}
}

// messageResource is one message, said at create.
type messageResource struct{ service.Resource }

// Schema describes the block.
func (r *messageResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	const replaces = " Changing it says the text again."
	required := func(description string, rule attribute.Rule) schema.StringAttribute {
		return attribute.Required(description+replaces, rule, attribute.Replaces)
	}
	optional := func(description string, rule attribute.Rule) schema.StringAttribute {
		return attribute.Optional(description+replaces, rule, attribute.Replaces)
	}
	from := attribute.Choice("Who says the text: `\"USER\"`, the default, or `\"AGENT\"`, a human whom the chatbot does not answer."+replaces,
		chatbot.FromUser, chatbot.FromAgent)
	from.PlanModifiers = []planmodifier.String{attribute.Replaces}
	resp.Schema = schema.Schema{
		MarkdownDescription: "A message in a thread of a chatbot, and its answer. Creating the resource [says the text](https://sitegpt.ai/docs/api-reference) and waits for " +
			"the answer. Destroying it only removes it from the state: the message stays in the thread. No plan and no refresh makes a call.\n\n" +
			"The text is said at most once. Where the answer of the service is lost, the provider looks for the message in the thread. It says the text again only when you " +
			"apply again.\n\n" +
			"The provider makes the calls of one thread one after the other. The order of several messages is that of their `depends_on`.\n\n" +
			"The state keeps the text and the answer. For personal data, read the thread with the ephemeral resource `chatbot_thread` instead.",
		Attributes: map[string]schema.Attribute{
			"id":         attribute.Kept("Id of this resource, made by the provider."),
			"chatbot_id": required("Id of the chatbot.", attribute.ID),
			"thread_id":  required("Id of the thread.", attribute.ID),
			"text":       required("What is said.", attribute.Text),
			"from":       from,
			"agent_name": optional("Name of the agent. With `from = \"AGENT\"` only.", attribute.NotEmpty),
			"icon_url":   optional("Address of the agent's icon. With `from = \"AGENT\"` only.", attribute.NotEmpty),
			"triggers": attribute.Triggers("Arbitrary values. Changing any of them says the text again. An element that is null says nothing, so adding or " +
				"removing one changes nothing."),
			"message_id": attribute.Kept("Id of the message, as the service sends it."),
			"answer":     attribute.Kept("Text of the answer. Null with `from = \"AGENT\"`, and where nobody has answered."),
			"sources": schema.ListAttribute{
				Computed: true, ElementType: types.StringType,
				MarkdownDescription: "Sources of the answer. One that is not a string arrives as its JSON.",
				PlanModifiers:       []planmodifier.List{listplanmodifier.UseStateForUnknown()},
			},
			"gpt_model":    attribute.Kept("Model that answered."),
			"asked_at":     attribute.Kept("When the text was said, as the service sends it: RFC 3339."),
			"answered_at":  attribute.Kept("When it was answered, as the service sends it: RFC 3339."),
			"message_type": attribute.Kept("`NORMAL_MESSAGE`, `USER_MESSAGE`, `AGENT_MESSAGE` or `SYSTEM_MESSAGE`."),
			"timeouts":     attribute.ResourceTimeouts(ctx, timeouts.Opts{Create: true}),
		},
	}
}

// ValidateConfig refuses what only an agent has in a message of a user.
func (r *messageResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var config model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if config.From.IsUnknown() || config.isFromAgent() {
		return
	}
	for _, of := range []struct {
		name  string
		value types.String
	}{{"agent_name", config.AgentName}, {"icon_url", config.IconURL}} {
		if !of.value.IsNull() && !of.value.IsUnknown() { // what is unknown may turn out null
			at := path.Root(of.name)
			resp.Diagnostics.AddAttributeError(at, "Invalid "+of.name, "Only a message of an agent has "+of.name+": set from = \"AGENT\", or leave "+of.name+" out.")
		}
	}
}

// ModifyPlan reports what will stand in the way of the call. Nothing but a create makes one.
func (r *messageResource) ModifyPlan(_ context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if r.Services != nil && req.State.Raw.IsNull() {
		r.Chatbot.Check(&resp.Diagnostics)
	}
}

// Create says the text. What was said with an unknown outcome is saved, so that Terraform
// taints it and the user decides.
func (r *messageResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	client := r.Chatbot.Client(&resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	plan.ID = types.StringValue(uuid.NewString())
	ctx, cancel := service.Operation(ctx, "create", plan.Timeouts.Create, &resp.Diagnostics)
	defer cancel()

	reply, err := client.Ask(ctx, plan.request())
	lost, unsettled := errors.AsType[*chatbot.LostError](err)
	switch {
	case err == nil && reply.Lost != nil:
		resp.Diagnostics.Append(foundAgain(reply))
		plan.said(&reply.Message)
	case err == nil:
		plan.said(&reply.Message)
	case unsettled:
		resp.Diagnostics.Append(r.lostAnswer(ctx, lost))
		plan.said(lost.Message)
	default:
		resp.Diagnostics.Append(r.Chatbot.UnableTo(ctx, action, err, service.NothingDone(err, "the text was not said")))
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
}

// Read has nothing to ask: what was said and answered does not change.
func (r *messageResource) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {
}

// Update takes over what needs no call: timeouts, and triggers that say nothing.
func (r *messageResource) Update(_ context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	resp.State.Raw = req.Plan.Raw
}

// Delete only forgets the message, and makes no call: a chatbot that is down does not
// stand in the way of a destroy. The client is told of the message, because a create of the
// same text may follow, which must not take it for its own.
func (r *messageResource) Delete(ctx context.Context, req resource.DeleteRequest, _ *resource.DeleteResponse) {
	var state model
	diags := req.State.Get(ctx, &state) // which stand in the way of nothing
	if client := r.Chatbot.Client(&diags); !diags.HasError() && !state.MessageID.IsNull() {
		client.Know(state.ChatbotID.ValueString(), state.ThreadID.ValueString(), state.MessageID.ValueString())
	}
}
