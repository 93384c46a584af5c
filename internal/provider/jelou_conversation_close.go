package provider

import (
	"context"
	"errors"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/conversation-tools/terraform-provider-conversation/internal/jelou"
	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

// The kinds of a redirect payload.
const (
	redirectText = "text"
	redirectEdge = "edge"
)

// redirectKind is one of them. An action asks for it again at invoke.
var redirectKind = textRule{must: `"text" or "edge"`, wrong: func(value string) string {
	if value != redirectText && value != redirectEdge {
		return `The type must be "text" or "edge".`
	}
	return ""
}}

// statusNotFound is the status where a 404 was to be ignored.
const statusNotFound = "not_found"

const (
	botDescription      = "Id of the bot."
	userDescription     = "Id of the end user whose conversation is closed."
	redirectDescription = "What the user is told, or where the user is sent, when the conversation is closed."
	redirectTypeText    = "Kind of the payload: `text` or `edge`."
	redirectTextText    = "Text for the user. Required with type `text`."
	projectDescription  = "Id of the Jelou project. Defaults to `jelou.project_id` of the provider block (`" + envJelouProjectID + "`)."
)

// jelouTarget is what the resource and the action have in common: whose
// conversation is closed, and what the user is told.
type jelouTarget struct {
	ProjectID       types.String
	BotID           types.String
	UserID          types.String
	RedirectPayload types.Object
	IgnoreNotFound  types.Bool
}

type redirectPayloadModel struct {
	Type types.String `tfsdk:"type"`
	Text types.String `tfsdk:"text"`
}

// jelouResult is what the service said, as attributes.
type jelouResult struct {
	ConversationID types.String
	Status         types.String
	EndedReason    types.String
	ClosedAt       types.String
}

// noJelouResult is the result of a call that was not sent, or whose outcome is unknown.
func noJelouResult() jelouResult {
	return jelouResult{types.StringNull(), types.StringNull(), types.StringNull(), types.StringNull()}
}

// request returns the call that closes the target's conversation.
func (t jelouTarget) request(ctx context.Context) (jelou.Close, error) {
	request := jelou.Close{
		ProjectID: t.ProjectID.ValueString(),
		BotID:     t.BotID.ValueString(),
		UserID:    t.UserID.ValueString(),
	}
	if t.RedirectPayload.IsNull() {
		return request, nil
	}
	var payload redirectPayloadModel
	if diags := t.RedirectPayload.As(ctx, &payload, basetypes.ObjectAsOptions{}); diags.HasError() {
		return request, errors.New("redirect_payload: " + diags.Errors()[0].Detail())
	}
	request.Redirect = &jelou.Redirect{Type: payload.Type.ValueString(), Text: payload.Text.ValueString()}
	return request, nil
}

// close sends the call. A 404 is a result where it is to be ignored.
func (t jelouTarget) close(ctx context.Context, client *jelou.Client) (jelouResult, error) {
	request, err := t.request(ctx)
	if err != nil {
		return noJelouResult(), err
	}
	closed, err := client.Close(ctx, request)
	switch {
	case err == nil && closed == nil:
		return noJelouResult(), nil
	case err == nil:
		return jelouResult{
			ConversationID: types.StringPointerValue(closed.ConversationID),
			Status:         types.StringPointerValue(closed.Status),
			EndedReason:    types.StringPointerValue(closed.EndedReason),
			ClosedAt:       types.StringValue(time.Now().UTC().Format(time.RFC3339)),
		}, nil
	case rest.IsNotFound(err) && t.IgnoreNotFound.ValueBool():
		result := noJelouResult()
		result.Status = types.StringValue(statusNotFound)
		return result, nil
	default:
		return noJelouResult(), err
	}
}

// closeFailed returns the error of a close; next says what an unknown outcome
// means for the block.
func closeFailed(err error, next string) diag.Diagnostic {
	effect := "The call may have taken effect: the user's conversation may be closed, and the user may have had the closing text. " +
		"It was not sent a second time, which would close the user's next conversation. " + next
	switch rest.OutcomeOf(err) {
	case rest.Refused:
		effect = "Nothing happened: the service refused the call, and no conversation was closed."
		if e, ok := errors.AsType[*rest.Error](err); ok && rest.IsNotFound(err) && !e.HTML {
			effect += " To accept that the bot or the user is not known, set ignore_not_found = true."
		}
	case rest.NotActed:
		effect = "No conversation was closed: the service did not act on the call."
	}
	return unableTo("close Jelou conversation", err, effect)
}

// jelouProject returns the project that a block names, or else the provider's.
func (p *providerData) jelouProject(configured types.String) (types.String, diag.Diagnostics) {
	var diags diag.Diagnostics
	if !configured.IsNull() {
		return configured, diags
	}
	at := path.Root("project_id")
	switch {
	case p.projectID.IsNull():
		diags.AddAttributeError(at, "Missing "+at.String(),
			"No project is named here, and there is no default: set project_id in this block, jelou.project_id in the provider block, "+
				"or the environment variable "+envJelouProjectID+".")
	case !p.projectID.IsUnknown() && pathID.wrong(p.projectID.ValueString()) != "":
		diags.AddAttributeError(at, "Invalid "+at.String(),
			"The project comes from the environment variable "+envJelouProjectID+". "+pathID.wrong(p.projectID.ValueString()))
	}
	return p.projectID, diags
}

// checkRedirect reports a payload that lacks its text.
func checkRedirect(ctx context.Context, payload types.Object) diag.Diagnostics {
	if payload.IsNull() || payload.IsUnknown() {
		return nil
	}
	var model redirectPayloadModel
	diags := payload.As(ctx, &model, basetypes.ObjectAsOptions{})
	if model.Type.ValueString() == redirectText && model.Text.IsNull() {
		at := path.Root("redirect_payload").AtName("text")
		diags.AddAttributeError(at, "Missing "+at.String(),
			`The text is required with type = "text": it is what the user is told. Give a text, or use type = "edge".`)
	}
	return diags
}
