package provider

import (
	"context"
	"errors"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/thulium"
)

var (
	_ resource.ResourceWithConfigure   = (*thuliumChatConversationResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*thuliumChatConversationResource)(nil)
	_ resource.ResourceWithImportState = (*thuliumChatConversationResource)(nil)
	_ resource.ResourceWithIdentity    = (*thuliumChatConversationResource)(nil)
)

const thuliumChatConversationName = "thulium_chat_conversation"

// What happens to a conversation that a refresh finds closed.
const (
	onClosedRestart = "restart"
	onClosedKeep    = "keep"
)

func newThuliumChatConversationResource() resource.Resource {
	return &thuliumChatConversationResource{}
}

// thuliumChatConversationResource is a chat: create starts it, destroy stops it.
type thuliumChatConversationResource struct {
	provider *providerData
}

// Metadata names the type.
func (r *thuliumChatConversationResource) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = thuliumChatConversationName
}

// Schema describes the block.
func (r *thuliumChatConversationResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	replaces := " Changing it stops this conversation and starts a new one."
	client := func(description string, rule textRule) schema.StringAttribute {
		return schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: description + replaces,
			Validators:          []validator.String{rule},
			PlanModifiers:       []planmodifier.String{replaceUnlessImported()},
		}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "A conversation in a chat queue of Thulium. Creating it " +
			"[starts the conversation](https://apidoc.thulium.com/), destroying it stops it. A refresh asks the list of chats whether it is " +
			"still open, unless `thulium.refresh` is `false` in the provider block. Only a chat that the list shows as closed counts as gone; " +
			"one that it does not show is kept.\n\nThe service matches the customer by `customer_id`, then `client_id`, then `client_email`.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "Id of the conversation, as `start` returned it.",
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
			"chat_queue_id": schema.Int64Attribute{
				Required:            true,
				MarkdownDescription: "Number of the chat queue, at least 1." + replaces,
				Validators:          []validator.Int64{int64validator.AtLeast(1)},
				PlanModifiers:       []planmodifier.Int64{replaceNumberUnlessImported()},
			},
			"client_name":    client("First name of the customer.", notEmpty),
			"client_surname": client("Surname of the customer.", notEmpty),
			"client_email":   client("E-mail address of the customer.", email),
			"client_id":      client("Your own id of the customer.", notEmpty),
			"customer_id": schema.Int64Attribute{
				Optional:            true,
				MarkdownDescription: "Thulium's number of the customer, at least 1." + replaces,
				Validators:          []validator.Int64{personalNumber{}},
				PlanModifiers:       []planmodifier.Int64{replaceNumberUnlessImported()},
			},
			"external_chatbot_id": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Id of an external chatbot, sent when the conversation is stopped. Changes in place, without a call.",
				Validators:          []validator.String{notEmpty},
			},
			"on_closed": schema.StringAttribute{
				Optional: true,
				Computed: true,
				Default:  stringdefault.StaticString(onClosedRestart),
				MarkdownDescription: "What happens when a refresh finds the conversation closed: with `\"restart\"`, the default, the next apply " +
					"starts a new one; with `\"keep\"` it stays as it is, and destroy sends nothing. Changes in place, without a call.",
				Validators: []validator.String{stringvalidator.OneOf(onClosedRestart, onClosedKeep)},
			},
			"started_at": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "When this provider started the conversation: RFC 3339, UTC. Null after an import.",
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
			"status": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "Status as the service sends it, such as `CLOSED`. Null until a refresh has seen it.",
				PlanModifiers:       []planmodifier.String{filledByRefresh{}},
			},
			"closed_at": schema.StringAttribute{
				Computed: true,
				MarkdownDescription: "When the conversation was closed, as the service sends it: local time of the Thulium system, without a zone. " +
					"Null until a refresh has seen it.",
				PlanModifiers: []planmodifier.String{filledByRefresh{}},
			},
			"timeouts": resourceTimeouts(ctx, timeouts.Opts{Create: true, Delete: true}),
		},
	}
}

// IdentitySchema describes the identity.
func (r *thuliumChatConversationResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{
		Attributes: map[string]identityschema.Attribute{
			"id": identityschema.StringAttribute{RequiredForImport: true, Description: "Id of the conversation."},
		},
	}
}

// Configure takes over what the provider was configured with.
func (r *thuliumChatConversationResource) Configure(_ context.Context, req resource.ConfigureRequest, _ *resource.ConfigureResponse) {
	r.provider, _ = req.ProviderData.(*providerData)
}

// ModifyPlan reports what will stand in the way of the apply.
func (r *thuliumChatConversationResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if r.provider == nil {
		return
	}
	if req.Plan.Raw.IsNull() {
		if newThuliumChatConversation(req.State.Raw, &resp.Diagnostics).isOver() {
			return
		}
	}
	resp.Diagnostics.Append(r.provider.thulium.check()...)
	resp.Diagnostics.Append(adoptedQueue(ctx, req)...)
}

