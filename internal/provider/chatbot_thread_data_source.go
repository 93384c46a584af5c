package provider

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/conversation-tools/terraform-provider-conversation/internal/chatbot"
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
		MarkdownDescription: threadDescription + "\n\nThe thread is kept in the state. For personal data use the ephemeral resource of the same name, " +
			"which leaves nothing in state or plan.",
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
	resp.Diagnostics.Append(config.read(ctx, d.provider)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, config)...)
}

// waitedTooShort says what to do about a thread that did not get far enough.
func waitedTooShort(err error) string {
	if _, short := errors.AsType[*chatbot.ShortError](err); short {
		return "Give it more time with timeouts, or ask for less with minimum_messages and minimum_answers."
	}
	return ""
}

// read fills the model from the service.
func (m *threadModel) read(ctx context.Context, provider *providerData) diag.Diagnostics {
	client, diags := provider.chatbot.forCall()
	if diags.HasError() {
		return diags
	}
	thread, err := client.WaitForThread(ctx, m.ChatbotID.ValueString(), m.ThreadID.ValueString(), chatbot.Minimum{
		Messages: m.MinimumMessages.ValueInt64(),
		Answers:  m.MinimumAnswers.ValueInt64(),
	})
	if err != nil {
		diags.Append(unableTo("read chatbot thread", err, waitedTooShort(err)))
		return diags
	}
	m.fill(thread)
	return diags
}
