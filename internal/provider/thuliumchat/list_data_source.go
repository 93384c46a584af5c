package thuliumchat

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/attribute"
	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/service"
	"github.com/conversation-tools/terraform-provider-conversation/internal/thulium"
)

var (
	_ datasource.DataSourceWithConfigure      = (*listDataSource)(nil)
	_ datasource.DataSourceWithValidateConfig = (*listDataSource)(nil)
)

// NewListDataSource returns the data source thulium_chat_conversations.
func NewListDataSource() datasource.DataSource {
	return &listDataSource{service.DataSource{TypeName: "thulium_chat_conversations"}}
}

// listDataSource lists chats, whoever opened them.
type listDataSource struct{ service.DataSource }

type listModel struct {
	filterModel

	Conversations types.List     `tfsdk:"conversations"`
	Timeouts      timeouts.Value `tfsdk:"timeouts"`
}

var chatType = types.ObjectType{AttrTypes: map[string]attr.Type{
	"id":            types.StringType,
	"chat_queue_id": types.Int64Type,
	"status":        types.StringType,
	"created_at":    types.StringType,
	"closed_at":     types.StringType,
	"client_email":  types.StringType,
	"client_name":   types.StringType,
	"customer_id":   types.Int64Type,
}}

// Schema describes the block.
func (d *listDataSource) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	filter := func(description string, rule attribute.Rule) schema.StringAttribute {
		return schema.StringAttribute{Optional: true, MarkdownDescription: description, Validators: []validator.String{rule}}
	}
	number := func(description string) schema.Int64Attribute {
		return schema.Int64Attribute{Computed: true, MarkdownDescription: description}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists the [chats](https://apidoc.thulium.com/) of a Thulium system, whoever opened them: with the action " +
			"`thulium_chat_conversation_stop` it sweeps what a killed pipeline left behind. The list is complete, or reading it fails.",
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
				MarkdownDescription: "Only chats that are not closed. Defaults to `false`.",
			},
			"conversations": schema.ListNestedAttribute{
				Computed:            true,
				MarkdownDescription: "The chats, in the order of the service.",
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"id":            attribute.Computed("Id of the conversation."),
					"chat_queue_id": number("Number of the queue."),
					"status":        attribute.Computed("Status, as the service sends it."),
					"created_at":    attribute.Computed("When the chat started: local time of the system, without a zone."),
					"closed_at":     attribute.Computed("When the chat was closed: local time of the system, without a zone."),
					"client_email":  attribute.Computed("E-mail address of the customer."),
					"client_name":   attribute.Computed("Name of the customer."),
					"customer_id":   number("Thulium's number of the customer."),
				}},
			},
			"timeouts": attribute.DataTimeouts(ctx),
		},
	}
}

// ValidateConfig refuses filters that together match nothing.
func (d *listDataSource) ValidateConfig(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	var config listModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(config.contradictions(config.OpenOnly.ValueBool())...)
}

// Read lists the chats.
func (d *listDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var config listModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	client := d.Thulium.Client(&resp.Diagnostics)
	request, diags := config.request(&d.Thulium, config.OpenOnly.ValueBool())
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := service.Operation(ctx, "read", config.Timeouts.Read, &resp.Diagnostics)
	defer cancel()

	chats, err := client.ListChats(ctx, request)
	if err != nil {
		resp.Diagnostics.Append(unableToList(ctx, &d.Thulium, err))
		return
	}
	rows := []attr.Value{}
	for _, chat := range chats {
		rows = append(rows, chatValue(chat))
	}
	config.Conversations = types.ListValueMust(chatType, rows)
	resp.Diagnostics.Append(resp.State.Set(ctx, config)...)
}

// unableToList returns the error of a list that could not be read whole.
func unableToList(ctx context.Context, s *service.Thulium, err error) diag.Diagnostic {
	return s.UnableTo(ctx, "list Thulium chats", err,
		"An incomplete list is not returned. Where there are too many chats, narrow it with chat_queue_id, started_from or started_to.")
}

func chatValue(chat thulium.Chat) attr.Value {
	return types.ObjectValueMust(chatType.AttrTypes, map[string]attr.Value{
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
