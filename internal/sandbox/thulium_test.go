package sandbox_test

import (
	"fmt"
	"regexp"
	"testing"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

func TestStartAndStop(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	r := s.start("chat_queue_id=3&client_name=Jan&client_surname=Kowalski&client_email=jan.kowalski%40example.org&client_id=1234&customer_id=1&unknown=ignored")
	r.is(200)
	id := r.id("conversation_id")
	if !regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`).MatchString(id) {
		t.Errorf("%q is no UUID", id)
	}
	c := s.Open()[0]
	expect(t, "chat", line(c.ID, c.QueueID, c.Status, c.ClientName, c.ClientSurname, c.ClientEmail, c.ClientID, *c.CustomerID, c.Account, c.CreatedAt.Equal(noon)),
		line(id, 3, "CREATED", "Jan", "Kowalski", "jan.kowalski@example.org", "1234", 1, sandbox.ThuliumUsername, true))
	expect(t, "acted", s.last().Acted, true)
	expect(t, "a repeated start opens a second conversation", s.start("chat_queue_id=3&client_id=1234").id("conversation_id") != id, true)

	s.advance(time.Minute)
	s.stop(id).is(200, "body", "")
	expect(t, "open", len(s.Open()), 1)
	c = s.Conversations()[0]
	expect(t, "after stop", c.Status+c.ClosedAt.Format(time.TimeOnly), "CLOSED12:01:00")
}

func TestStartRefusals(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	for query, errors := range map[string]int{
		"": 1, "chat_queue_id=": 1, "chat_queue_id=0": 1, "chat_queue_id=three": 1, "chat_queue_id=3&customer_id=x": 1,
		"client_name=Jan&customer_id=-1": 2, "chat_queue_id=99999999999999999999": 1,
	} {
		r := s.start(query)
		r.is(400, "errors.0.code", some, fmt.Sprintf("errors.%d", errors-1), some, fmt.Sprintf("errors.%d", errors), nil)
		expect(t, query+" request_id", len(r.id("request_id")), 13)
	}
	expect(t, "chats", len(s.Conversations()), 0)
	s.start("").is(400, "errors.0.message", "Parameter chat_queue_id is required.")
	s.start("", "Accept-Language: pl").is(400, "errors.0.message", "Parametr chat_queue_id jest wymagany.")
	s.Set(func(k *sandbox.Knobs) { k.InvalidStatus, k.Queues = 422, []int64{1, 2} })
	s.start("chat_queue_id=3").is(422)
	s.start("chat_queue_id=2").is(200)
}

func TestThuliumAccess(t *testing.T) {
	t.Parallel()
	s := newStage(t, func(o *sandbox.Options) {
		o.Thulium = []sandbox.ThuliumAccount{{Username: "reader", Password: "fake", Denied: []string{"thulium.start"}}}
	})
	const path, reader = chatPath + "start?chat_queue_id=3", "Authorization: Basic cmVhZGVyOmZha2U=" // reader:fake
	nobody := s.send("POST", path, "")
	nobody.is(401, "errors.0.message", some)
	expect(t, "WWW-Authenticate", nobody.header.Get("WWW-Authenticate") != "", true)
	s.start("chat_queue_id=3").is(401)
	expect(t, "somebody else's name", s.last().Account, "")
	s.send("POST", path, "", reader).is(403)
	s.send("GET", chatsPath, "", reader).is(200)
	s.Set(func(k *sandbox.Knobs) { k.DeniedStatus, k.NoAccessStatus = 401, 403 })
	s.send("POST", path, "", reader).is(401)
	s.send("POST", path, "").is(403)
	expect(t, "chats", len(s.Conversations()), 0)
}

func TestInactivity(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	id := s.started()
	s.advance(2 * time.Hour)
	expect(t, "open without the knob", len(s.Open()), 1)
	s.Set(func(k *sandbox.Knobs) { k.InactivityAfter = sandbox.Duration(time.Hour) })
	expect(t, "open", len(s.Open()), 0)
	expect(t, "closed at", *s.Conversations()[0].ClosedAt, noon.Add(time.Hour))
	s.stop(id).is(409)
	expect(t, "close", s.CloseConversation(id), false)
}

func TestNumberIDs(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.Set(func(k *sandbox.Knobs) { k.NumberIDs = true })
	found := regexp.MustCompile(`^\{"conversation_id":(\d{18})\}$`).FindStringSubmatch(s.start("chat_queue_id=3").body)
	if found == nil {
		t.Fatal("the id is no number of 18 digits")
	}
	s.list("").is(200, "result.0.conversation_id", some)
	s.stop(found[1]).is(200)
}
