package thuliumchat

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/attribute"
	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/service"
	"github.com/conversation-tools/terraform-provider-conversation/internal/thulium"
)

var _ datasource.DataSourceWithValidateConfig = (*listDataSource)(nil)

// NewListDataSource returns the data source thulium_chat_conversations.
func NewListDataSource() datasource.DataSource {
	return &listDataSource{service.DataSource{TypeName: "thulium_chat_conversations"}}
}

// listDataSource lists chats, whoever opened them.
type listDataSource struct{ service.DataSource }

type listModel struct {
	filterModel

	Conversations types.List `tfsdk:"conversations"`
}

// chatAttributes are those of a chat, in both data sources.
func chatAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id":            attribute.Computed("Id of the conversation."),
		"chat_queue_id": schema.Int64Attribute{Computed: true, MarkdownDescription: "Number of the queue."},
		"status":        attribute.Computed("Status, as the service sends it."),
		"created_at":    attribute.Computed("When the chat started: local time of the system, without a zone."),
		"closed_at":     attribute.Computed("When the chat was closed: local time of the system, without a zone. An open chat may show a time that cannot be, such as one to come."),
		"client_email":  attribute.Computed("E-mail address of the customer."),
		"client_name":   attribute.Computed("Name of the customer."),
		"customer_id":   schema.Int64Attribute{Computed: true, MarkdownDescription: "Thulium's number of the customer."},
	}
}

// chatTypes are the types of chatAttributes.
var chatTypes = schema.Schema{Attributes: chatAttributes()}.Type().(attr.TypeWithAttributeTypes).AttributeTypes()

// chatValue returns a chat as an object, built directly, because a list of structs takes
// twice the time.
func chatValue(chat thulium.Chat) attr.Value {
	return types.ObjectValueMust(chatTypes, map[string]attr.Value{
		"id":            types.StringPointerValue(chat.ID),
		"chat_queue_id": types.Int64PointerValue(chat.QueueID),
		"status":        types.StringPointerValue(chat.Status),
		"created_at":    types.StringPointerValue(chat.CreatedAt),
		"closed_at":     types.StringPointerValue(chat.ClosedAt),
		"client_email":  types.StringPointerValue(chat.ClientEmail),
		"client_name":   types.StringPointerValue(chat.ClientName),
		"customer_id":   types.Int64PointerValue(chat.CustomerID),
	})
}

func (d *listDataSource) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists the [chats](https://apidoc.thulium.com/) of a Thulium system, whoever opened them: with the action " +
			"`thulium_chat_conversation_stop` it sweeps what a killed pipeline left behind. The list is complete, or reading it fails.",
		Attributes: map[string]schema.Attribute{
			"chat_queue_id": schema.NumberAttribute{Optional: true, MarkdownDescription: queueFilter, Validators: atLeastOne},
			"open_only":     schema.BoolAttribute{Optional: true, MarkdownDescription: "Only chats that are not closed. Defaults to `false`."},
			"conversations": schema.ListNestedAttribute{
				Computed: true, MarkdownDescription: "The chats, in the order of the service.",
				NestedObject: schema.NestedAttributeObject{Attributes: chatAttributes()},
			},
			"timeouts": attribute.DataTimeouts(ctx),
		},
	}
	for _, f := range textFilters {
		resp.Schema.Attributes[f.name] = schema.StringAttribute{Optional: true, MarkdownDescription: f.description, Validators: []validator.String{f.rule}}
	}
}

// ValidateConfig refuses filters that together match nothing.
func (d *listDataSource) ValidateConfig(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	var config listModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	config.validate(false, &resp.Diagnostics)
}

func (d *listDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var config listModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	client := d.Thulium.Client(&resp.Diagnostics)
	chats := config.list(ctx, &d.Thulium, client, false, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	rows := []attr.Value{}
	for _, chat := range chats {
		rows = append(rows, chatValue(chat))
	}
	config.Conversations = types.ListValueMust(types.ObjectType{AttrTypes: chatTypes}, rows)
	resp.Diagnostics.Append(resp.State.Set(ctx, config)...)
}
