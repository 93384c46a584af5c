package thuliumchat

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/attribute"
	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/service"
	"github.com/conversation-tools/terraform-provider-conversation/internal/thulium"
)

var _ datasource.DataSourceWithConfigure = (*chatDataSource)(nil)

// NewDataSource returns the data source thulium_chat_conversation.
func NewDataSource() datasource.DataSource {
	return &chatDataSource{service.DataSource{TypeName: typeName}}
}

// chatDataSource reads one chat, and waits for its status.
type chatDataSource struct{ service.DataSource }

type dataSourceModel struct {
	ID            types.String   `tfsdk:"id"`
	ChatQueueID   types.Number   `tfsdk:"chat_queue_id"`
	WaitForStatus types.List     `tfsdk:"wait_for_status"`
	OnTimeout     types.String   `tfsdk:"on_timeout"`
	Reached       types.Bool     `tfsdk:"reached"`
	Status        types.String   `tfsdk:"status"`
	CreatedAt     types.String   `tfsdk:"created_at"`
	ClosedAt      types.String   `tfsdk:"closed_at"`
	ClientEmail   types.String   `tfsdk:"client_email"`
	ClientName    types.String   `tfsdk:"client_name"`
	CustomerID    types.Int64    `tfsdk:"customer_id"`
	Timeouts      timeouts.Value `tfsdk:"timeouts"`
}

// Schema describes the block.
func (d *chatDataSource) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Reads one chat of Thulium from the [list of chats](https://apidoc.thulium.com/), whoever opened it, and waits for its status where " +
			"`wait_for_status` is set. The chat is looked for in growing windows, up to a year back.\n\n" +
			"Terraform reads data sources at destroy, too. One that waits in vain then fails, and what stands beside it is not destroyed: use " +
			"`on_timeout = \"warn\"`, or put the data source into a `check` block, which Terraform does not read at destroy.",
		Attributes: map[string]schema.Attribute{
			"id": attribute.DataID("Id of the conversation."),
			"chat_queue_id": schema.NumberAttribute{
				Optional:            true,
				Computed:            true,
				MarkdownDescription: "Number of the queue, at least 1. The chat is found faster where it is set.",
				Validators:          []validator.Number{attribute.WholeNumber{Min: 1}},
			},
			"wait_for_status": schema.ListAttribute{
				Optional:    true,
				ElementType: types.StringType,
				MarkdownDescription: "Asks again, with pauses that grow from 1 to 15 seconds, until the chat has one of these statuses, such as " +
					"`[\"IN_PROGRESS\", \"CLOSED\"]`, or `timeouts.read` is over. A chat that is not listed yet is waited for, too. A chat that is closed never " +
					"gets another status, so it ends the wait at once.",
				Validators: []validator.List{listvalidator.SizeAtLeast(1), listvalidator.ValueStringsAre(attribute.NotEmpty), listvalidator.NoNullValues()},
			},
			"on_timeout": attribute.OnTimeout("What happens when the status was not reached: `\"error\"`, the default, or `\"warn\"`, which gives a warning and what is known, " +
				"with `reached = false`. Only the wait is forgiven, not a service that fails."),
			"reached": schema.BoolAttribute{
				Computed:            true,
				MarkdownDescription: "Whether the status that was waited for was seen. `true` without a wait.",
			},
			"status":       attribute.Computed("Status, as the service sends it."),
			"created_at":   attribute.Computed("When the chat started: local time of the system, without a zone."),
			"closed_at":    attribute.Computed("When the chat was closed: local time of the system, without a zone."),
			"client_email": attribute.Computed("E-mail address of the customer."),
			"client_name":  attribute.Computed("Name of the customer."),
			"customer_id":  schema.Int64Attribute{Computed: true, MarkdownDescription: "Thulium's number of the customer."},
			"timeouts":     attribute.DataTimeouts(ctx),
		},
	}
}

// Read reads the chat, and waits for its status.
func (d *chatDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var config dataSourceModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	request := thulium.ReadRequest{QueueID: attribute.Int64(config.ChatQueueID), ConversationID: config.ID.ValueString()}
	resp.Diagnostics.Append(config.WaitForStatus.ElementsAs(ctx, &request.Statuses, false)...)
	client := d.Thulium.Client(&resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := service.Operation(ctx, "read", config.Timeouts.Read, &resp.Diagnostics)
	defer cancel()

	chat, err := client.ReadChat(ctx, request)
	short, waited := errors.AsType[*thulium.WaitError](err)
	switch {
	case err == nil:
		config.shown(chat)
		config.Reached = types.BoolValue(true)
	case waited && config.OnTimeout.ValueString() == attribute.OnTimeoutWarn:
		failure := d.inVain(ctx, request, short)
		resp.Diagnostics.AddWarning(failure.Summary(), failure.Detail())
		if short.Chat != nil {
			config.shown(*short.Chat)
		}
		config.Reached = types.BoolValue(false)
	case waited:
		resp.Diagnostics.Append(d.inVain(ctx, request, short))
		return
	case errors.Is(err, thulium.ErrNotShown):
		resp.Diagnostics.AddError("Unable to read Thulium chat conversation", importID{request.QueueID, request.ConversationID}.unlisted()+
			" A chat need not appear in the list at once: wait_for_status waits for it.")
		return
	default:
		resp.Diagnostics.Append(d.Thulium.UnableTo(ctx, "read Thulium chat conversation", err,
			"Where there are too many chats to look through, chat_queue_id narrows the search."))
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, config)...)
}

// inVain returns the diagnostic of a wait that has not reached its status.
func (d *chatDataSource) inVain(ctx context.Context, request thulium.ReadRequest, short *thulium.WaitError) diag.Diagnostic {
	next := "Raise timeouts.read if it only takes longer, or set on_timeout = \"warn\" to go on without it."
	switch {
	case short.Cause == nil:
		next = "Wait for CLOSED as well if the end of the conversation is good enough, or set on_timeout = \"warn\" to go on without it."
	case short.Chat == nil:
		next = fmt.Sprintf("It was looked for %d days back at first, then among the newest. Check the id and chat_queue_id. ", thulium.LookBack) + next
	}
	return d.Thulium.UnableTo(ctx, "wait for Thulium chat conversation", short, "Conversation: "+request.ConversationID+".", next)
}

// shown takes over what the listing shows of the chat. A queue that the configuration
// names stays.
func (m *dataSourceModel) shown(chat thulium.Chat) {
	if m.ChatQueueID.IsNull() && chat.QueueID != nil {
		m.ChatQueueID = attribute.Number(*chat.QueueID)
	}
	m.Status, m.CreatedAt, m.ClosedAt = types.StringPointerValue(chat.Status), types.StringPointerValue(chat.CreatedAt), types.StringPointerValue(chat.ClosedAt)
	m.ClientEmail, m.ClientName = types.StringPointerValue(chat.ClientEmail), types.StringPointerValue(chat.ClientName)
	m.CustomerID = types.Int64PointerValue(chat.CustomerID)
}
