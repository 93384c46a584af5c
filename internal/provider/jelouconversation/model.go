package jelouconversation

import (
	"encoding/json"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/conversation-tools/terraform-provider-conversation/internal/jelou"
	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/attribute"
	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/service"
)

// identity is what names a conversation.
type identity struct {
	ProjectID types.String `tfsdk:"project_id"`
	ID        types.String `tfsdk:"id"`
}

// reading is what the service says of a conversation. The zero value says nothing.
type reading struct {
	RoomID      types.String `tfsdk:"room_id"`
	State       types.String `tfsdk:"state"`
	StartedAt   types.String `tfsdk:"started_at"`
	EndedAt     types.String `tfsdk:"ended_at"`
	EndedReason types.String `tfsdk:"ended_reason"`
}

func readingOf(conversation *jelou.Conversation) reading {
	text := types.StringPointerValue
	return reading{text(conversation.RoomID), text(conversation.State), text(conversation.StartAt), text(conversation.EndAt), text(conversation.EndedReason)}
}

// isOver reports whether the conversation is closed, which is final.
func (r reading) isOver() bool {
	return (&jelou.Conversation{State: r.State.ValueStringPointer(), EndAt: r.EndedAt.ValueStringPointer()}).IsClosed()
}

// model is a plan or a state of the resource.
type model struct {
	identity
	reading
	BotID           types.String   `tfsdk:"bot_id"`
	UserID          types.String   `tfsdk:"user_id"`
	InitialMessage  types.String   `tfsdk:"initial_message"`
	Metadata        types.Map      `tfsdk:"metadata"`
	Assignment      types.Object   `tfsdk:"assignment"`
	RedirectPayload types.Object   `tfsdk:"redirect_payload"`
	OnClosed        types.String   `tfsdk:"on_closed"`
	Timeouts        timeouts.Value `tfsdk:"timeouts"`
}

func (m model) startRequest() jelou.StartRequest {
	request := jelou.StartRequest{
		ProjectID: m.ProjectID.ValueString(), BotID: m.BotID.ValueString(), UserID: m.UserID.ValueString(),
		InitialMessage: m.InitialMessage.ValueString(), Metadata: map[string]string{},
	}
	for name, value := range m.Metadata.Elements() {
		if text, ok := value.(types.String); ok && !text.IsNull() {
			request.Metadata[name] = text.ValueString()
		}
	}
	if !m.Assignment.IsNull() {
		kind, _ := m.Assignment.Attributes()["type"].(types.String)
		target, _ := m.Assignment.Attributes()["target"].(types.String)
		request.Assignment = &jelou.Assignment{Type: kind.ValueString(), Target: target.ValueString()}
	}
	return request
}

// replaces returns the arguments of a plan whose change starts a new conversation. The
// apply that follows an import, which mark tells, adopts those that the import has not
// written, and the user's second id: nobody documents which of the two a start takes.
func (m model) replaces(state model, mark []byte) path.Paths {
	var reference string
	_ = json.Unmarshal(mark, &reference) // of this package's own writing
	metadata := m.Metadata
	if !metadata.IsUnknown() && attribute.Said(metadata).Equal(attribute.Said(state.Metadata)) {
		metadata = state.Metadata // what differs is null, which is not sent
	}
	var changed path.Paths
	for name, argument := range map[string]struct{ plan, state attr.Value }{
		"bot_id":          {m.BotID, state.BotID},
		"user_id":         {m.UserID, state.UserID},
		"initial_message": {m.InitialMessage, state.InitialMessage},
		"metadata":        {metadata, state.Metadata},
		"assignment":      {m.Assignment, state.Assignment},
	} {
		isAdopted := mark != nil && (argument.state.IsNull() || reference != "" && argument.plan.Equal(types.StringValue(reference)))
		if !argument.plan.Equal(argument.state) && !isAdopted {
			changed.Append(path.Root(name))
		}
	}
	return changed
}

// named tells a reader which resource an error is about, without the user. Terraform
// prints no address with an error at destroy.
func (m model) named() string {
	return fmt.Sprintf("This is the jelou_conversation %s, of bot %s in project %s.", m.ID.ValueString(), m.BotID.ValueString(), m.ProjectID.ValueString())
}

// ids are what a reading names the conversation by.
func (m model) ids() []service.ID {
	return []service.ID{{Name: "project_id", Value: m.ProjectID}, {Name: "id", Value: m.ID}}
}
