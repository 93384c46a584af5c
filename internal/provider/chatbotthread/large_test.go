package chatbotthread_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// TestShortAnswersThatStandForVeryMuch are refused before they become values.
func TestShortAnswersThatStandForVeryMuch(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	s.AddThread(sandbox.ChatbotID, "t-1", []byte(`{"threadId":"t-1","messages":[{}`+strings.Repeat(",{}", 100_000)+`]}`))
	for _, read := range chatbotReads(s.Configured(t, providertest.Values{"http": providertest.Values{"max_retries": 0}})) {
		_, diags := read(chatbotArguments("t-1", nil))
		providertest.Complains(t, diags, "the answer is too large: the thread has more than 100000 messages")
		providertest.Lacks(t, diags, "is the address of the API")
	}
}

// BenchmarkReadThread reads a thread over the protocol, the HTTP exchange included.
func BenchmarkReadThread(b *testing.B) {
	for _, messages := range []int{1_000, 20_000} {
		b.Run(fmt.Sprint(messages), func(b *testing.B) {
			s := providertest.New(b, sandbox.Options{})
			message := fmt.Sprintf(`{"messageId":"365062948587045457","question":{"text":%q,"timestamp":"2026-11-22T08:00:00Z"},"answer":{"text":%q,"timestamp":"2026-11-22T08:00:00Z"},`+
				`"reaction":"NEUTRAL","sources":["https://shop.example/delivery"],"messageType":"NORMAL_MESSAGE","systemMessageType":null,"iconUrl":null,`+
				`"prompts":[{"id":"1","title":"Contact","description":"How can I reach you?"}],"gptModel":"gpt-4o"}`,
				strings.Repeat("Where is my parcel? ", 6), strings.Repeat("It left our warehouse in Łódź on Friday. ", 5))
			thread := `{"threadId":"t-1","messages":[` + message + strings.Repeat(","+message, messages-1) + `]}`
			s.AddThread(sandbox.ChatbotID, "t-1", []byte(thread))
			w := s.Quick(b)
			b.SetBytes(int64(len(thread)))
			b.ReportAllocs()
			for b.Loop() {
				if _, diags := w.Data(b.Context(), chatbotThread, chatbotArguments("t-1", nil)); len(diags) > 0 {
					b.Fatal(providertest.Said(diags))
				}
			}
		})
	}
}
