package jelouconversation

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/conversation-tools/terraform-provider-conversation/internal/jelou"
	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/attribute"
	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/service"
)

// NewDataSource returns the data source jelou_conversation.
func NewDataSource() datasource.DataSource {
	return &conversationDataSource{service.DataSource{TypeName: typeName}}
}

// conversationDataSource reads one conversation, and waits for its state.
type conversationDataSource struct{ service.DataSource }

type dataSourceModel struct {
	identity
	reading
	WaitForState []string       `tfsdk:"wait_for_state"`
	OnTimeout    types.String   `tfsdk:"on_timeout"`
	BotID        types.String   `tfsdk:"bot_id"`
	BotName      types.String   `tfsdk:"bot_name"`
	UserID       types.String   `tfsdk:"user_id"`
	UserName     types.String   `tfsdk:"user_name"`
	Reached      types.Bool     `tfsdk:"reached"`
	Timeouts     timeouts.Value `tfsdk:"timeouts"`
}

func (d *conversationDataSource) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "One [conversation](https://docs.jelou.ai/en/api/pma-custom/consultar-conversacion) of Jelou, open or closed. " +
			"With `wait_for_state` the provider reads it again, after pauses that grow from 1 to 15 seconds, until it is in one of the states.\n\n" +
			"Terraform reads data sources when it destroys, too. A wait in vain then keeps everything beside it from being destroyed. " +
			"So put a data source that waits into a `check` block, where a failure stops nothing, or set `on_timeout = \"warn\"`. " +
			"In both cases the wait itself still takes its `timeouts.read` at destroy, unless you destroy with `-refresh=false`.",
		Attributes: map[string]schema.Attribute{
			"id": attribute.DataID("Id of the conversation."),
			"project_id": schema.StringAttribute{
				Optional: true, Computed: true, MarkdownDescription: service.ProjectDescription, Validators: []validator.String{attribute.ID},
			},
			"wait_for_state": schema.ListAttribute{
				Optional: true, ElementType: types.StringType,
				MarkdownDescription: "States that are waited for, such as `[\"closed\"]`: one of them is enough. A closed conversation never gets another state, " +
					"so that a wait for another one ends at once. One that Jelou does not know yet is waited for.",
				Validators: []validator.List{listvalidator.SizeAtLeast(1), listvalidator.ValueStringsAre(attribute.Text), listvalidator.NoNullValues()},
			},
			"on_timeout": attribute.OnTimeout("What a wait in vain is: `\"error\"`, the default, or `\"warn\"`, which gives what there is, `reached = false` and a warning. " +
				"A failing service is an error in both cases."),
			"room_id":      attribute.Computed("Id of the room."),
			"state":        attribute.Computed("State as the service sends it, `active` or `closed`."),
			"started_at":   attribute.Computed("When the conversation began, as the service sends it: RFC 3339, UTC."),
			"ended_at":     attribute.Computed("When the conversation ended, as the service sends it. Null while it is open."),
			"ended_reason": attribute.Computed("Why the conversation ended, such as `closed_by_operator`. Null while it is open."),
			"bot_id":       attribute.Computed("Id of the bot."),
			"bot_name":     attribute.Computed("Name of the bot."),
			"user_id":      attribute.Computed("Id of the end user."),
			"user_name":    attribute.ComputedSecret("Name of the end user."),
			"reached":      attribute.Reached("Whether the state that was waited for was seen."),
			"timeouts":     attribute.DataTimeouts(ctx),
		},
	}
}

func (d *conversationDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var config dataSourceModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	client := d.Jelou.Client(&resp.Diagnostics)
	config.ProjectID = d.Jelou.Project(config.ProjectID, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := service.Operation(ctx, "read", config.Timeouts.Read, &resp.Diagnostics)
	defer cancel()

	conversation, err := client.WaitForConversation(ctx, config.ProjectID.ValueString(), config.ID.ValueString(), config.WaitForState)
	switch {
	case service.IsVain(err):
		resp.Diagnostics.Append(d.Jelou.InVain(ctx, "wait for Jelou conversation", err, config.OnTimeout, ""))
	case err != nil:
		resp.Diagnostics.Append(d.Jelou.UnableTo(ctx, "read Jelou conversation", err))
	}
	if resp.Diagnostics.HasError() {
		return
	}
	if conversation == nil {
		conversation = new(jelou.Conversation) // of which nothing is known
	}
	config.reading, config.Reached = readingOf(conversation), types.BoolValue(err == nil)
	config.BotID, config.BotName = types.StringPointerValue(conversation.BotID), types.StringPointerValue(conversation.BotName)
	config.UserID, config.UserName = types.StringPointerValue(conversation.UserID), types.StringPointerValue(conversation.UserNames)
	resp.Diagnostics.Append(resp.State.Set(ctx, config)...)
}
