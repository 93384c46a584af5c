package jelou

import (
	"context"
	"slices"
	"strings"

	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

// WaitForConversation returns the conversation as soon as it is in one of the states,
// within ctx. One that the service does not know yet is waited for as well. The error of a
// wait in vain is a *rest.Vain, with the conversation as it was last seen, nil where it was
// not. Without states it is ReadConversation.
func (c *Client) WaitForConversation(ctx context.Context, projectID, id string, states []string) (*Conversation, error) {
	if len(states) == 0 {
		return c.ReadConversation(ctx, projectID, id)
	}
	var last *Conversation
	err := c.rest.Poll(ctx, "the state "+strings.Join(states, " or "), func() (rest.Seen, error) {
		found, look, err := c.look(ctx, projectID, id)
		switch {
		case IsUnknownConversation(err):
			last = nil
			return rest.Seen{Is: "Jelou does not know the conversation", NotFound: err}, nil
		case err != nil:
			return rest.Seen{}, err
		}
		last = found
		return rest.Seen{Is: c.seen(found), Look: look, Done: found.isIn(states), Final: found.IsClosed()}, nil
	})
	return last, err
}

// seen says what a reading has shown.
func (c *Client) seen(conversation *Conversation) string {
	switch {
	case conversation.IsClosed():
		return "the conversation is closed"
	case conversation.State == nil:
		return "the conversation is open"
	}
	return "the conversation has the state " + c.Quote(*conversation.State)
}

// isIn reports whether the conversation is in one of the states.
func (c *Conversation) isIn(states []string) bool {
	return slices.ContainsFunc(states, func(state string) bool {
		if strings.EqualFold(state, StateClosed) {
			return c.IsClosed()
		}
		return c.State != nil && strings.EqualFold(*c.State, state)
	})
}
