// Package thuliummessage says something in a chat of Thulium, as a resource and as an
// action.
package thuliummessage

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/service"
	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/thulium"
)

// typeName is the name of the resource and of the action.
const typeName = "thulium_chat_conversation_message"

// Descriptions of the arguments.
const (
	conversationDescription = "Id of the conversation."
	textDescription         = "What is said."
	botDescription          = "Id of an external chatbot in whose name it is said."
)

// send sends the message once, and returns what is to be said about that. next says how a
// call whose outcome is unknown goes on.
func send(ctx context.Context, s *service.Thulium, client *thulium.Client, request thulium.MessageRequest, next string) (diag.Diagnostics, rest.Outcome) {
	var diags diag.Diagnostics
	unexpected, err := client.SendMessage(ctx, request)
	switch {
	case err == nil && unexpected != "":
		diags.AddWarning("Message sent with an unexpected answer",
			fmt.Sprintf("The message to the Thulium conversation %s was answered with a success, but with a body (%s), which Thulium does not document. "+
				"Check that thulium.base_url (%s) is the address of the API if the message is not in the chat.",
				request.ConversationID, unexpected, service.ThuliumAccount.URLVariable))
	case err != nil:
		diags.Append(s.UnableTo(ctx, "send Thulium chat message", err, effect(err, request.ConversationID, next)))
		return diags, rest.OutcomeOf(err)
	}
	return diags, rest.Done
}

// effect says what a failed message means.
func effect(err error, conversation, next string) string {
	switch rest.OutcomeOf(err) {
	case rest.Refused:
		return "Nothing happened: the service refused the call, and nothing was said in the conversation " + conversation + "."
	case rest.NotActed:
		return "Nothing was said in the conversation " + conversation + ": the service did not act on the call. Apply again later."
	}
	return "The call may have taken effect: the message may stand in the conversation " + conversation + ". It was not sent a second time, " +
		"which could say it twice. Look at the chat in Thulium. " + next
}
