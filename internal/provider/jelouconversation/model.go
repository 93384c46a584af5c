package jelouconversation

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/conversation-tools/terraform-provider-conversation/internal/jelou"
	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/attribute"
	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/service"
)

// model is a plan or a state of the resource.
type model struct {
	ID              types.String   `tfsdk:"id"`
	ProjectID       types.String   `tfsdk:"project_id"`
	BotID           types.String   `tfsdk:"bot_id"`
	UserID          types.String   `tfsdk:"user_id"`
	InitialMessage  types.String   `tfsdk:"initial_message"`
	Metadata        types.Map      `tfsdk:"metadata"`
	Assignment      types.Object   `tfsdk:"assignment"`
	RedirectPayload types.Object   `tfsdk:"redirect_payload"`
	OnClosed        types.String   `tfsdk:"on_closed"`
	RoomID          types.String   `tfsdk:"room_id"`
	State           types.String   `tfsdk:"state"`
	StartedAt       types.String   `tfsdk:"started_at"`
	EndedAt         types.String   `tfsdk:"ended_at"`
	EndedReason     types.String   `tfsdk:"ended_reason"`
	Timeouts        timeouts.Value `tfsdk:"timeouts"`
}

// startRequest returns what the conversation is started with.
func (m model) startRequest() jelou.StartRequest {
	request := jelou.StartRequest{
		ProjectID:      m.ProjectID.ValueString(),
		BotID:          m.BotID.ValueString(),
		UserID:         m.UserID.ValueString(),
		InitialMessage: m.InitialMessage.ValueString(),
		Metadata:       map[string]string{},
	}
	for name, value := range m.Metadata.Elements() {
		if text, ok := value.(types.String); ok && !text.IsNull() {
			request.Metadata[name] = text.ValueString()
		}
	}
	if !m.Assignment.IsNull() {
		text := func(name string) string {
			value, _ := m.Assignment.Attributes()[name].(types.String)
			return value.ValueString()
		}
		request.Assignment = &jelou.Assignment{Type: text("type"), Target: text("target")}
	}
	return request
}

// closeRequest returns the call that closes the conversation, as long as it is the one
// that the user has with the bot.
func (m model) closeRequest() jelou.CloseRequest {
	return jelou.CloseRequest{
		ProjectID: m.ProjectID.ValueString(),
		BotID:     m.BotID.ValueString(),
		UserID:    m.UserID.ValueString(),
		Redirect:  attribute.RedirectOf(m.RedirectPayload),
	}
}

// started takes over the id that a start has returned. Nothing else is known yet.
func (m *model) started(id string) {
	m.ID = types.StringValue(id)
	m.show(new(jelou.Conversation))
}

// show takes over what a reading tells: never an argument.
func (m *model) show(conversation *jelou.Conversation) {
	m.RoomID, m.State = types.StringPointerValue(conversation.RoomID), types.StringPointerValue(conversation.State)
	m.StartedAt, m.EndedAt = types.StringPointerValue(conversation.StartAt), types.StringPointerValue(conversation.EndAt)
	m.EndedReason = types.StringPointerValue(conversation.EndedReason)
}

// keep takes over from the state what no plan changes.
func (m *model) keep(state model) {
	m.ID, m.RoomID, m.State = state.ID, state.RoomID, state.State
	m.StartedAt, m.EndedAt, m.EndedReason = state.StartedAt, state.EndedAt, state.EndedReason
}

// isKept reports whether the conversation stays when a refresh finds it closed.
func (m model) isKept() bool { return m.OnClosed.ValueString() == attribute.OnClosedKeep }

// isOver reports whether the state says that the conversation is closed, which is final.
func (m model) isOver() bool {
	return (&jelou.Conversation{State: m.State.ValueStringPointer(), EndAt: m.EndedAt.ValueStringPointer()}).IsClosed()
}

// named tells a reader which resource an error is about, without the user. Terraform
// prints no address with an error at destroy.
func (m model) named() string {
	return fmt.Sprintf("This is the jelou_conversation %s, of bot %s in project %s.", m.ID.ValueString(), m.BotID.ValueString(), m.ProjectID.ValueString())
}

// addressed returns the ids of the state that a reading needs.
func (m model) addressed() []service.StateID {
	return []service.StateID{{Name: "project_id", Value: m.ProjectID}, {Name: "id", Value: m.ID}}
}

// parties returns the ids of the state that a close needs.
func (m model) parties() []service.StateID {
	return []service.StateID{{Name: "bot_id", Value: m.BotID}, {Name: "user_id", Value: m.UserID}}
}
