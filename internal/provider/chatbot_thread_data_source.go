package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
)

var _ datasource.DataSourceWithConfigure = (*chatbotThreadDataSource)(nil)

func newChatbotThreadDataSource() datasource.DataSource { return &chatbotThreadDataSource{} }

// chatbotThreadDataSource reads a thread into the state.
type chatbotThreadDataSource struct {
	provider *providerData
}

type chatbotThreadDataSourceModel struct {
	threadModel

	Timeouts timeouts.Value `tfsdk:"timeouts"`
}

// Metadata names the type.
func (d *chatbotThreadDataSource) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = "chatbot_thread"
}

// Schema describes the block.
func (d *chatbotThreadDataSource) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: threadDescription + "\n\nThe thread is read at each plan and refresh. Where it begins only in the apply, the plan fails, and with a " +
			"minimum only after the whole time-out: `depends_on` a resource that changes in that apply puts the reading off until then.\n\n" +
			"The thread is kept in the state. For personal data use the ephemeral resource of the same name, which leaves nothing in state or plan.",
		Attributes: threadAttributes(),
	}
	resp.Schema.Attributes["timeouts"] = dataTimeouts(ctx)
}

// Configure takes over what the provider was configured with.
func (d *chatbotThreadDataSource) Configure(_ context.Context, req datasource.ConfigureRequest, _ *datasource.ConfigureResponse) {
	d.provider, _ = req.ProviderData.(*providerData)
}

// Read reads the thread, and waits for it where the block says so.
func (d *chatbotThreadDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var config chatbotThreadDataSourceModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := operation(ctx, config.Timeouts.Read, &resp.Diagnostics)
	defer cancel()
	messages, diags := config.read(ctx, d.provider)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, config)...)
	setMessages(ctx, &resp.State.Raw, messages, &resp.Diagnostics)
}
