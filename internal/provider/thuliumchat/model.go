package thuliumchat

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/attribute"
	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/service"
	"github.com/conversation-tools/terraform-provider-conversation/internal/thulium"
)

// model is a plan or a state of a conversation.
type model struct {
	ID                types.String   `tfsdk:"id"`
	ChatQueueID       types.Number   `tfsdk:"chat_queue_id"`
	ClientName        types.String   `tfsdk:"client_name"`
	ClientSurname     types.String   `tfsdk:"client_surname"`
	ClientEmail       types.String   `tfsdk:"client_email"`
	ClientID          types.String   `tfsdk:"client_id"`
	CustomerID        types.Number   `tfsdk:"customer_id"`
	ExternalChatbotID types.String   `tfsdk:"external_chatbot_id"`
	OnClosed          types.String   `tfsdk:"on_closed"`
	OnLostStart       types.String   `tfsdk:"on_lost_start"`
	StartedAt         types.String   `tfsdk:"started_at"`
	Status            types.String   `tfsdk:"status"`
	ClosedAt          types.String   `tfsdk:"closed_at"`
	Timeouts          timeouts.Value `tfsdk:"timeouts"`
}

// startRequest returns what the conversation is started with.
func (m model) startRequest() thulium.StartRequest {
	return thulium.StartRequest{
		QueueID: m.queueID(), ClientName: m.ClientName.ValueString(), ClientSurname: m.ClientSurname.ValueString(),
		ClientEmail: m.ClientEmail.ValueString(), ClientID: m.ClientID.ValueString(), CustomerID: attribute.Int64Pointer(m.CustomerID),
	}
}

// replacing returns the arguments that differ from state and that a start sends. A change
// of one starts another conversation.
func (m model) replacing(state model) []path.Path {
	var changed []path.Path
	for name, values := range map[string][2]attr.Value{
		"chat_queue_id":  {m.ChatQueueID, state.ChatQueueID},
		"client_name":    {m.ClientName, state.ClientName},
		"client_surname": {m.ClientSurname, state.ClientSurname},
		"client_email":   {m.ClientEmail, state.ClientEmail},
		"client_id":      {m.ClientID, state.ClientID},
		"customer_id":    {m.CustomerID, state.CustomerID},
	} {
		if !values[0].Equal(values[1]) {
			changed = append(changed, path.Root(name))
		}
	}
	return changed
}

// started takes over what a start has returned, at the time of its answer.
func (m *model) started(id string, at time.Time) {
	m.ID, m.StartedAt = types.StringValue(id), types.StringValue(at.UTC().Format(time.RFC3339))
}

// stopRequest returns what the conversation is stopped with.
func (m model) stopRequest() thulium.StopRequest {
	return thulium.StopRequest{ConversationID: m.ID.ValueString(), ExternalChatbotID: m.ExternalChatbotID.ValueString()}
}

func (m model) queueID() int64 { return attribute.Int64(m.ChatQueueID) }

// began returns when the conversation began; zero when it is not known. day is the date
// that an import has kept.
func (m model) began(day []byte) time.Time {
	at, err := time.Parse(time.RFC3339, m.StartedAt.ValueString())
	if err != nil {
		at, _ = time.Parse(startedOnForm, string(day)) // zero for an error
	}
	return at
}

// adopts reports whether the chat of a lost start is taken when it is certain.
func (m model) adopts() bool { return m.OnLostStart.ValueString() == onLostStartAdopt }

// isKept reports whether the conversation stays when a refresh finds it closed.
func (m model) isKept() bool { return m.OnClosed.ValueString() == attribute.OnClosedKeep }

// isOver reports whether the conversation is kept although it is closed. Where the status
// does not say so, private state does: closed_at alone may be a time that cannot be.
func (m model) isOver(ctx context.Context, private service.PrivateReader, diags *diag.Diagnostics) bool {
	return m.isKept() && (m.Status.ValueString() == thulium.StatusClosed || isMarked(ctx, private, closedKey, diags))
}
