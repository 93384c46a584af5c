package chatbot

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net/http"
	"regexp"
	"strings"

	"github.com/conversation-tools/terraform-provider-conversation/internal/loose"
	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

// errAnotherThread is the cause when the service answers with a thread that nobody
// asked for.
var errAnotherThread = errors.New("the answer is another thread than the one that was asked for")

// ReadThread returns the thread of a chatbot. IsMissing tells from the error that the
// service knows no such thread, or no such chatbot. A thread larger than 64 MiB or
// with more than 100,000 messages is an error.
//
// https://sitegpt.ai/docs/api-reference (GET chatbots/{chatbotId}/threads/{threadId})
func (c *Client) ReadThread(ctx context.Context, chatbotID, threadID string) (*Thread, error) {
	thread, _, err := c.look(ctx, chatbotID, threadID)
	return thread, err
}

// look is ReadThread, and tells what was read with which status.
func (c *Client) look(ctx context.Context, chatbotID, threadID string) (*Thread, string, error) {
	var thread *Thread
	path := pathOf(chatbotID, threadID)
	done, err := c.rest.Do(ctx, rest.Call{
		Method:      http.MethodGet,
		Path:        path,
		Class:       rest.Repeatable,
		Limit:       threadLimit,
		HidesAnswer: true,
		Decode:      c.decodeThread(&thread, threadID),
	})
	if err != nil {
		return nil, "", err
	}
	return thread, c.rest.Looked(path, done), nil
}

// webhookSecret finds the secrets of a webhook in the JSON of a thread, quoted.
var webhookSecret = regexp.MustCompile(`(?i)"webhook(?:url|token)"\s*:\s*("(?:[^"\\]|\\.)*")`)

// decodeThread keeps the thread that an answer has. The webhook is learned from the beginning of
// the answer first, because an answer that is none may repeat it, and errors and logs quote no
// more than that.
func (c *Client) decodeThread(thread **Thread, threadID string) rest.Decoder {
	type data struct {
		Thread *Thread `json:"thread"`
	}
	judge := decode(func(d data) error {
		found := d.Thread
		if found == nil || found.isEmpty() {
			return errors.New("the answer has no thread (data.thread)")
		}
		c.learn(found.WebhookURL)
		c.learn((*string)(found.WebhookToken))
		// What asked for it is the path: a thread need not repeat its id.
		if found.ThreadID != nil && !strings.EqualFold(string(*found.ThreadID), threadID) {
			return errAnotherThread
		}
		*thread = found
		return nil
	})
	return func(r io.Reader) error {
		buffered := bufio.NewReaderSize(r, 64<<10)
		begin, _ := buffered.Peek(64 << 10) // less at the end, and what ended the reading is met again
		for _, found := range webhookSecret.FindAllSubmatch(begin, -1) {
			c.learn(loose.Text(found[1]))
		}
		return judge(buffered)
	}
}

// IsMissing reports whether the service itself answered that it knows no such thread
// or chatbot. A web page's 404 is not the service's word.
func IsMissing(err error) bool {
	e, ok := errors.AsType[*rest.Error](err)
	return ok && e.Status == http.StatusNotFound && e.Fault.Own
}

// IsGone reports whether the service itself answered that there is no such thread. A
// 404 whose code names something else, such as CHATBOT_NOT_FOUND, does not say so.
func IsGone(err error) bool {
	e, ok := errors.AsType[*rest.Error](err)
	return ok && IsMissing(err) && !loose.NameAnother(e.Fault.Codes, "THREAD")
}
