package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/action/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

var (
	_ action.ActionWithConfigure  = (*thuliumChatConversationStopAction)(nil)
	_ action.ActionWithModifyPlan = (*thuliumChatConversationStopAction)(nil)
)

func newThuliumChatConversationStopAction() action.Action {
	return &thuliumChatConversationStopAction{}
}

// thuliumChatConversationStopAction stops a conversation that Terraform does not manage.
type thuliumChatConversationStopAction struct {
	provider *providerData
}

type thuliumChatConversationStopModel struct {
	ConversationID    types.String   `tfsdk:"conversation_id"`
	ExternalChatbotID types.String   `tfsdk:"external_chatbot_id"`
	IgnoreNotFound    types.Bool     `tfsdk:"ignore_not_found"`
	Timeouts          timeouts.Value `tfsdk:"timeouts"`
}

// Metadata names the type.
func (a *thuliumChatConversationStopAction) Metadata(_ context.Context, _ action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = "thulium_chat_conversation_stop"
}

// Schema describes the block.
func (a *thuliumChatConversationStopAction) Schema(ctx context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "[Stops](https://apidoc.thulium.com/) a Thulium conversation that Terraform does not manage, such as one that a killed " +
			"pipeline left behind. A failed action is not retried by the next apply. Actions need Terraform 1.14; OpenTofu has none.",
		Attributes: map[string]schema.Attribute{
			"conversation_id": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "Id of the conversation.",
				Validators:          []validator.String{pathID},
			},
			"external_chatbot_id": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Id of an external chatbot, sent with the call.",
				Validators:          []validator.String{notEmpty},
			},
			"ignore_not_found": schema.BoolAttribute{
				Optional: true,
				MarkdownDescription: "Whether a conversation that is not known (404) counts as stopped. Defaults to `false`: a mistyped id must not " +
					"pass for success.",
			},
			"timeouts": actionTimeouts(ctx),
		},
	}
}

// Configure takes over what the provider was configured with.
func (a *thuliumChatConversationStopAction) Configure(_ context.Context, req action.ConfigureRequest, _ *action.ConfigureResponse) {
	a.provider, _ = req.ProviderData.(*providerData)
}

// ModifyPlan reports what will stand in the way of the call.
func (a *thuliumChatConversationStopAction) ModifyPlan(_ context.Context, _ action.ModifyPlanRequest, resp *action.ModifyPlanResponse) {
	if a.provider != nil {
		resp.Diagnostics.Append(a.provider.thulium.check()...)
	}
}

// Invoke stops the conversation.
func (a *thuliumChatConversationStopAction) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	var config thuliumChatConversationStopModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(pathID.demand(path.Root("conversation_id"), config.ConversationID)...)
	client, diags := a.provider.thulium.forCall()
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := operation(ctx, config.Timeouts.Invoke, &resp.Diagnostics)
	defer cancel()
	if resp.Diagnostics.HasError() {
		return
	}

	id := config.ConversationID.ValueString()
	err := client.Stop(ctx, id, config.ExternalChatbotID.ValueString())
	switch {
	case err == nil:
		progress(resp, "Stopped the Thulium conversation %s.", id)
	case rest.IsNotFound(err) && config.IgnoreNotFound.ValueBool():
		effect := "nothing was stopped"
		if rest.OutcomeOf(err) == rest.Unknown {
			effect = "an earlier attempt may have stopped it"
		}
		progress(resp, "Thulium does not know the conversation %s (404), which ignore_not_found accepts: %s.", id, effect)
	case rest.IsNotFound(err):
		effect := "Nothing was stopped."
		if rest.OutcomeOf(err) == rest.Unknown {
			effect = stopActionEffect(err)
		}
		failure := unableTo("stop Thulium chat conversation", err,
			effect+" To accept that the conversation is not known, set ignore_not_found = true.")
		resp.Diagnostics.AddAttributeError(path.Root("conversation_id"), failure.Summary(), failure.Detail())
	default:
		resp.Diagnostics.Append(unableTo("stop Thulium chat conversation", err, stopActionEffect(err)))
	}
}

func stopActionEffect(err error) string {
	if rest.OutcomeOf(err) == rest.Unknown {
		return "The conversation may have been stopped. Invoking the action again is harmless."
	}
	return "The conversation was not stopped."
}

// progress tells the user what an action did. SendProgress is nil when Invoke
// is not called by the framework.
func progress(resp *action.InvokeResponse, format string, args ...any) {
	if resp.SendProgress != nil {
		resp.SendProgress(action.InvokeProgressEvent{Message: fmt.Sprintf(format, args...)})
	}
}
