package thuliumchat

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/attribute"
	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/service"
	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/thulium"
)

// Keys of private state.
const (
	// importedKey marks a conversation whose arguments the next apply adopts
	// instead of replacing it.
	importedKey = "imported"
	// startedOnKey keeps the date on which an imported chat began, in the
	// system's zone: a refresh begins its reading of the listing there.
	startedOnKey = "started_on"
)

// replaceDescription is what the plan modifiers say of themselves.
const replaceDescription = "Starts a new conversation, except in the apply that follows an import."

// privateState is the part of private state that is read here.
type privateState interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
}

func isImported(ctx context.Context, private privateState, diags *diag.Diagnostics) bool {
	mark, found := private.GetKey(ctx, importedKey)
	diags.Append(found...)
	return mark != nil
}

// warnOfAdoptedQueue warns when a plan adopts a queue that is not the one that the
// conversation was imported from.
func warnOfAdoptedQueue(ctx context.Context, plan, state model, private privateState, diags *diag.Diagnostics) {
	planned, imported := plan.queueID(), state.queueID()
	if planned == 0 || planned == imported || !isImported(ctx, private, diags) {
		return
	}
	diags.AddAttributeWarning(path.Root("chat_queue_id"), "Imported conversation is in another queue",
		fmt.Sprintf("The conversation was imported from queue %d, and the configuration says %d, which the next apply takes over without a call. "+
			"A refresh looks for the chat in queue %[2]d only, so that a wrong number hides its end: set chat_queue_id = %[1]d "+
			"unless the chat was transferred to queue %[2]d.", imported, planned))
}

// importedStart returns the day on which an imported chat began; zero when it
// is not known.
func importedStart(ctx context.Context, private privateState, diags *diag.Diagnostics) time.Time {
	raw, found := private.GetKey(ctx, startedOnKey)
	diags.Append(found...)
	day, err := time.Parse(strconv.Quote(time.DateOnly), string(raw))
	if err != nil {
		return time.Time{}
	}
	return day
}

// importID is what an import was asked for. A queue of 0 is not known.
type importID struct {
	queue        int64
	conversation string
}

// importForms are what an import can be asked with.
const importForms = "give the id of the conversation, or <chat queue id>/<conversation id>"

// parseImportID reads "<conversation id>" or "<chat queue id>/<conversation id>".
func parseImportID(id string) (importID, error) {
	queue, conversation, found := strings.Cut(id, "/")
	if !found {
		return importID{conversation: id}, checkConversationID(id)
	}
	number, err := strconv.ParseInt(queue, 10, 64)
	if err != nil || number < 1 {
		return importID{}, fmt.Errorf("the chat queue id must be a number of at least 1: %s", importForms)
	}
	return importID{queue: number, conversation: conversation}, checkConversationID(conversation)
}

func checkConversationID(id string) error {
	if err := thulium.CheckID(id); err != nil {
		return fmt.Errorf("the conversation id %w: %s", err, importForms)
	}
	return nil
}

// ImportState adopts a conversation that is open. It writes its id and its queue
// and nothing else, so that the next apply takes the arguments over.
func (r *chatResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	id, err := parseImportID(req.ID)
	if req.ID == "" && req.Identity != nil {
		var known types.String
		resp.Diagnostics.Append(req.Identity.GetAttribute(ctx, path.Root("id"), &known)...)
		id, err = importID{conversation: known.ValueString()}, checkConversationID(known.ValueString())
	}
	if err != nil {
		resp.Diagnostics.AddError("Unable to import Thulium chat conversation", service.Sentence(err.Error()))
	}
	if resp.Diagnostics.HasError() {
		return
	}
	chat := r.lookUp(ctx, id, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	if id.queue == 0 {
		id.queue = *chat.QueueID
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), id.conversation)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("chat_queue_id"), attribute.Number(id.queue))...)
	resp.Diagnostics.Append(resp.Identity.SetAttribute(ctx, path.Root("id"), id.conversation)...)
	resp.Diagnostics.Append(resp.Private.SetKey(ctx, importedKey, []byte("true"))...)
	if day, known := chat.StartedOn(); known {
		resp.Diagnostics.Append(resp.Private.SetKey(ctx, startedOnKey, []byte(day.Format(strconv.Quote(time.DateOnly))))...)
	}
}

// lookUp finds the conversation in the listing. Without errors the queue is
// known from id or from what it returns, which is empty for an unverified import.
func (r *chatResource) lookUp(ctx context.Context, id importID, diags *diag.Diagnostics) thulium.Chat {
	if id.queue != 0 && r.Thulium.Refresh.Equal(types.BoolValue(false)) {
		r.Thulium.Check(diags)
		diags.AddWarning("Conversation imported unverified",
			"thulium.refresh is false, so the list of chats was not asked whether this conversation exists and is open.")
		return thulium.Chat{}
	}
	client := r.Thulium.Client(diags)
	if diags.HasError() {
		return thulium.Chat{}
	}
	ctx, cancel := context.WithTimeout(ctx, attribute.DefaultTimeout)
	defer cancel()
	chat, shown, err := client.FindChat(ctx, id.queue, id.conversation, time.Time{})
	switch {
	case err != nil && id.queue != 0 && rest.OutcomeOf(err) == rest.Refused:
		failure := r.Thulium.UnableTo(ctx, "list Thulium chats", err,
			"The conversation was imported unverified: it may be closed, or may not exist. The next destroy stops it if it is open.")
		diags.AddWarning("Conversation imported unverified", failure.Detail())
	case err != nil:
		diags.Append(r.Thulium.UnableTo(ctx, "import Thulium chat conversation", err,
			"Nothing was imported. To import without the list of chats, give <chat queue id>/<conversation id> and set thulium.refresh = false."))
	case !shown:
		diags.AddError("Unable to import Thulium chat conversation", id.notShown())
	case chat.Closed():
		diags.AddError("Unable to import Thulium chat conversation",
			fmt.Sprintf("The conversation %s is closed. Only an open conversation can be imported. Nothing was imported.", id.conversation))
	case chat.QueueID == nil && id.queue == 0:
		diags.AddError("Unable to import Thulium chat conversation",
			"The list of chats does not say in which queue the conversation is: import it as <chat queue id>/<conversation id>. Nothing was imported.")
	default:
		if chat.ID != nil && *chat.ID != id.conversation {
			diags.AddWarning("Conversation imported in another spelling", fmt.Sprintf("The list of chats shows the conversation as %s. It was imported as %s, "+
				"which is what a stop will name. If the service does not know it by that name, import it as the list shows it.",
				client.Quote(*chat.ID), id.conversation))
		}
		return chat
	}
	return thulium.Chat{}
}

// unlisted says where the conversation was looked for in vain.
func (id importID) unlisted() string {
	if id.queue == 0 {
		return fmt.Sprintf("No chat of the last %d days has the id %s. Check the id and thulium.base_url.", thulium.LookBack, id.conversation)
	}
	return fmt.Sprintf("Queue %d shows no chat of the last %d days with the id %s. Check both; after a transfer the chat may be shown in another queue, "+
		"where the id alone finds it.", id.queue, thulium.LookBack, id.conversation)
}

// notShown is the error of an import that the list does not show.
func (id importID) notShown() string {
	const later = " A chat that the list does not show yet can be imported"
	if id.queue == 0 {
		return id.unlisted() + later + " as <chat queue id>/<conversation id> with thulium.refresh = false. Nothing was imported."
	}
	return id.unlisted() + later + " with thulium.refresh = false. Nothing was imported."
}
