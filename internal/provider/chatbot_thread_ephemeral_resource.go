package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/ephemeral/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
)

var _ ephemeral.EphemeralResourceWithConfigure = (*chatbotThreadEphemeralResource)(nil)

func newChatbotThreadEphemeralResource() ephemeral.EphemeralResource {
	return &chatbotThreadEphemeralResource{}
}

// chatbotThreadEphemeralResource reads a thread and leaves nothing of it in
// state or plan.
type chatbotThreadEphemeralResource struct {
	provider *providerData
}

type chatbotThreadEphemeralModel struct {
	threadModel

	Timeouts timeouts.Value `tfsdk:"timeouts"`
}

// Metadata names the type.
func (e *chatbotThreadEphemeralResource) Metadata(_ context.Context, _ ephemeral.MetadataRequest, resp *ephemeral.MetadataResponse) {
	resp.TypeName = "chatbot_thread"
}

// Schema describes the block.
func (e *chatbotThreadEphemeralResource) Schema(ctx context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: threadDescription + "\n\nThe thread is read, and waited for, at plan and again at apply. An argument that is known only at apply " +
			"puts the reading off until then, `depends_on` does not.\n\n" +
			"Nothing of it is kept in state or plan: this form is for threads with personal data. It needs Terraform 1.10 or OpenTofu 1.11.",
		Attributes: ephemeralAttributes(threadAttributes()),
	}
	resp.Schema.Attributes["timeouts"] = ephemeralTimeouts(ctx)
}

// Configure takes over what the provider was configured with.
func (e *chatbotThreadEphemeralResource) Configure(_ context.Context, req ephemeral.ConfigureRequest, _ *ephemeral.ConfigureResponse) {
	e.provider, _ = req.ProviderData.(*providerData)
}

// Open reads the thread, and waits for it where the block says so.
func (e *chatbotThreadEphemeralResource) Open(ctx context.Context, req ephemeral.OpenRequest, resp *ephemeral.OpenResponse) {
	var config chatbotThreadEphemeralModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := operation(ctx, config.Timeouts.Open, &resp.Diagnostics)
	defer cancel()
	messages, diags := config.read(ctx, e.provider)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.Result.Set(ctx, config)...)
	setMessages(ctx, &resp.Result.Raw, messages, &resp.Diagnostics)
}
