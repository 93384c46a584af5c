package thuliumchat

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/attribute"
	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/service"
	"github.com/conversation-tools/terraform-provider-conversation/internal/thulium"
)

// NewDataSource returns the data source thulium_chat_conversation.
func NewDataSource() datasource.DataSource {
	return &chatDataSource{service.DataSource{TypeName: typeName}}
}

// chatDataSource reads one chat, and waits for its status.
type chatDataSource struct{ service.DataSource }

type dataSourceModel struct {
	ID            types.String   `tfsdk:"id"`
	ChatQueueID   types.Number   `tfsdk:"chat_queue_id"`
	WaitForStatus []string       `tfsdk:"wait_for_status"`
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

func (d *chatDataSource) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := chatAttributes()
	attributes["id"] = attribute.DataID("Id of the conversation.")
	attributes["chat_queue_id"] = schema.NumberAttribute{
		Optional: true, Computed: true, Validators: atLeastOne,
		MarkdownDescription: "Number of the queue, at least 1. The chat is found faster where it is set.",
	}
	attributes["wait_for_status"] = schema.ListAttribute{
		Optional: true, ElementType: types.StringType,
		MarkdownDescription: "Asks again, with pauses that grow from 1 to 15 seconds, until the chat has one of these statuses, such as " +
			"`[\"IN_PROGRESS\", \"CLOSED\"]`, or `timeouts.read` is over. A chat that is not listed yet is waited for, too. A chat that is closed never " +
			"gets another status, so it ends the wait at once.",
		Validators: []validator.List{listvalidator.SizeAtLeast(1), listvalidator.ValueStringsAre(attribute.Text), listvalidator.NoNullValues()},
	}
	attributes["on_timeout"] = attribute.OnTimeout("What happens when the status was not reached: `\"error\"`, the default, or `\"warn\"`, which gives a warning and " +
		"what is known, with `reached = false`. Only the wait is forgiven, not a service that fails.")
	attributes["reached"] = attribute.Reached("Whether the status that was waited for was seen.")
	attributes["timeouts"] = attribute.DataTimeouts(ctx)
	resp.Schema = schema.Schema{
		MarkdownDescription: "Reads one chat of Thulium from the [list of chats](https://apidoc.thulium.com/), whoever opened it, and waits for its status where " +
			"`wait_for_status` is set. The chat is looked for in growing windows, up to a year back.\n\n" +
			"Terraform reads data sources at destroy, too. One that waits in vain then fails, and what stands beside it is not destroyed: use " +
			"`on_timeout = \"warn\"`, or put the data source into a `check` block, where a failure stops nothing. " +
			"In both cases the wait itself still takes its `timeouts.read` at destroy, unless you destroy with `-refresh=false`.",
		Attributes: attributes,
	}
}

func (d *chatDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var config dataSourceModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	client := d.Thulium.Client(&resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := service.Operation(ctx, "read", config.Timeouts.Read, &resp.Diagnostics)
	defer cancel()

	request := thulium.ReadRequest{QueueID: attribute.Int64(config.ChatQueueID), ConversationID: config.ID.ValueString(), Statuses: config.WaitForStatus}
	chat, err := client.ReadChat(ctx, request)
	config.Reached = types.BoolValue(err == nil)
	switch {
	case err == nil:
	case service.IsVain(err):
		notShown := ""
		if chat == nil {
			notShown = fmt.Sprintf("The conversation %s was looked for %d days back at first, then among the newest. Check id and chat_queue_id.",
				request.ConversationID, thulium.LookBack)
		}
		resp.Diagnostics.Append(d.Thulium.InVain(ctx, "wait for Thulium chat conversation", err, config.OnTimeout, notShown))
	case errors.Is(err, thulium.ErrNotShown):
		resp.Diagnostics.AddError("Unable to read Thulium chat conversation", unlisted(request.QueueID, request.ConversationID)+
			" A chat need not appear in the list at once: wait_for_status waits for it.")
	default:
		narrow := ""
		if errors.Is(err, thulium.ErrTooLong) && request.QueueID == 0 {
			narrow = "There are too many chats to look through. Set chat_queue_id, which narrows the search."
		}
		resp.Diagnostics.Append(d.Thulium.UnableTo(ctx, "read Thulium chat conversation", err, narrow))
	}
	if resp.Diagnostics.HasError() {
		return
	}
	if chat != nil {
		config.shown(*chat)
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, config)...)
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
