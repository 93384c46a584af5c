package provider

import (
	"context"
	"encoding/binary"
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
func packMessages(messages []chatbot.Message) packed {
	const typical = 512 // bytes of a message
	return packList(make(packed, 0, typical*len(messages)), messages, packMessage)
}

func packMessage(p packed, message *chatbot.Message) packed {
	p = p.object(len(messageType.AttrTypes))
	p = packSaid(p.name("answer"), message.Answer)
	p = p.name("gpt_model").text(message.GPTModel)
	p = p.name("icon_url").text(message.IconURL)
	p = p.name("message_id").text(message.MessageID)
	p = p.name("message_type").text(message.MessageType)
	p = packList(p.name("prompts"), message.Prompts, packPrompt)
	p = packSaid(p.name("question"), message.Question)
	p = p.name("reaction").text(message.Reaction)
	p = packList(p.name("sources"), message.Sources, packSource)
	return p.name("system_message_type").text(message.SystemMessageType)
}

func packSaid(p packed, said *chatbot.Text) packed {
	if said == nil {
		return p.null()
	}
	return p.object(len(textType.AttrTypes)).name("text").text(said.Text).name("timestamp").text(said.Timestamp)
}

func packPrompt(p packed, prompt *chatbot.Prompt) packed {
	return p.object(len(promptType.AttrTypes)).
		name("description").text(prompt.Description).
		name("id").text(scalarText(prompt.ID)).
		name("title").text(prompt.Title)
}

// packSource encodes a string as it is, and anything else as its JSON.
func packSource(p packed, raw *json.RawMessage) packed {
	var text *string
	if json.Unmarshal(*raw, &text) == nil && text != nil {
		return p.text(text)
	}
	return p.string(compact(*raw))
}

// scalarText returns a string or a number as text, and null as nil.
func scalarText(raw json.RawMessage) *string {
	if isNull(raw) {
		return nil
	}
	text := rest.Scalar(raw)
	return &text
}

func packList[E any](p packed, elements []E, element func(packed, *E) packed) packed {
	if elements == nil {
		return p.null()
	}
	p = p.list(len(elements))
	for i := range elements {
		p = element(p, &elements[i])
	}
	return p
}

// packed is a value in MessagePack, the encoding of Terraform's protocol. Its
// methods append to it.
//
// https://github.com/msgpack/msgpack/blob/master/spec.md
type packed []byte

func (p packed) null() packed { return append(p, 0xc0) }

// object begins an object; name and value of each attribute follow.
func (p packed) object(attributes int) packed { return append(p, 0x80|byte(attributes)) } //nolint:gosec // ten at most

// list begins a list; its elements follow.
func (p packed) list(elements int) packed {
	if elements < 1<<4 {
		return append(p, 0x90|byte(elements)) //nolint:gosec // see above
	}
	return binary.BigEndian.AppendUint32(append(p, 0xdd), uint32(elements)) //nolint:gosec // an answer has 256 MiB at most
}

// name appends the name of an attribute; its value follows.
func (p packed) name(name string) packed { return p.string(name) }

// text appends a string, and null for nil.
func (p packed) text(text *string) packed {
	if text == nil {
		return p.null()
	}
	return p.string(*text)
}

func (p packed) string(text string) packed {
	switch n := len(text); {
	case n < 1<<5:
		p = append(p, 0xa0|byte(n))
	case n < 1<<8:
		p = append(p, 0xd9, byte(n))
	case n < 1<<16:
		p = binary.BigEndian.AppendUint16(append(p, 0xda), uint16(n))
	default:
		p = binary.BigEndian.AppendUint32(append(p, 0xdb), uint32(n)) //nolint:gosec // an answer has 256 MiB at most
	}
	return append(p, text...)
}
