package main

import (
	"net/http"
	"slices"
	"strings"
	"testing"
)

func TestVerify(t *testing.T) {
	t.Parallel()
	start := request{Number: 1, Call: callStart, Method: http.MethodPost, Path: "/chat_conversations/start", Status: 200}
	stop := func(id string) request {
		return request{Number: 2, Call: callStop, Method: http.MethodPost, Path: "/chat_conversations/" + id + "/stop", Status: 200}
	}
	closed := request{Number: 3, Call: callClose, Method: http.MethodPost, Status: 200}
	a := conversation{ID: "a", Status: "CLOSED", Account: "api_user"}
	b := conversation{ID: "b", Status: "CLOSED", Account: "api_user"}
	stranger := conversation{ID: "c", Status: "OPEN"}
	refused := closed
	refused.Status = http.StatusNotFound

	for _, tc := range []struct {
		name          string
		requests      []request
		conversations []conversation
		stateIDs      []string
		want          []string
	}{
		{"all well", []request{start, start, closed, stop("a"), stop("b")}, []conversation{a, b, stranger}, []string{"a"}, nil},
		{"nothing happened", nil, nil, nil, []string{"no conversation was in the state", "no close call"}},
		{
			"started twice",
			[]request{start, start, closed, stop("a")},
			[]conversation{a, {ID: "b", Status: "OPEN", Account: "api_user"}},
			[]string{"a"},
			[]string{"b was stopped 0 times", "b is still open (OPEN)"},
		},
		{
			"start repeated without effect",
			[]request{start, start, closed, stop("a")},
			[]conversation{a},
			[]string{"a"},
			[]string{"2 start calls for 1 conversation"},
		},
		{"stopped twice", []request{start, stop("a"), stop("a"), closed}, []conversation{a}, []string{"a"}, []string{"a was stopped 2 times"}},
		{"unknown in state", []request{start, stop("a"), closed}, []conversation{a}, []string{"x"}, []string{"x was in the state, but was never started"}},
		{"refused", []request{start, stop("a"), refused}, []conversation{a}, []string{"a"}, []string{"request 3, jelou.close, was answered with 404"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			got := verify(tc.requests, tc.conversations, tc.stateIDs)
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
		{"type":"thulium_chat_conversation","mode":"managed","values":{"id":"b"}}]}}}`
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
