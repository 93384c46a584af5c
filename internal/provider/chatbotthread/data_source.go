package chatbotthread

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/attribute"
	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/service"
)

var _ datasource.DataSourceWithConfigure = (*threadDataSource)(nil)

// NewDataSource returns the data source chatbot_thread.
func NewDataSource() datasource.DataSource {
	return &threadDataSource{service.DataSource{TypeName: typeName}}
}

// threadDataSource reads a thread into the state.
type threadDataSource struct{ service.DataSource }

type dataSourceModel struct {
	reading

	Timeouts timeouts.Value `tfsdk:"timeouts"`
}

// Schema describes the block.
func (d *threadDataSource) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: readingDescription + "\n\nTerraform reads the thread at each plan and refresh, and at destroy too. There, a data source that waits in vain " +
			"keeps everything beside it from being destroyed. So place one that waits inside a `check` block, where a failure stops nothing, or " +
			"set `on_timeout = \"warn\"`. In both cases the wait itself still takes its `timeouts.read` at destroy, unless you destroy with `-refresh=false`.\n\n" +
			"A thread that the same apply fills does not have its messages at plan. Set `depends_on` to the resource that fills it: Terraform then reads the thread " +
			"at apply.\n\n" +
			"The state keeps the thread. For personal data use the ephemeral resource of the same name, which leaves nothing in state or plan.",
		Attributes: readingAttributes(),
	}
	resp.Schema.Attributes["timeouts"] = attribute.DataTimeouts(ctx)
}

// Read reads the thread, and waits for it where the block says so.
func (d *threadDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var config dataSourceModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := service.Operation(ctx, "read", config.Timeouts.Read, &resp.Diagnostics)
	defer cancel()
	messages := config.read(ctx, &d.Chatbot, &resp.Diagnostics)
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(resp.State.Set(ctx, config)...)
		resp.State.Raw = withMessages(resp.State.Raw, messages)
	}
}
