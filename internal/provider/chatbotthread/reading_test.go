package chatbotthread_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

const chatbotThread = "chatbot_thread"

// chatbotArguments name a thread of the sandbox's chatbot, with changes on top.
func chatbotArguments(thread string, changes providertest.Values) providertest.Values {
	arguments := providertest.Values{"chatbot_id": sandbox.ChatbotID, "thread_id": thread}
	maps.Copy(arguments, changes)
	return arguments
}

// chatbotExample is the thread of the documentation's example, typed from the
// page and not from the sandbox.
func chatbotExample() providertest.Values {
	said := func(text, at string) providertest.Values { return providertest.Values{"text": text, "timestamp": at} }
	message := func(id, kind string, question, answer any) providertest.Values {
		return providertest.Values{
			"message_id": id, "question": question, "answer": answer, "reaction": "NEUTRAL", "sources": []any{},
			"message_type": kind, "system_message_type": "CONVERSATION_ESCALATED", "icon_url": nil, "prompts": []any{},
			"gpt_model": "gpt-3.5-turbo",
		}
	}
	const hello = "Hello! I am an AI assistant designed to provide information about the website's content. If you have any " +
		"specific questions, feel free to ask and I will do my best to provide accurate answers."
	return providertest.Values{
		"chatbot_id":          "365062873485935184",
		"thread_id":           "06b3b43c-5651-49a2-b618-d7f24667c1b6",
		"minimum_messages":    nil,
		"minimum_answers":     nil,
		"answer_matches":      nil,
		"on_timeout":          nil,
		"answers":             []any{hello, "YO"},
		"last_answer":         "YO",
		"reached":             true,
		"mode":                "AI",
		"started_at":          "2023-05-18T11:39:57.349750Z",
		"updated_at":          "2023-05-18T11:39:57.349750Z",
		"webhook_url":         "https://hooks.zapier.com/hooks/catch/15695697/3hqs23e",
		"total_messages_read": 47,
		"chat_user_id":        nil,
		"chat_user":           nil,
		"timeouts":            nil,
		"messages": []any{
			message("365062948587045457", "NORMAL_MESSAGE",
				said("Hello, what is this?", "2023-05-18T11:40:07.857030Z"),
				said(hello, "2023-05-18T11:40:07.857030Z")),
			message("365064286366597712", "USER_MESSAGE", said("Hi", "2023-05-18T12:01:23.667033Z"), nil),
			message("365064310572974672", "AGENT_MESSAGE", nil, said("YO", "2023-05-18T12:01:46.751791Z")),
		},
	}
}

// chatbotReads are the two ways to read a thread: both are tested alike.
func chatbotReads(w *providertest.Wire) map[string]func(providertest.Values) (providertest.Values, []*tfprotov6.Diagnostic) {
	return map[string]func(providertest.Values) (providertest.Values, []*tfprotov6.Diagnostic){
		"data source": func(config providertest.Values) (providertest.Values, []*tfprotov6.Diagnostic) {
			return w.Data(w.T.Context(), chatbotThread, config)
		},
		"ephemeral resource": func(config providertest.Values) (providertest.Values, []*tfprotov6.Diagnostic) {
			return w.Open(w.T.Context(), chatbotThread, config)
		},
	}
}

// TestChatbotThreadExample reads the documentation's example with every field equal.
func TestChatbotThreadExample(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	for name, read := range chatbotReads(s.Configured(t, providertest.Values{"http": providertest.QuickHTTP()})) {
		s.ClearRequests()
		got, diags := read(chatbotArguments(sandbox.ThreadID, nil))
		if len(diags) > 0 {
			t.Fatalf("%s: %s", name, providertest.Said(diags))
		}
		if want := chatbotExample(); !reflect.DeepEqual(got, want) {
			t.Errorf("%s:\n%v\nwant\n%v", name, got, want)
		}
		requests := s.Requests()
		if len(requests) != 1 {
			t.Fatalf("%s: %d requests, want 1", name, len(requests))
		}
		r := requests[0]
		if path := "/chatbots/365062873485935184/threads/06b3b43c-5651-49a2-b618-d7f24667c1b6"; r.Method != http.MethodGet ||
			r.Path != path || len(r.Query) != 0 || r.Body != "" || r.AuthScheme != "Bearer" || r.Account != "token-1" {
			t.Errorf("%s: %+v", name, r)
		}
		if agent := r.Header.Get("User-Agent"); agent != "terraform-provider-conversation/test terraform/1.16.0" {
			t.Errorf("%s: User-Agent is %q", name, agent)
		}
	}
}

