package chatbotthread

import (
	"context"
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/conversation-tools/terraform-provider-conversation/internal/chatbot"
	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/attribute"
	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/service"
)

// unableToRead is what an error says that ends the reading of a thread.
const unableToRead = "read chatbot thread"

// reading is what the data source and the ephemeral resource have in common.
type reading struct {
	ChatbotID         types.String `tfsdk:"chatbot_id"`
	ThreadID          types.String `tfsdk:"thread_id"`
	MinimumMessages   types.Number `tfsdk:"minimum_messages"`
	MinimumAnswers    types.Number `tfsdk:"minimum_answers"`
	AnswerMatches     types.String `tfsdk:"answer_matches"`
	OnTimeout         types.String `tfsdk:"on_timeout"`
	Answers           types.List   `tfsdk:"answers"`
	LastAnswer        types.String `tfsdk:"last_answer"`
	Reached           types.Bool   `tfsdk:"reached"`
	Mode              types.String `tfsdk:"mode"`
	StartedAt         types.String `tfsdk:"started_at"`
	UpdatedAt         types.String `tfsdk:"updated_at"`
	WebhookURL        types.String `tfsdk:"webhook_url"`
	TotalMessagesRead types.Int64  `tfsdk:"total_messages_read"`
	ChatUserID        types.String `tfsdk:"chat_user_id"`
	ChatUser          types.String `tfsdk:"chat_user"`
	Messages          types.List   `tfsdk:"messages"` // null: see withMessages
}

// condition returns what the thread is waited for.
func (r *reading) condition() chatbot.Condition {
	condition := chatbot.Condition{Messages: attribute.Int64(r.MinimumMessages), Answers: attribute.Int64(r.MinimumAnswers)}
	if pattern := r.AnswerMatches.ValueString(); pattern != "" {
		condition.Matches, _ = regexp.Compile(pattern) // validated
	}
	return condition
}

// read fills the reading from the service, but for the messages, which it returns.
func (r *reading) read(ctx context.Context, from *service.Service[*chatbot.Client], diags *diag.Diagnostics) []chatbot.Message {
	client := from.Client(diags)
	if diags.HasError() {
		return nil
	}
	thread, err := client.WaitForThread(ctx, r.ChatbotID.ValueString(), r.ThreadID.ValueString(), r.condition())
	switch {
	case service.IsVain(err):
		diags.Append(from.InVain(ctx, "wait for chatbot thread", err, r.OnTimeout, ""))
	case err != nil:
		diags.Append(from.UnableTo(ctx, unableToRead, err))
	}
	return r.fill(thread, err == nil)
}

// fill takes the thread over, and returns its messages. Of a thread that the service does not know all is null.
func (r *reading) fill(thread *chatbot.Thread, reached bool) []chatbot.Message {
	r.Reached, r.Answers = types.BoolValue(reached), types.ListNull(types.StringType)
	if thread == nil {
		return nil
	}
	r.Mode = types.StringPointerValue(thread.Mode)
	r.StartedAt = types.StringPointerValue(thread.StartedAt)
	r.UpdatedAt = types.StringPointerValue(thread.UpdatedAt)
	r.WebhookURL = types.StringPointerValue(thread.WebhookURL)
	r.TotalMessagesRead = types.Int64PointerValue((*int64)(thread.TotalMessagesRead))
	r.ChatUserID = types.StringPointerValue((*string)(thread.ChatUserID))
	r.ChatUser = types.StringPointerValue((*string)(thread.ChatUser))
	answers := []attr.Value{}
	for _, answer := range thread.Answers() {
		r.LastAnswer = types.StringValue(answer)
		answers = append(answers, r.LastAnswer)
	}
	r.Answers = types.ListValueMust(types.StringType, answers)
	return thread.Messages
}
