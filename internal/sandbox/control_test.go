package sandbox_test

import (
	"encoding/json"
	"reflect"
	"slices"
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
	s.control("GET", "health", "").is(200, "status", "ok")
	s.control("GET", "requests", "").is(200, "0.call", "thulium.start")
	s.control("GET", "requests?call=jelou.*", "").is(200, "0.number", 2)
	table := strings.Split(s.control("GET", "requests?format=table", "").body, "\n")
	expect(t, "table", len(table), 4)
	expect(t, "heading", strings.Join(strings.Fields(table[0]), " "), "NO TIME CALL TARGET STATUS ACTED FAULT ACCOUNT METHOD PATH")
	expect(t, "row", strings.Join(strings.Fields(table[1]), " "), "1 12:00:00.000 thulium.start queue 3 200 true - api_user POST /chat_conversations/start")
	s.control("DELETE", "requests", "").is(200)
	s.control("GET", "requests?format=json&call=jelou.*", "").is(200, "body", "[]\n")
	s.control("POST", "requests", "").is(405)
	s.control("GET", "nothing", "").is(404)
	expect(t, "control calls are not logged", s.Count("*"), 0)
}

func TestControlFaults(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.control("POST", "faults", `{"call":"thulium.start","kind":"slow","delay":"1ms","acts":true,"times":2}`).is(201, "id", 1)
	s.started()
	s.control("GET", "faults", "").is(200, "0.id", 1, "0.hits", 1, "0.seen", 1, "0.kind", "slow", "0.delay", "1ms", "0.acts", true)
	s.control("GET", "faults/kinds", "").is(200, "0.kind", "status")
	for body, message := range map[string]string{
		``: `the JSON value is missing`,
		`{"call":"*","kind":"slow","dellay":"1s"}`: `unknown field "dellay"`,
		`{"call":"*","kind":"slow","delay":"1"}`:   `missing unit in duration`,
		`{"call":"*","kind":"fast"}`:               `fault kind "fast" is none of status`,
		`{"call":"thulium","kind":"slow"}`:         `fault call "thulium" is none of *, thulium.*`,
		`{"call":"*","kind":"slow"} {}`:            `more than one JSON value`,
	} {
		s.refuses("POST", "faults", body, message)
	}
	s.control("POST", "faults", `{"call":"*","kind":"html"}`)
	s.control("DELETE", "faults/1", "").is(200, "0.kind", "html")
	s.control("DELETE", "faults/1", "").is(404)
	s.control("DELETE", "faults", "").is(200)
	s.control("GET", "faults", "").is(200, "body", "[]\n")
}

// refuses fails unless a control call is refused with these words.
func (s *stage) refuses(method, path, body, words string) {
	s.t.Helper()
	r := s.control(method, path, body)
	r.is(400)
	if text := r.id("error"); !strings.Contains(text, words) {
		s.t.Errorf("%s: %q, want %q", r.call, text, words)
	}
}

func TestUnknownQueryParameters(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	for path, message := range map[string]string{
		"requests?format=xml":        `query parameter format: "xml" is none of json, table`,
		"requests?call=thulium.stat": `query parameter call: "thulium.stat" is none of *, thulium.*`,
		"requests?cal=thulium.start": `unknown query parameter "cal"`,
		"conversations?open=yes":     `query parameter open: "yes" is none of true, false`,
		"conversations?queue=3":      `unknown query parameter "queue"`,
		"events?last=3":              `unknown query parameter "last"`,
		"health?x":                   `unknown query parameter "x"`,
		"knobs?format=table":         `unknown query parameter "format"`,
	} {
		s.refuses("GET", path, "", message)
	}
}

func TestControlConversations(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.control("POST", "conversations", `{"id":"a","queue_id":3,"client_email":"a@example.org"}`).is(201)
	s.control("POST", "conversations", `{"id":"a"}`).is(409)
	s.control("POST", "conversations", `{"queue":3}`).is(400)
	s.control("GET", "conversations", "").is(200, "0.client_email", "a@example.org")
	s.control("POST", "conversations/a/move", `{"queue_id":4}`).is(200)
	expect(t, "queue", s.Open()[0].QueueID, 4)
	s.control("POST", "conversations/a/close", "").is(200)
	s.control("POST", "conversations/a/close", "").is(404)
	s.control("POST", "conversations/b/move", `{"queue_id":4}`).is(404)
	s.control("GET", "conversations?open=true", "").is(200, "body", "[]\n")

	id := s.control("POST", "jelou", `{"user":"user-1"}`).id("id")
	s.control("GET", "jelou", "").is(200, "conversations.0.id", id)
	s.control("POST", "jelou", `{}`).is(400)
	s.closeJelou("user-1")
	s.control("GET", "jelou", "").is(200, "closes.0.conversation", id)

	s.control("PUT", "threads/c%2F1/t", `{"mode":"AI"}`).is(200)
	s.send("GET", sandbox.ChatbotPath+"/chatbots/c%2F1/threads/t", "", chatbotAuth).is(200, "data.thread.mode", "AI")
	s.control("GET", "threads", "").is(200, "3", some, "4", nil)
}

