package sandbox

import (
	"cmp"
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"slices"
	"sort"
	"strconv"
	"time"
)

// The documented statuses of a chat.
const (
	StatusCreated    = "CREATED"     // begun by the client
	StatusInProgress = "IN_PROGRESS" // an agent has written
	StatusClosed     = "CLOSED"
)

// Who says something in a chat.
const (
	FromClient  = "client"
	FromChatbot = "chatbot" // a message with an external_chatbot_id
	FromAgent   = "agent"
)

// ChatMessage is what somebody said in a chat.
type ChatMessage struct {
	Time              time.Time `json:"time"`
	From              string    `json:"from"`
	Text              string    `json:"text"`
	ExternalChatbotID string    `json:"external_chatbot_id,omitempty"`
	Arrived           string    `json:"arrived,omitempty"` // where the external_chatbot_id did, as Conversation.StoppedIn says it
}

// Conversation is a Thulium chat. The empty texts are what nobody sent.
type Conversation struct {
	ID            string     `json:"id"`
	QueueID       int64      `json:"queue_id"`
	OriginalQueue int64      `json:"original_queue"` // where it was started; QueueID differs after a transfer
	Status        string     `json:"status"`         // set by AddConversation only: a status of its own
	CreatedAt     time.Time  `json:"created_at"`
	ClosedAt      *time.Time `json:"closed_at"`
	ClientName    string     `json:"client_name"`
	ClientSurname string     `json:"client_surname"`
	ClientEmail   string     `json:"client_email"`
	ClientID      string     `json:"client_id"`
	CustomerID    *int64     `json:"customer_id"`  // as sent
	CRMCustomer   int64      `json:"crm_customer"` // whom the service matched or created
	Account       string     `json:"account"`      // the API user that started it; "" for a stranger
	StoppedWith   string     `json:"stopped_with"` // external_chatbot_id of its stop

	// StoppedIn says where that id arrived: "query", "form", "json", or two joined by "+"; "" if none did.
	StoppedIn string        `json:"stopped_in,omitempty"`
	Messages  []ChatMessage `json:"messages,omitempty"`
}

// answered says whether an agent has written.
func (c *Conversation) answered() bool {
	return slices.ContainsFunc(c.Messages, func(m ChatMessage) bool { return m.From == FromAgent })
}

// lastSign is when the client was last heard of.
func (c *Conversation) lastSign() time.Time {
	last := c.CreatedAt
	for _, m := range c.Messages {
		if m.From == FromClient && m.Time.After(last) {
			last = m.Time
		}
	}
	return last
}

// status is that of an open chat, whatever name Knobs.OpenStatus gives to it.
func (c *Conversation) status() string {
	if c.answered() {
		return StatusInProgress
	}
	return StatusCreated
}

func (c *Conversation) close(at time.Time) {
	c.ClosedAt = &at
}

// chatBook holds the chats in order of start, so that a listing only has to filter.
type chatBook struct {
	ordered []*Conversation
	byID    map[string]*Conversation
	crm     map[string]int64 // customer by "client <client_id>" and "email <address>"
	newest  int64            // highest customer number given so far
}

func newChatBook() chatBook {
	return chatBook{byID: map[string]*Conversation{}, crm: map[string]int64{}, newest: 1000}
}

// add files c and fills in what it lacks: an id, the original queue, the customer.
func (b *chatBook) add(c Conversation) *Conversation {
	if c.Status == StatusClosed {
		c.Status = "" // ClosedAt alone says it
		if c.ClosedAt == nil {
			c.close(c.CreatedAt)
		}
	}
	if c.ID == "" {
		c.ID = newUUID()
	}
	if c.OriginalQueue == 0 {
		c.OriginalQueue = c.QueueID
	}
	b.match(&c)
	at := len(b.ordered)
	if at > 0 && b.ordered[at-1].CreatedAt.After(c.CreatedAt) {
		at = sort.Search(at, func(i int) bool { return b.ordered[i].CreatedAt.After(c.CreatedAt) })
	}
	b.ordered = slices.Insert(b.ordered, at, &c)
	b.byID[c.ID] = &c
	return &c
}

// match finds the chat's customer in the documented order: customer_id, client_id, e-mail. Nobody found is a new one.
func (b *chatBook) match(c *Conversation) {
	client, email := "client "+c.ClientID, "email "+c.ClientEmail
	switch {
	case c.CRMCustomer != 0: // loaded from a saved state
	case c.CustomerID != nil:
		c.CRMCustomer = *c.CustomerID
	case c.ClientID != "" && b.crm[client] != 0:
		c.CRMCustomer = b.crm[client]
	case c.ClientEmail != "" && b.crm[email] != 0:
		c.CRMCustomer = b.crm[email]
	default:
		c.CRMCustomer = b.newest + 1
	}
	b.newest = max(b.newest, c.CRMCustomer)
	if c.ClientID != "" {
		b.crm[client] = c.CRMCustomer
	}
	if c.ClientEmail != "" {
		b.crm[email] = c.CRMCustomer
	}
}

