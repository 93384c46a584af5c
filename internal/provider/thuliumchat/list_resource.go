package thuliumchat

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/attribute"
	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/service"
	"github.com/conversation-tools/terraform-provider-conversation/internal/thulium"
)

var (
	_ list.ListResourceWithConfigure      = (*listResource)(nil)
	_ list.ListResourceWithValidateConfig = (*listResource)(nil)
)

// NewListResource returns the list resource thulium_chat_conversation.
func NewListResource() list.ListResource { return &listResource{service.Resource{TypeName: typeName}} }

// listResource lists chats for terraform query, which makes import blocks of them.
type listResource struct{ service.Resource }

type listResourceModel struct {
	filterModel

	Timeouts timeouts.Value `tfsdk:"timeouts"`
}

// openOnly reports whether closed chats are left out. What is closed cannot be imported,
// so that is the default.
func (m listResourceModel) openOnly() bool { return m.OpenOnly.IsNull() || m.OpenOnly.ValueBool() }

// ListResourceConfigSchema describes the block.
func (l *listResource) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	filter := func(description string, rule attribute.Rule) schema.StringAttribute {
		return schema.StringAttribute{Optional: true, MarkdownDescription: description, Validators: []validator.String{rule}}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists the [chats](https://apidoc.thulium.com/) of a Thulium system for `terraform query` (Terraform 1.14), whoever opened them, so that " +
			"they can be imported.",
		Attributes: map[string]schema.Attribute{
			"chat_queue_id": schema.NumberAttribute{
				Optional:            true,
				MarkdownDescription: queueDescription,
				Validators:          []validator.Number{attribute.WholeNumber{Min: 1}},
			},
			"status":       filter(statusesFilter, attribute.NotEmpty),
			"started_from": filter(fromDescription, bound),
			"started_to":   filter(toDescription, bound),
			"client_email": filter(emailDescription, emailFilter),
			"older_than":   filter(olderDescription, attribute.Duration),
			"open_only": schema.BoolAttribute{
				Optional:            true,
				MarkdownDescription: "Only chats that are not closed. Defaults to `true`, because a closed chat cannot be imported.",
			},
			"timeouts": attribute.ListTimeouts(),
		},
	}
}

// ValidateListResourceConfig refuses filters that together match nothing.
func (l *listResource) ValidateListResourceConfig(ctx context.Context, req list.ValidateConfigRequest, resp *list.ValidateConfigResponse) {
	var config listResourceModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(config.contradictions(!config.OpenOnly.IsUnknown() && config.openOnly())...)
}

// List reads the list whole, and then returns each chat with its identity, and what an
// import would write.
func (l *listResource) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	var config listResourceModel
	diags := req.Config.Get(ctx, &config)
	client := l.Thulium.Client(&diags)
	request, wrong := config.request(&l.Thulium, config.openOnly())
	diags.Append(wrong...)
	if diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	ctx, cancel := service.Operation(ctx, "read", config.Timeouts.Read, &diags)
	defer cancel()
	chats, err := client.ListChats(ctx, request)
	if err != nil {
		diags.Append(unableToList(ctx, &l.Thulium, err))
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	stream.Results = func(push func(list.ListResult) bool) {
		pushed := int64(0)
		for _, chat := range chats {
			if req.Limit > 0 && pushed == req.Limit {
				return
			}
			if chat.ID == nil || thulium.CheckID(*chat.ID) != nil {
				continue // nothing can be done with it
			}
			if !push(listed(ctx, req, client, chat)) {
				return
			}
			pushed++
		}
	}
}

// listed returns a chat as the list shows it, without a personal value.
func listed(ctx context.Context, req list.ListRequest, client *thulium.Client, chat thulium.Chat) list.ListResult {
	result := req.NewListResult(ctx)
	result.DisplayName = client.Quote(*chat.ID)
	if chat.QueueID != nil {
		result.DisplayName += fmt.Sprintf(" in queue %d", *chat.QueueID)
	}
	if chat.CreatedAt != nil {
		result.DisplayName += ", began at " + client.Quote(*chat.CreatedAt)
	}
	set := func(diags diag.Diagnostics) { result.Diagnostics.Append(diags...) }
	set(result.Identity.SetAttribute(ctx, path.Root("id"), *chat.ID))
	if req.IncludeResource {
		set(result.Resource.SetAttribute(ctx, path.Root("id"), *chat.ID))
		if chat.QueueID != nil {
			set(result.Resource.SetAttribute(ctx, path.Root("chat_queue_id"), attribute.Number(*chat.QueueID)))
		}
	}
	return result
}
