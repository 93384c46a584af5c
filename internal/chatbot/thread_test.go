package chatbot

import (
	"encoding/json"
	"os"
	"reflect"
	"strings"
	"testing"
)

const seedID = "06b3b43c-5651-49a2-b618-d7f24667c1b6"

// seed returns the answer of the documentation.
func seed(tb testing.TB) string {
	tb.Helper()
	body, err := os.ReadFile("testdata/seed.json")
	if err != nil {
		tb.Fatal(err)
	}
	return string(body)
}

// unheard takes a webhook that a test does not look at.
func unheard(string) {}

func TestTheThreadOfTheDocumentation(t *testing.T) {
	t.Parallel()
	text := func(words, at string) *Text { return &Text{&words, &at} }
	words := func(s string) *string { return &s }
	message := func(id, kind string, question, answer *Text) Message {
		return Message{
			MessageID: words(id), Question: question, Answer: answer, Reaction: words("NEUTRAL"), Sources: []json.RawMessage{},
			MessageType: words(kind), SystemMessageType: words("CONVERSATION_ESCALATED"), Prompts: []Prompt{}, GPTModel: words("gpt-3.5-turbo"),
		}
	}
	read, chatbot := Count(47), ID("365062873485935184")
	want := &Thread{
		ThreadID: words(seedID), ChatbotID: &chatbot, Mode: words("AI"),
		Messages: []Message{
			message("365062948587045457", "NORMAL_MESSAGE", text("Hello, what is this?", "2023-05-18T11:40:07.857030Z"),
				text("Hello! I am an AI assistant designed to provide information about the website's content. If you have any specific "+
					"questions, feel free to ask and I will do my best to provide accurate answers.", "2023-05-18T11:40:07.857030Z")),
			message("365064286366597712", "USER_MESSAGE", text("Hi", "2023-05-18T12:01:23.667033Z"), nil),
			message("365064310572974672", "AGENT_MESSAGE", nil, text("YO", "2023-05-18T12:01:46.751791Z")),
		},
		StartedAt: words("2023-05-18T11:39:57.349750Z"), UpdatedAt: words("2023-05-18T11:39:57.349750Z"),
		WebhookURL: words("https://hooks.zapier.com/hooks/catch/15695697/3hqs23e"), TotalMessagesRead: &read,
	}
	var got *Thread
	if err := decodeThread(&got, seedID, unheard)(strings.NewReader(seed(t))); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %s", asJSON(t, got))
		t.Errorf("want %s", asJSON(t, want))
	}
	if got.Answers() != 2 {
		t.Errorf("%d answers", got.Answers())
	}
}

