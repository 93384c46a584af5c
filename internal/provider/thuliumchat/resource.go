// Package thuliumchat is a chat of Thulium in Terraform: the resource that starts and stops
// it, its listing, and the action that stops one which Terraform does not manage.
package thuliumchat

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/numberplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/attribute"
	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/service"
)

var (
	_ resource.ResourceWithConfigure   = (*chatResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*chatResource)(nil)
	_ resource.ResourceWithImportState = (*chatResource)(nil)
	_ resource.ResourceWithIdentity    = (*chatResource)(nil)
)

// typeName is the name of the resource, the data source and the list resource.
const typeName = "thulium_chat_conversation"

// What happens when the answer of a start is lost.
const (
	onLostStartError = "error"
	onLostStartAdopt = "adopt"
)

// NewResource returns the resource thulium_chat_conversation.
func NewResource() resource.Resource { return &chatResource{service.Resource{TypeName: typeName}} }

// chatResource is a chat: create starts it, destroy stops it.
type chatResource struct{ service.Resource }

// Schema describes the block.
func (r *chatResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	replaces := " Changing it stops this conversation and starts a new one."
	client := func(description string, rule attribute.Rule) schema.StringAttribute {
		return attribute.Optional(description+replaces, rule, replaceUnlessImported())
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "A conversation in a chat queue of Thulium. Creating it " +
			"[starts the conversation](https://apidoc.thulium.com/), destroying it stops it. A refresh asks the list of chats whether it is " +
			"still open, unless `thulium.refresh` is `false` in the provider block. The conversation counts as gone only when the list shows it as closed. " +
			"A conversation that the list does not show stays in the state.\n\nThe service matches the customer by `customer_id`, then `client_id`, then `client_email`.",
		Attributes: map[string]schema.Attribute{
			"id": attribute.Kept("Id of the conversation, as `start` returned it."),
			"chat_queue_id": schema.NumberAttribute{
				Required:            true,
				MarkdownDescription: "Number of the chat queue, at least 1." + replaces,
				Validators:          []validator.Number{attribute.WholeNumber{Min: 1}},
				PlanModifiers:       []planmodifier.Number{replaceNumberUnlessImported()},
			},
			"client_name":    client("First name of the customer.", attribute.NotEmpty),
			"client_surname": client("Surname of the customer.", attribute.NotEmpty),
			"client_email":   client("E-mail address of the customer.", attribute.Email),
			"client_id":      client("Your own id of the customer.", attribute.ID),
			"customer_id": schema.NumberAttribute{
				Optional:            true,
				MarkdownDescription: "Thulium's number of the customer, at least 1." + replaces,
				Validators:          []validator.Number{attribute.WholeNumber{Min: 1}},
				PlanModifiers:       []planmodifier.Number{replaceNumberUnlessImported()},
			},
			"external_chatbot_id": attribute.Optional("Id of an external chatbot, sent when the conversation is stopped. Changes in place, without a call.", attribute.ID),
			"on_closed":           attribute.OnClosed(),
			"on_lost_start": schema.StringAttribute{
				Optional: true,
				Computed: true,
				MarkdownDescription: "What happens when the answer of a start is lost, so that a conversation may be open that nobody knows the id of. " +
					"With `\"error\"`, the default, the error names the chats that it may be. With `\"adopt\"` the chat is taken over if exactly one open " +
					"chat of the queue shows the `client_email` or `customer_id` that was sent and began within the attempt, five minutes either way; " +
					"else it is an error all the same. `\"adopt\"` needs `thulium.time_zone` in the provider block. Changes in place, without a call.",
				Validators:    []validator.String{stringvalidator.OneOf(onLostStartError, onLostStartAdopt)},
				PlanModifiers: []planmodifier.String{defaultOfNewer{onLostStartError}},
			},
			"started_at": attribute.Kept("When this provider started the conversation: RFC 3339, UTC. Null after an import."),
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
			"timeouts": attribute.ResourceTimeouts(ctx, timeouts.Opts{Create: true, Delete: true}),
		},
	}
}

// IdentitySchema describes the identity.
func (r *chatResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{
		Attributes: map[string]identityschema.Attribute{
			"id": identityschema.StringAttribute{RequiredForImport: true, Description: "Id of the conversation."},
		},
	}
}

// ModifyPlan reports what will stand in the way of the apply.
func (r *chatResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if r.Services == nil {
		return
	}
	var plan, state *model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() || plan == nil && state.isOver() {
		return
	}
	r.Thulium.Check(&resp.Diagnostics)
	if plan != nil {
		needZone(&r.Thulium, plan.adopts(), "on_lost_start", `on_lost_start = "adopt"`, &resp.Diagnostics)
	}
	if plan != nil && state != nil && isImported(ctx, req.Private, &resp.Diagnostics) {
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

// Create starts the conversation.
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

// defaultOfNewer is a default for an argument that states of earlier versions do not have.
// It is not put into those, because a plan of an unchanged configuration must stay empty.
type defaultOfNewer struct{ value string }

func (d defaultOfNewer) Description(context.Context) string { return "defaults to " + d.value }

func (d defaultOfNewer) MarkdownDescription(ctx context.Context) string { return d.Description(ctx) }

func (d defaultOfNewer) PlanModifyString(_ context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse) {
	switch {
	case !req.ConfigValue.IsNull():
	case !req.State.Raw.IsNull() && req.StateValue.IsNull():
		resp.PlanValue = types.StringNull()
	default:
		resp.PlanValue = types.StringValue(d.value)
	}
}

func replaceUnlessImported() planmodifier.String {
	return stringplanmodifier.RequiresReplaceIf(
		func(ctx context.Context, req planmodifier.StringRequest, resp *stringplanmodifier.RequiresReplaceIfFuncResponse) {
			resp.RequiresReplace = !isImported(ctx, req.Private, &resp.Diagnostics)
		}, replaceDescription, replaceDescription)
}

func replaceNumberUnlessImported() planmodifier.Number {
	return numberplanmodifier.RequiresReplaceIf(
		func(ctx context.Context, req planmodifier.NumberRequest, resp *numberplanmodifier.RequiresReplaceIfFuncResponse) {
			resp.RequiresReplace = !isImported(ctx, req.Private, &resp.Diagnostics)
		}, replaceDescription, replaceDescription)
}
