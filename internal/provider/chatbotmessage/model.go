package chatbotmessage

import (
	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/conversation-tools/terraform-provider-conversation/internal/chatbot"
)

// model is a plan or a state of a message.
type model struct {
	ID          types.String   `tfsdk:"id"`
	ChatbotID   types.String   `tfsdk:"chatbot_id"`
	ThreadID    types.String   `tfsdk:"thread_id"`
	Text        types.String   `tfsdk:"text"`
	From        types.String   `tfsdk:"from"`
	AgentName   types.String   `tfsdk:"agent_name"`
	IconURL     types.String   `tfsdk:"icon_url"`
	Triggers    types.Map      `tfsdk:"triggers"`
	MessageID   types.String   `tfsdk:"message_id"`
	Answer      types.String   `tfsdk:"answer"`
	Sources     types.List     `tfsdk:"sources"`
	GPTModel    types.String   `tfsdk:"gpt_model"`
	AskedAt     types.String   `tfsdk:"asked_at"`
	AnsweredAt  types.String   `tfsdk:"answered_at"`
	MessageType types.String   `tfsdk:"message_type"`
	Timeouts    timeouts.Value `tfsdk:"timeouts"`
}

// request returns what is said.
func (m model) request() chatbot.AskRequest {
	return chatbot.AskRequest{
		ChatbotID: m.ChatbotID.ValueString(),
		ThreadID:  m.ThreadID.ValueString(),
		Text:      m.Text.ValueString(),
		From:      m.From.ValueString(),
		AgentName: m.AgentName.ValueString(),
		IconURL:   m.IconURL.ValueString(),
	}
}

// isFromAgent reports whether a human says the text, whom no chatbot answers.
func (m model) isFromAgent() bool { return m.From.ValueString() == chatbot.FromAgent }

// said takes over what the service says of the message; nil where nothing is known.
func (m *model) said(message *chatbot.Message) {
	if message == nil {
		message = new(chatbot.Message)
	}
	question := message.Question
	if m.isFromAgent() && question == nil { // the service keeps what an agent says in the place of an answer
		question = message.Answer
	}
	m.MessageID = types.StringPointerValue((*string)(message.MessageID))
	m.GPTModel = types.StringPointerValue(message.GPTModel)
	m.MessageType = types.StringPointerValue(message.MessageType)
	m.Sources = types.ListNull(types.StringType)
	if message.Sources != nil {
		sources := make([]attr.Value, 0, len(message.Sources))
		for _, source := range message.Sources {
			sources = append(sources, types.StringValue(string(source)))
		}
		m.Sources = types.ListValueMust(types.StringType, sources)
	}
	m.AskedAt, m.Answer, m.AnsweredAt = types.StringNull(), types.StringNull(), types.StringNull()
	if question != nil {
		m.AskedAt = types.StringPointerValue(question.Timestamp)
	}
	if text, ok := message.AnswerText(); ok && !m.isFromAgent() {
		m.Answer, m.AnsweredAt = types.StringValue(text), types.StringPointerValue(message.Answer.Timestamp)
	}
}
