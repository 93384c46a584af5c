package chatbot

import (
	"context"
	"strings"
	"sync"

	"github.com/conversation-tools/terraform-provider-conversation/internal/loose"
	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

// talk is what the client keeps of a thread that it says something in: which call has the
// turn, because they are made one after the other, and which messages it was told of.
type talk struct {
	turn  chan struct{} // full while a call has the turn
	known sync.Map      // ids of messages
	lost  sync.Map      // texts of messages without an id, or that may come yet
}

// talk returns the one talk of a thread, whose id counts without case.
func (c *Client) talk(chatbotID, threadID string) *talk {
	of, _ := c.talks.LoadOrStore([2]string{chatbotID, strings.ToLower(threadID)}, &talk{turn: make(chan struct{}, 1)})
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

// learn takes note of the message that a text became. One without an id, or that may come yet,
// cannot be told from another with its text.
func (t *talk) learn(text string, message *Message) {
	if message != nil && message.hasID() {
		t.known.Store(*message.MessageID, true)
	} else {
		t.lost.Store(plain(text), true)
	}
}

// knows reports whether the client was told of the message.
func (t *talk) knows(message *Message) bool {
	return message.hasID() && has(&t.known, *message.MessageID)
}

// hasLost reports whether a message with the text may be that of an earlier call.
func (t *talk) hasLost(text string) bool { return has(&t.lost, plain(text)) }

func has(set *sync.Map, key any) bool {
	_, ok := set.Load(key)
	return ok
}

// Know takes note of a message of an earlier run, so that it is not taken for one whose answer is
// lost.
func (c *Client) Know(chatbotID, threadID, messageID string) {
	c.talk(chatbotID, threadID).known.Store(loose.ID(messageID), true)
}