// isOpen says whether c is open at now. What an agent and inactivity have done meanwhile happens first, in that order.
func (s *Sandbox) isOpen(c *Conversation, now time.Time) bool {
	if c.ClosedAt != nil {
		return false
	}
	quiet := time.Duration(s.knobs.InactivityAfter)
	if after := time.Duration(s.knobs.AgentAfter); after > 0 && !c.answered() {
		writes := c.CreatedAt.Add(after)
		if !now.Before(writes) && (quiet == 0 || writes.Before(c.lastSign().Add(quiet))) {
			c.Messages = append(c.Messages, ChatMessage{Time: writes, From: FromAgent, Text: s.knobs.AgentText})
		}
	}
	if quiet > 0 && now.Sub(c.lastSign()) >= quiet {
		c.close(c.lastSign().Add(quiet))
		return false
	}
	return true
}

// view is c as it stands at now, with its status filled in.
func (s *Sandbox) view(c *Conversation, now time.Time) (v Conversation, open bool) {
	open = s.isOpen(c, now)
	v = *c
	v.Messages = slices.Clone(c.Messages)
	if !open {
		v.Status = StatusClosed
	} else if v.Status == "" {
		v.Status = cmp.Or(s.knobs.OpenStatus, c.status())
	}
	return v, open
}

// Conversations returns all Thulium chats in order of start.
func (s *Sandbox) Conversations() []Conversation {
	return s.selectChats(func(bool) bool { return true })
}

// Open returns the Thulium chats that are not closed, in order of start.
func (s *Sandbox) Open() []Conversation {
	return s.selectChats(func(open bool) bool { return open })
}

func (s *Sandbox) selectChats(keep func(open bool) bool) []Conversation {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	chosen := make([]Conversation, 0, len(s.chats.ordered))
	for _, c := range s.chats.ordered {
		if v, open := s.view(c, now); keep(open) {
			chosen = append(chosen, v)
		}
	}
	return chosen
}

// AddConversation files a chat that somebody else opened. An empty id and time are filled in. It returns the id, and
// panics on one that is taken.
func (s *Sandbox) AddConversation(c Conversation) string {
	id, err := s.addConversation(c)
	if err != nil {
		panic("sandbox: " + err.Error())
	}
	return id
}

func (s *Sandbox) addConversation(c Conversation) (id string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.chats.byID[c.ID] != nil {
		return "", fmt.Errorf("conversation %q exists already", c.ID)
	}
	if c.CreatedAt.IsZero() {
		c.CreatedAt = s.now()
	}
	c.CreatedAt = c.CreatedAt.Truncate(time.Millisecond) // as the service's own clock does
	s.changes.touch(sectionThulium)
	return s.chats.add(c).ID, nil
}

// CloseConversation closes a chat as an operator would. It returns false for a chat that is not open.
func (s *Sandbox) CloseConversation(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.chats.byID[id]
	if c == nil || !s.isOpen(c, s.now()) {
		return false
	}
	c.close(s.now())
	s.changes.touch(sectionThulium)
	return true
}

// WriteAsAgent lets an agent write in a chat, which is IN_PROGRESS from then on. It returns false for a chat that is not
// open.
func (s *Sandbox) WriteAsAgent(id, text string) bool {
	return s.write(id, ChatMessage{From: FromAgent, Text: text})
}

func (s *Sandbox) write(id string, m ChatMessage) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	m.Time = s.now()
	c := s.chats.byID[id]
	if c == nil || !s.isOpen(c, m.Time) {
		return false
	}
	c.Messages = append(c.Messages, m)
	s.changes.touch(sectionThulium)
	return true
}

// MoveConversation transfers a chat to another queue as an operator would. It returns false for an unknown chat.
func (s *Sandbox) MoveConversation(id string, queue int64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.chats.byID[id]
	if c != nil {
		c.QueueID = queue
		s.changes.touch(sectionThulium)
	}
	return c != nil
}

// newDigits returns a random number of 18 digits: too large for a float to hold.
func newDigits() string {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails
	const least, count = 100_000_000_000_000_000, 900_000_000_000_000_000
	return strconv.FormatUint(least+binary.BigEndian.Uint64(b[:])%count, 10)
}

// newUUID returns a random UUID, version 4.
func newUUID() string {
	h := []byte(randomHex(16))
	h[12] = '4'
	h[16] = "89ab"[h[16]&3]
	return fmt.Sprintf("%s-%s-%s-%s-%s", h[:8], h[8:12], h[12:16], h[16:20], h[20:])
}
