package main

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestVerify(t *testing.T) {
	t.Parallel()
	call := func(name, path string) request {
		return request{Number: 1, Call: name, Method: http.MethodPost, Path: path, Status: 200}
	}
	start := call(callStart, "/chat_conversations/start")
	message := func(id string) request { return call(callMessage, "/chat_conversations/"+id+"/message") }
	stop := func(id string) request { return call(callStop, "/chat_conversations/"+id+"/stop") }
	begun, closed := call(callJelouStart, "/external-support/p/conversations/start"), call(callClose, "/external-support/p/conversations/close")
	ask := call(callAsk, "/chatbots/b/message")
	ask.Thread = "t"
	refused := closed
	refused.Number, refused.Status = 3, http.StatusNotFound

	ended := time.Now()
	a := chat{ID: "a", Status: "CLOSED", Account: "api_user"}
	b := chat{ID: "b", Status: "CREATED", Account: "api_user"}
	stranger := chat{ID: "c", Status: "CREATED"}
	j := jelouConversation{ID: "j", EndAt: &ended}
	well := seen{
		requests: []request{start, message("a"), begun, ask, closed, stop("a")}, chats: []chat{a, stranger}, jelou: []jelouConversation{j},
	}
	and := func(more ...request) []request { return slices.Concat(well.requests, more) }

	for _, tc := range []struct {
		name     string
		all      seen
		stateIDs []string
		want     []string
	}{
		{"all well", well, []string{"a", "j"}, nil},
		{"nothing happened", seen{}, nil, []string{
			"no conversation was in the state", "no conversation was started with Jelou", "the chatbot was asked nothing",
		}},
		{"a chat too many", seen{and(start, message("b")), []chat{a, b}, well.jelou}, []string{"a"}, []string{
			"b was stopped 0 times", "b is still open (CREATED)",
		}},
		{"a start without effect", seen{and(start), well.chats, well.jelou}, []string{"a"}, []string{"2 start calls for 1 chat"}},
		{"said twice", seen{and(message("a")), well.chats, well.jelou}, []string{"a"}, []string{"a was spoken in 2 times"}},
		{"stopped twice", seen{and(stop("a")), well.chats, well.jelou}, []string{"a"}, []string{"a was stopped 2 times"}},
		{"asked twice", seen{and(ask), well.chats, well.jelou}, []string{"a"}, []string{"in thread t the question was asked 2 times"}},
		{"closed twice", seen{and(closed), well.chats, well.jelou}, []string{"a"}, []string{"1 start call and 2 close calls for 1 conversation of Jelou"}},
		{"not closed", seen{well.requests, well.chats, []jelouConversation{{ID: "j"}}}, []string{"a"}, []string{"conversation j of Jelou is still open"}},
		{"unknown in the state", well, []string{"x"}, []string{"x was in the state, but was never started"}},
		{
			"refused",
			seen{[]request{start, message("a"), begun, ask, refused, stop("a")}, well.chats, well.jelou},
			[]string{"a"},
			[]string{"request 3, jelou.close, was answered with 404"},
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			got := verify(tc.all, tc.stateIDs)
			if !slices.EqualFunc(got, tc.want, strings.Contains) {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}

func TestConversationsInState(t *testing.T) {
	t.Parallel()
	shown := `{"format_version":"1.0","values":{"root_module":{"resources":[
		{"type":"thulium_chat_conversation","mode":"managed","values":{"id":"a"}},
		{"type":"thulium_chat_conversations","mode":"data","values":{}},
		{"type":"jelou_conversation_close","mode":"managed","values":{"id":"x"}},
		{"type":"jelou_conversation","mode":"managed","values":{"id":"b"}}]}}}`
	got, err := conversationsInState([]byte(shown))
	if err != nil || !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("got %q, %v", got, err)
	}
	if got, err := conversationsInState([]byte(`{"format_version":"1.0"}`)); err != nil || got != nil {
		t.Errorf("an empty state: got %q, %v", got, err)
	}
	if _, err := conversationsInState([]byte("{")); err == nil {
		t.Error("half an answer is no error")
	}
}
