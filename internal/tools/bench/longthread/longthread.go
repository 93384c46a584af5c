// Package longthread makes the long threads that benchmarks read.
package longthread

import (
	"encoding/json"
	"fmt"
	"strings"
)

// The ids of each thread.
const (
	ChatbotID = "365062873485935184"
	ID        = "thread-1"
)

// Sizes are the numbers of messages to measure. 20,000 of them are 14 MB.
var Sizes = []int{1_000, 20_000}

// New returns a thread of the given number of messages, as the service has it under data.thread.
func New(messages int) json.RawMessage {
	const at = "2026-11-22T08:00:00Z"
	question := strings.Repeat("Where is my parcel? ", 6)
	answer := strings.Repeat("It left our warehouse in Łódź on Friday. ", 5)
	list := make([]string, messages)
	for i := range list {
		list[i] = fmt.Sprintf(`{"messageId":"%d","question":{"text":%q,"timestamp":%q},"answer":{"text":%q,"timestamp":%q},`+
			`"reaction":"NEUTRAL","sources":["https://shop.example/delivery"],"messageType":"NORMAL_MESSAGE","systemMessageType":null,`+
			`"iconUrl":null,"prompts":[{"id":"1","title":"Contact","description":"How can I reach you?"}],"gptModel":"gpt-4o"}`,
			365062948587045457+i, question, at, answer, at)
	}
	return fmt.Appendf(nil, `{"threadId":%q,"chatbotId":%q,"mode":"AI","messages":[%s],"startedAt":%q,"updatedAt":%q,"webhookUrl":null,`+
		`"totalMessagesRead":%d,"chatUserId":null,"chatUser":null}`, ID, ChatbotID, strings.Join(list, ","), at, at, messages)
}

// Answer returns what the service answers to GET of a thread from New.
func Answer(messages int) []byte {
	return fmt.Appendf(nil, `{"success":true,"message":"","data":{"thread":%s}}`, New(messages))
}
