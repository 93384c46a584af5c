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
	messages, diags := config.read(ctx, d.provider)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, config)...)
	setMessages(ctx, &resp.State.Raw, messages, &resp.Diagnostics)
}

// waitedTooShort says what to do about a thread that did not get far enough.
func waitedTooShort(err error) string {
	short, ok := errors.AsType[*chatbot.ShortError](err)
	switch {
	case !ok || short.Interrupted() && short.NotFound == nil:
		return ""
	case short.Interrupted():
		return sentence(short.Waited())
	case short.NotFound != nil: // unableTo tells of this answer, and not of the waiting
		return sentence(short.Waited()) + " A thread that begins later needs more time: raise timeouts."
	default:
		return "Give it more time with timeouts, or ask for less with " + askedFor(short.Wanted) + "."
	}
}

// askedFor names the arguments that a thread was waited for with.
func askedFor(minimum chatbot.Minimum) string {
	switch {
	case minimum.Answers == 0:
		return "minimum_messages"
	case minimum.Messages == 0:
		return "minimum_answers"
	default:
		return "minimum_messages and minimum_answers"
	}
}

// read fills the model from the service, and returns the messages.
func (m *threadModel) read(ctx context.Context, provider *providerData) ([]chatbot.Message, diag.Diagnostics) {
	client, diags := provider.chatbot.forCall()
	if diags.HasError() {
		return nil, diags
	}
	thread, err := client.WaitForThread(ctx, m.ChatbotID.ValueString(), m.ThreadID.ValueString(), chatbot.Minimum{
		Messages: m.MinimumMessages.ValueInt64(),
		Answers:  m.MinimumAnswers.ValueInt64(),
	})
	if err != nil {
		diags.Append(unableTo("read chatbot thread", err, waitedTooShort(err)))
		return nil, diags
	}
	m.fill(thread)
	return thread.Messages, diags
}
