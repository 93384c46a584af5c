package sandbox

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
)

// shownText is how much of a text an entry shows, in bytes.
const shownText = 2_000

// list is a section of the page: its newest entries, and how many there are.
type list[T any] struct {
	Entries []T
	Total   int
	Open    int // of conversations
	Cut     int // of a log: so many are no longer kept
}

// newest is the last entries, newest first, each as made makes it.
func newest[E, T any](all []E, limit int, made func(E) T) list[T] {
	l := list[T]{Total: len(all), Entries: []T{}}
	for _, e := range slices.Backward(all[max(0, len(all)-limit):]) {
		l.Entries = append(l.Entries, made(e))
	}
	return l
}

// shownRequest is a request on the page.
type shownRequest struct {
	Request
	At, Target, Sent, Failed string
}

func (s *Sandbox) requestList(limit int) list[shownRequest] {
	l := newest(s.requests.entries, limit, func(r *Request) shownRequest {
		v := shownRequest{Request: *r, At: r.Time.Format(lineTime), Target: r.Target(), Sent: shortened(r.Body)}
		if v.Failed = r.Fault; v.Failed == "" && r.Status >= 400 {
			v.Failed = "refused"
		}
		return v
	})
	if len(s.requests.entries) > 0 {
		l.Cut = s.requests.entries[0].Number - s.requests.first
	}
	return l
}

// faults is the section of faults: those that are armed, and what can be.
type faults struct {
	Armed []*armedFault
	Calls []string
	Kinds []FaultKind
}

func (s *Sandbox) faultList() faults {
	f := faults{Calls: s.callPatterns(), Kinds: FaultKinds}
	for _, armed := range s.faults {
		v := *armed
		f.Armed = append(f.Armed, &v)
	}
	return f
}

// shownSaid is a line of a transcript.
type shownSaid struct{ At, From, Text string }

// conversation is an entry of one of the three services.
type conversation struct {
	Key    string // of the element
	Path   string // below ControlPath; "": nobody can write in it by a click
	Writer string // who writes in it by a click
	Title  string
	ID     string
	State  string
	Open   bool
	Facts  []string
	Said   []shownSaid
	More   int // lines that are not shown
}

// saidLimit is how many lines of a transcript are shown.
const saidLimit = 50

func (c *conversation) say(at time.Time, from, text string) {
	c.Said = append(c.Said, shownSaid{at.Format(lineTime), from, shortened(text)})
}

func (s *Sandbox) chatList(limit int, now time.Time) list[conversation] {
	l := newest(s.chats.ordered, limit, func(chat *Conversation) conversation {
		v, open := s.view(chat, now)
		c := conversation{
			Key: "chat-" + v.ID, Path: "conversations/" + url.PathEscape(v.ID), Writer: "agent", State: v.Status, Open: open,
			Title: fmt.Sprintf("queue %d", v.QueueID),
			ID:    v.ID, Facts: facts("started", s.chatTime(v.CreatedAt), "name", strings.TrimSpace(v.ClientName+" "+v.ClientSurname),
				"e-mail", v.ClientEmail, "client_id", v.ClientID, "started by", v.Account),
		}
		if v.ClosedAt != nil {
			c.Facts = append(c.Facts, facts("closed", s.chatTime(*v.ClosedAt), "external_chatbot_id", v.StoppedWith, "found in", v.StoppedIn)...)
		}
		c.More = max(0, len(v.Messages)-saidLimit)
		for _, m := range v.Messages[c.More:] {
			c.say(m.Time, m.From, m.Text)
		}
		return c
	})
	for _, chat := range s.chats.ordered {
		if chat.ClosedAt == nil && s.isOpen(chat, now) {
			l.Open++
		}
	}
	return l
}

func (s *Sandbox) jelouList(limit int, now time.Time) list[conversation] {
	l := newest(s.jelou.ordered, limit, func(v *JelouConversation) conversation {
		c := conversation{
			Key: "jelou-" + v.ID, Path: "jelou/" + url.PathEscape(v.ID), Writer: "user", State: "closed",
			Title: "bot " + v.Bot,
			ID:    v.ID, Facts: facts("user", v.User, "project", v.Project, "room", v.RoomID, "started", jelouMoment(v.StartAt),
				"metadata", shortened(string(v.Metadata))),
		}
		if c.Open = s.isActive(v, now); c.Open {
			c.State = "active"
		} else {
			c.Facts = append(c.Facts, facts("ended", jelouMoment(*v.EndAt), "reason", v.EndedReason)...)
		}
		if v.Assignment != nil {
			c.Facts = append(c.Facts, facts("assigned to", v.Assignment.Type+" "+v.Assignment.Target)...)
		}
		c.More = max(0, len(v.Messages)-saidLimit)
		for _, m := range v.Messages[c.More:] {
			c.say(m.Time, m.From, m.Text)
		}
		return c
	})
	for _, v := range s.jelou.ordered {
		if s.isActive(v, now) {
			l.Open++
		}
	}
	return l
}

