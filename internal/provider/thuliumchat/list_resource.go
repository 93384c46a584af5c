package thuliumchat

import (
	"context"
	"fmt"
	"slices"

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

func (l *listResource) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists the [chats](https://apidoc.thulium.com/) of a Thulium system for `terraform query` (Terraform 1.14), whoever opened them, so that " +
			"they can be imported.",
		Attributes: map[string]schema.Attribute{
			"chat_queue_id": schema.NumberAttribute{Optional: true, MarkdownDescription: queueFilter, Validators: atLeastOne},
			"open_only": schema.BoolAttribute{
				Optional: true, MarkdownDescription: "Only chats that are not closed. Defaults to `true`, because a closed chat cannot be imported.",
			},
			"timeouts": attribute.ListTimeouts(),
		},
	}
	for _, f := range textFilters {
		resp.Schema.Attributes[f.name] = schema.StringAttribute{Optional: true, MarkdownDescription: f.description, Validators: []validator.String{f.rule}}
	}
}

// ValidateListResourceConfig refuses filters that together match nothing.
func (l *listResource) ValidateListResourceConfig(ctx context.Context, req list.ValidateConfigRequest, resp *list.ValidateConfigResponse) {
	var config filterModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	config.validate(true, &resp.Diagnostics)
}

// List reads the list whole, and then returns each chat that can be imported.
func (l *listResource) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	var config filterModel
	diags := req.Config.Get(ctx, &config)
	client := l.Thulium.Client(&diags)
	chats := config.list(ctx, &l.Thulium, client, true, &diags)
	if diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	chats = slices.DeleteFunc(chats, func(chat thulium.Chat) bool { return chat.ID == nil || thulium.CheckID(*chat.ID) != nil })
	if req.Limit > 0 && int64(len(chats)) > req.Limit {
		chats = chats[:req.Limit]
	}
	stream.Results = func(push func(list.ListResult) bool) {
		for _, chat := range chats {
			if !push(listed(ctx, req, client, chat)) {
				return
			}
		}
	}
}

// listed returns a chat with its identity, a name without a personal value, and what an
// import would write.
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
		set(result.Resource.SetAttribute(ctx, path.Root("chat_queue_id"), chat.QueueID))
	}
	return result
}
