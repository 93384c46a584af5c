package thuliummessage

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/action/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/attribute"
	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/service"
	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

var _ action.ActionWithModifyPlan = (*messageAction)(nil)

// NewAction returns the action thulium_chat_conversation_message.
func NewAction() action.Action { return &messageAction{service.Action{TypeName: typeName}} }

// messageAction says something each time it is invoked.
type messageAction struct{ service.Action }

func (a *messageAction) Schema(ctx context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Says something in a [chat of Thulium](https://apidoc.thulium.com/), each time the action is invoked. A call whose outcome is unknown is " +
			"not repeated. A failed action is not retried by the next apply, a failed resource is. Actions need Terraform 1.14; OpenTofu has none.",
		Attributes: map[string]schema.Attribute{
			"conversation_id":     attribute.ActionRequired(conversationDescription, attribute.ID),
			"text":                attribute.ActionRequired(textDescription, attribute.Text),
			"external_chatbot_id": attribute.ActionOptional(botDescription, attribute.ID),
			"timeouts":            attribute.ActionTimeouts(ctx),
		},
	}
}

// ModifyPlan reports what will stand in the way of the call.
func (a *messageAction) ModifyPlan(_ context.Context, _ action.ModifyPlanRequest, resp *action.ModifyPlanResponse) {
	if a.Services != nil {
		a.Thulium.Check(&resp.Diagnostics)
	}
}

func (a *messageAction) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	var config struct {
		message

		Timeouts timeouts.Value `tfsdk:"timeouts"`
	}
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(attribute.ID.Demand(path.Root("conversation_id"), config.ConversationID)...)
	resp.Diagnostics.Append(attribute.Text.Demand(path.Root("text"), config.Text)...)
	resp.Diagnostics.Append(attribute.ID.DemandOptional(path.Root("external_chatbot_id"), config.ExternalChatbotID)...)
	resp.Diagnostics.Append(attribute.DemandInvoke(config.Timeouts)...)
	client := a.Thulium.Client(&resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := service.Operation(ctx, "invoke", config.Timeouts.Invoke, &resp.Diagnostics)
	defer cancel()
	if config.send(ctx, &a.Thulium, client, "Invoke the action again only if it is not there.", &resp.Diagnostics) == rest.Done {
		service.Progress(resp, "Sent a message to the Thulium conversation %s.", config.ConversationID.ValueString())
	}
}
