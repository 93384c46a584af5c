package thuliumchat

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/action/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/attribute"
	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/service"
	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/thulium"
)

var (
	_ action.ActionWithConfigure  = (*stopAction)(nil)
	_ action.ActionWithModifyPlan = (*stopAction)(nil)
)

// NewStopAction returns the action thulium_chat_conversation_stop.
func NewStopAction() action.Action {
	return &stopAction{service.Action{TypeName: "thulium_chat_conversation_stop"}}
}

// stopAction stops a conversation that Terraform does not manage.
type stopAction struct{ service.Action }

type stopModel struct {
	ConversationID    types.String   `tfsdk:"conversation_id"`
	ExternalChatbotID types.String   `tfsdk:"external_chatbot_id"`
	IgnoreNotFound    types.Bool     `tfsdk:"ignore_not_found"`
	Timeouts          timeouts.Value `tfsdk:"timeouts"`
}

// Schema describes the block.
func (a *stopAction) Schema(ctx context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "[Stops](https://apidoc.thulium.com/) a Thulium conversation that Terraform does not manage, such as one that a killed " +
			"pipeline left behind. A failed action is not retried by the next apply. Actions need Terraform 1.14; OpenTofu has none.",
		Attributes: map[string]schema.Attribute{
			"conversation_id":     attribute.ActionRequired("Id of the conversation.", attribute.ID),
			"external_chatbot_id": attribute.ActionOptional("Id of an external chatbot, sent with the call.", attribute.ID),
			"ignore_not_found": schema.BoolAttribute{
				Optional: true,
				MarkdownDescription: "Whether a conversation counts as stopped that the service does not know (404), or that the list of chats shows closed. " +
					"Defaults to `false`: a mistyped id must not pass for success.",
			},
			"timeouts": attribute.ActionTimeouts(ctx),
		},
	}
}

// ModifyPlan reports what will stand in the way of the call.
func (a *stopAction) ModifyPlan(_ context.Context, _ action.ModifyPlanRequest, resp *action.ModifyPlanResponse) {
	if a.Services != nil {
		a.Thulium.Check(&resp.Diagnostics)
	}
}

// Invoke stops the conversation.
func (a *stopAction) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	var config stopModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(attribute.ID.Demand(path.Root("conversation_id"), config.ConversationID)...)
	resp.Diagnostics.Append(attribute.ID.DemandOptional(path.Root("external_chatbot_id"), config.ExternalChatbotID)...)
	resp.Diagnostics.Append(attribute.DemandInvoke(config.Timeouts)...)
	client := a.Thulium.Client(&resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := service.Operation(ctx, "invoke", config.Timeouts.Invoke, &resp.Diagnostics)
	defer cancel()
	a.stop(ctx, client, config, resp)
}

// stop makes the call. With ignore_not_found it succeeds where the conversation is over
// or unknown, as the destroy of the resource does.
func (a *stopAction) stop(ctx context.Context, client *thulium.Client, config stopModel, resp *action.InvokeResponse) {
	id, ignore, sent := config.ConversationID.ValueString(), config.IgnoreNotFound.ValueBool(), time.Now()
	unexpected, err := client.StopConversation(ctx, thulium.StopRequest{ConversationID: id, ExternalChatbotID: config.ExternalChatbotID.ValueString()})
	switch {
	case err == nil:
		warnOfAnswer(unexpected, id, &resp.Diagnostics)
		service.Progress(resp, "Stopped the Thulium conversation %s.", id)
		return
	case ignore && isOwnNotFound(err):
		service.Progress(resp, "Thulium does not know the conversation %s (404), which ignore_not_found accepts: %s.", id, nothingStopped(err))
		return
	case isOwnNotFound(err): // a page's 404 gets no such advice, because a wrong base_url leads to one, too
		failure := a.Thulium.UnableTo(ctx, unableToStop, err, stopActionEffect(err, id)+
			" To accept that the conversation is not known, set ignore_not_found = true.")
		resp.Diagnostics.AddAttributeError(path.Root("conversation_id"), failure.Summary(), failure.Detail())
		return
	case !ignore, rest.OutcomeOf(err) == rest.NotActed:
		effect := stopActionEffect(err, id)
		if !ignore && isConflict(err) {
			effect += " If it is closed already, ignore_not_found = true accepts that."
		}
		resp.Diagnostics.Append(a.Thulium.UnableTo(ctx, unableToStop, err, effect))
		return
	}
	unconfirmed := client.ConfirmClosed(ctx, 0, id, time.Time{}, sent)
	switch {
	case unconfirmed == nil:
		service.Progress(resp, "The list of chats shows the Thulium conversation %s closed, which ignore_not_found accepts: %s.", id, nothingStopped(err))
	case rest.IsNotFound(err) && !errors.Is(unconfirmed, thulium.ErrShownOpen):
		resp.Diagnostics.Append(a.Thulium.PageInstead(ctx, "Conversation may still be open", unableToStop, err,
			"The conversation "+id+" counts as not known, because the answer is 404 and ignore_not_found is true. It may still be open if this is not the API: "+
				unconfirmed.Error()+".")...)
		service.Progress(resp, "The conversation %s was not found (404), which ignore_not_found accepts: %s.", id, nothingStopped(err))
	default:
		resp.Diagnostics.Append(a.Thulium.UnableTo(ctx, unableToStop, err, stopActionEffect(err, id), service.Sentence(unconfirmed.Error())))
	}
}

// isConflict reports whether the service refused the stop for the state of the conversation:
// nobody documents with which status it answers for one that is closed.
func isConflict(err error) bool {
	e, ok := errors.AsType[*rest.Error](err)
	return ok && e.Fault.Own && slices.Contains([]int{http.StatusBadRequest, http.StatusConflict, http.StatusGone, http.StatusUnprocessableEntity}, e.Status)
}

// nothingStopped says what a call has stopped that found nothing to stop.
func nothingStopped(err error) string {
	if rest.OutcomeOf(err) == rest.Unknown {
		return "an earlier attempt may have stopped it"
	}
	return "nothing was stopped"
}

// stopActionEffect says what a failed stop means.
func stopActionEffect(err error, id string) string {
	if rest.OutcomeOf(err) == rest.Unknown {
		return "The conversation " + id + " may have been stopped. Invoking the action again is harmless."
	}
	return "The conversation " + id + " was not stopped."
}
