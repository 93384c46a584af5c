package provider

import (
	"context"
	"encoding/json"
	"errors"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/conversation-tools/terraform-provider-conversation/internal/chatbot"
	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
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

// setMessages completes the value of a thread, whose messages are null. Under a
// server of newServer it leaves them to it.
func setMessages(ctx context.Context, thread *tftypes.Value, messages []chatbot.Message, diags *diag.Diagnostics) {
	if diags.HasError() {
		return
	}
	encoded := packMessages(messages)
	if into, ok := ctx.Value(messagesKey{}).(*[]byte); ok {
		*into = encoded
		return
	}
	list, err := tfprotov6.DynamicValue{MsgPack: encoded}.Unmarshal(types.ListType{ElemType: messageType}.TerraformType(ctx))
	attributes := map[string]tftypes.Value{}
	if err = errors.Join(err, thread.As(&attributes)); err != nil {
		diags.AddError("Unable to read chatbot thread", sentence(err.Error()))
		return
	}
	attributes = maps.Clone(attributes) // they are those of the old value
	attributes["messages"] = list
	*thread = tftypes.NewValue(thread.Type(), attributes)
}

// packMessages encodes messages as a value of the attribute messages. What the
// service left out is null; nil is a null list.
func packMessages(messages []chatbot.Message) []byte {
	const typical = 768 // bytes of a message
	p := newPacker(typical * len(messages))
	packList(p, messages, packMessage)
	return p.bytes()
}

func packMessage(p packer, message *chatbot.Message) {
	p.object(len(messageType.AttrTypes))
	packSaid(p.name("answer"), message.Answer)
	p.name("gpt_model").text(message.GPTModel)
	p.name("icon_url").text(message.IconURL)
	p.name("message_id").text(message.MessageID)
	p.name("message_type").text(message.MessageType)
	packList(p.name("prompts"), message.Prompts, packPrompt)
	packSaid(p.name("question"), message.Question)
	p.name("reaction").text(message.Reaction)
	packList(p.name("sources"), message.Sources, packSource)
	p.name("system_message_type").text(message.SystemMessageType)
}

func packSaid(p packer, said *chatbot.Text) {
	if said == nil {
		p.null()
		return
	}
	p.object(len(textType.AttrTypes)).name("text").text(said.Text).name("timestamp").text(said.Timestamp)
}

func packPrompt(p packer, prompt *chatbot.Prompt) {
	p.object(len(promptType.AttrTypes)).
		name("description").text(prompt.Description).
		name("id").text(rest.Text(prompt.ID)).
		name("title").text(prompt.Title)
}

// packSource encodes a string as it is, and anything else as its JSON.
func packSource(p packer, raw *json.RawMessage) {
	var text *string
	if json.Unmarshal(*raw, &text) != nil || text == nil {
		other := compact(*raw)
		text = &other
	}
	p.text(text)
}

func packList[E any](p packer, elements []E, element func(packer, *E)) {
	if elements == nil {
		p.null()
		return
	}
	p.list(len(elements))
	for i := range elements {
		element(p, &elements[i])
	}
}