// chatbotRaw is a thread of the given fields; threadId is added.
func chatbotRaw(fields string) json.RawMessage {
	if fields != "" {
		fields = "," + fields
	}
	return json.RawMessage(`{"threadId":"t 1/ä"` + fields + `}`)
}

// TestChatbotThreadForms takes over what the service sends, as it sends it.
func TestChatbotThreadForms(t *testing.T) {
	t.Parallel()
	bare := providertest.Values{
		"chatbot_id": sandbox.ChatbotID, "thread_id": "t 1/ä", "minimum_messages": nil, "minimum_answers": nil, "answer_matches": nil, "on_timeout": nil,
		"answers": []any{}, "last_answer": nil, "reached": true, "mode": nil,
		"started_at": nil, "updated_at": nil, "webhook_url": nil, "total_messages_read": nil, "chat_user_id": nil, "chat_user": nil,
		"messages": nil, "timeouts": nil,
	}
	bareMessage := providertest.Values{
		"message_id": nil, "question": nil, "answer": nil, "reaction": nil, "sources": nil, "message_type": nil,
		"system_message_type": nil, "icon_url": nil, "prompts": nil, "gpt_model": nil,
	}
	message := func(name string, value any) providertest.Values {
		m := maps.Clone(bareMessage)
		m[name] = value
		return providertest.Values{"messages": []any{m}}
	}
	for name, test := range map[string]struct {
		fields string
		want   providertest.Values // what differs from a bare thread
	}{
		"nothing":                       {"", nil},
		"nulls":                         {`"mode":null,"messages":null,"startedAt":null,"updatedAt":null,"webhookUrl":null,"totalMessagesRead":null,"chatUserId":null,"chatUser":null`, nil},
		"no messages":                   {`"messages":[]`, providertest.Values{"messages": []any{}}},
		"a bare message":                {`"messages":[{}]`, providertest.Values{"messages": []any{bareMessage}}},
		"a null message":                {`"messages":[null]`, providertest.Values{"messages": []any{bareMessage}}},
		"an unknown mode":               {`"mode":"HUMAN"`, providertest.Values{"mode": "HUMAN"}},
		"an unknown field":              {`"language":{"code":"pl"}`, nil},
		"other times":                   {`"startedAt":"yesterday"`, providertest.Values{"started_at": "yesterday"}},
		"read counter of 0":             {`"totalMessagesRead":0`, providertest.Values{"total_messages_read": 0}},
		"an empty text":                 {`"mode":""`, providertest.Values{"mode": ""}},
		"a chat user":                   {`"chatUserId":"u-1","chatUser":{ "name": "Jan <k@w.pl>", "age": 9007199254740993, "tags": [ "a", null ] }`, providertest.Values{"chat_user_id": "u-1", "chat_user": `{"name":"Jan <k@w.pl>","age":9007199254740993,"tags":["a",null]}`}},
		"a chat user as text":           {`"chatUser":"Jan"`, providertest.Values{"chat_user": `"Jan"`}},
		"an empty chat user":            {`"chatUser":{}`, providertest.Values{"chat_user": `{}`}},
		"a message id that is a number": {`"messages":[{"messageId":900719925474099312}]`, message("message_id", "900719925474099312")},
		"a thread id that is a number":  {`"chatUserId":7`, providertest.Values{"chat_user_id": "7"}},
		"answers":                       {`"messages":[{"answer":{"text":"b"}},{"answer":null},{"answer":{"text":""}},{"answer":{"text":"a"}}]`, providertest.Values{"answers": []any{"b", "a"}, "last_answer": "a", "messages": []any{chatbotWith(bareMessage, providertest.Values{"answer": providertest.Values{"text": "b", "timestamp": nil}}), bareMessage, chatbotWith(bareMessage, providertest.Values{"answer": providertest.Values{"text": "", "timestamp": nil}}), chatbotWith(bareMessage, providertest.Values{"answer": providertest.Values{"text": "a", "timestamp": nil}})}}},
		"a long message id":             {`"messages":[{"messageId":"900719925474099312"}]`, message("message_id", "900719925474099312")},
		"a half question":               {`"messages":[{"question":{"text":"Hi"}}]`, message("question", providertest.Values{"text": "Hi", "timestamp": nil})},
		"an empty answer":               {`"messages":[{"answer":{}}]`, message("answer", providertest.Values{"text": nil, "timestamp": nil})},
		"an unknown reaction":           {`"messages":[{"reaction":"LOVED"}]`, message("reaction", "LOVED")},
		"an unknown type":               {`"messages":[{"messageType":"VOICE_MESSAGE","systemMessageType":"ESCALATED_TWICE"}]`, providertest.Values{"messages": []any{chatbotWith(bareMessage, providertest.Values{"message_type": "VOICE_MESSAGE", "system_message_type": "ESCALATED_TWICE"})}}},
		"empty lists":                   {`"messages":[{"sources":[],"prompts":[]}]`, providertest.Values{"messages": []any{chatbotWith(bareMessage, providertest.Values{"sources": []any{}, "prompts": []any{}})}}},
		"sources":                       {`"messages":[{"sources":["https://a.example/?q=<1>","x"]}]`, message("sources", []any{"https://a.example/?q=<1>", "x"})},
		"sources of all kinds":          {`"messages":[{"sources":["a",1.50,true,null,{"url": "https://a.example/", "n": [1, 2]},[ ],""]}]`, message("sources", []any{"a", "1.50", "true", "null", `{"url":"https://a.example/","n":[1,2]}`, "[]", ""})},
		"prompts": {
			`"messages":[{"prompts":[{"id":"1","title":"Contact","description":"How can I reach you?"},{"id":365064310572974672},{}]}]`,
			message("prompts", []any{
				providertest.Values{"id": "1", "title": "Contact", "description": "How can I reach you?"},
				providertest.Values{"id": "365064310572974672", "title": nil, "description": nil},
				providertest.Values{"id": nil, "title": nil, "description": nil},
			}),
		},
		"a chat user that is no UTF-8": {"\"chatUser\":{\"x\":\"\xa8messages\xc0\"}", providertest.Values{"chat_user": "{\"x\":\"\ufffdmessages\ufffd\"}"}},
		"sources that are no UTF-8": {
			"\"messages\":[{\"sources\":[\"a\xff\",{\"u\":\"\xa8messages\xc0\"}]}]",
			message("sources", []any{"a\ufffd", "{\"u\":\"\ufffdmessages\ufffd\"}"}),
		},
		"an id of a prompt that is no UTF-8": {
			"\"messages\":[{\"prompts\":[{\"id\":[\"\xa8messages\xc0\"]}]}]",
			message("prompts", []any{providertest.Values{"id": "[\"\ufffdmessages\ufffd\"]", "title": nil, "description": nil}}),
		},
		"a user id that is a number": {`"chatUserId":365062948587045457`, providertest.Values{"chat_user_id": "365062948587045457"}},
		"a counter with a point":     {`"totalMessagesRead":47.0`, providertest.Values{"total_messages_read": 47}},
		"an icon and a model":        {`"messages":[{"iconUrl":"https://i.example/1.png","gptModel":"gpt-9"}]`, providertest.Values{"messages": []any{chatbotWith(bareMessage, providertest.Values{"icon_url": "https://i.example/1.png", "gpt_model": "gpt-9"})}}},
		"the order":                  {`"messages":[{"messageId":"3"},{"messageId":"1"},{"messageId":"2"}]`, providertest.Values{"messages": []any{chatbotWith(bareMessage, providertest.Values{"message_id": "3"}), chatbotWith(bareMessage, providertest.Values{"message_id": "1"}), chatbotWith(bareMessage, providertest.Values{"message_id": "2"})}}},
		"white space":                {"\n \"mode\" :\t\"AI\" ", providertest.Values{"mode": "AI"}},
		"other letters":              {`"mode":"ÄI \ud83d\udc4b \u0000"`, providertest.Values{"mode": "ÄI 👋 \x00"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := providertest.New(t, sandbox.Options{})
			s.AddThread(sandbox.ChatbotID, "t 1/ä", chatbotRaw(test.fields))
			for name, read := range chatbotReads(s.Configured(t, providertest.Values{"http": providertest.QuickHTTP()})) {
				got, diags := read(chatbotArguments("t 1/ä", nil))
				if len(diags) > 0 {
					t.Fatalf("%s: %s", name, providertest.Said(diags))
				}
				if want := chatbotWith(bare, test.want); !reflect.DeepEqual(got, want) {
					t.Errorf("%s:\n%v\nwant\n%v", name, got, want)
				}
			}
			for _, r := range s.Requests() {
				if r.Path != "/chatbots/365062873485935184/threads/t%201%2F%C3%A4" {
					t.Errorf("asked for %s", r.Path)
				}
			}
			if calls := s.Count("*"); calls != 2 {
				t.Errorf("%d calls, want 2", calls)
			}
		})
	}
}

