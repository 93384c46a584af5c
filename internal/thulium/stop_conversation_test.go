package thulium

import (
	"net/http"
	"testing"

	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// Where the service looks for the chatbot's id is not documented: it is in both
// places, and without one the body is empty.
func TestStop(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		bot, query, body string
	}{
		"a conversation":            {"", "", ""},
		"in the name of a chat bot": {"a779 146f", "external_chatbot_id=a779+146f", `{"external_chatbot_id":"a779 146f"}`},
	} {
		for _, reads := range []string{sandbox.StopReadsQuery, sandbox.StopReadsJSON} {
			inBubble(t, name+" "+reads, func(t *testing.T) {
				s := newSystem(1, func(k *sandbox.Knobs) { k.StopReads = reads })
				unexpected, err := s.client().StopConversation(t.Context(), StopRequest{"chat-0", c.bot})
				if err != nil || unexpected != "" {
					t.Fatal(unexpected, err)
				}
				got, chat := s.Requests()[0], s.Conversations()[0]
				if got.Method != http.MethodPost || got.Path != "/chat_conversations/chat-0/stop" || got.Query.Encode() != c.query || got.Body != c.body {
					t.Errorf("sent %s %s?%s with %q", got.Method, got.Path, got.Query.Encode(), got.Body)
				}
				if chat.ClosedAt == nil || chat.StoppedWith != c.bot {
					t.Errorf("the chat is %+v", chat)
				}
			})
		}
	}
	inBubble(t, "an id that is no path", func(t *testing.T) {
		s := newSystem(0)
		_, err := s.client().StopConversation(t.Context(), StopRequest{ConversationID: "a/../b?c"})
		if err == nil || s.Requests()[0].Path != "/chat_conversations/a%2F..%2Fb%3Fc/stop" {
			t.Errorf("got %v from %s", err, s.Requests()[0].Path)
		}
	})
}
