// Package longthread makes the long threads that benchmarks read.
package longthread

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// The ids of each thread.
const (
	ChatbotID = "365062873485935184"
	ID        = "thread-1"
)

// Sizes are the numbers of messages to measure. 20,000 of them are 14 MB.
var Sizes = []int{1_000, 20_000}

type object = map[string]any

// New returns a thread of the given number of messages, as the service has it under data.thread.
func New(messages int) json.RawMessage {
	question := strings.Repeat("Where is my parcel? ", 6)
	answer := strings.Repeat("It left our warehouse in Łódź on Friday. ", 5)
	began := time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)
	list := make([]object, messages)
	for i := range list {
		at := began.Add(time.Duration(i) * time.Second).Format(time.RFC3339)
		list[i] = object{
			"messageId":         fmt.Sprint(365062948587045457 + i),
			"question":          object{"text": question, "timestamp": at},
			"answer":            object{"text": answer, "timestamp": at},
			"reaction":          "NEUTRAL",
			"sources":           []string{"https://shop.example/delivery"},
			"messageType":       "NORMAL_MESSAGE",
			"systemMessageType": nil,
			"iconUrl":           nil,
			"prompts":           []object{{"id": "1", "title": "Contact", "description": "How can I reach you?"}},
			"gptModel":          "gpt-4o",
		}
	}
	return encode(object{
		"threadId": ID, "chatbotId": ChatbotID, "mode": "AI", "messages": list,
		"startedAt": began, "updatedAt": began, "webhookUrl": nil,
		"totalMessagesRead": messages, "chatUserId": nil, "chatUser": nil,
	})
}

// Answer returns what the service answers to GET of a thread from New.
func Answer(messages int) []byte {
	return encode(object{"success": true, "message": "", "data": object{"thread": New(messages)}})
}

func encode(value any) json.RawMessage {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err) // nothing in it has no JSON
	}
	return text
}
