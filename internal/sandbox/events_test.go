package sandbox_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// inbox is a webhook that keeps what it is sent.
type inbox struct {
	mu                 sync.Mutex
	bodies, signatures []string
}

func (i *inbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	i.mu.Lock()
	defer i.mu.Unlock()
	i.bodies = append(i.bodies, string(body))
	i.signatures = append(i.signatures, r.Header.Get("X-Jelou-Signature"))
	w.WriteHeader(http.StatusNoContent)
}

// signed reports whether the signature of a delivery is valid.
func (i *inbox) signed(n int) bool {
	mac := hmac.New(sha256.New, []byte(sandbox.JelouWebhookSecret))
	mac.Write([]byte(i.bodies[n]))
	return i.signatures[n] == "sha256="+hex.EncodeToString(mac.Sum(nil))
}

// hooked is a stage whose project has a webhook.
func hooked(t *testing.T) (*stage, *inbox, *httptest.Server) {
	t.Helper()
	box := &inbox{}
	hook := httptest.NewServer(box)
	t.Cleanup(hook.Close)
	return newStage(t, func(o *sandbox.Options) {
		o.Jelou = sandbox.DefaultJelouProjects()
		o.Jelou[0].WebhookURL = hook.URL
	}), box, hook
}

func TestEventsOfAConversation(t *testing.T) {
	t.Parallel()
	s, box, _ := hooked(t)
	id := s.jelou("POST", "start", `{"botId":"bot-1","userId":"user-1","initialMessage":"Olá"}`).id("data.conversationId")
	s.control("POST", "jelou/"+id+"/messages", `{"text":"Oi"}`).is(201)
	s.jelou("POST", "close", `{"botId":"bot-1","userId":"user-1","redirectPayload":{"type":"text","text":"Tchau"}}`)
	s.Drain()
	expect(t, "webhook's answer", s.JelouClosed()[0].WebhookStatus, 204)

	events := s.control("GET", "events", "")
	for i, name := range []string{"conversation.start", "message", "message", "conversation.close"} {
		at := line(i) + "."
		events.is(200, at+"event", name, at+"statuses", "[204]", at+"signature", box.signatures[i], at+"conversation", id)
		expect(t, "posted in order, to the byte", events.id(at+"body"), box.bodies[i])
		expect(t, "signature", box.signed(i), true)
	}
	events.is(200, "0.payload.event", "conversation.start", "0.payload.value", nil, "2.payload.field", "messages", "2.payload.object", "message_event",
		"2.payload.event_type", "message", "2.payload.project_id", "project-1", "2.payload.event", nil,
		"2.payload.value.content.body", "Oi", "2.payload.value.type", "text", "3.payload.room_id", some)
	expect(t, "close", line(without(events.at("3.payload"), "room_id", "timestamp")), line(map[string]any{
		"event": "conversation.close", "field": "conversation", "object": "conversation_event", "event_type": "close", "project_id": "project-1",
		"contact":      map[string]any{"id": "user-1", "name": "User user-1"},
		"conversation": map[string]any{"id": id},
		"bot":          map[string]any{"id": "bot-1", "name": "Bot bot-1"},
		"value":        map[string]any{"reason": "closed_by_operator", "redirectPayload": map[string]any{"type": "text", "text": "Tchau"}},
	}))
	expect(t, "close's time", events.at("3.payload.timestamp").(float64), float64(noon.UnixMilli()))

	s.control("DELETE", "events", "").is(200, "body", "[]\n")
	s.Set(func(k *sandbox.Knobs) { k.InitialMessageEvent, k.Webhook = false, sandbox.WebhookNever })
	s.jelou("POST", "start", `{"botId":"bot-1","userId":"user-2","initialMessage":"Olá"}`)
	s.Drain()
	left := s.Events()
	expect(t, "events", len(left), 1)
	expect(t, "number, cut, statuses", line(left[0].Number, left[0].Cut, len(left[0].Statuses)), "5 0 0")
	expect(t, "deliveries", len(box.bodies), 4)
}

// without is an object without some of its fields.
func without(object any, fields ...string) any {
	for _, field := range fields {
		delete(object.(map[string]any), field)
	}
	return object
}

func TestWebhookKnobs(t *testing.T) {
	t.Parallel()
	s, box, hook := hooked(t)
	for knob, deliveries := range map[string]int{sandbox.WebhookNever: 0, sandbox.WebhookTwice: 2, sandbox.WebhookBadSignature: 1, sandbox.WebhookOnce: 1} {
		before := len(box.bodies)
		s.Set(func(k *sandbox.Knobs) { k.Webhook = knob })
		s.closeJelou("user-1")
		s.Drain()
		expect(t, knob, len(box.bodies)-before, deliveries)
		for n := before; n < len(box.bodies); n++ {
			expect(t, knob+" is signed", box.signed(n), knob != sandbox.WebhookBadSignature)
		}
	}
	hook.Close()
	s.closeJelou("user-1").is(200) // while the webhook is away
	s.Drain()
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
