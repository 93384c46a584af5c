package thuliumchat

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/service"
	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/thulium"
)

// unableToStart is what an error of a start is about.
const unableToStart = "start Thulium chat conversation"

// searchTimeout bounds the search for what a lost start has opened, as does what
// is left of the operation's time. Where that is none, there is a brief search.
const searchTimeout = 90 * time.Second

// startFailed adds the error of a start, and where its outcome is unknown what it may
// have left behind. It returns the id of the conversation that was adopted instead, or "".
func (r *chatResource) startFailed(ctx context.Context, client *thulium.Client, plan model, err error, diags *diag.Diagnostics) string {
	if nothing := service.NothingDone(err, "no conversation was started"); nothing != "" {
		diags.Append(r.Thulium.UnableTo(ctx, unableToStart, err, nothing))
		return ""
	}
	lost := lostStart{service: &r.Thulium, client: client, plan: plan}
	if failure, ok := errors.AsType[*rest.Error](err); ok {
		lost.began = failure.Began
	}
	// The search may take long, and what ends the provider meanwhile must not swallow this.
	tflog.Warn(ctx, "A start may have taken effect; looking for its conversation", map[string]any{"chat_queue_id": plan.queueID()})
	found, searchErr := lost.search(ctx)
	if found.Adopted == nil {
		diags.Append(r.Thulium.UnableTo(ctx, unableToStart, err, lost.effect(found, searchErr)))
		return ""
	}
	diags.AddWarning("Conversation adopted after a lost start", service.Paragraphs(
		r.Thulium.UnableTo(ctx, unableToStart, err).Detail(),
		fmt.Sprintf("The list of chats shows exactly one open chat of queue %d that began within the attempt and shows the customer that was sent. "+
			"It was taken over, since on_lost_start is \"adopt\": %s", plan.queueID(), lost.named(*found.Adopted))))
	return *found.Adopted.ID
}

// lostStart is a start whose outcome is unknown.
type lostStart struct {
	service *service.Thulium
	client  *thulium.Client
	plan    model
	began   time.Time // of its last attempt
}

// search looks for what the start has opened. A fault of the search itself must not
// hide that the start may have taken effect.
func (l lostStart) search(ctx context.Context) (found thulium.LostStart, err error) {
	defer func() {
		if recover() != nil {
			found, err = thulium.LostStart{}, errors.New("the search failed within the provider")
		}
	}()
	ctx, cancel := context.WithTimeout(ctx, searchTimeout)
	defer cancel()
	return l.client.FindLostStart(ctx, l.plan.startRequest(), l.began, l.plan.adopts())
}

// effect says what the start may have left behind and what to do.
func (l lostStart) effect(found thulium.LostStart, searchErr error) string {
	parts := []string{"The call may have taken effect: a conversation may be open that is not in the state. It was not sent again, " +
		"which could open another."}
	switch candidates := found.Candidates; {
	case searchErr != nil && len(candidates) == 0:
		parts = append(parts, "The list of chats could not be read: "+searchErr.Error(), l.look())
	case searchErr != nil:
		parts = append(parts, "The list of chats could not be read whole: "+searchErr.Error(),
			"These chats fit among those that were read. Compare first: they may be other people's, and the right one may be missing.")
	case len(candidates) == 0:
		parts = append(parts, "The list of chats shows none that fits, which may change: a chat need not appear there at once. "+l.look())
	case len(candidates) == 1:
		parts = append(parts, "It is probably this one:")
	case candidates[0].Matches:
		parts = append(parts, "Several chats fit. Compare first: they may be other people's. Those that show what was sent come first.")
	default:
		parts = append(parts, "Several chats fit. Compare first: they may be other people's.")
	}
	for _, chat := range found.Candidates {
		parts = append(parts, l.candidate(chat))
	}
	if found.More > 0 {
		parts = append(parts, fmt.Sprintf("%d more fit. This data source lists them all:\n%s", found.More, l.dataSource()))
	}
	return service.Paragraphs(parts...)
}

// look says how to look for the conversation later.
func (l lostStart) look() string {
	return fmt.Sprintf("Look for an open chat in queue %d that began at %s or soon after, in Thulium itself or with this data source, "+
		"and import or stop it before the next apply:\n%s", l.plan.queueID(), l.began.UTC().Format("15:04:05 MST on 2 January 2006"), l.dataSource())
}

// dataSource returns the block that lists the chats in question. Where the zone is not
// known, it begins a day earlier.
func (l lostStart) dataSource() string {
	from := l.began.UTC().AddDate(0, 0, -1)
	if zone := l.client.Zone(); zone != nil {
		from = l.began.In(zone).Add(-time.Hour)
	}
	return fmt.Sprintf("data \"thulium_chat_conversations\" \"lost\" {\n  provider      = conversation\n  chat_queue_id = %d\n  open_only     = true\n"+
		"  started_from  = %q\n}", l.plan.queueID(), from.Format(time.DateOnly))
}

// candidate shows a chat with the commands that adopt and that stop it, where they can name
// its id, and without a word about its customer.
func (l lostStart) candidate(chat thulium.Candidate) string {
	head, id := l.named(chat.Chat), *chat.ID
	if chat.Matches {
		head += ", shows the customer that was sent"
	}
	if l.client.Quote(id) != id || thulium.CheckID(id) != nil {
		return head
	}
	way := service.ThuliumAccount.Ways[0]
	return fmt.Sprintf(`%s
  keep it: terraform import '%s.NAME' '%d/%s'
  stop it: curl -fsS -X POST -d '' -H 'Content-Type: application/json' -u "%s:%s" '%s'`,
		head, typeName, l.plan.queueID(), strings.ReplaceAll(id, "'", `'\''`), l.service.InShell(way[0]), l.service.InShell(way[1]),
		rest.URL(l.client.BaseURL(), []string{"chat_conversations", id, "stop"}, url.Values{}))
}

// named returns the id of a chat and when it began.
func (l lostStart) named(chat thulium.Chat) string {
	began := "an unknown time"
	if chat.CreatedAt != nil {
		began = l.client.Quote(*chat.CreatedAt) + ", the system's time"
	}
	return fmt.Sprintf("%s (began at %s)", l.client.Quote(*chat.ID), began)
}