// facts are names with their values, without those that are empty.
func facts(pairs ...string) (list []string) {
	for pair := range slices.Chunk(pairs, 2) {
		if pair[1] != "" {
			list = append(list, pair[0]+": "+pair[1])
		}
	}
	return list
}

// shortened is a text that the page can show.
func shortened(text string) string {
	if len(text) <= shownText {
		return text
	}
	return strings.ToValidUTF8(text[:shownText], "") + fmt.Sprintf("… (%d bytes in all)", len(text))
}

// threadShown is the longest thread, in bytes, that is parsed for the page.
const threadShown = 256 << 10

func (s *Sandbox) threadList(limit int, now time.Time) list[conversation] {
	return newest(s.threads.order, limit, func(key threadKey) conversation {
		t := s.threads.byKey[key]
		c := conversation{Key: "thread-" + key.chatbot + "/" + key.thread, Title: "chatbot " + key.chatbot, ID: key.thread, Open: true}
		var parts struct {
			Mode      string            `json:"mode"`
			UpdatedAt string            `json:"updatedAt"`
			Messages  []json.RawMessage `json:"messages"`
		}
		messages := t.messages
		if t.raw == nil {
			parts.Mode, parts.UpdatedAt = t.text("mode"), t.text("updatedAt")
		} else {
			raw := t.shown(now, time.Duration(s.knobs.AnswerAfter))
			if len(raw) > threadShown || json.Unmarshal(raw, &parts) != nil {
				c.State, c.Facts = "filed", append(c.Facts, fmt.Sprintf("size: %d bytes, too long or too odd to show", len(raw)))
				return c
			}
			for _, m := range parts.Messages {
				messages = append(messages, m)
			}
		}
		c.State = parts.Mode
		c.Facts = append(c.Facts, facts("updated", parts.UpdatedAt)...)
		c.More = max(0, len(messages)-saidLimit)
		for _, m := range messages[c.More:] {
			c.Said = append(c.Said, saidInThread(m)...)
		}
		return c
	})
}

// saidInThread are the question and the answer of a message.
func saidInThread(message any) (lines []shownSaid) {
	m, own := message.(*threadMessage)
	if !own {
		var filed struct{ Question, Answer *said }
		raw, _ := message.(json.RawMessage)
		_ = json.Unmarshal(raw, &filed) // what has another shape says nothing
		m = &threadMessage{Question: filed.Question, Answer: filed.Answer}
	}
	if m.Question != nil {
		lines = append(lines, shownSaid{timeOfDay(m.Question.Timestamp), "question", shortened(m.Question.Text)})
	}
	if m.Answer != nil {
		lines = append(lines, shownSaid{timeOfDay(m.Answer.Timestamp), "answer", shortened(m.Answer.Text)})
	}
	return lines
}

// timeOfDay is that of a timestamp, or the timestamp itself.
func timeOfDay(timestamp string) string {
	if t, err := time.Parse(time.RFC3339, timestamp); err == nil {
		return t.Format(lineTime)
	}
	return shortened(timestamp)
}

// shownEvent is an event on the page.
type shownEvent struct {
	*Event
	At, Outcome, Text string
}

func (s *Sandbox) eventList(limit int) list[shownEvent] {
	l := newest(s.events.entries, limit, func(e *Event) shownEvent {
		v := *e
		v.Statuses = slices.Clone(e.Statuses)
		shown := shownEvent{Event: &v, At: e.Time.Format(lineTime), Text: shortened(e.Body), Outcome: "not sent: no webhook is set"}
		switch {
		case len(v.Statuses) > 0:
			shown.Outcome = "answered " + strings.Trim(fmt.Sprint(v.Statuses), "[]")
		case e.URL != "":
			shown.Outcome = "not sent, or on its way"
		}
		return shown
	})
	if len(s.events.entries) > 0 {
		l.Cut = s.events.entries[0].Number - 1 - s.events.first
	}
	return l
}