// TestChatbotThreadOwnID accepts a thread that does not repeat its id, or repeats
// it in other letters: the block says what was asked for.
func TestChatbotThreadOwnID(t *testing.T) {
	t.Parallel()
	for _, thread := range []string{
		`{"mode":"AI"}`, `{"threadId":null,"mode":"AI"}`, `{"threadId":"` + strings.ToUpper(sandbox.ThreadID) + `","mode":"AI"}`,
	} {
		s := providertest.New(t, sandbox.Options{})
		chatbotAnswers(thread)(s)
		for name, read := range chatbotReads(s.Configured(t, providertest.Values{"http": providertest.QuickHTTP()})) {
			got, diags := read(chatbotArguments(sandbox.ThreadID, nil))
			if len(diags) > 0 || got["thread_id"] != sandbox.ThreadID || got["mode"] != "AI" {
				t.Errorf("%s, %s: %v\n%s", thread, name, got, providertest.Said(diags))
			}
		}
	}
}

// chatbotWith returns block with the changes.
func chatbotWith(block, changes providertest.Values) providertest.Values {
	changed := maps.Clone(block)
	maps.Copy(changed, changes)
	return changed
}

// TestChatbotThreadNullsAbsent reads absent fields as null ones.
func TestChatbotThreadNullsAbsent(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	s.Set(func(k *sandbox.Knobs) { k.NullsAbsent = true })
	for name, read := range chatbotReads(s.Configured(t, providertest.Values{"http": providertest.QuickHTTP()})) {
		got, diags := read(chatbotArguments(sandbox.ThreadID, nil))
		if want := chatbotExample(); len(diags) > 0 || !reflect.DeepEqual(got, want) {
			t.Errorf("%s:\n%v\nwant\n%v\n%s", name, got, want, providertest.Said(diags))
		}
	}
}

