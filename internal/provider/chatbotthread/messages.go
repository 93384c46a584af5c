package chatbotthread

import (
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/conversation-tools/terraform-provider-conversation/internal/chatbot"
)

// withMessages returns a state or a result with the messages of a thread in it; nil is a null list. They are put there
// past the framework's own values, which take three times the time and the memory in a thread of thousands of messages.
func withMessages(block tftypes.Value, messages []chatbot.Message) tftypes.Value {
	var attributes map[string]tftypes.Value
	_ = block.As(&attributes) // every block is an object
	list, _ := attributes["messages"].Type().(tftypes.List)
	message, _ := list.ElementType.(tftypes.Object)
	prompts, _ := message.AttributeTypes["prompts"].(tftypes.List)
	kinds := kinds{message: message, text: message.AttributeTypes["question"], prompt: prompts.ElementType}
	attributes["messages"] = listOf(message, messages, kinds.messageOf)
	return tftypes.NewValue(block.Type(), attributes)
}

// kinds are the types of the values in a message.
type kinds struct{ message, text, prompt tftypes.Type }

func (k kinds) messageOf(message *chatbot.Message) tftypes.Value {
	return tftypes.NewValue(k.message, map[string]tftypes.Value{
		"message_id":          stringOf((*string)(message.MessageID)),
		"question":            k.textOf(message.Question),
		"answer":              k.textOf(message.Answer),
		"reaction":            stringOf(message.Reaction),
		"sources":             listOf(tftypes.String, message.Sources, func(source *chatbot.Value) tftypes.Value { return stringOf((*string)(source)) }),
		"message_type":        stringOf(message.MessageType),
		"system_message_type": stringOf(message.SystemMessageType),
		"icon_url":            stringOf(message.IconURL),
		"prompts":             listOf(k.prompt, message.Prompts, k.promptOf),
		"gpt_model":           stringOf(message.GPTModel),
	})
}

func (k kinds) textOf(text *chatbot.Text) tftypes.Value {
	if text == nil {
		return tftypes.NewValue(k.text, nil)
	}
	return tftypes.NewValue(k.text, map[string]tftypes.Value{"text": stringOf(text.Text), "timestamp": stringOf(text.Timestamp)})
}

func (k kinds) promptOf(prompt *chatbot.Prompt) tftypes.Value {
	return tftypes.NewValue(k.prompt, map[string]tftypes.Value{
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
