package sandbox

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"slices"
	"time"
)

// The limits of the kept events. The oldest quarter makes room.
const (
	eventLogLimit = 10_000
	eventLogBytes = 32 << 20
)

// Event is an event of a Jelou conversation, and what became of it at the project's webhook.
type Event struct {
	Number       int             `json:"number"` // counts from 1 over the sandbox's life
	Time         time.Time       `json:"time"`
	Event        string          `json:"event"` // "conversation.start", "conversation.close" or "message"
	Project      string          `json:"project"`
	Bot          string          `json:"bot"`
	Conversation string          `json:"conversation"`
	URL          string          `json:"url"`       // where it was posted; "": the project has no webhook
	Signature    string          `json:"signature"` // X-Jelou-Signature as it was sent
	Statuses     []int           `json:"statuses"`  // what the webhook answered to each delivery; 0: nothing
	Body         string          `json:"body"`      // to the byte: what the signature is of
	Payload      json.RawMessage `json:"payload"`   // the same for reading
	Cut          int             `json:"cut,omitempty"`
}

// eventLog keeps events in order.
type eventLog struct {
	entries []*Event
	size    int
	last    int
	first   int // number of the first one since the log was emptied, less one
}

func (l *eventLog) add(e *Event) {
	l.last++
	e.Number = l.last
	l.entries = append(l.entries, e)
	l.size += e.size()
	if len(l.entries) <= eventLogLimit && l.size <= eventLogBytes {
		return
	}
	n := 0
	for n < len(l.entries)-1 && (n < len(l.entries)/4 || l.size > eventLogBytes*3/4) {
		l.size -= l.entries[n].size()
		n++
	}
	l.entries = slices.Clone(l.entries[n:])
}

func (e *Event) size() int {
	return 512 + 2*len(e.Body)
}

// Events returns the events in order. Cut of the first says how many before it are no longer kept.
func (s *Sandbox) Events() []Event {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := make([]Event, 0, len(s.events.entries))
	for _, e := range s.events.entries {
		v := *e
		v.Statuses = slices.Clone(e.Statuses)
		list = append(list, v)
	}
	if len(list) > 0 {
		list[0].Cut = list[0].Number - 1 - s.events.first
	}
	return list
}

// ClearEvents empties the log of events. Numbers go on.
func (s *Sandbox) ClearEvents() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.events = eventLog{last: s.events.last, first: s.events.last}
	s.changes.touch(sectionEvents)
}

// jelouEvent is an event as it is posted to the project's webhook. A message has no event, a start no value.
type jelouEvent struct {
	Event        string     `json:"event,omitempty"`
	Timestamp    int64      `json:"timestamp"`
	Field        string     `json:"field"`
	Object       string     `json:"object"`
	EventType    string     `json:"event_type"`
	ProjectID    string     `json:"project_id"`
	RoomID       string     `json:"room_id"`
	Contact      named      `json:"contact"`
	Conversation identified `json:"conversation"`
	Bot          named      `json:"bot"`
	Value        any        `json:"value,omitempty"`
}

type closeValue struct {
	Reason          string          `json:"reason"`
	RedirectPayload json.RawMessage `json:"redirectPayload,omitempty"`
}

type messageValue struct {
	ID      string         `json:"id"`
	Type    string         `json:"type"`
	Content messageContent `json:"content"`
}

type messageContent struct {
	Body string `json:"body"`
}

type identified struct {
	ID string `json:"id"`
}

type named struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

func userName(id string) string { return "User " + id }
func botName(id string) string  { return "Bot " + id }

// announce keeps an event of c and posts it to the project's webhook, if there is one, without keeping the answer
// waiting. done, if any, learns what the webhook answered last.
func (s *Sandbox) announce(c *JelouConversation, name string, at time.Time, value any, done *JelouClose) {
	payload := jelouEvent{
		Event: name, Timestamp: at.UnixMilli(), Field: "conversation", Object: "conversation_event", ProjectID: c.Project,
		RoomID: c.RoomID, Contact: named{c.User, userName(c.User)}, Conversation: identified{c.ID},
		Bot: named{c.Bot, botName(c.Bot)}, Value: value,
	}
	switch name {
	case "conversation.start":
		payload.EventType = "start"
	case "conversation.close":
		payload.EventType = "close"
	default:
		payload.Event, payload.Field, payload.Object, payload.EventType = "", "messages", "message_event", name
	}
	body := jsonAnswer(http.StatusOK, payload).body
	e := &Event{
		Time: at, Event: name, Project: c.Project, Bot: c.Bot, Conversation: c.ID, Statuses: []int{},
		Body: string(body), Payload: body,
	}
	secret := ""
	if i := slices.IndexFunc(s.projects, func(p JelouProject) bool { return p.ID == c.Project }); i >= 0 {
		e.URL, secret = s.projects[i].WebhookURL, s.projects[i].WebhookSecret
	}
	times := map[string]int{WebhookOnce: 1, WebhookBadSignature: 1, WebhookTwice: 2}[s.knobs.Webhook]
	if s.knobs.Webhook == WebhookBadSignature {
		secret += " rotated"
	}
	e.Signature = sign(secret, body)
	s.events.add(e)
	s.changes.touch(sectionEvents, sectionJelou)
	if e.URL != "" && times > 0 {
		s.deliveries++
		before, after := c.posted, make(chan struct{})
		c.posted = after
		go func() {
			defer close(after)
			if before != nil {
				<-before // events of one conversation arrive in order
			}
			s.post(e, times, done)
		}()
	}
}

// post delivers an event so many times.
func (s *Sandbox) post(e *Event, times int, done *JelouClose) {
	for range times {
		status := postOnce(e.URL, e.Signature, []byte(e.Body))
		s.mu.Lock()
		e.Statuses = append(e.Statuses, status)
		if done != nil {
			done.WebhookStatus = status
		}
		s.changes.touch(sectionEvents)
		s.mu.Unlock()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.deliveries--
	s.delivered.Broadcast()
}

// sign is the value of X-Jelou-Signature: a hex HMAC-SHA256 of the raw body.
func sign(secret string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}

// webhookClient keeps no connection, so that a finished sandbox leaves nothing behind.
var webhookClient = &http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}

// postOnce delivers one event and returns the status that it was answered with, 0 for none.
func postOnce(url, signature string, body []byte) int {
	request, err := http.NewRequestWithContext(context.Background(), http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return 0
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("X-Jelou-Signature", signature)
	response, err := webhookClient.Do(request)
	if err != nil {
		return 0
	}
	_ = response.Body.Close()
	return response.StatusCode
}
