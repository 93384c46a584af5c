package chatbotthread

import (
	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/conversation-tools/terraform-provider-conversation/internal/chatbot"
	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/service"
)

// model is a plan or a state of a thread.
type model struct {
	ID         types.String   `tfsdk:"id"`
	ChatbotID  types.String   `tfsdk:"chatbot_id"`
	ThreadID   types.String   `tfsdk:"thread_id"`
	Mode       types.String   `tfsdk:"mode"`
	WebhookURL types.String   `tfsdk:"webhook_url"`
	ChatUser   types.Object   `tfsdk:"chat_user"`
	StartedAt  types.String   `tfsdk:"started_at"`
	ChatUserID types.String   `tfsdk:"chat_user_id"`
	Timeouts   timeouts.Value `tfsdk:"timeouts"`
}

// userType has the attributes of a thread's user.
var userType = map[string]attr.Type{"email": types.StringType, "name": types.StringType, "phone_number": types.StringType}

// user returns a value of the thread's user; null where there is none.
func (m model) user(name string) types.String {
	value, _ := m.ChatUser.Attributes()[name].(types.String)
	return value
}

// told tells a reader which thread an error is about.
func (m model) told() string { return "The thread is " + m.ID.ValueString() + "." }

// ids are what calls name the thread by.
func (m model) ids() []service.ID {
	return []service.ID{{Name: "chatbot_id", Value: m.ChatbotID}, {Name: "thread_id", Value: m.ThreadID}}
}

// named gives the thread its ids.
func (m *model) named(threadID string) {
	m.ThreadID = types.StringValue(threadID)
	m.ID = types.StringValue(m.ChatbotID.ValueString() + "/" + threadID)
}

// begun takes over what the service says of the thread; nil where nothing is known.
func (m *model) begun(thread *chatbot.Thread) {
	m.StartedAt, m.ChatUserID = types.StringNull(), types.StringNull()
	if thread != nil {
		m.StartedAt = types.StringPointerValue(thread.StartedAt)
		m.ChatUserID = types.StringPointerValue((*string)(thread.ChatUserID))
	}
}

// create returns the request that makes the thread.
func (m model) create() chatbot.CreateRequest {
	return chatbot.CreateRequest{
		ChatbotID:     m.ChatbotID.ValueString(),
		ThreadID:      m.ThreadID.ValueString(),
		Mode:          m.Mode.ValueString(),
		ChatUserEmail: m.user("email").ValueString(),
	}
}

// created returns the thread as a create alone makes it.
func (m model) created() model {
	return model{Mode: m.Mode, ChatUser: types.ObjectValueMust(userType, map[string]attr.Value{
		"email": m.user("email"), "name": types.StringNull(), "phone_number": types.StringNull(),
	})}
}

// takenOver returns a thread that was there before the create. The webhook and the user that
// it has are unknown, so that changeFrom sends what the configuration says of them, a null too.
func takenOver(thread *chatbot.Thread) (before model) {
	unknown := types.StringUnknown()
	if types.StringPointerValue(thread.WebhookURL).ValueString() != "" {
		before.WebhookURL = unknown
	}
	if thread.ChatUser != nil {
		before.ChatUser = types.ObjectValueMust(userType, map[string]attr.Value{"email": unknown, "name": unknown, "phone_number": unknown})
	}
	return before
}

// changeFrom returns the request that makes the thread what m says, and false where it is
// that already.
func (m model) changeFrom(before model) (chatbot.UpdateRequest, bool) {
	user := func(name string) chatbot.Change { return change(before.user(name), m.user(name)) }
	request := chatbot.UpdateRequest{
		ChatbotID:  m.ChatbotID.ValueString(),
		ThreadID:   m.ThreadID.ValueString(),
		Mode:       change(before.Mode, m.Mode),
		WebhookURL: change(before.WebhookURL, m.WebhookURL),
		ChatUser:   chatbot.ChatUserChange{Email: user("email"), Name: user("name"), PhoneNumber: user("phone_number")},
	}
	return request, !request.Mode.IsZero() || !request.WebhookURL.IsZero() || request.ChatUser != chatbot.ChatUserChange{}
}

func change(before, after types.String) chatbot.Change {
	if after.Equal(before) {
		return chatbot.Change{}
	}
	return chatbot.To(after.ValueStringPointer())
}
