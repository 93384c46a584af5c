package attribute

import (
	"context"

	actionschema "github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	resourceschema "github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/conversation-tools/terraform-provider-conversation/internal/jelou"
)

const (
	redirectDescription     = "What the user is told, or where the user is sent, when the conversation is closed."
	redirectKindDescription = "Kind of the payload: `text` or `edge`. Jelou does not document what `edge` does with a text."
	redirectTextDescription = "Text for the user. Required with type `text`, optional with `edge`."
)

// redirectKind is one of the kinds. An action asks for it again at invoke.
var redirectKind = OneOf("text", "edge")

// Redirect returns the attribute redirect_payload of a resource.
func Redirect(more string) resourceschema.SingleNestedAttribute {
	return resourceschema.SingleNestedAttribute{
		Optional: true, MarkdownDescription: redirectDescription + more, Validators: []validator.Object{redirectRule{}},
		Attributes: map[string]resourceschema.Attribute{
			"type": Required(redirectKindDescription, redirectKind), "text": Optional(redirectTextDescription, Text),
		},
	}
}

// ActionRedirect returns the attribute redirect_payload of an action.
func ActionRedirect() actionschema.SingleNestedAttribute {
	return actionschema.SingleNestedAttribute{
		Optional: true, MarkdownDescription: redirectDescription, Validators: []validator.Object{redirectRule{}},
		Attributes: map[string]actionschema.Attribute{
			"type": ActionRequired(redirectKindDescription, redirectKind), "text": ActionOptional(redirectTextDescription, Text),
		},
	}
}

// CloseRequest returns the request to close that the arguments of a block describe.
func CloseRequest(project, bot, user types.String, payload types.Object) jelou.CloseRequest {
	request := jelou.CloseRequest{ProjectID: project.ValueString(), BotID: bot.ValueString(), UserID: user.ValueString()}
	if !payload.IsNull() {
		request.Redirect = &jelou.Redirect{Type: textOf(payload, "type").ValueString(), Text: textOf(payload, "text").ValueString()}
	}
	return request
}

// DemandRedirect returns what is wrong with a redirect_payload. An action asks for it at
// invoke, because Terraform validates no action again.
func DemandRedirect(at path.Path, payload types.Object) diag.Diagnostics {
	if payload.IsNull() || payload.IsUnknown() {
		return nil
	}
	diags := redirectKind.Demand(at.AtName("type"), textOf(payload, "type"))
	diags.Append(Text.DemandOptional(at.AtName("text"), textOf(payload, "text"))...)
	diags.Append(redirectRule{}.check(at, payload)...)
	return diags
}

// redirectRule refuses a payload of type text that has no text.
type redirectRule struct{}

func (redirectRule) Description(context.Context) string {
	return `must have a text with type = "text"`
}

func (r redirectRule) MarkdownDescription(ctx context.Context) string { return r.Description(ctx) }

// ValidateObject refuses a payload that lacks its text.
func (r redirectRule) ValidateObject(_ context.Context, req validator.ObjectRequest, resp *validator.ObjectResponse) {
	if !req.ConfigValue.IsNull() && !req.ConfigValue.IsUnknown() {
		resp.Diagnostics.Append(r.check(req.Path, req.ConfigValue)...)
	}
}

func (redirectRule) check(at path.Path, payload types.Object) diag.Diagnostics {
	var diags diag.Diagnostics
	if textOf(payload, "type").ValueString() == "text" && textOf(payload, "text").IsNull() {
		diags.AddAttributeError(at.AtName("text"), "Missing "+at.AtName("text").String(),
			`The text is required with type = "text": it is what the user is told. Give a text, or use type = "edge".`)
	}
	return diags
}

// textOf returns a text within an object.
func textOf(object types.Object, name string) types.String {
	text, _ := object.Attributes()[name].(types.String)
	return text
}
