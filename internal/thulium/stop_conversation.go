package thulium

import (
	"context"
	"net/http"
	"net/url"

	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

// StopRequest names the conversation that is stopped.
type StopRequest struct {
	ConversationID    string
	ExternalChatbotID string // may be empty
}

// StopConversation stops a conversation. The service answers with an empty body, so
// the status decides; unexpected describes another body of a success, such as
// "application/json, 27 bytes", and is empty without one. An external chatbot id is
// sent in the query and in the body, because nobody documents where the service
// looks for it. The call is repeated when its outcome is unknown.
//
// https://apidoc.thulium.com/ (POST chat_conversations/:id/stop)
func (c *Client) StopConversation(ctx context.Context, request StopRequest) (unexpected string, err error) {
	call := rest.Call{
		Method: http.MethodPost,
		Path:   []string{"chat_conversations", request.ConversationID, "stop"},
		Class:  rest.Repeatable,
		Limit:  answerLimit,
	}
	if bot := request.ExternalChatbotID; bot != "" {
		call.Query = url.Values{"external_chatbot_id": {bot}}
		call.Body = map[string]string{"external_chatbot_id": bot}
	}
	result, err := c.rest.Do(ctx, call)
	if err == nil {
		c.starts.stopped(request.ConversationID)
	}
	if err == nil || rest.OutcomeOf(err) != rest.Refused {
		c.listing.dropAll() // a refused stop changes nothing: see ConfirmClosed
	}
	return result.Unexpected, err
}
