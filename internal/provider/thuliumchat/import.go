package thuliumchat

import (
	"context"
	"errors"
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
	// closedKey marks a kept conversation that a refresh has found closed.
	closedKey = "closed"
)

// startedOnForm is how that date is kept: as JSON.
const startedOnForm = `"` + time.DateOnly + `"`

// unableToImport is what an error of an import is about.
const unableToImport = "import Thulium chat conversation"

// isMarked reports whether private state has a mark.
func isMarked(ctx context.Context, private service.PrivateReader, key string, diags *diag.Diagnostics) bool {
	value, found := private.GetKey(ctx, key)
	diags.Append(found...)
	return value != nil
}

// warnOfQueue warns of a plan that adopts another queue than the conversation was
// imported from.
func (m model) warnOfQueue(imported int64, diags *diag.Diagnostics) {
	if queue := m.queueID(); queue != 0 && queue != imported {
		diags.AddAttributeWarning(path.Root("chat_queue_id"), "Imported conversation is in another queue",
			fmt.Sprintf("The conversation was imported from queue %d, and the configuration says %d, which the next apply takes over without a call. "+
				"A refresh looks for the chat in queue %[2]d only, so that a wrong number hides its end: set chat_queue_id = %[1]d "+
				"unless the chat was transferred to queue %[2]d.", imported, queue))
	}
}

// parseImportID reads "<conversation id>" or "<chat queue id>/<conversation id>". A queue
// of 0 is not known.
func parseImportID(text string) (queue int64, id string, err error) {
	number, id, found := strings.Cut(text, "/")
	if !found {
		return 0, text, nil
	}
	if queue, err = strconv.ParseInt(number, 10, 64); err != nil || queue < 1 {
		return 0, id, errors.New("the chat queue id must be a number of at least 1")
	}
	return queue, id, nil
}

// ImportState adopts a conversation that is open. It writes its id and its queue
// and nothing else, so that the next apply takes the arguments over.
func (r *chatResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	queue, id, err := parseImportID(req.ID)
	if service.IsByIdentity(req) {
		var known types.String
		resp.Diagnostics.Append(req.Identity.GetAttribute(ctx, path.Root("id"), &known)...)
		id = known.ValueString()
	}
	if wrong := thulium.CheckID(id); err == nil && wrong != nil {
		err = fmt.Errorf("the conversation id %w", wrong)
	}
	if err != nil {
		resp.Diagnostics.AddError("Unable to "+unableToImport,
			service.Sentence(err.Error()+": give the id of the conversation, or <chat queue id>/<conversation id>"))
	}
	if resp.Diagnostics.HasError() {
		return
	}
	chat := r.lookUp(ctx, queue, id, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	if queue == 0 {
		queue = *chat.QueueID
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), id)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("chat_queue_id"), attribute.Number(queue))...)
	resp.Diagnostics.Append(resp.Identity.SetAttribute(ctx, path.Root("id"), id)...)
	resp.Diagnostics.Append(resp.Private.SetKey(ctx, importedKey, []byte("true"))...)
	if day, known := chat.StartedOn(); known {
		resp.Diagnostics.Append(resp.Private.SetKey(ctx, startedOnKey, []byte(day.Format(startedOnForm)))...)
	}
}

// lookUp finds the conversation in the listing. Without errors either queue is known or
// the chat names its queue. The chat of an unverified import is empty.
func (r *chatResource) lookUp(ctx context.Context, queue int64, id string, diags *diag.Diagnostics) thulium.Chat {
	if queue != 0 && r.Thulium.Refresh.Equal(types.BoolValue(false)) {
		r.Thulium.Check(diags)
		diags.AddWarning("Conversation imported unverified",
			"thulium.refresh is false, so the list of chats was not asked whether this conversation exists and is open.")
		return thulium.Chat{}
	}
	client := r.Thulium.Client(diags, "This is the import of the conversation "+id+".")
	if diags.HasError() {
		return thulium.Chat{}
	}
	ctx, cancel := context.WithTimeout(ctx, attribute.DefaultTimeout)
	defer cancel()
	chat, shown, err := client.FindChat(ctx, queue, id, time.Time{})
	switch {
	case err != nil && queue != 0 && rest.OutcomeOf(err) == rest.Refused:
		failure := r.Thulium.UnableTo(ctx, "list Thulium chats", err,
			"The conversation was imported unverified: it may be closed, or may not exist. The next destroy stops it if it is open.")
		diags.AddWarning("Conversation imported unverified", failure.Detail())
	case err != nil:
		diags.Append(r.Thulium.UnableTo(ctx, unableToImport, err,
			"Nothing was imported. To import without the list of chats, give <chat queue id>/<conversation id> and set thulium.refresh = false."))
	case !shown:
		later := " A chat that the list does not show yet can be imported"
		if queue == 0 {
			later += " as <chat queue id>/<conversation id>"
		}
		diags.AddError("Unable to "+unableToImport, unlisted(queue, id)+later+" with thulium.refresh = false. Nothing was imported.")
	case chat.Closed():
		diags.AddError("Unable to "+unableToImport,
			fmt.Sprintf("The conversation %s is closed. Only an open conversation can be imported. Nothing was imported.", id))
	case chat.QueueID == nil && queue == 0:
		diags.AddError("Unable to "+unableToImport,
			"The list of chats does not say in which queue the conversation is: import it as <chat queue id>/<conversation id>. Nothing was imported.")
	case chat.ID != nil && *chat.ID != id:
		diags.AddWarning("Conversation imported in another spelling", fmt.Sprintf("The list of chats shows the conversation as %s. It was imported as %s, "+
			"which is what a stop will name. If the service does not know it by that name, import it as the list shows it.",
			client.Quote(*chat.ID), id))
	}
	return chat
}

// unlisted says where the conversation was looked for in vain.
func unlisted(queue int64, id string) string {
	if queue == 0 {
		return fmt.Sprintf("No chat of the last %d days has the id %s. Check the id and thulium.base_url.", thulium.LookBack, id)
	}
	return fmt.Sprintf("Queue %d shows no chat of the last %d days with the id %s. Check both; after a transfer the chat may be shown in another queue, "+
		"where the id alone finds it.", queue, thulium.LookBack, id)
}
