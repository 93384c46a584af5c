package provider

import (
	"bytes"
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-framework/attr"
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

// The types of a message's attributes. A thread may have many thousands of
// them, so values are built directly rather than by reflection over structs.
var (
	textType = types.ObjectType{AttrTypes: map[string]attr.Type{
		"text": types.StringType, "timestamp": types.StringType,
	}}
	promptType = types.ObjectType{AttrTypes: map[string]attr.Type{
		"id": types.StringType, "title": types.StringType, "description": types.StringType,
	}}
	messageType = types.ObjectType{AttrTypes: map[string]attr.Type{
		"message_id":          types.StringType,
		"question":            textType,
		"answer":              textType,
		"reaction":            types.StringType,
		"sources":             types.ListType{ElemType: types.StringType},
		"message_type":        types.StringType,
		"system_message_type": types.StringType,
		"icon_url":            types.StringType,
		"prompts":             types.ListType{ElemType: promptType},
		"gpt_model":           types.StringType,
	}}
)

// fill writes the thread into the model.
func (m *threadModel) fill(thread *chatbot.Thread) {
	m.Mode = types.StringPointerValue(thread.Mode)
	m.StartedAt = types.StringPointerValue(thread.StartedAt)
	m.UpdatedAt = types.StringPointerValue(thread.UpdatedAt)
	m.WebhookURL = types.StringPointerValue(thread.WebhookURL)
	m.TotalMessagesRead = types.Int64PointerValue(thread.TotalMessagesRead)
	m.ChatUserID = types.StringPointerValue(thread.ChatUserID)
	m.ChatUser = jsonValue(thread.ChatUser)
	m.Messages = listValue(messageType, thread.Messages, messageValue)
}

func messageValue(message chatbot.Message) attr.Value {
	return types.ObjectValueMust(messageType.AttrTypes, map[string]attr.Value{
		"message_id":          types.StringPointerValue(message.MessageID),
		"question":            textValue(message.Question),
		"answer":              textValue(message.Answer),
		"reaction":            types.StringPointerValue(message.Reaction),
		"sources":             listValue(types.StringType, message.Sources, sourceValue),
		"message_type":        types.StringPointerValue(message.MessageType),
		"system_message_type": types.StringPointerValue(message.SystemMessageType),
		"icon_url":            types.StringPointerValue(message.IconURL),
		"prompts":             listValue(promptType, message.Prompts, promptValue),
		"gpt_model":           types.StringPointerValue(message.GPTModel),
	})
}

func textValue(text *chatbot.Text) attr.Value {
	if text == nil {
		return types.ObjectNull(textType.AttrTypes)
	}
	return types.ObjectValueMust(textType.AttrTypes, map[string]attr.Value{
		"text":      types.StringPointerValue(text.Text),
		"timestamp": types.StringPointerValue(text.Timestamp),
	})
}

func promptValue(prompt chatbot.Prompt) attr.Value {
	return types.ObjectValueMust(promptType.AttrTypes, map[string]attr.Value{
		"id":          scalarValue(prompt.ID),
		"title":       types.StringPointerValue(prompt.Title),
		"description": types.StringPointerValue(prompt.Description),
	})
}

// sourceValue returns a string as it is, and anything else as its JSON.
func sourceValue(raw json.RawMessage) attr.Value {
	var text *string
	if json.Unmarshal(raw, &text) == nil && text != nil {
		return types.StringPointerValue(text)
	}
	return types.StringValue(compact(raw))
}

// scalarValue returns a string or a number as text, and null as null.
func scalarValue(raw json.RawMessage) attr.Value {
	if isNull(raw) {
		return types.StringNull()
	}
	return types.StringValue(rest.Scalar(raw))
}

// jsonValue returns any value as JSON, and null as null.
func jsonValue(raw json.RawMessage) types.String {
	if isNull(raw) {
		return types.StringNull()
	}
	return types.StringValue(compact(raw))
}

func isNull(raw json.RawMessage) bool { return len(raw) == 0 || string(raw) == "null" }

func compact(raw json.RawMessage) string {
	var b bytes.Buffer
	if json.Compact(&b, raw) != nil {
		return string(raw)
	}
	return b.String()
}

// listValue returns a null list for nil and an empty one for an empty slice.
func listValue[E any](elementType attr.Type, elements []E, value func(E) attr.Value) types.List {
	if elements == nil {
		return types.ListNull(elementType)
	}
	values := make([]attr.Value, len(elements))
	for i, element := range elements {
		values[i] = value(element)
	}
	return types.ListValueMust(elementType, values)
}
