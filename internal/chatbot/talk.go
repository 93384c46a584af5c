package chatbot

import (
	"context"

	"github.com/conversation-tools/terraform-provider-conversation/internal/loose"
	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

// talk is what the client keeps of a thread that it says something in: which call has the
// turn, because they are made one after the other, and which messages it was told of.
type talk struct {
	turn  chan struct{}     // full while a call has the turn
	known map[loose.ID]bool // ids of messages; only the call that has the turn uses it
}

// talk returns the one talk of a thread.
func (c *Client) talk(chatbotID, threadID string) *talk {
	of, _ := c.talks.LoadOrStore([2]string{chatbotID, threadID}, &talk{make(chan struct{}, 1), map[loose.ID]bool{}})
	return of.(*talk) // nothing else is stored
}

// enter waits for the turn, which leave ends. It returns why ctx ended before.
func (t *talk) enter(ctx context.Context) error {
	select {
	case t.turn <- struct{}{}:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	err := rest.Over(ctx)
	if err != nil { // both have come at once
		t.leave()
	}
	return err
}

func (t *talk) leave() { <-t.turn }

// learn takes note of a message that the client was told of; nil is none.
func (t *talk) learn(message *Message) {
	if message != nil && message.MessageID != nil {
		t.known[*message.MessageID] = true
	}
}

// knows reports whether the client was told of the message.
func (t *talk) knows(message *Message) bool {
	return message.MessageID != nil && t.known[*message.MessageID]
}
