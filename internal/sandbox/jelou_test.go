package sandbox_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"sync"
	"testing"

	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

const jelouBasic = "Authorization: Basic ZmFrZS1qZWxvdS1jbGllbnQ6ZmFrZS1qZWxvdS1jbGllbnQtc2VjcmV0" // fake-jelou-client:fake-jelou-client-secret

func TestCloseAndRead(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	id := s.OpenJelouConversation("project-1", "bot-1", "user-1")
	expect(t, "one open conversation per user", s.OpenJelouConversation("project-1", "bot-1", "user-1"), id)
	path := sandbox.JelouPath + "/external-support/project-1/conversations/" + id
	expect(t, "state", s.send("GET", path, "", jelouAuth).at(t, "data", "state"), any("active"))

	r := s.send("POST", closePath, `{"botId":"bot-1","userId":"user-1","redirectPayload":{"type":"text","text":"Tchau"}}`, jelouAuth, jsonType)
	expect(t, "status", r.status, 200)
	expect(t, "body", r.body, `{"message":["Conversation closed successfully"],"statusMessage":"success","status":1,`+
		`"data":{"conversationId":"`+id+`","status":"closed","endedReason":"closed_by_operator"}}`)
	closed := s.JelouClosed()
	expect(t, "closes", len(closed), 1)
	expect(t, "close", fmt.Sprint(closed[0].Project, closed[0].Bot, closed[0].User, closed[0].Conversation, closed[0].PayloadType, closed[0].PayloadText),
		fmt.Sprint("project-1", "bot-1", "user-1", id, "text", "Tchau"))

	r = s.send("GET", sandbox.JelouPlatformPath+"/external-support/project-1/conversations/"+id, "", jelouBasic)
	for field, want := range map[string]any{
		"_id": id, "state": "closed", "startAt": "2026-11-22T12:00:00.000Z", "endAt": "2026-11-22T12:00:00.000Z", "endedReason": "closed_by_operator",
	} {
		expect(t, field, r.at(t, "data", field), want)
	}
	expect(t, "client's account", s.last().Account, sandbox.JelouClientID)
	if s.OpenJelouConversation("project-1", "bot-1", "user-1") == id {
		t.Error("a closed conversation was opened again")
	}
}

func TestJelouCredentials(t *testing.T) {
	t.Parallel()
	s := newStage(t, func(o *sandbox.Options) {
		o.Jelou = append(sandbox.DefaultJelouProjects(), sandbox.JelouProject{ID: "project-2", APIKey: "fake-key-2"})
	})
	const body = `{"botId":"bot-1","userId":"user-1"}`
	for name, c := range map[string]struct {
		headers []string
		status  int
		scheme  string
	}{
		"key":                     {[]string{jelouAuth}, 200, "x-api-key"},
		"client":                  {[]string{jelouBasic}, 200, "Basic"},
		"both":                    {[]string{jelouAuth, jelouBasic}, 401, "Basic+x-api-key"},
		"none":                    {nil, 401, ""},
		"wrong key":               {[]string{"X-Api-Key: wrong"}, 401, "x-api-key"},
		"another project's key":   {[]string{"X-Api-Key: fake-key-2"}, 401, "x-api-key"},
		"empty client":            {[]string{"Authorization: Basic Og=="}, 401, "Basic"},
		"secret without a scheme": {[]string{"Authorization: " + sandbox.JelouClientSecret}, 401, ""},
	} {
		r := s.send("POST", closePath, body, append(c.headers, jsonType)...)
		expect(t, name, r.status, c.status)
		expect(t, name+" scheme", s.last().AuthScheme, c.scheme)
		if c.status == 401 {
			expect(t, name+" body", r.body, `{"message":"Authentication failed"}`)
		}
	}
	expect(t, "closes", len(s.JelouClosed()), 2)
	s.Set(func(k *sandbox.Knobs) { k.CredentialFault = 500 })
	r := s.send("POST", closePath, body, "X-Api-Key: wrong")
	expect(t, "credential fault", r.status, 500)
	expect(t, "credential fault's key", r.at(t, "error", "key"), any("INTERNAL_SERVER_ERROR"))
}