func asJSON(t *testing.T, value any) string {
	t.Helper()
	out, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func TestThreadValues(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fields string // of the thread, besides its id
		want   string // the same by the names of the structs; null where it is nil
	}{
		"what is left out is nil":   {`"x":1`, `{"messages":null}`},
		"and so is what is null":    {`"messages":null,"mode":null,"webhookUrl":null,"totalMessagesRead":null,"chatUser":null,"startedAt":null`, `{"messages":null}`},
		"an empty list is a list":   {`"messages":[]`, `{"messages":[]}`},
		"an empty string is one":    {`"mode":"","webhookUrl":""`, `{"messages":null,"mode":"","webhookUrl":""}`},
		"ids that are numbers":      {`"chatbotId":365062873485935184,"chatUserId":7`, `{"messages":null,"chatbotId":"365062873485935184","chatUserId":"7"}`},
		"ids that are null":         {`"chatbotId":null,"chatUserId":null`, `{"messages":null}`},
		"ids of no UTF-8":           {"\"chatUserId\":\"\xff\"", `{"messages":null,"chatUserId":"\ufffd"}`},
		"a counter with a point":    {`"totalMessagesRead":47.0`, `{"messages":null,"totalMessagesRead":47}`},
		"a long one with a point":   {`"totalMessagesRead":9007199254740993.00`, `{"messages":null,"totalMessagesRead":9007199254740993}`},
		"a counter that is text":    {`"totalMessagesRead":"47"`, `{"messages":null,"totalMessagesRead":47}`},
		"what is unknown is passed": {`"mode":"HUMAN"`, `{"messages":null,"mode":"HUMAN"}`},
		"ids are exact":             {`"messages":[{"messageId":"365062948587045457"}],"totalMessagesRead":9007199254740993`, `{"messages":[{"messageId":"365062948587045457","sources":null,"prompts":null}],"totalMessagesRead":9007199254740993}`},
		"a chat user of any shape":  {`"chatUser":{"name":"Jan","id":365062948587045457}`, `{"messages":null,"chatUser":{"name":"Jan","id":365062948587045457}}`},
		"a message without a field": {`"messages":[{}]`, `{"messages":[{"sources":null,"prompts":null}]}`},
		"a message of nulls":        {`"messages":[{"question":null,"answer":null,"sources":null,"prompts":null,"iconUrl":null}]`, `{"messages":[{"sources":null,"prompts":null}]}`},
		"half of a text":            {`"messages":[{"question":{"text":"x"},"answer":{}}]`, `{"messages":[{"question":{"text":"x"},"answer":{},"sources":null,"prompts":null}]}`},
		"sources of every kind": {
			`"messages":[{"sources":["https://a.example",null,{"url":"x"},365062948587045457]}]`,
			`{"messages":[{"sources":["https://a.example",null,{"url":"x"},365062948587045457],"prompts":null}]}`,
		},
		"prompts": {
			`"messages":[{"prompts":[{"id":365062948587045457,"title":"a"},{"id":"b","description":null}]}]`,
			`{"messages":[{"sources":null,"prompts":[{"id":365062948587045457,"title":"a"},{"id":"b"}]}]}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var thread *Thread
			if err := decodeThread(&thread, "t", unheard)(strings.NewReader(`{"success":true,"data":{"thread":{"threadId":"t",` + c.fields + `}}}`)); err != nil {
				t.Fatal(err)
			}
			var want map[string]any
			decoder := json.NewDecoder(strings.NewReader(c.want))
			decoder.UseNumber()
			if err := decoder.Decode(&want); err != nil {
				t.Fatal(err)
			}
			want["threadId"] = "t"
			if got := withoutNil(reflect.ValueOf(thread)); !reflect.DeepEqual(got, any(want)) {
				t.Errorf("got %s, want %s", asJSON(t, got), asJSON(t, want))
			}
		})
	}
}

// withoutNil returns value as JSON would have it, without the pointers that are
// nil, and with lists that are nil as nil.
func withoutNil(value reflect.Value) any {
	switch value.Kind() {
	case reflect.Pointer:
		return withoutNil(value.Elem())
	case reflect.Struct:
		out := map[string]any{}
		for field, of := range value.Fields() {
			raw, isRaw := of.Interface().(json.RawMessage)
			if of.Kind() == reflect.Pointer && of.IsNil() || isRaw && raw == nil {
				continue
			}
			out[field.Tag.Get("json")] = withoutNil(of)
		}
		return out
	case reflect.Slice:
		if raw, ok := value.Interface().(json.RawMessage); ok {
			var out any
			decoder := json.NewDecoder(strings.NewReader(string(raw)))
			decoder.UseNumber()
			_ = decoder.Decode(&out)
			return out
		}
		if value.IsNil() {
			return nil
		}
		out := []any{}
		for i := range value.Len() {
			out = append(out, withoutNil(value.Index(i)))
		}
		return out
	case reflect.Int64:
		return json.Number(asNumber(value.Int()))
	default:
		return value.String()
	}
}

func asNumber(n int64) string {
	out, _ := json.Marshal(n)
	return string(out)
}

// refused are answers that are no thread t, with what the error says.
var refused = map[string]string{
	`{"success":false,"message":"no"}`:                     "failure",
	`{"success":false,"data":{"thread":{"threadId":"t"}}}`: "failure",
	`{"success":true}`:                                     "no thread",
	`{"success":true,"data":null}`:                         "no thread",
	`{"success":true,"data":{}}`:                           "no thread",
	`{"data":{"thread":null}}`:                             "no thread",
	`{"success":true,"error":false,"message":"fine"}`:      "no thread",
	`{"success":true,"error":{},"message":"fine"}`:         "no thread",
	`{"message":"fine"}`:                                   "no thread",
	`{"success":true,"data":null,"error":{"code":"X"}}`:    "failure",
	`{}`:                                    "no thread",
	`null`:                                  "no thread",
	`{"data":{"thread":{}}}`:                "thread is empty",
	`{"data":{"thread":{"threadId":null}}}`: "thread is empty",
	`{"data":{"thread":{"mode":null,"chatUser":null,"x":1}}}`:                            "thread is empty",
	`{"success":false,"message":["no"]}`:                                                 "failure",
	`{"data":{"thread":{"threadId":"other","mode":"AI"}}}`:                               "another thread",
	`{"data":{"thread":{"threadId":"t","chatUserId":{"email":"x"}}}}`:                    "data.thread.chatUserId of type string",
	`{"data":{"thread":{"threadId":"t","totalMessagesRead":"many"}}}`:                    "data.thread.totalMessagesRead of type int64",
	`{"data":{"thread":{"threadId":"t","totalMessagesRead":99999999999999999999.0}}}`:    "totalMessagesRead",
	`{"data":{"thread":{"threadId":"other"}}}`:                                           "another thread",
	`{"data":{"thread":{"threadId":""}}}`:                                                "another thread",
	`{"data":{"thread":{"threadId":7}}}`:                                                 "threadId",
	`{"data":{"thread":{"threadId":"t","messages":{}}}}`:                                 "messages",
	`{"data":{"thread":{"threadId":"t","messages":[{"messageId":365062948587045457}]}}}`: "messageId",
	`{"data":{"thread":{"threadId":"t","totalMessagesRead":1.5}}}`:                       "totalMessagesRead",
	`{"data":{"thread":[]}}`:                                                             "thread",
	`{"data":{"thread":{"threadId":"t"}}}]`:                                              "more follows",
	`{"data":{"thread":{"threadId":"t"`:                                                  "EOF",
	`[]`:                                                                                 "array",
	``:                                                                                   "EOF",
	`<html>`:                                                                             "invalid character",
}

func TestAnswersThatAreNotTheThread(t *testing.T) {
	t.Parallel()
	for body, says := range refused {
		var thread *Thread
		err := decodeThread(&thread, "t", unheard)(strings.NewReader(body))
		if err == nil || thread != nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: got %+v and %v, want %q", body, thread, err, says)
		}
	}
}

func TestAThreadNeedNotRepeatItsID(t *testing.T) {
	t.Parallel()
	for body, id := range map[string]string{
		`{"data":{"thread":{"mode":"AI"}}}`:                         "null",
		`{"data":{"thread":{"threadId":null,"messages":[]}}}`:       "null",
		`{"data":{"thread":{"chatUser":{}}}}`:                       "null",
		`{"data":{"thread":{"threadId":"06B3B43C-ä"}}}`:             `"06B3B43C-ä"`,
		`{"data":{"thread":{"threadId":"06b3b43C-Ä","mode":"AI"}}}`: `"06b3b43C-Ä"`,
	} {
		var thread *Thread
		if err := decodeThread(&thread, "06b3b43c-ä", unheard)(strings.NewReader(body)); err != nil {
			t.Errorf("%s: %v", body, err)
		} else if got := asJSON(t, thread.ThreadID); got != id {
			t.Errorf("%s: its id is %s", body, got)
		}
	}
}

func TestWordsBesidesAThreadMayHaveAnyShape(t *testing.T) {
	t.Parallel()
	for _, besides := range []string{`"message":["a"]`, `"message":{"text":"a"}`, `"message":7`, `"message":null`, `"error":[]`, `"error":"none"`, `"error":{"code":7}`} {
		var thread *Thread
		if err := decodeThread(&thread, "t", unheard)(strings.NewReader(`{"success":true,` + besides + `,"data":{"thread":{"threadId":"t"}}}`)); err != nil || thread == nil {
			t.Errorf("%s: %v", besides, err)
		}
	}
}

func TestAnswersAreCounted(t *testing.T) {
	t.Parallel()
	thread := &Thread{Messages: []Message{{Answer: &Text{}}, {}, {Question: &Text{}}, {Answer: &Text{}}}}
	if got := thread.Answers(); got != 2 {
		t.Errorf("got %d", got)
	}
	if got := (&Thread{}).Answers(); got != 0 {
		t.Errorf("without messages: got %d", got)
	}
}

func FuzzThread(f *testing.F) {
	f.Add(seed(f), seedID)
	for body := range refused {
		f.Add(body, "t")
	}
	f.Add(`{"data":{"thread":{"threadId":"t","messages":[{"sources":[1],"prompts":[{"id":2}]}],"chatUser":{"a":1}}}}`, "t")
	f.Fuzz(func(t *testing.T, body, id string) {
		var thread *Thread
		if err := decodeThread(&thread, id, unheard)(strings.NewReader(body)); err != nil {
			if thread != nil {
				t.Errorf("an answer that is an error (%v) gives %+v", err, thread)
			}
			return
		}
		if !json.Valid([]byte(body)) || thread.ThreadID != nil && !strings.EqualFold(*thread.ThreadID, id) || reflect.ValueOf(thread).Elem().IsZero() {
			t.Fatalf("%q is taken for the thread %q", body, id)
		}
		if answers := thread.Answers(); answers < 0 || answers > len(thread.Messages) {
			t.Errorf("%d of %d messages have an answer", answers, len(thread.Messages))
		}
		for _, message := range thread.Messages {
			for _, source := range message.Sources {
				if !json.Valid(source) {
					t.Errorf("the source %q is no JSON", source)
				}
			}
			for _, prompt := range message.Prompts {
				if len(prompt.ID) > 0 && !json.Valid(prompt.ID) {
					t.Errorf("the id %q is no JSON", prompt.ID)
				}
			}
		}
		if len(thread.ChatUser) > 0 && !json.Valid(thread.ChatUser) {
			t.Errorf("the user %q is no JSON", thread.ChatUser)
		}
		// What was read is what is written.
		again, err := json.Marshal(map[string]any{"data": map[string]any{"thread": thread}})
		if err != nil {
			t.Fatal(err)
		}
		var second *Thread
		if err := decodeThread(&second, id, unheard)(strings.NewReader(string(again))); err != nil {
			t.Fatalf("%s: %v", again, err)
		}
		if len(second.Messages) != len(thread.Messages) || second.Answers() != thread.Answers() {
			t.Errorf("%s has lost a message or an answer of %q", again, body)
		}
	})
}
