package sandbox_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

func TestEventsOfAConversation(t *testing.T) {
	t.Parallel()
	box := &inbox{}
	hook := httptest.NewServer(box)
	t.Cleanup(hook.Close)
	s := newStage(t, func(o *sandbox.Options) {
		o.Jelou = sandbox.DefaultJelouProjects()
		o.Jelou[0].WebhookURL = hook.URL
	})
	r := s.send("POST", startPath, `{"botId":"bot-1","userId":"user-1","initialMessage":"Olá"}`, jelouAuth, jsonType)
	id, _ := r.at(t, "data", "conversationId").(string)
	expect(t, "the user writes", s.send("POST", "/sandbox/jelou/"+id+"/messages", `{"text":"Oi"}`).status, 201)
	s.closeJelou("user-1")
	s.Drain()

	events := s.send("GET", "/sandbox/events", "")
	names := []string{}
	for i := range 4 {
		e := events.at(t, i).(map[string]any)
		names = append(names, fmt.Sprint(e["event"], e["statuses"]))
		body, _ := e["body"].(string)
		expect(t, "posted in order, to the byte", box.bodies[i], body)
		mac := hmac.New(sha256.New, []byte(sandbox.JelouWebhookSecret))
		mac.Write([]byte(body))
		expect(t, "signature", e["signature"], any("sha256="+hex.EncodeToString(mac.Sum(nil))))
		expect(t, "signature sent", box.signatures[i], e["signature"].(string))
		expect(t, "conversation", e["conversation"], any(id))
	}
	expectList(t, "events", names, []string{"conversation.start[204]", "message[204]", "message[204]", "conversation.close[204]"})
	expect(t, "start has no value", strings.Contains(box.bodies[0], `"value"`), false)
	expect(t, "start", strings.Contains(box.bodies[0], `"event":"conversation.start"`), true)
	for path, want := range map[string]any{
		"field": "messages", "object": "message_event", "event_type": "message", "project_id": "project-1", "event": nil,
	} {
		expect(t, path, events.at(t, 2, "payload", path), want)
	}
	expect(t, "content", events.at(t, 2, "payload", "value", "content", "body"), any("Oi"))
	expect(t, "type", events.at(t, 2, "payload", "value", "type"), any("text"))

	expect(t, "forgotten", s.send("DELETE", "/sandbox/events", "").body, "[]\n")
	s.Set(func(k *sandbox.Knobs) { k.InitialMessageEvent, k.Webhook = false, sandbox.WebhookNever })
	s.send("POST", startPath, `{"botId":"bot-1","userId":"user-2","initialMessage":"Olá"}`, jelouAuth, jsonType)
	s.Drain()
	left := s.Events()
	expect(t, "events", len(left), 1)
	expect(t, "number goes on", left[0].Number, 5)
	expect(t, "none is cut", left[0].Cut, 0)
	expect(t, "delivered never", len(left[0].Statuses), 0)
	expect(t, "deliveries", len(box.bodies), 4)
}

func TestOldEventsMakeRoom(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	id := s.OpenJelouConversation("project-1", "bot-1", "user-1")
	for range 12_000 {
		s.WriteAsJelouUser(id, "Oi")
	}
	events := s.Events()
	expect(t, "bounded", len(events) <= 10_000 && len(events) >= 7_000, true)
	expect(t, "said where it is cut", events[0].Cut, 12_001-len(events))
	expect(t, "last", events[len(events)-1].Number, 12_001)
}
