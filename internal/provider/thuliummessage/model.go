package thuliummessage

import (
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/conversation-tools/terraform-provider-conversation/internal/thulium"
)

// model is a plan or a state of a message.
type model struct {
	ID                types.String   `tfsdk:"id"`
	ConversationID    types.String   `tfsdk:"conversation_id"`
	Text              types.String   `tfsdk:"text"`
	ExternalChatbotID types.String   `tfsdk:"external_chatbot_id"`
	Triggers          types.Map      `tfsdk:"triggers"`
	SentAt            types.String   `tfsdk:"sent_at"`
	Timeouts          timeouts.Value `tfsdk:"timeouts"`
}

// request returns what is said.
func (m model) request() thulium.MessageRequest {
	return thulium.MessageRequest{
		ConversationID:    m.ConversationID.ValueString(),
		Text:              m.Text.ValueString(),
		ExternalChatbotID: m.ExternalChatbotID.ValueString(),
	}
}

// sent takes over when the message was sent.
func (m *model) sent(at time.Time) { m.SentAt = types.StringValue(at.UTC().Format(time.RFC3339)) }
