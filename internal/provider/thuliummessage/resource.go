// Package thuliummessage says something in a chat of Thulium, as a resource and as an
// action.
package thuliummessage

import (
	"cmp"
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/attribute"
	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/service"
	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/thulium"
)

// typeName is the name of the resource and of the action.
const typeName = "thulium_chat_conversation_message"

// message has the arguments that the resource and the action share.
type message struct {
	ConversationID    types.String `tfsdk:"conversation_id"`
	Text              types.String `tfsdk:"text"`
	ExternalChatbotID types.String `tfsdk:"external_chatbot_id"`
}

// Descriptions of the arguments.
const (
	conversationDescription = "Id of the conversation."
	textDescription         = "What is said."
	botDescription          = "Id of an external chatbot in whose name it is said."
)

var _ resource.ResourceWithModifyPlan = (*messageResource)(nil)

// NewResource returns the resource thulium_chat_conversation_message.
func NewResource() resource.Resource { return &messageResource{service.Resource{TypeName: typeName}} }

// messageResource is a message that was sent: create sends it, destroy forgets it.
type messageResource struct{ service.Resource }

// model is a plan or a state of a message.
type model struct {
	message

	ID       types.String   `tfsdk:"id"`
	Triggers types.Map      `tfsdk:"triggers"`
	SentAt   types.String   `tfsdk:"sent_at"`
	Timeouts timeouts.Value `tfsdk:"timeouts"`
}

func (r *messageResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	const replaces = " Changing it sends a new message."
	resp.Schema = schema.Schema{
		MarkdownDescription: "Says something in a [chat of Thulium](https://apidoc.thulium.com/). The message is sent once, at create. Destroying the resource only " +
			"forgets it: a message cannot be taken back. No plan and no refresh sends anything, and a call whose outcome is unknown is not repeated. " +
			"There is no import, because Thulium has no call that reads one message.",
		Attributes: map[string]schema.Attribute{
			"id":                  attribute.Kept("Id of this resource, made by the provider."),
			"conversation_id":     attribute.Required(conversationDescription+replaces, attribute.ID, attribute.Replaces),
			"text":                attribute.Required(textDescription+replaces+" It is kept in the state.", attribute.Text, attribute.Replaces),
			"external_chatbot_id": attribute.Optional(botDescription+replaces, attribute.ID, attribute.Replaces),
			"triggers":            attribute.Triggers("Arbitrary values. Changing any of them sends the message again."),
			"sent_at":             attribute.Kept("When the message was sent: RFC 3339, UTC. Null when that is not known."),
			"timeouts":            attribute.ResourceTimeouts(ctx, timeouts.Opts{Create: true}),
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

	plan.ID, plan.SentAt = types.StringValue(uuid.NewString()), types.StringNull()
	switch plan.send(ctx, &r.Thulium, client, "The resource is saved as tainted: the next apply sends the message again, "+
		"and `terraform untaint` accepts it as sent.", &resp.Diagnostics) {
	case rest.Done:
		plan.SentAt = types.StringValue(time.Now().UTC().Format(time.RFC3339))
	case rest.Refused, rest.NotActed:
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
}

// Read has nothing to ask: no call reads one message.
func (r *messageResource) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {}

// Update takes over what needs no call, such as the timeouts.
func (r *messageResource) Update(_ context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	resp.State.Raw = req.Plan.Raw
}

// Delete forgets the message, which cannot be taken back.
func (r *messageResource) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {}

// send sends the message once. next says how to go on after a call whose outcome is
// unknown.
func (m message) send(ctx context.Context, s *service.Thulium, client *thulium.Client, next string, diags *diag.Diagnostics) rest.Outcome {
	unexpected, err := client.SendMessage(ctx, thulium.MessageRequest{
		ConversationID: m.ConversationID.ValueString(), Text: m.Text.ValueString(), ExternalChatbotID: m.ExternalChatbotID.ValueString(),
	})
	conversation := "the conversation " + m.ConversationID.ValueString()
	if err != nil {
		diags.Append(s.UnableTo(ctx, "send Thulium chat message", err, cmp.Or(
			service.NothingDone(err, "nothing was said in "+conversation),
			"The call may have taken effect: the message may stand in "+conversation+". It was not sent again, which could say it twice. "+
				"Look at the chat in Thulium. "+next)))
		return rest.OutcomeOf(err)
	}
	service.WarnOfBody(unexpected, "Message sent", "The message to the Thulium conversation "+m.ConversationID.ValueString(), "the message is not in the chat", diags)
	return rest.Done
}
