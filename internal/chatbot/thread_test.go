package chatbot

import (
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"github.com/conversation-tools/terraform-provider-conversation/internal/loose"
	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
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

// decoded is the thread that an answer has.
func decoded(body, threadID string) (*Thread, error) {
	var thread *Thread
	client := New(rest.Config{}, "token-0123456789")
	err := client.decodeThread(&thread, threadID)(strings.NewReader(body))
	return thread, err
}

func TestTheThreadOfTheDocumentation(t *testing.T) {
	t.Parallel()
	text := func(words, at string) *Text { return &Text{&words, &at} }
	id := func(s string) *loose.ID { return (*loose.ID)(&s) }
	words := func(s string) *string { return &s }
	message := func(of, kind string, question, answer *Text) Message {
		return Message{
			MessageID: id(of), Question: question, Answer: answer, Reaction: words("NEUTRAL"), Sources: []Value{},
			MessageType: words(kind), SystemMessageType: words("CONVERSATION_ESCALATED"), Prompts: []Prompt{}, GPTModel: words("gpt-3.5-turbo"),
		}
	}
	read := loose.Number(47)
	hello := "Hello! I am an AI assistant designed to provide information about the website's content. If you have any specific " +
		"questions, feel free to ask and I will do my best to provide accurate answers."
	want := &Thread{
		ThreadID: id(seedID), Mode: words("AI"),
		Messages: []Message{
			message("365062948587045457", "NORMAL_MESSAGE", text("Hello, what is this?", "2023-05-18T11:40:07.857030Z"), text(hello, "2023-05-18T11:40:07.857030Z")),
			message("365064286366597712", "USER_MESSAGE", text("Hi", "2023-05-18T12:01:23.667033Z"), nil),
			message("365064310572974672", "AGENT_MESSAGE", nil, text("YO", "2023-05-18T12:01:46.751791Z")),
		},
		StartedAt: words("2023-05-18T11:39:57.349750Z"), UpdatedAt: words("2023-05-18T11:39:57.349750Z"),
		WebhookURL: words("https://hooks.zapier.com/hooks/catch/15695697/3hqs23e"), TotalMessagesRead: &read,
	}
	got, err := decoded(seed(t), seedID)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %s", asJSON(t, got))
		t.Errorf("want %s", asJSON(t, want))
	}
	if answers := got.Answers(); !reflect.DeepEqual(answers, []string{hello, "YO"}) {
		t.Errorf("answers %q", answers)
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

// TestThreadValues has each thread as JSON, where nil is null.
func TestThreadValues(t *testing.T) {
	t.Parallel()
	const nothing = `"threadId":"t","mode":null,"messages":null,"startedAt":null,"updatedAt":null,"webhookUrl":null,"webhookToken":null,"totalMessagesRead":null,"chatUserId":null,"chatUser":null`
	const noMessage = `"messageId":null,"question":null,"answer":null,"reaction":null,"sources":null,"messageType":null,"systemMessageType":null,"iconUrl":null,"prompts":null,"gptModel":null`
	message := func(changed string) string { return `"messages":[{` + changed + `}]` }
	for name, c := range map[string]struct {
		fields string   // of the thread, besides its id
		change []string // pairs: what of nothing is replaced by what
	}{
		"what is left out is nil":   {`"x":{"y":[1]}`, nil},
		"and so is what is null":    {`"messages":null,"mode":null,"webhookUrl":null,"totalMessagesRead":null,"chatUser":null,"startedAt":null,"chatUserId":null`, nil},
		"an empty list is a list":   {`"messages":[]`, []string{`"messages":null`, `"messages":[]`}},
		"an empty string is one":    {`"mode":"","webhookUrl":""`, []string{`"mode":null`, `"mode":""`, `"webhookUrl":null`, `"webhookUrl":""`}},
		"names in another case":     {`"MODE":"AI"`, []string{`"mode":null`, `"mode":"AI"`}},
		"the last of two is taken":  {`"messages":[{},{}],"messages":[]`, []string{`"messages":null`, `"messages":[]`}},
		"an id that is a number":    {`"chatUserId":365062873485935184`, []string{`"chatUserId":null`, `"chatUserId":"365062873485935184"`}},
		"an id of no UTF-8":         {"\"chatUserId\":\"\xff\"", []string{`"chatUserId":null`, `"chatUserId":"` + "\uFFFD" + `"`}},
		"a counter with a point":    {`"totalMessagesRead":9007199254740993.00`, []string{`"totalMessagesRead":null`, `"totalMessagesRead":9007199254740993`}},
		"a counter that is text":    {`"totalMessagesRead":"47"`, []string{`"totalMessagesRead":null`, `"totalMessagesRead":47`}},
		"what is unknown is passed": {`"mode":"HUMAN"`, []string{`"mode":null`, `"mode":"HUMAN"`}},
		"a chat user of any shape":  {`"chatUser":{"id": 365062948587045457, "a":["b"]}`, []string{`"chatUser":null`, `"chatUser":"{\"id\":365062948587045457,\"a\":[\"b\"]}"`}},
		"a message without a field": {`"messages":[{}]`, []string{`"messages":null`, message(noMessage)}},
		"a message that is null":    {`"messages":[null]`, []string{`"messages":null`, message(noMessage)}},
		"an exact id": {
			`"messages":[{"messageId":"365062948587045457"}]`,
			[]string{`"messages":null`, message(strings.Replace(noMessage, `"messageId":null`, `"messageId":"365062948587045457"`, 1))},
		},
		"an exact id that is a number": {
			`"messages":[{"messageId":365062948587045457}]`,
			[]string{`"messages":null`, message(strings.Replace(noMessage, `"messageId":null`, `"messageId":"365062948587045457"`, 1))},
		},
		"half of a text": {
			`"messages":[{"question":{"text":"x"}}]`,
			[]string{`"messages":null`, message(strings.Replace(noMessage, `"question":null`, `"question":{"text":"x","timestamp":null}`, 1))},
		},
		"sources of every kind": {
			`"messages":[{"sources":["https://a.example", null, {"url": "x"}, 365062948587045457]}]`,
			[]string{`"messages":null`, message(strings.Replace(noMessage, `"sources":null`, `"sources":["https://a.example","null","{\"url\":\"x\"}","365062948587045457"]`, 1))},
		},
		"prompts": {
			`"messages":[{"prompts":[{"id":365062948587045457,"title":"a","link":"x"},{"id":null,"description":null}]}]`,
			[]string{`"messages":null`, message(strings.Replace(noMessage, `"prompts":null`, `"prompts":[{"id":"365062948587045457","title":"a","description":null},{"id":null,"title":null,"description":null}]`, 1))},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			thread, err := decoded(`{"success":true,"data":{"thread":{"threadId":"t",`+c.fields+`}}}`, "t")
			if err != nil {
				t.Fatal(err)
			}
			if got, want := asJSON(t, thread), "{"+strings.NewReplacer(c.change...).Replace(nothing)+"}"; got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

// refused are answers that are not the thread t, with what the error says.
var refused = map[string]string{
	`{"success":false,"message":"no"}`:                     "failure",
	`{"success":false,"data":{"thread":{"threadId":"t"}}}`: "failure",
	`{"success":false,"data":[],"message":"no"}`:           "failure",
	`{"data":[1,{"a":[]}],"success":false}`:                "failure",
	`{"data":"none","success":false}`:                      "failure",
	`{"success":true,"data":[]}`:                           `array into Go struct field .data`,
	`{"success":true,"data":7}`:                            `number into Go struct field .data`,
	`{"success":true}`:                                     "no thread",
	`{"success":true,"data":null}`:                         "no thread",
	`{"success":true,"data":{}}`:                           "no thread",
	`{"data":{"thread":null}}`:                             "no thread",
	`{"success":true,"error":false,"message":"fine"}`:      "no thread",
	`{"success":true,"error":{},"message":"fine"}`:         "no thread",
	`{"message":"fine"}`:                                   "no thread",
	`{"success":true,"data":null,"error":{"code":"X"}}`:    "failure",
	`{}`:                     "no thread",
	`null`:                   "no thread",
	`{"data":{"thread":{}}}`: "no thread",
	`{"data":{"thread":{"threadId":null,"chatUser":null}}}`:    "no thread",
	`{"success":false,"message":["no"]}`:                       "failure",
	`{"data":{"thread":{"threadId":"other","mode":"AI"}}}`:     "another thread",
	`{"data":{"thread":{"threadId":""}}}`:                      "another thread",
	`{"data":{"thread":{"threadId":7}}}`:                       "another thread",
	`{"data":{"thread":{"chatUserId":{"email":"x"}}}}`:         "data.thread.chatUserId",
	`{"data":{"thread":{"mode":1}}}`:                           "data.thread.mode",
	`{"data":{"thread":{"totalMessagesRead":"many"}}}`:         "data.thread.totalMessagesRead",
	`{"data":{"thread":{"totalMessagesRead":1.5}}}`:            "data.thread.totalMessagesRead",
	`{"data":{"thread":{"messages":{}}}}`:                      "data.thread.messages",
	`{"data":{"thread":{"messages":[{"answer":{"text":7}}]}}}`: "data.thread.messages.answer.text",
	`{"data":{"thread":{"messages":[{"answer":7}]}}}`:          "data.thread.messages.answer",
	`{"data":{"thread":[]}}`:                                   "data.thread",
	`{"data":{"thread":{"threadId":"t"}}}]`:                    "more follows",
	`{"data":{"thread":{"threadId":"t"}}}` + "\v" + `{}`:       "more follows",
	`{"data":{"thread":{"threadId":"t"`:                        "unexpected EOF",
	`{"data":{"thread":{"threadId":"t",`:                       "unexpected EOF",
	`{"data":{"thread":{"messages":[{},`:                       "unexpected EOF",
	`{"data":{"thread":{"messages":[{},]}}}`:                   "invalid character",
	`{"data":{"thread":{"threadId":"t",}}}`:                    "invalid character",
	`[]`:                                                       "array",
	``:                                                         "EOF",
	`<html>`:                                                   "invalid character",
}

func TestAnswersThatAreNotTheThread(t *testing.T) {
	t.Parallel()
	for body, says := range refused {
		thread, err := decoded(body, "t")
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
		if thread, err := decoded(body, "06b3b43c-ä"); err != nil {
			t.Errorf("%s: %v", body, err)
		} else if got := asJSON(t, thread.ThreadID); got != id {
			t.Errorf("%s: its id is %s", body, got)
		}
	}
}

func TestWordsBesidesAThreadMayHaveAnyShape(t *testing.T) {
	t.Parallel()
	for _, besides := range []string{`"message":["a"]`, `"message":{"text":"a"}`, `"message":7`, `"message":null`, `"error":[]`, `"error":"none"`, `"error":{"code":7}`} {
		if thread, err := decoded(`{"success":true,`+besides+`,"data":{"thread":{"threadId":"t"}}}`, "t"); err != nil || thread == nil {
			t.Errorf("%s: %v", besides, err)
		}
	}
}

func TestAnAnswerHasAText(t *testing.T) {
	t.Parallel()
	words, none := "x", ""
	thread := &Thread{Messages: []Message{{Answer: &Text{Text: &words}}, {}, {Question: &Text{Text: &words}}, {Answer: &Text{}}, {Answer: &Text{Text: &none}}}}
	if got := thread.Answers(); !reflect.DeepEqual(got, []string{"x"}) {
		t.Errorf("got %q", got)
	}
	if got := (&Thread{}).Answers(); got == nil || len(got) != 0 {
		t.Errorf("without messages: got %#v", got)
	}
}

// TestShortAnswersThatStandForVeryMuch decodes answers of few bytes that would become
// gigabytes of values.
func TestShortAnswersThatStandForVeryMuch(t *testing.T) { //nolint:paralleltest // it measures the memory of the process
	const size = 2 << 20
	full := func(before, element, after string) string {
		return before + strings.Repeat(element, (size-len(before)-len(after))/len(element)) + after
	}
	for name, c := range map[string]struct {
		body, says string
		most       uint64 // MiB that are taken altogether, which is more than is held at once
	}{
		"messages":              {full(`{"data":{"thread":{"messages":[{}`, `,{}`, `]}}}`), "more than 100000 messages", 150},
		"sources of a message":  {full(`{"data":{"thread":{"messages":[{"sources":[1`, `,1`, `]}]}}}`), "more than 500000 sources and prompts", 300},
		"prompts of a message":  {full(`{"data":{"thread":{"messages":[{"prompts":[{}`, `,{}`, `]}]}}}`), "more than 500000 sources and prompts", 250},
		"sources of many":       {full(`{"data":{"thread":{"messages":[{}`, `,{"sources":["","","","","","","","","","","","","","","","","","","",""]}`, `]}}}`), "more than 500000 sources and prompts", 150},
		"details of an error":   {full(`{"success":false,"error":{"details":[1`, `,1`, `]}}`), "failure", 50},
		"words":                 {full(`{"success":false,"message":["a"`, `,"a"`, `]}`), "failure", 50},
		"something unknown":     {full(`{"x":[1`, `,1`, `],"data":{"thread":{"mode":"AI"}}}`), "", 50},
		"a list for the data":   {full(`{"data":[1`, `,1`, `]}`), "array", 100},
		"what is known of user": {full(`{"data":{"thread":{"chatUser":[1`, `,1`, `]}}}`), "", 50},
		"one long text":         {full(`{"data":{"thread":{"messages":[{"answer":{"text":"a`, `a`, `"}}]}}}`), "", 50},
	} {
		t.Run(name, func(t *testing.T) {
			runtime.GC()
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := decoded(c.body, "t")
			runtime.ReadMemStats(&after)
			if (err == nil) != (c.says == "") || err != nil && !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v, want %q", err, c.says)
			}
			if took := (after.TotalAlloc - before.TotalAlloc) >> 20; took > c.most {
				t.Errorf("took %d MiB", took)
			}
		})
	}
}

func TestAListWithManyCommasIsCountedByItsElements(t *testing.T) {
	t.Parallel()
	thread, err := decoded(`{"data":{"thread":{"messages":[{"sources":["`+strings.Repeat(",", maxParts)+`","b"]}]}}}`, "t")
	if err != nil || len(thread.Messages[0].Sources) != 2 {
		t.Errorf("got %v", err)
	}
}

func TestAThreadOfTheMostMessages(t *testing.T) {
	t.Parallel()
	body := func(messages int) string {
		return fmt.Sprintf(`{"data":{"thread":{"messages":[{}%s]}}}`, strings.Repeat(",{}", messages-1))
	}
	if thread, err := decoded(body(maxMessages), "t"); err != nil || len(thread.Messages) != maxMessages {
		t.Errorf("got %v", err)
	}
	if _, err := decoded(body(maxMessages+1), "t"); err == nil {
		t.Error("one more is taken, too")
	}
}

func FuzzThread(f *testing.F) {
	f.Add(seed(f), seedID)
	for body := range refused {
		f.Add(body, "t")
	}
	f.Add(`{"data":{"thread":{"threadId":"t","messages":[{"sources":[1],"prompts":[{"id":2}]}],"chatUser":{"a":1}}}}`, "t")
	f.Fuzz(func(t *testing.T, body, id string) {
		thread, err := decoded(body, id)
		if err != nil {
			if thread != nil {
				t.Errorf("an answer that is an error (%v) gives %+v", err, thread)
			}
			return
		}
		if !json.Valid([]byte(body)) || thread.ThreadID != nil && !strings.EqualFold(string(*thread.ThreadID), id) || thread.isEmpty() {
			t.Fatalf("%q is taken for the thread %q", body, id)
		}
		if thread.ChatUser != nil && !json.Valid([]byte(*thread.ChatUser)) {
			t.Errorf("the user %q is no JSON", *thread.ChatUser)
		}
		// encoding/json alone, without bounds on the list, finds the same messages. It
		// merges objects that stand twice, which no service sends.
		var whole struct {
			Data struct {
				Thread struct {
					Messages []Message `json:"messages"`
				} `json:"thread"`
			} `json:"data"`
		}
		if err := json.Unmarshal([]byte(body), &whole); err != nil {
			return
		}
		if found := whole.Data.Thread.Messages; strings.Count(strings.ToLower(body), "thread\"") == 1 && !reflect.DeepEqual(found, []Message(thread.Messages)) {
			t.Errorf("got %s, want %s", asJSON(t, thread.Messages), asJSON(t, found))
		}
	})
}
