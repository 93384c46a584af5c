package sandbox

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strconv"
	"time"
)

type threadKey struct{ chatbot, thread string }

// threadBook holds the threads, and how many messages the sandbox has numbered.
type threadBook struct {
	byKey    map[threadKey]*thread
	chatbots map[string]int // threads of each
	order    []threadKey    // of filing
	numbered int64
}

func newThreadBook() threadBook {
	return threadBook{byKey: map[threadKey]*thread{}, chatbots: map[string]int{}}
}

func (b *threadBook) find(chatbot, id string) *thread {
	return b.byKey[threadKey{chatbot, id}]
}

// knows says whether a chatbot has a thread.
func (b *threadBook) knows(chatbot string) bool {
	return b.chatbots[chatbot] > 0
}

// file puts a thread in place of one with the same ids.
func (b *threadBook) file(chatbot, id string, t *thread) {
	key := threadKey{chatbot, id}
	if b.byKey[key] == nil {
		b.chatbots[chatbot]++
		b.order = append(b.order, key)
	}
	b.byKey[key] = t
}

// nextMessageID is a number of 18 digits as text, higher than all before it.
func (b *threadBook) nextMessageID() string {
	b.numbered++
	return strconv.FormatInt(365_100_000_000_000_000+b.numbered, 10)
}

// thread is data.thread: as it was filed, whatever its shape, or once a call has changed it, in its parts.
type thread struct {
	raw       json.RawMessage // nil: it has parts
	later     json.RawMessage // takes raw's place some time after the first read; nil: nothing does
	firstRead time.Time

	fields   map[string]json.RawMessage // but messages
	messages []any                      // *threadMessage, or json.RawMessage of one that was filed
}

// said is a question or an answer.
type said struct {
	Text      string `json:"text"`
	Timestamp string `json:"timestamp"`
}

// threadMessage is a message of a thread.
type threadMessage struct {
	MessageID         string   `json:"messageId"`
	Question          *said    `json:"question"`
	Answer            *said    `json:"answer"`
	Reaction          string   `json:"reaction"`
	Sources           []string `json:"sources"`
	MessageType       string   `json:"messageType"`
	SystemMessageType *string  `json:"systemMessageType"`
	IconURL           *string  `json:"iconUrl"`
	AgentName         *string  `json:"agentName"`
	Prompts           []any    `json:"prompts"`
	GPTModel          *string  `json:"gptModel"`

	asked   time.Time // of a pending answer
	pending string    // an answer that comes later by itself; "": none does
}

// answer fills in the answer.
func (m *threadMessage) answer(text string, sources []string, at time.Time) {
	model := gptModel
	m.Answer, m.Sources, m.GPTModel, m.pending = &said{text, threadMoment(at)}, nonNil(sources), &model, ""
}

const gptModel = "gpt-3.5-turbo"

// threadTime is RFC 3339 with microseconds.
const threadTime = "2006-01-02T15:04:05.000000Z07:00"

func threadMoment(t time.Time) string {
	return t.UTC().Format(threadTime)
}

// errShape is why a thread of an odd shape cannot be changed.
var errShape = errors.New("the thread is no object with a list of messages")

// split takes a thread apart, so that it can be changed. What was to take its place does so now.
func (t *thread) split() error {
	if t.raw == nil {
		return nil
	}
	raw := t.raw
	if t.later != nil {
		raw = t.later
	}
	var fields map[string]json.RawMessage
	var messages []json.RawMessage
	if json.Unmarshal(raw, &fields) != nil || fields == nil || fields["messages"] != nil && json.Unmarshal(fields["messages"], &messages) != nil {
		return errShape
	}
	delete(fields, "messages")
	t.raw, t.later, t.fields, t.messages = nil, nil, fields, make([]any, 0, len(messages))
	for _, m := range messages {
		t.messages = append(t.messages, m)
	}
	return nil
}

// shown is the thread's JSON at now. after is how long an answer that comes by itself takes.
func (t *thread) shown(now time.Time, after time.Duration) json.RawMessage {
	if t.raw != nil {
		if t.later != nil && !t.firstRead.IsZero() && now.Sub(t.firstRead) >= after {
			return t.later
		}
		return t.raw
	}
	for _, m := range t.messages {
		if m, ok := m.(*threadMessage); ok && m.pending != "" && now.Sub(m.asked) >= after {
			m.answer(m.pending, m.Sources, m.asked.Add(after))
		}
	}
	var b bytes.Buffer
	b.WriteByte('{')
	field := func(name string, value any) {
		if b.Len() > 1 {
			b.WriteByte(',')
		}
		key, _ := json.Marshal(name)
		data, _ := json.Marshal(value) // it was JSON, or is made of texts
		b.Write(slices.Concat(key, []byte(":"), data))
	}
	for _, name := range []string{"threadId", "mode"} {
		if value, ok := t.fields[name]; ok {
			field(name, value)
		}
	}
	field("messages", t.messages)
	for _, name := range slices.Sorted(maps.Keys(t.fields)) {
		if name != "threadId" && name != "mode" {
			field(name, t.fields[name])
		}
	}
	b.WriteByte('}')
	return b.Bytes()
}

// copy is a thread whose messages can be answered without those of t being so.
func (t *thread) copy() *thread {
	c := *t
	c.messages = slices.Clone(t.messages)
	for i, m := range c.messages {
		if m, ok := m.(*threadMessage); ok {
			own := *m
			c.messages[i] = &own
		}
	}
	return &c
}

// set changes a field.
func (t *thread) set(name string, value any) {
	t.fields[name], _ = json.Marshal(value) // made of texts
}

// text is a field that is a text, "" for another.
func (t *thread) text(name string) (text string) {
	_ = json.Unmarshal(t.fields[name], &text)
	return text
}

// newThread is a thread without messages, in parts.
func newThread(chatbot, id, mode string, now time.Time) *thread {
	t := &thread{fields: map[string]json.RawMessage{}, messages: []any{}}
	for name, value := range map[string]any{
		"threadId": id, "mode": cmp.Or(mode, modeAI), "startedAt": threadMoment(now), "updatedAt": threadMoment(now),
		"webhookUrl": nil, "webhookToken": nil, "totalMessagesRead": nil, "chatUserId": nil, "chatbotId": chatbot, "chatUser": nil,
	} {
		t.set(name, value)
	}
	return t
}

// AddThread files a thread, in place of one with the same ids. It is kept and sent as it is, whatever its shape.
func (s *Sandbox) AddThread(chatbotID, threadID string, raw json.RawMessage) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.threads.file(chatbotID, threadID, filed(raw, nil))
	s.changes.touch(sectionChatbot)
}

// filed is a thread of any shape.
func filed(raw, later json.RawMessage) *thread {
	t := &thread{raw: append(json.RawMessage{}, raw...)}
	if len(later) > 0 {
		t.later = bytes.Clone(later)
	}
	return t
}

// Thread returns the JSON of a thread as it stands, nil if there is none.
func (s *Sandbox) Thread(chatbotID, threadID string) json.RawMessage {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.threads.find(chatbotID, threadID)
	if t == nil {
		return nil
	}
	return bytes.Clone(t.shown(s.now(), time.Duration(s.knobs.AnswerAfter)))
}
