package sandbox_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

func TestControlRequests(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.started()
	s.closeJelou("user-1")
	expect(t, "health", s.send("GET", "/sandbox/health", "").at(t, "status"), any("ok"))
	expect(t, "first call", s.send("GET", "/sandbox/requests", "").at(t, 0, "call"), any("thulium.start"))
	expect(t, "of one call", s.send("GET", "/sandbox/requests?call=jelou.*", "").at(t, 0, "number"), any(2.0))
	table := strings.Split(s.send("GET", "/sandbox/requests?format=table", "").body, "\n")
	expect(t, "table", len(table), 4)
	expect(t, "heading", strings.Join(strings.Fields(table[0]), " "), "NO TIME CALL TARGET STATUS ACTED FAULT ACCOUNT METHOD PATH")
	expect(t, "row", strings.Join(strings.Fields(table[1]), " "),
		"1 12:00:00.000 thulium.start queue 3 200 true - api_user POST /chat_conversations/start")
	expect(t, "delete", s.send("DELETE", "/sandbox/requests", "").status, 200)
	expect(t, "empty", s.send("GET", "/sandbox/requests", "").body, "[]\n")
	expect(t, "wrong method", s.send("POST", "/sandbox/requests", "").status, 405)
	expect(t, "unknown", s.send("GET", "/sandbox/nothing", "").status, 404)
	expect(t, "control calls are not logged", s.Count("*"), 0)
}

func TestControlFaults(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	r := s.send("POST", "/sandbox/faults", `{"call":"thulium.start","kind":"slow","delay":"1ms","acts":true,"times":2}`)
	expect(t, "added", r.status, 201)
	expect(t, "id", r.at(t, "id"), any(1.0))
	s.started()
	r = s.send("GET", "/sandbox/faults", "")
	for field, want := range map[string]any{"id": 1.0, "hits": 1.0, "seen": 1.0, "kind": "slow", "delay": "1ms", "acts": true} {
		expect(t, field, r.at(t, 0, field), want)
	}
	for body, message := range map[string]string{
		`{"call":"*","kind":"slow","dellay":"1s"}`: `unknown field "dellay"`,
		`{"call":"*","kind":"slow","delay":"1"}`:   `missing unit in duration`,
		`{"call":"*","kind":"fast"}`:               `fault kind "fast" is none of status`,
		`{"call":"thulium","kind":"slow"}`:         `fault call "thulium" is none of *, thulium.*`,
		`{"call":"*","kind":"slow"} {}`:            `more than one JSON value`,
	} {
		r := s.send("POST", "/sandbox/faults", body)
		text, _ := r.at(t, "error").(string)
		if r.status != 400 || !strings.Contains(text, message) {
			t.Errorf("%s: %d %q, want %q", body, r.status, text, message)
		}
	}
	s.send("POST", "/sandbox/faults", `{"call":"*","kind":"html"}`)
	expect(t, "one left", s.send("DELETE", "/sandbox/faults/1", "").at(t, 0, "kind"), any("html"))
	expect(t, "gone", s.send("DELETE", "/sandbox/faults/1", "").status, 404)
	s.send("DELETE", "/sandbox/faults", "")
	expect(t, "none left", s.send("GET", "/sandbox/faults", "").body, "[]\n")
}

func TestControlKnobs(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	r := s.send("PATCH", "/sandbox/knobs", `{"open_status":"ACTIVE","show_after":"90s","queues":[3]}`)
	expect(t, "status", r.status, 200)
	expect(t, "set", s.Knobs().OpenStatus, "ACTIVE")
	expect(t, "shown", s.send("GET", "/sandbox/knobs", "").at(t, "show_after", "value"), any("1m30s"))
	for body, message := range map[string]string{
		`{"open_statas":"X"}`:             `unknown field "open_statas"`,
		`{"list_order":"random"}`:         `knob list_order: "random" is none of newest_first, oldest_first`,
		`{"queues":[4],"stop_unknown":7}`: `knob stop_unknown: 7 is not within 200 and 599`,
		`{"hide_open":"yes"}`:             `hide_open of type bool`,
	} {
		r := s.send("PATCH", "/sandbox/knobs", body)
		text, _ := r.at(t, "error").(string)
		if r.status != 400 || !strings.Contains(text, message) {
			t.Errorf("%s: %d %q, want %q", body, r.status, text, message)
		}
	}
	expect(t, "a refused change changes nothing", s.Knobs().Queues[0], 3)
	s.send("DELETE", "/sandbox/knobs", "")
	if !reflect.DeepEqual(s.Knobs(), sandbox.DefaultKnobs()) {
		t.Errorf("not the defaults: %+v", s.Knobs())
	}
}

