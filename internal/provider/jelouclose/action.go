package jelouclose

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/action/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/attribute"
	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/service"
	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

var _ action.ActionWithModifyPlan = (*closeAction)(nil)

// NewAction returns the action jelou_conversation_close.
func NewAction() action.Action { return &closeAction{service.Action{TypeName: typeName}} }

// closeAction sends the close call once.
type closeAction struct{ service.Action }

type actionModel struct {
	target
	Timeouts timeouts.Value `tfsdk:"timeouts"`
}

func (a *closeAction) Schema(ctx context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Sends Jelou's [close call](https://docs.jelou.ai/), like the resource of the same name. What differs: a failed action is " +
			"not retried by the next apply, a failed resource is; and `before_destroy` needs Terraform 1.16, while the resource's " +
			"`when = \"destroy\"` works everywhere. Actions need Terraform 1.14; OpenTofu has none.",
		Attributes: map[string]schema.Attribute{
			"project_id":       attribute.ActionOptional(service.ProjectDescription, attribute.ID),
			"bot_id":           attribute.ActionRequired("Id of the bot.", attribute.ID),
			"user_id":          attribute.ActionRequired(userDescription, attribute.ID),
			"redirect_payload": attribute.ActionRedirect(),
			"ignore_not_found": schema.BoolAttribute{
				Optional: true, MarkdownDescription: "Whether an unknown bot or user (404) counts as success. Defaults to `false`.",
			},
			"timeouts": attribute.ActionTimeouts(ctx),
		},
	}
}

// ModifyPlan reports what will stand in the way of the call.
func (a *closeAction) ModifyPlan(ctx context.Context, req action.ModifyPlanRequest, resp *action.ModifyPlanResponse) {
	if a.Services == nil {
		return
	}
	var project types.String
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("project_id"), &project)...)
	a.Jelou.Project(project, &resp.Diagnostics)
	a.Jelou.Check(&resp.Diagnostics)
}

func (a *closeAction) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	var config actionModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	// Terraform does not validate an action again when what was unknown at plan is known.
	resp.Diagnostics.Append(attribute.ID.Demand(path.Root("bot_id"), config.BotID)...)
	resp.Diagnostics.Append(attribute.ID.Demand(path.Root("user_id"), config.UserID)...)
	resp.Diagnostics.Append(attribute.ID.DemandOptional(path.Root("project_id"), config.ProjectID)...)
	resp.Diagnostics.Append(attribute.DemandRedirect(path.Root("redirect_payload"), config.RedirectPayload)...)
	resp.Diagnostics.Append(attribute.DemandInvoke(config.Timeouts)...)
	client := a.Jelou.Client(&resp.Diagnostics)
	config.ProjectID = a.Jelou.Project(config.ProjectID, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := service.Operation(ctx, "invoke", config.Timeouts.Invoke, &resp.Diagnostics)
	defer cancel()

	result, outcome := config.close(ctx, &a.Jelou, "", "Look in Jelou whether it is closed before the action is invoked again.", &resp.Diagnostics)
	shown := func(value types.String) string {
		if value.ValueString() == "" {
			return "(not told)"
		}
		return client.Quote(value.ValueString(), config.request().Personal()...)
	}
	switch {
	case outcome != rest.Done:
	case result.Status.ValueString() == statusNotFound:
		service.Progress(resp, "The bot or the user was not found (404), which ignore_not_found accepts: no conversation is known to have been closed.")
	default:
		service.Progress(resp, "Closed the Jelou conversation %s of bot %s: status %s, ended by %s.",
			shown(result.ConversationID), config.BotID.ValueString(), shown(result.Status), shown(result.EndedReason))
	}
}
