package chatbot

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/loose"
	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

// AskRequest is a message that is said in a thread.
type AskRequest struct {
	ChatbotID string `json:"-"`
	ThreadID  string `json:"threadId"`
	Text      string `json:"message"`
	From      string `json:"from"` // FromUser or FromAgent
	AgentName string `json:"agentName,omitempty"`
	IconURL   string `json:"iconUrl,omitempty"`
}

// Reply is a message that was said, with its answer if it has one.
type Reply struct {
	Message

	Lost error // how the service's answer was lost, where the message was found in the thread instead
}

// Ask says something in a thread and returns the message with the chatbot's answer,
// which the service sends only when the model is done. Calls of one thread are made
// one after the other. A call is sent at most once, unless the service cannot have
// acted. Where its answer is lost, the message is looked up in the thread; if it cannot
// be told, the error is a *LostError.
//
// An attempt may take four fifths of what is left of the operation. The rest is for
// the look-up, so a call whose turn comes only then is not sent.
//
// https://sitegpt.ai/docs/api-reference (POST chatbots/{chatbotId}/message)
func (c *Client) Ask(ctx context.Context, request AskRequest) (*Reply, error) {
	inTime, cancel := context.WithTimeout(ctx, leavesTime(ctx))
	defer cancel()
	waits, cancel := c.rest.Waits(inTime)
	defer cancel()
	talk := c.talk(request.ChatbotID, request.ThreadID)
	if err := talk.enter(waits); err != nil {
		return nil, c.noTurn(request, err)
	}
	defer talk.leave()

	message, err := c.ask(ctx, request)
	if err == nil {
		talk.learn(request.Text, message)
		return &Reply{Message: *message}, nil
	}
	lost, ok := errors.AsType[*rest.Error](err)
	if !ok || lost.Outcome != rest.Unknown {
		return nil, err
	}
	reply, unsettled := c.findMessage(ctx, request, talk, lost)
	if unsettled != nil {
		// A later call with the same text must not take this message for its own.
		talk.learn(request.Text, unsettled.Message)
		return nil, unsettled
	}
	talk.learn(request.Text, &reply.Message)
	return reply, nil
}

func (c *Client) ask(ctx context.Context, request AskRequest) (*Message, error) {
	var message *Message
	_, err := c.rest.Do(ctx, rest.Call{
		Method:      http.MethodPost,
		Path:        messagePath(request.ChatbotID),
		Body:        request,
		Class:       rest.Once,
		Limit:       answerLimit,
		Timeout:     func() time.Duration { return leavesTime(ctx) },
		Personal:    []string{request.Text, request.AgentName},
		HidesAnswer: true,
		Decode:      decodeMessage(&message, request.ThreadID),
	})
	return message, err
}

func messagePath(chatbotID string) []string { return []string{"chatbots", chatbotID, "message"} }

// asked is the message in the answer to a call, where its id is called otherwise than in
// a thread.
type asked struct {
	Message

	ID       *loose.ID `json:"id"`
	ThreadID *loose.ID `json:"threadId"`
}

func decodeMessage(message **Message, threadID string) rest.Decoder {
	type data struct {
		Message *asked `json:"message"`
	}
	return decode(func(d data) error {
		found := d.Message
		if found == nil {
			return errors.New("the answer has no message (data.message)")
		}
		if found.ID != nil {
			found.MessageID = found.ID
		}
		switch {
		case found.isEmpty():
			return errors.New("the answer's message (data.message) is empty")
		case found.ThreadID != nil && !strings.EqualFold(string(*found.ThreadID), threadID):
			return errors.New("the answer is a message of another thread")
		}
		*message = &found.Message
		return nil
	})
}

// noTurn is the error of a call that was not made, because other calls of its thread
// took the time or somebody interrupted the waiting for its turn.
func (c *Client) noTurn(request AskRequest, ended error) *rest.Error {
	return &rest.Error{
		Service: "Chatbot",
		Method:  http.MethodPost,
		URL:     rest.MaskedURL(rest.URL(c.rest.BaseURL(), messagePath(request.ChatbotID), nil)),
		Outcome: rest.NotActed,
		Cause:   errors.New("the message was not sent, because the calls before it in the same thread had not ended"),
		Ended:   ended,
	}
}