func TestCloseNotFound(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.Set(func(k *sandbox.Knobs) { k.EveryUserOpen = false })
	r := s.send("POST", closePath, `{"botId":"bot-9","userId":"user-1"}`, jelouAuth)
	expect(t, "bot", r.status, 404)
	expect(t, "message", r.at(t, "message", 0), any("The Bot could not be found at the moment."))
	expect(t, "status message", r.at(t, "statusMessage"), any("failed"))
	expect(t, "status", r.at(t, "status"), any(0.0))
	expect(t, "code", r.at(t, "error", "code"), any("E1019"))
	expect(t, "developer message", r.at(t, "error", "developerMessages", "en"), any("The Bot could not be found at the moment."))
	for _, language := range []string{"es", "en", "pt"} {
		if r.at(t, "error", "clientMessages", language) == nil {
			t.Errorf("no client message in %s", language)
		}
	}
	expect(t, "user", s.closeJelou("user-9").at(t, "error", "key"), any("USER_NOT_FOUND"))
	r = s.send("POST", sandbox.JelouPath+"/external-support/project-9/conversations/close", "{}", jelouAuth)
	expect(t, "project", r.at(t, "error", "key"), any("PROJECT_NOT_FOUND"))
	r = s.send("GET", sandbox.JelouPath+"/external-support/project-1/conversations/none", "", jelouAuth)
	expect(t, "conversation", r.at(t, "error", "key"), any("CONVERSATION_NOT_FOUND"))
	expect(t, "conversation's status", r.status, 404)
}

func TestCloseValidation(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	for body, fields := range map[string][]string{
		``:                        {"body"},
		`[]`:                      {"body"},
		`{}`:                      {"botId", "userId"},
		`{"botId":7,"userId":""}`: {"botId", "userId"},
		`{"botId":"bot-1","userId":"u","redirectPayload":"x"}`:                      {"redirectPayload"},
		`{"botId":"bot-1","userId":"u","redirectPayload":{}}`:                       {"redirectPayload.type"},
		`{"botId":"bot-1","userId":"u","redirectPayload":{"type":"text"}}`:          {"redirectPayload.text"},
		`{"botId":"bot-1","userId":"u","redirectPayload":{"type":"voice"}}`:         {"redirectPayload.type"},
		`{"botId":"bot-1","userId":"u","redirectPayload":{"type":"edge","text":4}}`: {"redirectPayload.text"},
	} {
		r := s.send("POST", closePath, body, jelouAuth, jsonType)
		expect(t, body, r.status, 422)
		errors, _ := r.at(t, "validationError").(map[string]any)
		expect(t, body+" fields", len(errors), len(fields))
		for _, field := range fields {
			if list, _ := errors[field].([]any); len(list) != 1 {
				t.Errorf("%s: %s in %s", body, field, r.body)
			}
		}
	}
	expect(t, "closes", len(s.JelouClosed()), 0)
	for _, payload := range []string{`null`, `{"type":"edge"}`, `{"type":"edge","text":"x"}`} {
		r := s.send("POST", closePath, `{"botId":"bot-1","userId":"u","redirectPayload":`+payload+`}`, jelouAuth)
		expect(t, payload, r.status, 200)
	}

	s.Set(func(k *sandbox.Knobs) { k.ValidationError = sandbox.ValidationTexts })
	r := s.send("POST", closePath, `{"botId":"bot-1"}`, jelouAuth)
	expect(t, "texts", r.at(t, "validationError", "userId"), any("The userId field is required."))
	s.Set(func(k *sandbox.Knobs) { k.ValidationError = sandbox.ValidationNested })
	r = s.send("POST", closePath, `{"botId":"bot-1"}`, jelouAuth)
	expect(t, "nested", r.at(t, "validationError", "errors", 0, "field"), any("userId"))
}

func TestCloseWithNothingOpen(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	first := s.closeJelou("user-1").at(t, "data", "conversationId")
	if second := s.closeJelou("user-1").at(t, "data", "conversationId"); second == first {
		t.Error("every user has an open conversation, yet the same one was closed twice")
	}
	s.Set(func(k *sandbox.Knobs) { k.EveryUserOpen = false })
	id := s.JelouClosed()[1].Conversation
	for knob, status := range map[string]int{
		sandbox.NoneOpenLast: 200, sandbox.NoneOpenNotFound: 404, sandbox.NoneOpenUnprocessable: 422, sandbox.NoneOpenFailed: 200,
	} {
		s.Set(func(k *sandbox.Knobs) { k.NoneOpen = knob })
		r := s.closeJelou("user-1")
		expect(t, knob, r.status, status)
		expect(t, knob+" acted", s.last().Acted, false)
		switch knob {
		case sandbox.NoneOpenLast:
			expect(t, "last id", r.at(t, "data", "conversationId"), any(id))
		case sandbox.NoneOpenFailed:
			expect(t, "failed", r.at(t, "status"), any(0.0))
		}
	}
	expect(t, "closes", len(s.JelouClosed()), 2)
}