// Create starts the conversation.
func (r *thuliumChatConversationResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	plan := newThuliumChatConversation(req.Plan.Raw, &resp.Diagnostics)
	var limits timeouts.Value
	resp.Diagnostics.Append(req.Plan.GetAttribute(ctx, path.Root("timeouts"), &limits)...)
	client, diags := r.provider.thulium.forCall()
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := operation(ctx, limits.Create, &resp.Diagnostics)
	defer cancel()

	id, err := client.Start(ctx, plan.start())
	if err != nil {
		resp.Diagnostics.Append(startFailed(ctx, client, plan.start(), err))
		return
	}
	startedAt := time.Now().UTC().Format(time.RFC3339)
	resp.State.Raw = plan.with(req.Plan.Raw.Type(), map[string]any{"id": id, "started_at": startedAt, "status": nil, "closed_at": nil})
	resp.Diagnostics.Append(resp.Identity.SetAttribute(ctx, path.Root("id"), id)...)
}

// Update takes over what needs no call: the arguments that only a stop uses,
// and after an import all of them.
func (r *thuliumChatConversationResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	plan := newThuliumChatConversation(req.Plan.Raw, &resp.Diagnostics)
	resp.State.Raw = req.Plan.Raw
	resp.Diagnostics.Append(resp.Identity.SetAttribute(ctx, path.Root("id"), plan.id())...)
	resp.Diagnostics.Append(resp.Private.SetKey(ctx, importedKey, nil)...)
}

// Delete stops the conversation. One that is already over counts as stopped.
func (r *thuliumChatConversationResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	state := newThuliumChatConversation(req.State.Raw, &resp.Diagnostics)
	if resp.Diagnostics.HasError() || state.isOver() {
		return
	}
	var limits timeouts.Value
	resp.Diagnostics.Append(req.State.GetAttribute(ctx, path.Root("timeouts"), &limits)...)
	client, diags := r.provider.thulium.forCall()
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := operation(ctx, limits.Delete, &resp.Diagnostics)
	defer cancel()

	startedAt, diags := listedFrom(ctx, req.Private, state)
	resp.Diagnostics.Append(diags...)
	id, sent := state.id(), time.Now()
	err := client.Stop(ctx, id, state.text("external_chatbot_id"))
	switch {
	case err == nil:
	case rest.IsNotFound(err):
		tflog.Info(ctx, "The conversation to stop is not known to Thulium any more")
		resp.Diagnostics.Append(pageInstead("Conversation may still be open", "stop Thulium chat conversation", err,
			"The conversation counts as stopped, since the answer is 404, and is no longer in the state. It may still be open if this is not the API.")...)
	case rest.OutcomeOf(err) == rest.NotActed:
		resp.Diagnostics.Append(unableTo("stop Thulium chat conversation", err, stopEffect(err)))
	default:
		effects, asked := []string{stopEffect(err)}, rest.Over(ctx) == nil
		unconfirmed := client.ConfirmClosed(ctx, state.queueID(), id, startedAt, sent)
		if unconfirmed == nil {
			tflog.Info(ctx, "The conversation to stop is closed already")
			return
		}
		if asked {
			effects = append(effects, unconfirmedEffect(unconfirmed))
		}
		resp.Diagnostics.Append(unableTo("stop Thulium chat conversation", err, effects...))
	}
}

// stopEffect says what a failed stop means.
func stopEffect(err error) string {
	if rest.OutcomeOf(err) == rest.Unknown {
		return "The conversation may have been stopped. It stays in the state, and the next destroy stops it again, which is harmless."
	}
	return "The conversation was not stopped. It stays in the state, and the next destroy tries again."
}

// unconfirmedEffect says why a conversation is not taken for closed, and how one
// that is over leaves the state: the next destroy may fare no better.
func unconfirmedEffect(unconfirmed error) string {
	forget := "If the conversation is over, remove it from the state: terraform state rm 'thulium_chat_conversation.NAME'"
	switch {
	case errors.Is(unconfirmed, thulium.ErrShownOpen):
		return sentence(unconfirmed.Error())
	case errors.Is(unconfirmed, thulium.ErrNotShown):
		return sentence(unconfirmed.Error()) + " " + forget
	}
	unread := "The list of chats, which would show whether the conversation is closed, could not be read: " + sentence(unconfirmed.Error())
	if rest.OutcomeOf(unconfirmed) == rest.Refused {
		unread += " Allow GET chats for the API user, so that the next destroy can see it."
	}
	return unread + " " + forget
}

// filledByRefresh plans null at create, where nothing will fill the value in,
// and what is in the state after that.
type filledByRefresh struct{}

func (filledByRefresh) Description(context.Context) string { return "filled in by a refresh" }

func (m filledByRefresh) MarkdownDescription(ctx context.Context) string { return m.Description(ctx) }

func (filledByRefresh) PlanModifyString(_ context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse) {
	if req.State.Raw.IsNull() {
		resp.PlanValue = types.StringNull()
		return
	}
	resp.PlanValue = req.StateValue
}

func replaceUnlessImported() planmodifier.String {
	return stringplanmodifier.RequiresReplaceIf(
		func(ctx context.Context, req planmodifier.StringRequest, resp *stringplanmodifier.RequiresReplaceIfFuncResponse) {
			resp.RequiresReplace = !isImported(ctx, req.Private, &resp.Diagnostics)
		}, replaceDescription, replaceDescription)
}

func replaceNumberUnlessImported() planmodifier.Int64 {
	return int64planmodifier.RequiresReplaceIf(
		func(ctx context.Context, req planmodifier.Int64Request, resp *int64planmodifier.RequiresReplaceIfFuncResponse) {
			resp.RequiresReplace = !isImported(ctx, req.Private, &resp.Diagnostics)
		}, replaceDescription, replaceDescription)
}
