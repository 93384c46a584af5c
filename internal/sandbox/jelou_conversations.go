package sandbox

import (
	"encoding/json"
	"slices"
	"time"
)

// FromOperator and FromUser say something in a Jelou conversation.
const (
	FromOperator = "operator"
	FromUser     = "user"
)

// endedByItself is the reason of an end that nobody asked for. It is not documented.
const endedByItself = "closed_by_inactivity"

// jelouUser is who a conversation is with.
type jelouUser struct{ project, bot, user string }

// JelouConversation is a conversation of a user with a bot.
type JelouConversation struct {
	ID          string           `json:"id"`
	RoomID      string           `json:"room_id"`
	Project     string           `json:"project"`
	Bot         string           `json:"bot"`
	User        string           `json:"user"`
	StartAt     time.Time        `json:"start_at"`
	EndAt       *time.Time       `json:"end_at"`
	EndedReason string           `json:"ended_reason"`
	Metadata    json.RawMessage  `json:"metadata,omitempty"` // as sent
	Assignment  *JelouAssignment `json:"assignment,omitempty"`
	Messages    []JelouMessage   `json:"messages,omitempty"`

	posted chan struct{} // closed when its last event has been posted; nil: none was
}

// JelouAssignment is who is to take a conversation.
type JelouAssignment struct {
	Type   string `json:"type"`
	Target string `json:"target"`
}

// JelouMessage is what somebody said in a conversation.
type JelouMessage struct {
	ID   string    `json:"id"`
	Time time.Time `json:"time"`
	From string    `json:"from"`
	Text string    `json:"text"`
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

// jelouBook holds conversations by id and, per user, in order of start.
type jelouBook struct {
	ordered []*JelouConversation
	byID    map[string]*JelouConversation
	byUser  map[jelouUser][]*JelouConversation
	closes  []*JelouClose
}

func newJelouBook() jelouBook {
	return jelouBook{byID: map[string]*JelouConversation{}, byUser: map[jelouUser][]*JelouConversation{}}
}

func (b *jelouBook) add(c *JelouConversation) {
	user := jelouUser{c.Project, c.Bot, c.User}
	b.ordered = append(b.ordered, c)
	b.byID[c.ID] = c
	b.byUser[user] = append(b.byUser[user], c)
}

// begin is a new conversation of the user.
func (b *jelouBook) begin(u jelouUser, now time.Time) *JelouConversation {
	c := &JelouConversation{
		ID: randomHex(12), RoomID: "room:" + randomHex(12), Project: u.project, Bot: u.bot, User: u.user, StartAt: now,
	}
	b.add(c)
	return c
}

// latest is the conversation that the user began last, nil if there never was one.
func (b *jelouBook) latest(u jelouUser) *JelouConversation {
	if list := b.byUser[u]; len(list) > 0 {
		return list[len(list)-1]
	}
	return nil
}

// active is the latest of the user's conversations that is open at now, nil if none is.
func (s *Sandbox) active(u jelouUser, now time.Time) *JelouConversation {
	for _, c := range slices.Backward(s.jelou.byUser[u]) {
		if s.isActive(c, now) {
			return c
		}
	}
	return nil
}

// isActive says whether c is open at now, and ends it first where it has done so by itself meanwhile.
func (s *Sandbox) isActive(c *JelouConversation, now time.Time) bool {
	if d := time.Duration(s.knobs.EndsAfter); c.EndAt == nil && d > 0 && now.Sub(c.StartAt) >= d {
		s.end(c, c.StartAt.Add(d), endedByItself, nil)
	}
	return c.EndAt == nil
}

// end closes c and announces it. done is the close that asked for it, nil if none did.
func (s *Sandbox) end(c *JelouConversation, at time.Time, reason string, done *JelouClose) {
	c.EndAt, c.EndedReason = &at, reason
	value := closeValue{Reason: reason}
	if done != nil {
		value.RedirectPayload = done.Payload
		if done.PayloadText != "" {
			s.say(c, at, FromOperator, done.PayloadText, false)
		}
	}
	s.announce(c, "conversation.close", at, value, done)
}

// say adds a message to c, with an event if one is wanted.
func (s *Sandbox) say(c *JelouConversation, at time.Time, from, text string, event bool) {
	m := JelouMessage{ID: randomHex(12), Time: at, From: from, Text: text}
	c.Messages = append(c.Messages, m)
	s.changes.touch(sectionJelou)
	if event {
		s.announce(c, "message", at, messageValue{m.ID, "text", messageContent{text}}, nil)
	}
}

// OpenJelouConversation lets a user begin a conversation with a bot, and returns its id; that of the open one if there
// is one already.
func (s *Sandbox) OpenJelouConversation(projectID, botID, userID string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	user, now := jelouUser{projectID, botID, userID}, s.now()
	if c := s.active(user, now); c != nil {
		return c.ID
	}
	c := s.jelou.begin(user, now)
	s.announce(c, "conversation.start", now, nil, nil)
	return c.ID
}

// CloseJelouConversation ends a conversation as an operator would. It returns false for one that is not open.
func (s *Sandbox) CloseJelouConversation(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, now := s.jelou.byID[id], s.now()
	if c == nil || !s.isActive(c, now) {
		return false
	}
	s.end(c, now, endedByOperator, nil)
	return true
}

// WriteAsJelouUser lets the user write in a conversation. It returns false for one that is not open.
func (s *Sandbox) WriteAsJelouUser(id, text string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, now := s.jelou.byID[id], s.now()
	if c == nil || !s.isActive(c, now) {
		return false
	}
	s.say(c, now, FromUser, text, true)
	return true
}

// JelouConversations returns all conversations in order of start.
func (s *Sandbox) JelouConversations() []JelouConversation {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	list := make([]JelouConversation, 0, len(s.jelou.ordered))
	for _, c := range s.jelou.ordered {
		s.isActive(c, now)
		v := *c
		v.Messages, v.posted = slices.Clone(c.Messages), nil
		list = append(list, v)
	}
	return list
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
