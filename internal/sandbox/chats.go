package sandbox

import (
	"fmt"
	"slices"
	"sort"
	"time"
)

// statusClosed is the only status of a chat that Thulium documents.
const statusClosed = "CLOSED"

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
	if c.Status == statusClosed {
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

// isOpen says whether c is open at now, and closes it first where inactivity has done so meanwhile.
func (s *Sandbox) isOpen(c *Conversation, now time.Time) bool {
	if c.ClosedAt != nil {
		return false
	}
	if d := time.Duration(s.knobs.InactivityAfter); d > 0 && now.Sub(c.CreatedAt) >= d {
		c.close(c.CreatedAt.Add(d))
		return false
	}
	return true
}

// view is c as it stands at now, with its status filled in.
func (s *Sandbox) view(c *Conversation, now time.Time) (v Conversation, open bool) {
	open = s.isOpen(c, now)
	v = *c
	if !open {
		v.Status = statusClosed
	} else if v.Status == "" {
		v.Status = s.knobs.OpenStatus
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
	return true
}

// MoveConversation transfers a chat to another queue as an operator would. It returns false for an unknown chat.
func (s *Sandbox) MoveConversation(id string, queue int64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.chats.byID[id]
	if c != nil {
		c.QueueID = queue
	}
	return c != nil
}

// newUUID returns a random UUID, version 4.
func newUUID() string {
	h := []byte(randomHex(16))
	h[12] = '4'
	h[16] = "89ab"[h[16]&3]
	return fmt.Sprintf("%s-%s-%s-%s-%s", h[:8], h[8:12], h[12:16], h[16:20], h[20:])
}