func TestKnobs(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.control("PATCH", "knobs", `{"open_status":"ACTIVE","show_after":"90s","queues":[3]}`).is(200)
	expect(t, "set", s.Knobs().OpenStatus, "ACTIVE")
	shown := s.control("GET", "knobs", "")
	shown.is(200, "show_after.value", "1m30s", "queues.value", "[3]", "list_refused.takes", "0, or a status from 400 to 599")
	for body, message := range map[string]string{
		`{"open_statas":"X"}`:             `unknown field "open_statas"`,
		`{"list_order":"random"}`:         `knob list_order: "random" is none of newest_first, oldest_first`,
		`{"queues":[4],"stop_unknown":7}`: `knob stop_unknown: 7 is not within 200 and 599`,
		`{"hide_open":"yes"}`:             `hide_open of type bool`,
		`{"latency":"-1s"}`:               `knob latency: -1s is below 0`,
		`{"page_limit":-1}`:               `knob page_limit: -1 is below 0`,
		`{"list_refused":200}`:            `knob list_refused: 200 is neither 0 nor within 400 and 599`,
		`{"open_status":"CLOSED"}`:        `cannot be the status of an open chat`,
		`{"start_while_open":"no"}`:       `"no" is none of refused, conflict, failed, same, second`,
	} {
		s.refuses("PATCH", "knobs", body, message)
	}
	expect(t, "a refused change changes nothing", s.Knobs().Queues[0], 3)

	// Each explains itself. What it says it takes, it takes: each value of a choice, and its default.
	var knobs map[string]struct {
		Value, Default        json.RawMessage
		Service, Means, Takes string
	}
	if err := json.Unmarshal([]byte(shown.body), &knobs); err != nil {
		t.Fatal(err)
	}
	for name, k := range knobs {
		if k.Means == "" || k.Takes == "" || k.Value == nil || k.Default == nil || !slices.Contains([]string{"all", "thulium", "jelou", "chatbot"}, k.Service) {
			t.Errorf("%s does not explain itself: %+v", name, k)
		}
		takes := []string{string(k.Default)}
		if list, ok := strings.CutPrefix(k.Takes, "one of "); ok {
			takes = append(takes, strings.Split(`"`+strings.ReplaceAll(list, ", ", `"|"`)+`"`, "|")...)
		}
		for _, value := range takes {
			s.control("PATCH", "knobs", `{"`+name+`":`+value+`}`).is(200)
		}
	}
	s.Set(func(k *sandbox.Knobs) { k.OpenStatus = "ACTIVE" })
	s.control("DELETE", "knobs", "").is(200)
	expect(t, "defaults", reflect.DeepEqual(s.Knobs(), sandbox.DefaultKnobs()), true)
}

func TestStateRoundTrip(t *testing.T) {
	t.Parallel()
	a := newStage(t)
	id := a.started()
	a.start("chat_queue_id=4&client_id=1234&customer_id=7")
	a.stop(id)
	a.closeJelou("user-1")
	jelouOpen := a.OpenJelouConversation("project-1", "bot-2", "user-2")
	a.AddThread(sandbox.ChatbotID, "t", json.RawMessage(`{"cut":`))
	a.thread(sandbox.WaitingThreadID)
	a.Set(func(k *sandbox.Knobs) { k.OpenStatus, k.EveryUserOpen = "ACTIVE", false })
	saved := a.control("GET", "state", "").body

	b := newStage(t, func(o *sandbox.Options) { o.Empty = true })
	b.control("PUT", "state", saved).is(200)
	b.control("GET", "state", "").is(200, "body", saved)
	expect(t, "chats", reflect.DeepEqual(b.Conversations(), a.Conversations()), true)
	expect(t, "closes", reflect.DeepEqual(b.JelouClosed(), a.JelouClosed()), true)
	expect(t, "open jelou conversation", b.OpenJelouConversation("project-1", "bot-2", "user-2"), jelouOpen)
	b.closeJelou("user-1").is(404, "error.key", "CONVERSATION_NOT_FOUND") // whose user is known
	b.advance(3 * time.Second)
	b.thread(sandbox.WaitingThreadID).is(200, "data.thread.messages.0.answer", some) // the time of the first read is kept
	b.thread("t").is(200, "has", `{"cut":}}`)                                        // and not mended
	b.start("chat_queue_id=4&client_id=1234")
	expect(t, "known customer", b.Open()[1].CRMCustomer, 7)
}

func TestStateRefusals(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.started()
	before := s.control("GET", "state", "").body
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
		s.refuses("PUT", "state", body, message)
	}
	s.control("GET", "state", "").is(200, "body", before)
}
