package provider

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/thulium"
)

// searchTimeout bounds the search for what a lost start has opened, as does what
// is left of the operation's time. Where that is none, there is a brief search.
const searchTimeout = 90 * time.Second

// startEffect says what a failed start means for the service and what to do.
func startEffect(ctx context.Context, client *thulium.Client, start thulium.Start, err error) string {
	switch rest.OutcomeOf(err) {
	case rest.Refused:
		return "Nothing happened: the service refused the call, and no conversation was started."
	case rest.NotActed:
		return "No conversation was started: the service did not act on the call. Apply again later."
	}
	var sent time.Time
	if failure, ok := errors.AsType[*rest.Error](err); ok {
		sent = failure.Began
	}
	search, cancel := context.WithTimeout(ctx, searchTimeout)
	defer cancel()
	candidates, searchErr := client.Candidates(search, start, sent)
	unknown := "The call may have taken effect: a conversation may be open that is not in the state. It was not sent a second time, " +
		"which could open another."
	look := fmt.Sprintf("Look for an open chat in queue %d that began at %s or soon after, with the data source thulium_chat_conversations "+
		"or in Thulium itself, and import or stop it before the next apply.", start.QueueID, sent.UTC().Format("15:04:05 MST on 2 January 2006"))
	switch {
	case searchErr != nil:
		return paragraphs(unknown, "The list of chats could not be asked: "+searchErr.Error(), look)
	case len(candidates) == 0:
		return paragraphs(unknown, "The list of chats shows none that fits, which may change: a chat need not appear there at once. "+look)
	case len(candidates) == 1:
		return paragraphs(unknown, "It is probably this one:", candidate(client, start, candidates[0]))
	}
	parts := []string{unknown, "Several chats fit, newest first. Compare first: they may be other people's."}
	for _, chat := range candidates {
		parts = append(parts, candidate(client, start, chat))
	}
	return paragraphs(parts...)
}

// candidate shows a chat with the commands that adopt and that stop it, and
// without a word about its customer.
func candidate(client *thulium.Client, start thulium.Start, chat thulium.Chat) string {
	began := "began at an unknown time"
	if chat.CreatedAt != nil {
		began = "began at " + *chat.CreatedAt + ", the system's time"
	}
	stop := rest.URL(client.BaseURL(), []string{"chat_conversations", *chat.ID, "stop"}, url.Values{})
	return strings.Join([]string{
		fmt.Sprintf("%s (%s)", *chat.ID, began),
		fmt.Sprintf("  keep it: terraform import 'thulium_chat_conversation.NAME' '%d/%s'", start.QueueID, strings.ReplaceAll(*chat.ID, "'", `'\''`)),
		fmt.Sprintf(`  stop it: curl -fsS -X POST -d '' -H 'Content-Type: application/json' -u "$%s:$%s" '%s'`,
			envThuliumUsername, envThuliumPassword, stop),
	}, "\n")
}
