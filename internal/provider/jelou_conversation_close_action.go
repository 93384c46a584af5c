package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/action/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
)

var (
	_ action.ActionWithConfigure      = (*jelouConversationCloseAction)(nil)
	_ action.ActionWithModifyPlan     = (*jelouConversationCloseAction)(nil)
	_ action.ActionWithValidateConfig = (*jelouConversationCloseAction)(nil)
)

func newJelouConversationCloseAction() action.Action {
	return &jelouConversationCloseAction{}
}

// jelouConversationCloseAction sends the close call once.
type jelouConversationCloseAction struct {
	provider *providerData
}

type jelouConversationCloseActionModel struct {
	ProjectID       types.String   `tfsdk:"project_id"`
	BotID           types.String   `tfsdk:"bot_id"`
	UserID          types.String   `tfsdk:"user_id"`
	RedirectPayload types.Object   `tfsdk:"redirect_payload"`
	IgnoreNotFound  types.Bool     `tfsdk:"ignore_not_found"`
	Timeouts        timeouts.Value `tfsdk:"timeouts"`
}

// Metadata names the type.
func (a *jelouConversationCloseAction) Metadata(_ context.Context, _ action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = "jelou_conversation_close"
}

// Schema describes the block.
func (a *jelouConversationCloseAction) Schema(ctx context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	required := func(description string) schema.StringAttribute {
		return schema.StringAttribute{Required: true, MarkdownDescription: description, Validators: []validator.String{notEmpty}}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Sends Jelou's [close call](https://docs.jelou.ai/), like the resource of the same name. What differs: a failed action is " +
			"not retried by the next apply, a failed resource is; and `before_destroy` needs Terraform 1.16, while the resource's " +
			"`when = \"destroy\"` works everywhere. Actions need Terraform 1.14; OpenTofu has none.",
		Attributes: map[string]schema.Attribute{
			"project_id": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: projectDescription,
				Validators:          []validator.String{pathID},
			},
			"bot_id":  required(botDescription),
			"user_id": required(userDescription),
			"redirect_payload": schema.SingleNestedAttribute{
				Optional:            true,
				MarkdownDescription: redirectDescription,
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
			"ignore_not_found": schema.BoolAttribute{
				Optional:            true,
				MarkdownDescription: "Whether an unknown bot or user (404) counts as success. Defaults to `false`.",
			},
			"timeouts": actionTimeouts(ctx),
		},
	}
}

// Configure takes over what the provider was configured with.
func (a *jelouConversationCloseAction) Configure(_ context.Context, req action.ConfigureRequest, _ *action.ConfigureResponse) {
	a.provider, _ = req.ProviderData.(*providerData)
}

// ValidateConfig refuses a payload that lacks its text.
func (a *jelouConversationCloseAction) ValidateConfig(ctx context.Context, req action.ValidateConfigRequest, resp *action.ValidateConfigResponse) {
	var config jelouConversationCloseActionModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(checkRedirect(ctx, config.RedirectPayload)...)
}

// ModifyPlan reports what will stand in the way of the call.
func (a *jelouConversationCloseAction) ModifyPlan(ctx context.Context, req action.ModifyPlanRequest, resp *action.ModifyPlanResponse) {
	if a.provider == nil {
		return
	}
	var project types.String
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("project_id"), &project)...)
	_, diags := a.provider.jelouProject(project)
	resp.Diagnostics.Append(diags...)
	resp.Diagnostics.Append(a.provider.jelou.check()...)
}

// Invoke sends the call.
func (a *jelouConversationCloseAction) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	var config jelouConversationCloseActionModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(config.check(ctx)...)
	client, diags := a.provider.jelou.forCall()
	resp.Diagnostics.Append(diags...)
	project, diags := a.provider.jelouProject(config.ProjectID)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := operation(ctx, config.Timeouts.Invoke, &resp.Diagnostics)
	defer cancel()
	if resp.Diagnostics.HasError() {
		return
	}

	target := jelouTarget{
		ProjectID:       project,
		BotID:           config.BotID,
		UserID:          config.UserID,
		RedirectPayload: config.RedirectPayload,
		IgnoreNotFound:  config.IgnoreNotFound,
	}
	result, err := target.close(ctx, client)
	switch {
	case err != nil:
		resp.Diagnostics.Append(closeFailed(err, "Look in Jelou whether it is closed before the action is invoked again."))
	case result.Status.ValueString() == statusNotFound:
		progress(resp, "Jelou does not know the bot or the user (404), which ignore_not_found accepts: nothing was closed.")
	default:
		progress(resp, "Closed the Jelou conversation %s of bot %s: status %s, ended by %s.",
			shown(result.ConversationID), config.BotID.ValueString(), shown(result.Status), shown(result.EndedReason))
	}
}

// check applies the schema's rules to what has become known: Terraform does not
// validate an action again.
func (m jelouConversationCloseActionModel) check(ctx context.Context) diag.Diagnostics {
	diags := notEmpty.demand(path.Root("bot_id"), m.BotID)
	diags.Append(notEmpty.demand(path.Root("user_id"), m.UserID)...)
	if !m.ProjectID.IsNull() {
		diags.Append(pathID.demand(path.Root("project_id"), m.ProjectID)...)
	}
	diags.Append(checkRedirect(ctx, m.RedirectPayload)...)
	if m.RedirectPayload.IsNull() || diags.HasError() {
		return diags
	}
	var payload redirectPayloadModel
	diags.Append(m.RedirectPayload.As(ctx, &payload, basetypes.ObjectAsOptions{})...)
	at := path.Root("redirect_payload")
	diags.Append(redirectKind.demand(at.AtName("type"), payload.Type)...)
	if !payload.Text.IsNull() {
		diags.Append(notEmpty.demand(at.AtName("text"), payload.Text)...)
	}
	return diags
}

// shown returns a result for a message, also when the service left it out.
func shown(value types.String) string {
	if value.IsNull() {
		return "(not told)"
	}
	return value.ValueString()
}