func TestCloseEnvelopeKnobs(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.Set(func(k *sandbox.Knobs) { k.MessageText, k.DataAbsent = true, true })
	expect(t, "text, no data", s.closeJelou("u").body, `{"message":"Conversation closed successfully","statusMessage":"success","status":1}`)
	s.Set(func(k *sandbox.Knobs) { k.StatusAbsent = true })
	expect(t, "no status", s.closeJelou("u").body, `{"message":"Conversation closed successfully"}`)
}

// inbox is a webhook that keeps what it is sent.
type inbox struct {
	mu         sync.Mutex
	bodies     []string
	signatures []string
}

func (i *inbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	i.mu.Lock()
	defer i.mu.Unlock()
	i.bodies = append(i.bodies, string(body))
	i.signatures = append(i.signatures, r.Header.Get("X-Jelou-Signature"))
	w.WriteHeader(http.StatusNoContent)
}

func TestWebhook(t *testing.T) {
	t.Parallel()
	box := &inbox{}
	hook := httptest.NewServer(box)
	t.Cleanup(hook.Close)
	s := newStage(t, func(o *sandbox.Options) {
		o.Jelou = sandbox.DefaultJelouProjects()
		o.Jelou[0].WebhookURL = hook.URL
	})
	id := s.OpenJelouConversation("project-1", "bot-1", "user-1")
	s.send("POST", closePath, `{"botId":"bot-1","userId":"user-1","redirectPayload":{"type":"text","text":"Tchau"}}`, jelouAuth)
	s.Drain()
	expect(t, "deliveries", len(box.bodies), 2)
	expect(t, "webhook's answer", s.JelouClosed()[0].WebhookStatus, 204)

	mac := hmac.New(sha256.New, []byte(sandbox.JelouWebhookSecret))
	mac.Write([]byte(box.bodies[1]))
	valid := "sha256=" + hex.EncodeToString(mac.Sum(nil))
	expect(t, "signature", box.signatures[1], valid)

	var event map[string]any
	if err := json.Unmarshal([]byte(box.bodies[1]), &event); err != nil {
		t.Fatal(err)
	}
	if event["room_id"] == "" {
		t.Error("no room_id")
	}
	delete(event, "room_id")
	want := map[string]any{
		"event": "conversation.close", "timestamp": float64(noon.UnixMilli()), "field": "conversation",
		"object": "conversation_event", "event_type": "close", "project_id": "project-1",
		"contact":      map[string]any{"id": "user-1", "name": "User user-1"},
		"conversation": map[string]any{"id": id},
		"bot":          map[string]any{"id": "bot-1", "name": "Bot bot-1"},
		"value":        map[string]any{"reason": "closed_by_operator", "redirectPayload": map[string]any{"type": "text", "text": "Tchau"}},
	}
	if !reflect.DeepEqual(event, want) {
		t.Errorf("event:\n got %v\nwant %v", event, want)
	}

	for knob, deliveries := range map[string]int{sandbox.WebhookNever: 0, sandbox.WebhookTwice: 2, sandbox.WebhookBadSignature: 1} {
		before := len(box.bodies)
		s.Set(func(k *sandbox.Knobs) { k.Webhook = knob })
		s.closeJelou("user-1")
		s.Drain()
		expect(t, knob, len(box.bodies)-before, deliveries)
		if knob == sandbox.WebhookBadSignature {
			mac.Reset()
			mac.Write([]byte(box.bodies[before]))
			if box.signatures[before] == "sha256="+hex.EncodeToString(mac.Sum(nil)) {
				t.Error("the bad signature is valid")
			}
		}
	}
	hook.Close()
	s.Set(func(k *sandbox.Knobs) { k.Webhook = sandbox.WebhookOnce })
	expect(t, "close while the webhook is away", s.closeJelou("user-1").status, 200)
	s.Drain()
}