func TestControlConversations(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	r := s.send("POST", "/sandbox/conversations", `{"id":"a","queue_id":3,"client_email":"a@example.org"}`)
	expect(t, "added", r.status, 201)
	expect(t, "taken", s.send("POST", "/sandbox/conversations", `{"id":"a"}`).status, 409)
	expect(t, "misspelt", s.send("POST", "/sandbox/conversations", `{"queue":3}`).status, 400)
	expect(t, "listed", s.send("GET", "/sandbox/conversations", "").at(t, 0, "client_email"), any("a@example.org"))
	expect(t, "moved", s.send("POST", "/sandbox/conversations/a/move", `{"queue_id":4}`).status, 200)
	expect(t, "queue", s.Open()[0].QueueID, 4)
	expect(t, "closed", s.send("POST", "/sandbox/conversations/a/close", "").status, 200)
	expect(t, "closed again", s.send("POST", "/sandbox/conversations/a/close", "").status, 404)
	expect(t, "unknown moved", s.send("POST", "/sandbox/conversations/b/move", `{"queue_id":4}`).status, 404)
	expect(t, "open", s.send("GET", "/sandbox/conversations?open=true", "").body, "[]\n")

	id := s.send("POST", "/sandbox/jelou", `{"user":"user-1"}`).at(t, "id")
	expect(t, "jelou", s.send("GET", "/sandbox/jelou", "").at(t, "conversations", 0, "id"), id)
	expect(t, "nobody", s.send("POST", "/sandbox/jelou", `{}`).status, 400)
	s.closeJelou("user-1")
	expect(t, "jelou close", s.send("GET", "/sandbox/jelou", "").at(t, "closes", 0, "conversation"), id)

	expect(t, "thread", s.send("PUT", "/sandbox/threads/c%2F1/t", `{"mode":"AI"}`).status, 200)
	r = s.send("GET", sandbox.ChatbotPath+"/chatbots/c%2F1/threads/t", "", chatbotAuth)
	expect(t, "thread's mode", r.at(t, "data", "thread", "mode"), any("AI"))
	expect(t, "threads", len(s.send("GET", "/sandbox/threads", "").at(t).([]any)), 4)
}

func TestStateRoundTrip(t *testing.T) {
	t.Parallel()
	a := newStage(t)
	id := a.started()
	a.start("chat_queue_id=4&client_id=1234&customer_id=7")
	a.stop(id)
	a.closeJelou("user-1")
	jelouOpen := a.OpenJelouConversation("project-1", "bot-2", "user-2")
	a.AddThread("c", "t", json.RawMessage(`{"cut":`))
	a.send("GET", threadPath+sandbox.WaitingThreadID, "", chatbotAuth)
	a.Set(func(k *sandbox.Knobs) { k.OpenStatus, k.EveryUserOpen = "ACTIVE", false })
	saved := a.send("GET", "/sandbox/state", "")

	b := newStage(t, func(o *sandbox.Options) { o.Empty = true })
	if r := b.send("PUT", "/sandbox/state", saved.body); r.status != 200 {
		t.Fatalf("PUT state: %d %s", r.status, r.body)
	}
	expect(t, "state", b.send("GET", "/sandbox/state", "").body, saved.body)
	if got, want := b.Conversations(), a.Conversations(); !reflect.DeepEqual(got, want) {
		t.Errorf("chats:\n got %+v\nwant %+v", got, want)
	}
	if got, want := b.JelouClosed(), a.JelouClosed(); !reflect.DeepEqual(got, want) {
		t.Errorf("closes:\n got %+v\nwant %+v", got, want)
	}
	expect(t, "open jelou conversation", b.OpenJelouConversation("project-1", "bot-2", "user-2"), jelouOpen)
	expect(t, "known jelou user", b.closeJelou("user-1").at(t, "error", "key"), any("CONVERSATION_NOT_FOUND"))
	b.advance(3 * time.Second)
	r := b.send("GET", threadPath+sandbox.WaitingThreadID, "", chatbotAuth)
	if r.at(t, "data", "thread", "messages", 0, "answer") == nil {
		t.Errorf("the time of the first read was lost: %s", r.body)
	}
	if r := b.send("GET", sandbox.ChatbotPath+"/chatbots/c/threads/t", "", chatbotAuth); !strings.HasSuffix(r.body, `{"cut":}}`) {
		t.Errorf("the broken thread was mended: %s", r.body)
	}
	b.start("chat_queue_id=4&client_id=1234")
	expect(t, "known customer", b.Open()[1].CRMCustomer, 7)
}

func TestStateRefusals(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.started()
	before := s.send("GET", "/sandbox/state", "").body
	for body, message := range map[string]string{
		`{}`:                         "state of version 0",
		`{"version":2}`:              "state of version 2",
		`{"version":1,"chat":[]}`:    `unknown field "chat"`,
		`{"version":1,"chats":[{}]}`: "chat 0 has no id of its own",
		`{"version":1,"chats":[{"id":"a"},{"id":"a"}]}`:  "chat 1 has no id of its own",
		`{"version":1,"jelou":{"conversations":[null]}}`: "jelou conversation 0 has no id of its own",
		`{"version":1,"jelou":{"closes":[null]}}`:        "jelou close 0 is null",
		`{"version":1,"knobs":{"list_order":"random"}}`:  "knob list_order",
		`not JSON`: "invalid character",
	} {
		r := s.send("PUT", "/sandbox/state", body)
		text, _ := r.at(t, "error").(string)
		if r.status != 400 || !strings.Contains(text, message) {
			t.Errorf("%s: %d %q, want %q", body, r.status, text, message)
		}
	}
	expect(t, "state", s.send("GET", "/sandbox/state", "").body, before)
}
