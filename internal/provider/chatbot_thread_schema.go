package provider

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	dataschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	ephemeralschema "github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

const threadDescription = "Reads a [thread](https://sitegpt.ai/docs/api-reference) of a chatbot: what was asked and answered, in the order of " +
	"the service. What the service leaves out or sends as null is null. With `minimum_messages` or `minimum_answers` it waits until the thread " +
	"has that many; a thread that does not exist yet is then waited for, too."

// threadAttributes are the attributes of the data source but for its timeouts.
// The ephemeral resource has the same ones.
func threadAttributes() map[string]dataschema.Attribute {
	id := func(description string) dataschema.StringAttribute {
		return dataschema.StringAttribute{Required: true, MarkdownDescription: description, Validators: []validator.String{pathID}}
	}
	minimum := func(description string) dataschema.Int64Attribute {
		return dataschema.Int64Attribute{
			Optional:            true,
			MarkdownDescription: description + " The thread is asked for again and again, after 1 s at first and 15 s at most, within the time-out.",
			Validators:          []validator.Int64{int64validator.AtLeast(1)},
		}
	}
	return map[string]dataschema.Attribute{
		"chatbot_id":          id("Id of the chatbot."),
		"thread_id":           id("Id of the thread."),
		"minimum_messages":    minimum("Waits until the thread has so many messages, at least 1."),
		"minimum_answers":     minimum("Waits until so many messages of the thread, at least 1, have an answer."),
		"mode":                computed("Who answers: `AI` or `AGENT`."),
		"started_at":          computed("When the thread began, RFC 3339."),
		"updated_at":          computed("When the thread last changed, RFC 3339."),
		"webhook_url":         secret("Webhook of the thread. It grants access to whoever holds it."),
		"total_messages_read": dataschema.Int64Attribute{Computed: true, MarkdownDescription: "Counter of messages that were read."},
		"chat_user_id":        computed("Id of the user."),
		"chat_user":           secret("What the service knows of the user, as a JSON string."),
		"messages": dataschema.ListNestedAttribute{
			Computed:            true,
			MarkdownDescription: "Messages, in the order of the service.",
			NestedObject:        dataschema.NestedAttributeObject{Attributes: messageAttributes()},
		},
	}
}

func messageAttributes() map[string]dataschema.Attribute {
	said := func(description string) dataschema.SingleNestedAttribute {
		return dataschema.SingleNestedAttribute{
			Computed:            true,
			MarkdownDescription: description,
			Attributes: map[string]dataschema.Attribute{
				"text":      computed("What was said."),
				"timestamp": computed("When it was said, RFC 3339."),
			},
		}
	}
	return map[string]dataschema.Attribute{
		"message_id": computed("Id of the message: digits, more than a number can hold exactly."),
		"question":   said("What the user said."),
		"answer":     said("What the chatbot or an agent answered."),
		"reaction":   computed("`POSITIVE`, `NEGATIVE` or `NEUTRAL`."),
		"sources": dataschema.ListAttribute{
			Computed: true, ElementType: types.StringType,
			MarkdownDescription: "Sources of the answer. One that is not a string arrives as its JSON.",
		},
		"message_type":        computed("`NORMAL_MESSAGE`, `USER_MESSAGE`, `AGENT_MESSAGE` or `SYSTEM_MESSAGE`."),
		"system_message_type": computed("Such as `CONVERSATION_ESCALATED`."),
		"icon_url":            computed("Address of an icon."),
		"prompts": dataschema.ListNestedAttribute{
			Computed:            true,
			MarkdownDescription: "Follow-ups that were offered to the user.",
			NestedObject: dataschema.NestedAttributeObject{Attributes: map[string]dataschema.Attribute{
				"id":          computed("Id of the follow-up."),
				"title":       computed("Title of the follow-up."),
				"description": computed("Description of the follow-up."),
			}},
		},
		"gpt_model": computed("Model that answered."),
	}
}

func secret(description string) dataschema.StringAttribute {
	return dataschema.StringAttribute{Computed: true, Sensitive: true, MarkdownDescription: description}
}

// ephemeralAttributes returns the attributes of a data source as those of an
// ephemeral resource. It panics for a kind of attribute that it does not know,
// which a test of the schema meets before a user does.
func ephemeralAttributes(attributes map[string]dataschema.Attribute) map[string]ephemeralschema.Attribute {
	out := make(map[string]ephemeralschema.Attribute, len(attributes))
	for name, attribute := range attributes {
		switch a := attribute.(type) {
		case dataschema.StringAttribute:
			out[name] = ephemeralschema.StringAttribute(a)
		case dataschema.Int64Attribute:
			out[name] = ephemeralschema.Int64Attribute(a)
		case dataschema.ListAttribute:
			out[name] = ephemeralschema.ListAttribute(a)
		case dataschema.SingleNestedAttribute:
			out[name] = ephemeralschema.SingleNestedAttribute{
				Attributes:          ephemeralAttributes(a.Attributes),
				CustomType:          a.CustomType,
				Required:            a.Required,
				Optional:            a.Optional,
				Computed:            a.Computed,
				Sensitive:           a.Sensitive,
				Description:         a.Description,
				MarkdownDescription: a.MarkdownDescription,
				DeprecationMessage:  a.DeprecationMessage,
				Validators:          a.Validators,
			}
		case dataschema.ListNestedAttribute:
			out[name] = ephemeralschema.ListNestedAttribute{
				NestedObject: ephemeralschema.NestedAttributeObject{
					Attributes: ephemeralAttributes(a.NestedObject.Attributes),
					CustomType: a.NestedObject.CustomType,
					Validators: a.NestedObject.Validators,
				},
				CustomType:          a.CustomType,
				Required:            a.Required,
				Optional:            a.Optional,
				Computed:            a.Computed,
				Sensitive:           a.Sensitive,
				Description:         a.Description,
				MarkdownDescription: a.MarkdownDescription,
				DeprecationMessage:  a.DeprecationMessage,
				Validators:          a.Validators,
			}
		default:
			panic(fmt.Sprintf("attribute %q: no ephemeral form of %T: add it to ephemeralAttributes", name, attribute))
		}
	}
	return out
}
