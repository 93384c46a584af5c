package jelouconversation

import (
	"context"
	"encoding/json"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/conversation-tools/terraform-provider-conversation/internal/jelou"
	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/service"
)

// sightingKey keeps in private state what the first reading of a conversation has shown.
const sightingKey = "sighting"

// sighting is who talked in a conversation when it was read first. Jelou need not show them
// as a start names them. The zero value is that of a state that tells nothing of it.
type sighting struct {
	Bot, User, Reference *string
	Unread               time.Time // when the conversation was started that has not been read yet
}

// appearsWithin is how long a conversation that was started need not be known yet.
const appearsWithin = time.Hour

func sightingOf(conversation *jelou.Conversation) sighting {
	return sighting{Bot: conversation.BotID, User: conversation.UserID, Reference: conversation.Reference}
}

// isEarlier reports whether a conversation began before the start that was answered with it.
func isEarlier(began, called time.Time) bool {
	const tolerance = 5 * time.Minute // how far the two clocks may be apart that are compared
	return began.Before(called.Add(-tolerance))
}

// isNone reports whether no reading has shown the conversation since its start.
func (s sighting) isNone() bool { return !s.Unread.IsZero() }

// isExpected reports whether the conversation may yet appear for the first time.
func (s sighting) isExpected() bool { return s.isNone() && time.Since(s.Unread) < appearsWithin }

// isOfOthers reports whether a conversation has another bot or user than it had first, or
// began before the start that has not been read yet. What was not told then, or is not now,
// has not changed.
func (s sighting) isOfOthers(conversation *jelou.Conversation) bool {
	if began, ok := conversation.StartedAt(); ok && s.isNone() && isEarlier(began, s.Unread) {
		return true
	}
	differ := func(before, now *string) bool { return before != nil && now != nil && *before != *now }
	isUserKept := s.Reference != nil && conversation.Reference != nil && *s.Reference == *conversation.Reference
	return differ(s.Bot, conversation.BotID) || differ(s.User, conversation.UserID) && !isUserKept
}

// keep puts the sighting into private state.
func (s sighting) keep(ctx context.Context, private service.PrivateWriter, diags *diag.Diagnostics) {
	mark, _ := json.Marshal(s) // of texts and a time, which never fails
	diags.Append(private.SetKey(ctx, sightingKey, mark)...)
}

// keptSighting returns the sighting that private state has.
func keptSighting(ctx context.Context, private service.PrivateReader, diags *diag.Diagnostics) (s sighting) {
	mark, found := private.GetKey(ctx, sightingKey)
	diags.Append(found...)
	_ = json.Unmarshal(mark, &s) // of this package's own writing, or none
	return s
}
