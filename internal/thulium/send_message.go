package thulium

import (
	"context"
	"net/http"

	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

// MessageRequest is what is said in a conversation.
type MessageRequest struct {
	ConversationID    string
	Text              string
	ExternalChatbotID string // in whose name it is said; may be empty
}

// SendMessage says something in a conversation. The service answers with an empty
// body, so the status decides; unexpected describes another body of a success, and
// is empty without one. The call is of class once, because a repeated message is
// said twice: it is sent again only when the service cannot have acted.
//
// https://apidoc.thulium.com/ (POST chat_conversations/:id/message)
func (c *Client) SendMessage(ctx context.Context, request MessageRequest) (unexpected string, err error) {
	body := map[string]string{"text": request.Text}
	if request.ExternalChatbotID != "" {
		body["external_chatbot_id"] = request.ExternalChatbotID
	}
	result, err := c.rest.Do(ctx, rest.Call{
		Method:   http.MethodPost,
		Path:     []string{"chat_conversations", request.ConversationID, "message"},
		Body:     body,
		Class:    rest.Once,
		Limit:    answerLimit,
		Personal: []string{request.Text},
	})
	return result.Unexpected, err
}
