package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/conversation-tools/terraform-provider-conversation/internal/thulium"
)

var _ datasource.DataSourceWithConfigure = (*thuliumChatConversationsDataSource)(nil)

func newThuliumChatConversationsDataSource() datasource.DataSource {
	return &thuliumChatConversationsDataSource{}
}

// thuliumChatConversationsDataSource lists chats, whoever opened them.
type thuliumChatConversationsDataSource struct {
	provider *providerData
}

type thuliumChatConversationsModel struct {
	ChatQueueID   types.Int64    `tfsdk:"chat_queue_id"`
	Status        types.String   `tfsdk:"status"`
	StartedFrom   types.String   `tfsdk:"started_from"`
	StartedTo     types.String   `tfsdk:"started_to"`
	ClientEmail   types.String   `tfsdk:"client_email"`
	OpenOnly      types.Bool     `tfsdk:"open_only"`
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

// Metadata names the type.
func (d *thuliumChatConversationsDataSource) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = "thulium_chat_conversations"
}

// Schema describes the block.
func (d *thuliumChatConversationsDataSource) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	bound := func(description string) schema.StringAttribute {
		return schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: description + " A date with or without a time, `2026-11-22` or `2026-11-22 12:34`, in the zone of the Thulium system.",
			Validators:          []validator.String{dayOrMinute},
		}
	}
	number := func(description string) schema.Int64Attribute {
		return schema.Int64Attribute{Computed: true, MarkdownDescription: description}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists the [chats](https://apidoc.thulium.com/) of a Thulium system, whoever opened them: with the action " +
			"`thulium_chat_conversation_stop` it sweeps what a killed pipeline left behind. The list is complete, or reading it fails.",
		Attributes: map[string]schema.Attribute{
			"chat_queue_id": schema.Int64Attribute{
				Optional:            true,
				MarkdownDescription: "Only chats of this queue, at least 1.",
				Validators:          []validator.Int64{int64validator.AtLeast(1)},
			},
			"status": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Only chats with this status. The service documents none but `CLOSED`.",
				Validators:          []validator.String{notEmpty},
			},
			"started_from": bound("Only chats that started then or later."),
			"started_to":   bound("Only chats that started until then."),
			"client_email": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Only chats that are shown with this e-mail address, in whatever case.",
				Validators:          []validator.String{email},
			},
			"open_only": schema.BoolAttribute{
				Optional:            true,
				MarkdownDescription: "Only chats that are not closed. Defaults to `false`.",
			},
			"conversations": schema.ListNestedAttribute{
				Computed:            true,
				MarkdownDescription: "The chats, in the order of the service.",
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"id":            computed("Id of the conversation."),
					"chat_queue_id": number("Number of the queue."),
					"status":        computed("Status, as the service sends it."),
					"created_at":    computed("When the chat started: local time of the system, without a zone."),
					"closed_at":     computed("When the chat was closed: local time of the system, without a zone."),
					"client_email":  computed("E-mail address of the customer."),
					"client_name":   computed("Name of the customer."),
					"customer_id":   number("Thulium's number of the customer."),
				}},
			},
			"timeouts": dataTimeouts(ctx),
		},
	}
}

// Configure takes over what the provider was configured with.
func (d *thuliumChatConversationsDataSource) Configure(_ context.Context, req datasource.ConfigureRequest, _ *datasource.ConfigureResponse) {
	d.provider, _ = req.ProviderData.(*providerData)
}

// Read lists the chats.
func (d *thuliumChatConversationsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var config thuliumChatConversationsModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	client, diags := d.provider.thulium.forCall()
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := operation(ctx, config.Timeouts.Read, &resp.Diagnostics)
	defer cancel()

	chats, err := client.List(ctx, thulium.Filter{
		QueueID: config.ChatQueueID.ValueInt64(),
		Status:  config.Status.ValueString(),
		From:    config.StartedFrom.ValueString(),
		To:      config.StartedTo.ValueString(),
	})
	if err != nil {
		resp.Diagnostics.Append(unableTo("list Thulium chats", err,
			"An incomplete list is not returned. Where there are too many chats, narrow it with chat_queue_id, started_from or started_to."))
		return
	}
	shown := []attr.Value{}
	for _, chat := range chats {
		if config.shows(chat) {
			shown = append(shown, chatValue(chat))
		}
	}
	config.Conversations = types.ListValueMust(chatType, shown)
	resp.Diagnostics.Append(resp.State.Set(ctx, config)...)
}

// shows reports whether a chat passes the filters that the service lacks.
func (m thuliumChatConversationsModel) shows(chat thulium.Chat) bool {
	return !(m.OpenOnly.ValueBool() && chat.Closed()) && (m.ClientEmail.IsNull() || chat.HasEmail(m.ClientEmail.ValueString()))
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