// TestChatbotThreadSchemas finds the same attributes in both types, and the two
// that carry secrets marked as such.
func TestChatbotThreadSchemas(t *testing.T) {
	t.Parallel()
	w := providertest.New(t, sandbox.Options{}).Configured(t, providertest.Values{})
	attributes := func(schema *tfprotov6.Schema) map[string]*tfprotov6.SchemaAttribute {
		out := map[string]*tfprotov6.SchemaAttribute{}
		for _, attribute := range schema.Block.Attributes {
			out[attribute.Name] = attribute
		}
		return out
	}
	data, ephemeral := attributes(w.Schemas.DataSourceSchemas[chatbotThread]), attributes(w.Schemas.EphemeralResourceSchemas[chatbotThread])
	for _, block := range []map[string]*tfprotov6.SchemaAttribute{data, ephemeral} {
		if timeouts := block["timeouts"]; timeouts == nil || !timeouts.Optional {
			t.Errorf("timeouts: %+v", timeouts)
		}
		delete(block, "timeouts")
	}
	if !reflect.DeepEqual(data, ephemeral) {
		t.Errorf("data source:\n%v\nephemeral resource:\n%v", data, ephemeral)
	}
	for name, attribute := range data {
		if secret := name == "webhook_url" || name == "chat_user"; attribute.Sensitive != secret {
			t.Errorf("%s: sensitive is %t", name, attribute.Sensitive)
		}
	}
}
