package provider

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/conversation-tools/terraform-provider-conversation/internal/chatbot"
)

// threadModel is what the data source and the ephemeral resource have in common.
type threadModel struct {
	ChatbotID         types.String `tfsdk:"chatbot_id"`
	ThreadID          types.String `tfsdk:"thread_id"`
	MinimumMessages   types.Int64  `tfsdk:"minimum_messages"`
	MinimumAnswers    types.Int64  `tfsdk:"minimum_answers"`
	Mode              types.String `tfsdk:"mode"`
	StartedAt         types.String `tfsdk:"started_at"`
	UpdatedAt         types.String `tfsdk:"updated_at"`
	WebhookURL        types.String `tfsdk:"webhook_url"`
	TotalMessagesRead types.Int64  `tfsdk:"total_messages_read"`
	ChatUserID        types.String `tfsdk:"chat_user_id"`
	ChatUser          types.String `tfsdk:"chat_user"`
	Messages          types.List   `tfsdk:"messages"`
}

// fill writes the thread into the model, without its messages: see setMessages.
func (m *threadModel) fill(thread *chatbot.Thread) {
	m.Mode = types.StringPointerValue(thread.Mode)
	m.StartedAt = types.StringPointerValue(thread.StartedAt)
	m.UpdatedAt = types.StringPointerValue(thread.UpdatedAt)
	m.WebhookURL = types.StringPointerValue(thread.WebhookURL)
	m.TotalMessagesRead = types.Int64PointerValue((*int64)(thread.TotalMessagesRead))
	m.ChatUserID = types.StringPointerValue((*string)(thread.ChatUserID))
	m.ChatUser = jsonValue(thread.ChatUser)
	m.Messages = types.ListNull(messageType)
}

// jsonValue returns any value as JSON, and null as null.
func jsonValue(raw json.RawMessage) types.String {
	if isNull(raw) {
		return types.StringNull()
	}
	return types.StringValue(compact(raw))
}

func isNull(raw json.RawMessage) bool { return len(raw) == 0 || string(raw) == "null" }

// compact returns JSON without white space.
func compact(raw json.RawMessage) string {
	var b bytes.Buffer
	if json.Compact(&b, raw) != nil {
		return validText(string(raw))
	}
	return validText(b.String())
}

// validText replaces what is no UTF-8. encoding/json does so in each text that
// it decodes, but not in a json.RawMessage, and Terraform takes nothing else.
func validText(text string) string { return strings.ToValidUTF8(text, "\uFFFD") }
