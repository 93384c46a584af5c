package thulium

import (
	"net/http"
	"strings"
	"testing"

	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

func TestSendMessage(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ bot, body string }{
		"of the client": {"", `{"text":"Hello, \"world\"!"}`},
		"of a chat bot": {"bot-1", `{"external_chatbot_id":"bot-1","text":"Hello, \"world\"!"}`},
	} {
		inBubble(t, name, func(t *testing.T) {
			s := newSystem(1)
			unexpected, err := s.client().SendMessage(t.Context(), MessageRequest{"chat-0", `Hello, "world"!`, c.bot})
			if err != nil || unexpected != "" {
				t.Fatal(unexpected, err)
			}
			got := s.Requests()[0]
			if got.Call != "thulium.message" || got.Method != http.MethodPost || len(got.Query) != 0 || got.Body != c.body {
				t.Errorf("sent %s %s?%s with %q", got.Method, got.Path, got.Query.Encode(), got.Body)
			}
			said := s.Conversations()[0].Messages
			if len(said) != 1 || said[0].Text != `Hello, "world"!` || said[0].ExternalChatbotID != c.bot {
				t.Errorf("the chat has %+v", said)
			}
		})
	}
	inBubble(t, "an error does not repeat the text", func(t *testing.T) {
		s := newSystem(1)
		s.AddFault(sandbox.Fault{Call: "thulium.message", Kind: sandbox.FaultStatus, Status: 422, Message: "Confidential is refused"})
		_, err := s.client().SendMessage(t.Context(), MessageRequest{ConversationID: "chat-0", Text: "Confidential"})
		if err == nil || strings.Contains(err.Error(), "Confidential") || !strings.Contains(err.Error(), "is refused") {
			t.Errorf("got %v", err)
		}
	})
}
