package chatbotthread

import (
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"

	dataschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/attribute"
)

const readingDescription = "Reads a [thread](https://sitegpt.ai/docs/api-reference) of a chatbot: what was asked and answered, in the order of " +
	"the service. What the service leaves out or sends as null is null.\n\n" +
	"With `minimum_messages`, `minimum_answers` or `answer_matches` it waits until the thread has what you ask for. " +
	"It waits for a thread that does not exist yet, too. A web page in the place of the API is an error at once."

// expression is a rule for a regular expression.
var expression = attribute.Rule{Must: "a regular expression (RE2)", Wrong: func(value string) string {
	if value == "" {
		return "The value is an empty string, which every answer matches. Give an expression, or leave the attribute out."
	}
	_, err := regexp.Compile(value)
	if wrong, ok := errors.AsType[*syntax.Error](err); ok {
		return fmt.Sprintf("The value must be a regular expression of RE2 (https://github.com/google/re2/wiki/Syntax): %s.", wrong.Code)
	}
	return ""
}}

// readingAttributes are the attributes of the data source but for its timeouts. The
// ephemeral resource has the same ones.
func readingAttributes() map[string]dataschema.Attribute {
	const polls = " The provider reads the thread again after 1 s, then after longer pauses of up to 15 s, until the time-out."
	minimum := func(description string) dataschema.NumberAttribute {
		return dataschema.NumberAttribute{Optional: true, MarkdownDescription: description + polls, Validators: []validator.Number{attribute.WholeNumber{Min: 1}}}
	}
	return map[string]dataschema.Attribute{
		"chatbot_id":       attribute.DataID("Id of the chatbot."),
		"thread_id":        attribute.DataID("Id of the thread."),
		"minimum_messages": minimum("Waits until the thread has at least this number of messages, 1 or more."),
		"minimum_answers":  minimum("Waits until at least this number of messages, 1 or more, have an answer."),
		"answer_matches": dataschema.StringAttribute{
			Optional: true,
			MarkdownDescription: "Waits until an answer matches this [regular expression (RE2)](https://github.com/google/re2/wiki/Syntax). " +
				"It may match any part of the answer; `(?i)` at its beginning ignores case." + polls,
			Validators: []validator.String{expression},
		},
		"on_timeout": attribute.OnTimeout("What happens when the thread is not as far at the time-out. `\"error\"`, the default, is an error. `\"warn\"` gives what the " +
			"thread has, with `reached = false` and a warning; a service that fails is an error all the same."),
		"answers": dataschema.ListAttribute{
			Computed: true, ElementType: types.StringType,
			MarkdownDescription: "Texts of all answers, in the order of the service.",
		},
		"last_answer":         attribute.Computed("Text of the last answer. Null without one."),
		"reached":             attribute.Reached("Whether the thread has what was waited for."),
		"mode":                attribute.Computed("Who answers: `AI` or `AGENT`."),
		"started_at":          attribute.Computed("When the thread began, RFC 3339."),
		"updated_at":          attribute.Computed("When the thread last changed, RFC 3339."),
		"webhook_url":         attribute.ComputedSecret("Webhook of the thread. It grants access to whoever holds it."),
		"total_messages_read": dataschema.Int64Attribute{Computed: true, MarkdownDescription: "Counter of messages that were read."},
		"chat_user_id":        attribute.Computed("Id of the user."),
		"chat_user":           attribute.ComputedSecret("What the service knows of the user, as a JSON string."),
		"messages": dataschema.ListNestedAttribute{
			Computed:            true,
			MarkdownDescription: "Messages, in the order of the service.",
			NestedObject:        dataschema.NestedAttributeObject{Attributes: messageAttributes()},
		},
	}
}

// messageAttributes are the attributes of a message.
func messageAttributes() map[string]dataschema.Attribute {
	said := func(description string) dataschema.SingleNestedAttribute {
		return dataschema.SingleNestedAttribute{
			Computed:            true,
			MarkdownDescription: description,
			Attributes: map[string]dataschema.Attribute{
				"text":      attribute.Computed("What was said."),
				"timestamp": attribute.Computed("When it was said, RFC 3339."),
			},
		}
	}
	return map[string]dataschema.Attribute{
		"message_id": attribute.Computed("Id of the message: digits, more than a number can hold exactly."),
		"question":   said("What the user said."),
		"answer":     said("What the chatbot or an agent answered."),
		"reaction":   attribute.Computed("`POSITIVE`, `NEGATIVE` or `NEUTRAL`."),
		"sources": dataschema.ListAttribute{
			Computed: true, ElementType: types.StringType,
			MarkdownDescription: "Sources of the answer. One that is not a string arrives as its JSON.",
		},
		"message_type":        attribute.Computed("`NORMAL_MESSAGE`, `USER_MESSAGE`, `AGENT_MESSAGE` or `SYSTEM_MESSAGE`."),
		"system_message_type": attribute.Computed("Such as `CONVERSATION_ESCALATED`."),
		"icon_url":            attribute.Computed("Address of an icon."),
		"prompts": dataschema.ListNestedAttribute{
			Computed:            true,
			MarkdownDescription: "Follow-ups that were offered to the user.",
			NestedObject: dataschema.NestedAttributeObject{Attributes: map[string]dataschema.Attribute{
				"id":          attribute.Computed("Id of the follow-up."),
				"title":       attribute.Computed("Title of the follow-up."),
				"description": attribute.Computed("Description of the follow-up."),
			}},
		},
		"gpt_model": attribute.Computed("Model that answered."),
	}
}
