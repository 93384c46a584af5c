// Package thuliumchat is a chat of Thulium in Terraform: the resource that starts and stops
// it, its listing, and the action that stops one which Terraform does not manage.
package thuliumchat

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/attribute"
	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/service"
)

var (
	_ resource.ResourceWithModifyPlan  = (*chatResource)(nil)
	_ resource.ResourceWithImportState = (*chatResource)(nil)
	_ resource.ResourceWithIdentity    = (*chatResource)(nil)
)

// typeName is the name of the resource, the data source and the list resource.
const typeName = "thulium_chat_conversation"

// onLostStartAdopt takes over the chat that a lost start has opened.
const onLostStartAdopt = "adopt"

// NewResource returns the resource thulium_chat_conversation.
func NewResource() resource.Resource { return &chatResource{service.Resource{TypeName: typeName}} }

// chatResource is a chat: create starts it, destroy stops it.
type chatResource struct{ service.Resource }

func (r *chatResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	const replaces = " Changing it stops this conversation and starts a new one."
	resp.Schema = schema.Schema{
		MarkdownDescription: "A conversation in a chat queue of Thulium. Creating it " +
			"[starts the conversation](https://apidoc.thulium.com/), destroying it stops it. A refresh asks the list of chats whether it is " +
			"still open, unless `thulium.refresh` is `false` in the provider block. The conversation counts as gone only when the list shows it as closed. " +
			"A conversation that the list does not show stays in the state.\n\nThe service matches the customer by `customer_id`, then `client_id`, then `client_email`.",
		Attributes: map[string]schema.Attribute{
			"id":                  attribute.Kept("Id of the conversation, as `start` returned it."),
			"chat_queue_id":       schema.NumberAttribute{Required: true, MarkdownDescription: "Number of the chat queue, at least 1." + replaces, Validators: atLeastOne},
			"client_name":         attribute.Optional("First name of the customer."+replaces, attribute.NotEmpty),
			"client_surname":      attribute.Optional("Surname of the customer."+replaces, attribute.NotEmpty),
			"client_email":        attribute.Optional("E-mail address of the customer."+replaces, attribute.Email),
			"client_id":           attribute.Optional("Your own id of the customer."+replaces, attribute.ID),
			"customer_id":         schema.NumberAttribute{Optional: true, MarkdownDescription: "Thulium's number of the customer, at least 1." + replaces, Validators: atLeastOne},
			"external_chatbot_id": attribute.Optional("Id of an external chatbot, sent when the conversation is stopped. Changes in place, without a call.", attribute.ID),
			"on_closed":           attribute.OnClosed(),
			"on_lost_start": attribute.Choice("What happens when the answer of a start is lost, so that a conversation may be open that nobody knows the id of. "+
				"With `\"error\"`, the default, the error names the chats that it may be. With `\"adopt\"` the chat is taken over if exactly one open "+
				"chat of the queue shows the `client_email` or `customer_id` that was sent and began within the attempt, five minutes either way; "+
				"else it is an error all the same. A chat of an earlier run, or of a pipeline that runs at the same time, may fit, too: do not use `\"adopt\"` with `create_before_destroy`, or for two "+
				"chats of one customer that begin within five minutes. `\"adopt\"` needs `thulium.time_zone` in the provider block. Changes in place, without a call.",
				"error", onLostStartAdopt),
			"started_at": attribute.Kept("When this provider started the conversation: RFC 3339, UTC. Null after an import."),
			"status":     attribute.Kept("Status as the service sends it, such as `CLOSED`. Null until a refresh has seen it."),
			"closed_at": attribute.Kept("When the conversation was closed, as the service sends it: local time of the Thulium system, without a zone. " +
				"Null until a refresh has seen it."),
			"timeouts": attribute.ResourceTimeouts(ctx, timeouts.Opts{Create: true, Delete: true}),
		},
	}
}

func (r *chatResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"id": identityschema.StringAttribute{RequiredForImport: true, Description: "Id of the conversation."},
	}}
}

// ModifyPlan plans what the schema cannot say, and reports what will stand in the way of
// the apply.
func (r *chatResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var plan, state *model
	var onLostStart types.String // as configured
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("on_lost_start"), &onLostStart)...)
	imported := isMarked(ctx, req.Private, importedKey, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	null := func(name string) {
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root(name), types.StringNull())...)
	}
	switch {
	case plan == nil:
	case state == nil: // only a refresh fills these in
		null("status")
		null("closed_at")
	default:
		if !imported {
			resp.RequiresReplace.Append(plan.replacing(*state)...)
		}
		if state.OnLostStart.IsNull() && onLostStart.IsNull() {
			null("on_lost_start") // the state is of an earlier version or of an import, and its plan must stay empty
		}
	}
	if r.Services == nil || plan == nil && state.isOver(ctx, req.Private, &resp.Diagnostics) {
		return
	}
	if plan == nil {
		r.Thulium.Check(&resp.Diagnostics, "This is the "+state.named()+".")
		return
	}
	r.Thulium.Check(&resp.Diagnostics)
	needZone(&r.Thulium, plan.adopts(), "on_lost_start", `on_lost_start = "adopt"`, &resp.Diagnostics)
	if state != nil && imported {
		plan.warnOfQueue(state.queueID(), &resp.Diagnostics)
	}
}

// needZone adds an error where the system's zone is needed and not configured.
func needZone(s *service.Thulium, needed bool, attribute, what string, diags *diag.Diagnostics) {
	if needed && !s.ZoneSet {
		diags.AddAttributeError(path.Root(attribute), "Missing thulium.time_zone", what+" needs the time zone of the Thulium system, because Thulium writes "+
			"times without one: set thulium.time_zone in the provider block, for example to \"Europe/Warsaw\".")
	}
}

func (r *chatResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	client := r.Thulium.Client(&resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := service.Operation(ctx, "create", plan.Timeouts.Create, &resp.Diagnostics)
	defer cancel()

	id, err := client.StartConversation(ctx, plan.startRequest())
	if err != nil {
		if id = r.startFailed(ctx, client, plan, err, &resp.Diagnostics); id == "" {
			return
		}
	}
	plan.started(id, time.Now())
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	resp.Diagnostics.Append(resp.Identity.SetAttribute(ctx, path.Root("id"), id)...)
}

// Update takes over what needs no call: the arguments that only a stop uses, and after an
// import all of them.
func (r *chatResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	resp.Diagnostics.Append(resp.Identity.SetAttribute(ctx, path.Root("id"), plan.ID)...)
	resp.Diagnostics.Append(resp.Private.SetKey(ctx, importedKey, nil)...)
}
