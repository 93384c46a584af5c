package chatbotthread

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/ephemeral/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/attribute"
	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/service"
)

var _ ephemeral.EphemeralResourceWithConfigure = (*ephemeralThread)(nil)

// NewEphemeralResource returns the ephemeral resource chatbot_thread.
func NewEphemeralResource() ephemeral.EphemeralResource {
	return &ephemeralThread{service.EphemeralResource{TypeName: typeName}}
}

// ephemeralThread reads a thread and leaves nothing of it in state or plan.
type ephemeralThread struct{ service.EphemeralResource }

type ephemeralModel struct {
	reading

	Timeouts timeouts.Value `tfsdk:"timeouts"`
}

// Schema describes the block.
func (e *ephemeralThread) Schema(ctx context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: readingDescription + "\n\nTerraform reads the thread, and waits for it, at plan and again at apply. An argument that is known only at apply " +
			"leaves the reading to the apply; `depends_on` does not.\n\n" +
			"Nothing of the thread stays in state or plan: this form is for threads with personal data. It needs Terraform 1.10 or OpenTofu 1.11.",
		Attributes: ephemeralAttributes(readingAttributes()),
	}
	resp.Schema.Attributes["timeouts"] = attribute.EphemeralTimeouts(ctx)
}

// Open reads the thread, and waits for it where the block says so.
func (e *ephemeralThread) Open(ctx context.Context, req ephemeral.OpenRequest, resp *ephemeral.OpenResponse) {
	var config ephemeralModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := service.Operation(ctx, "open", config.Timeouts.Open, &resp.Diagnostics)
	defer cancel()
	messages := config.read(ctx, &e.Chatbot, &resp.Diagnostics)
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(resp.Result.Set(ctx, config)...)
		resp.Result.Raw = withMessages(resp.Result.Raw, messages)
	}
}
