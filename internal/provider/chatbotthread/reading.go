package chatbotthread

import (
	"context"
	"errors"
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

// read fills the reading from the service, but for the messages, which it returns. operation is the name of its time-out.
func (r *reading) read(
	ctx context.Context, operation string, from *service.Service[*chatbot.Client], diags *diag.Diagnostics,
) []chatbot.Message {
	client := from.Client(diags)
	if diags.HasError() {
		return nil
	}
	thread, err := client.WaitForThread(ctx, r.ChatbotID.ValueString(), r.ThreadID.ValueString(), r.condition())
	if err == nil {
		return r.fill(thread, true)
	}
	short, onlyTheWait := errors.AsType[*chatbot.WaitError](err)
	if !onlyTheWait {
		diags.Append(from.UnableTo(ctx, unableToRead, err))
		return nil
	}
	isWarning := short.IsTimeout() && r.OnTimeout.ValueString() == attribute.OnTimeoutWarn
	failure := from.UnableTo(ctx, unableToRead, err, afterWait(short, operation, isWarning))
	if !isWarning {
		diags.Append(failure)
		return nil
	}
	diags.AddWarning("Chatbot thread is not as far as expected", failure.Detail())
	return r.fill(short.Thread, false)
}

// afterWait says what the waiting has shown where the call alone does not, and what to
// do about it.
func afterWait(short *chatbot.WaitError, operation string, isWarning bool) string {
	var said, next string
	if short.NotFound != nil { // the error is that of the call, and says nothing of the waiting
		said = service.Sentence(short.Waited())
	}
	if short.IsTimeout() {
		next = "Raise timeouts." + operation + " if the thread only needs more time, or ask for less with " + askedFor(short.Wanted) + "."
		if !isWarning {
			next += " With on_timeout = \"warn\" this is a warning."
		}
	}
	return service.Paragraphs(said, next)
}

// askedFor names the arguments that say what is waited for.
func askedFor(wanted chatbot.Condition) string {
	var names []string
	if wanted.Messages > 0 {
		names = append(names, "minimum_messages")
	}
	if wanted.Answers > 0 {
		names = append(names, "minimum_answers")
	}
	if wanted.Matches != nil {
		names = append(names, "answer_matches")
	}
	return service.Enumerated(names)
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
