package provider

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/conversation-tools/terraform-provider-conversation/internal/chatbot"
	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
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

// waitedTooShort says what to do about a thread that did not get far enough.
func waitedTooShort(err error) string {
	short, ok := errors.AsType[*chatbot.ShortError](err)
	switch {
	case !ok || rest.IsInterrupted(short.Cause) && short.NotFound == nil:
		return ""
	case rest.IsInterrupted(short.Cause):
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
	if rest.IsNull(raw) {
		return types.StringNull()
	}
	return types.StringValue(compact(raw))
}

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
