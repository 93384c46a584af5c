package sandbox

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"time"
)

// jelouUser is who a conversation is with: at most one is open at a time.
type jelouUser struct{ project, bot, user string }

// JelouConversation is a conversation of a user with a bot.
type JelouConversation struct {
	ID          string     `json:"id"`
	RoomID      string     `json:"room_id"`
	Project     string     `json:"project"`
	Bot         string     `json:"bot"`
	User        string     `json:"user"`
	StartAt     time.Time  `json:"start_at"`
	EndAt       *time.Time `json:"end_at"`
	EndedReason string     `json:"ended_reason"`
}

// JelouClose is a close that took effect.
type JelouClose struct {
	Time          time.Time       `json:"time"`
	Project       string          `json:"project"`
	Bot           string          `json:"bot"`
	User          string          `json:"user"`
	Conversation  string          `json:"conversation"`
	PayloadType   string          `json:"payload_type"` // "" when no redirectPayload was sent
	PayloadText   string          `json:"payload_text"`
	Payload       json.RawMessage `json:"payload,omitempty"` // redirectPayload as sent
	WebhookStatus int             `json:"webhook_status"`    // what the webhook answered last; 0: nothing
}

// jelouBook holds conversations by id and, per user, the latest.
type jelouBook struct {
	ordered []*JelouConversation
	byID    map[string]*JelouConversation
	latest  map[jelouUser]*JelouConversation
	closes  []*JelouClose
}

func newJelouBook() jelouBook {
	return jelouBook{byID: map[string]*JelouConversation{}, latest: map[jelouUser]*JelouConversation{}}
}

func (b *jelouBook) add(c *JelouConversation) {
	b.ordered = append(b.ordered, c)
	b.byID[c.ID] = c
	b.latest[jelouUser{c.Project, c.Bot, c.User}] = c
}

// open returns the user's open conversation, a new one if there is none.
func (b *jelouBook) open(u jelouUser, now time.Time) *JelouConversation {
	if c := b.latest[u]; c != nil && c.EndAt == nil {
		return c
	}
	c := &JelouConversation{
		ID: randomHex(12), RoomID: "room:" + randomHex(12), Project: u.project, Bot: u.bot, User: u.user, StartAt: now,
	}
	b.add(c)
	return c
}

// OpenJelouConversation lets a user begin a conversation with a bot, and returns its id; that of the open one if there
// is one already.
func (s *Sandbox) OpenJelouConversation(projectID, botID, userID string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.jelou.open(jelouUser{projectID, botID, userID}, s.now()).ID
}

// JelouConversations returns all conversations in order of start.
func (s *Sandbox) JelouConversations() []JelouConversation {
	s.mu.Lock()
	defer s.mu.Unlock()
	return copies(s.jelou.ordered)
}

// JelouClosed returns each close that took effect, in order.
func (s *Sandbox) JelouClosed() []JelouClose {
	s.mu.Lock()
	defer s.mu.Unlock()
	return copies(s.jelou.closes)
}

// copies are the values behind a list of pointers.
func copies[T any](list []*T) []T {
	values := make([]T, 0, len(list))
	for _, p := range list {
		values = append(values, *p)
	}
	return values
}

// closeEvent is the event conversation.close as it is posted to the project's webhook.
type closeEvent struct {
	Event        string     `json:"event"`
	Timestamp    int64      `json:"timestamp"`
	Field        string     `json:"field"`
	Object       string     `json:"object"`
	EventType    string     `json:"event_type"`
	ProjectID    string     `json:"project_id"`
	RoomID       string     `json:"room_id"`
	Contact      named      `json:"contact"`
	Conversation identified `json:"conversation"`
	Bot          named      `json:"bot"`
	Value        struct {
		Reason          string          `json:"reason"`
		RedirectPayload json.RawMessage `json:"redirectPayload,omitempty"`
	} `json:"value"`
}

type identified struct {
	ID string `json:"id"`
}

type named struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// announce posts the event of a close to the project's webhook, if it has one, without keeping the answer waiting.
func (s *Sandbox) announce(p *JelouProject, c *JelouConversation, done *JelouClose) {
	if p.WebhookURL == "" || s.knobs.Webhook == WebhookNever {
		return
	}
	event := closeEvent{
		Event: "conversation.close", Timestamp: done.Time.UnixMilli(), Field: "conversation",
		Object: "conversation_event", EventType: "close", ProjectID: p.ID, RoomID: c.RoomID,
		Contact: named{c.User, "User " + c.User}, Conversation: identified{c.ID}, Bot: named{c.Bot, "Bot " + c.Bot},
	}
	event.Value.Reason, event.Value.RedirectPayload = endedByOperator, done.Payload
	body := jsonAnswer(http.StatusOK, event).body
	secret, times := p.WebhookSecret, 1
	switch s.knobs.Webhook {
	case WebhookTwice:
		times = 2
	case WebhookBadSignature:
		secret += " rotated"
	}
	url, signature := p.WebhookURL, sign(secret, body)
	s.deliveries++
	go func() {
		status := 0
		for range times {
			status = post(url, signature, body)
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		done.WebhookStatus = status
		s.deliveries--
		s.delivered.Broadcast()
	}()
}

// sign is the value of X-Jelou-Signature: a hex HMAC-SHA256 of the raw body.
func sign(secret string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}

// webhookClient keeps no connection, so that a finished sandbox leaves nothing behind.
var webhookClient = &http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}

// post delivers one event and returns the status that it was answered with, 0 for none.
func post(url, signature string, body []byte) int {
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
