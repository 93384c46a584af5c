package jelouconversation

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/conversation-tools/terraform-provider-conversation/internal/jelou"
	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/service"
)

// startFailed returns the error of a start, and where its outcome is unknown how to find
// and close what it may have left behind.
func (r *conversationResource) startFailed(ctx context.Context, client *jelou.Client, plan model, err error) diag.Diagnostic {
	effect := service.NothingDone(err, "no conversation was started")
	if effect == "" {
		effect = service.Paragraphs(
			fmt.Sprintf("The call may have taken effect: the user may have an open conversation with bot %s of project %s that is not in the state. "+
				"It was not sent again, which could start another.", plan.BotID.ValueString(), plan.ProjectID.ValueString()),
			"Jelou has no list of conversations in which the provider could look for it. Look in Jelou itself, or at the event conversation.start that Jelou "+
				"posts to the project's webhook: it names the conversation's id, with which terraform import takes it over.",
			"Or close whatever conversation the user has with this bot, with the user's id in the place of USER_ID, and apply again:\n"+closeCommand(&r.Jelou, client, plan))
	}
	return r.Jelou.UnableTo(ctx, "start Jelou conversation", err, effect)
}

// isSomebodys returns the error of a start that was answered with a conversation which
// the user had before. One that is over can be neither imported nor closed.
func (m model) isSomebodys(began time.Time, isOver bool) diag.Diagnostic {
	answered := fmt.Sprintf("Jelou answered the start with the conversation %s, which began at %s, more than five minutes before the call",
		m.ID.ValueString(), began.UTC().Format("15:04:05 MST on 2 January 2006"))
	parts := []string{
		answered + ". The user had it with bot " + m.BotID.ValueString() + " already, so it is not this block's: it was not taken over, and nothing is in the state. " +
			"An initial message may have been sent to the user in it.",
		"To manage this conversation, import it" + service.ImportIt(typeName, m.ids()),
		"To have a new one, close this one first, in Jelou or with jelou_conversation_close, and apply again.",
	}
	if isOver {
		parts = []string{
			answered + ", and is closed. So it is not this block's, and nothing is in the state. The answer names no new conversation.",
			"Look in Jelou whether the user has an open conversation with bot " + m.BotID.ValueString() + ". If so, close it there. Then apply again.",
		}
	}
	return diag.NewErrorDiagnostic("Unable to start Jelou conversation", service.Paragraphs(parts...))
}

// closeCommand returns the command that closes whatever conversation the user of a plan
// has with its bot. USER_ID stands for the user, who is personal. Credentials are those
// variables that the provider took them from, or else names to put a value for.
func closeCommand(from *service.Jelou, client *jelou.Client, plan model) string {
	ways := service.JelouAccount.Ways
	credentials := fmt.Sprintf(`-H "x-api-key: %s"`, from.InShell(ways[0][0]))
	if client.IsBasic() {
		credentials = fmt.Sprintf(`-u "%s:%s"`, from.InShell(ways[1][0]), from.InShell(ways[1][1]))
	}
	bot, _ := json.Marshal(plan.BotID.ValueString()) // of a text, which never fails
	return fmt.Sprintf("  curl -fsS -X POST %s -H 'Content-Type: application/json' -d %s %s",
		credentials, service.ShellWord(`{"botId":`+string(bot)+`,"userId":"USER_ID"}`), service.ShellWord(client.CloseURL(plan.ProjectID.ValueString())))
}
