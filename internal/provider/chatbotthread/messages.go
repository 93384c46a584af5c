package chatbotthread

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/conversation-tools/terraform-provider-conversation/internal/chatbot"
)

// The types of a message's attributes.
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

// newMessages returns the messages of a thread as a value of the attribute messages; nil
// is a null list.
func newMessages(ctx context.Context, messages []chatbot.Message) messagesValue {
	v := values{message: messageType.TerraformType(ctx), text: textType.TerraformType(ctx), prompt: promptType.TerraformType(ctx)}
	return messagesValue{listOf(v.message, messages, v.messageOf)}
}

// values makes the values of messages, whose types it keeps.
type values struct{ message, text, prompt tftypes.Type }

func (v values) messageOf(message *chatbot.Message) tftypes.Value {
	return tftypes.NewValue(v.message, map[string]tftypes.Value{
		"message_id":          stringOf((*string)(message.MessageID)),
		"question":            v.textOf(message.Question),
		"answer":              v.textOf(message.Answer),
		"reaction":            stringOf(message.Reaction),
		"sources":             listOf(tftypes.String, message.Sources, func(source *chatbot.Value) tftypes.Value { return stringOf((*string)(source)) }),
		"message_type":        stringOf(message.MessageType),
		"system_message_type": stringOf(message.SystemMessageType),
		"icon_url":            stringOf(message.IconURL),
		"prompts":             listOf(v.prompt, message.Prompts, v.promptOf),
		"gpt_model":           stringOf(message.GPTModel),
	})
}

func (v values) textOf(text *chatbot.Text) tftypes.Value {
	if text == nil {
		return tftypes.NewValue(v.text, nil)
	}
	return tftypes.NewValue(v.text, map[string]tftypes.Value{"text": stringOf(text.Text), "timestamp": stringOf(text.Timestamp)})
}

func (v values) promptOf(prompt *chatbot.Prompt) tftypes.Value {
	return tftypes.NewValue(v.prompt, map[string]tftypes.Value{
		"id": stringOf((*string)(prompt.ID)), "title": stringOf(prompt.Title), "description": stringOf(prompt.Description),
	})
}

// stringOf returns a text, and null for nil.
func stringOf(text *string) tftypes.Value { return tftypes.NewValue(tftypes.String, text) }

// listOf returns a list, and null for nil.
func listOf[E any](element tftypes.Type, elements []E, value func(*E) tftypes.Value) tftypes.Value {
	list := tftypes.List{ElementType: element}
	if elements == nil {
		return tftypes.NewValue(list, nil)
	}
	values := make([]tftypes.Value, 0, len(elements))
	for i := range elements {
		values = append(values, value(&elements[i]))
	}
	return tftypes.NewValue(list, values)
}
