package sandbox

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// stateVersion is raised when a saved state changes its form so that an older one cannot be read.
const stateVersion = 1

// savedState is all that the services remember, and the knobs. Faults and the log belong to a run and are not in it.
type savedState struct {
	Version int             `json:"version"`
	Knobs   Knobs           `json:"knobs"`
	Chats   []*Conversation `json:"chats"`
	Jelou   savedJelou      `json:"jelou"`
	Threads []savedThread   `json:"threads"`

	LastMessage int64 `json:"last_message,omitempty"` // how many messages of chatbots were numbered
}

type savedJelou struct {
	Conversations []*JelouConversation `json:"conversations"`
	Closes        []*JelouClose        `json:"closes"`
}

// savedThread has its thread as text where it is not valid JSON.
type savedThread struct {
	ChatbotID string          `json:"chatbot_id"`
	ThreadID  string          `json:"thread_id"`
	Thread    json.RawMessage `json:"thread,omitempty"`
	Text      string          `json:"text,omitempty"`
	Later     json.RawMessage `json:"later,omitempty"`
	FirstRead time.Time       `json:"first_read,omitzero"`
}

// SaveState returns the state as JSON.
func (s *Sandbox) SaveState() ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	state := savedState{
		Version: stateVersion,
		Knobs:   s.knobs,
		Chats:   nonNil(s.chats.ordered),
		Jelou:   savedJelou{nonNil(s.jelou.ordered), nonNil(s.jelou.closes)},
		Threads: s.savedThreads(0), // answers under way are in it: nothing else would remember them

		LastMessage: s.threads.numbered,
	}
	return json.MarshalIndent(state, "", "  ")
}

// savedThreads are the threads in order of their ids. An answer that comes by itself is in them once it is
// older than after. The lock is held.
func (s *Sandbox) savedThreads(after time.Duration) []savedThread {
	threads := []savedThread{}
	for key, t := range s.threads.byKey {
		saved := savedThread{ChatbotID: key.chatbot, ThreadID: key.thread, Later: t.later, FirstRead: t.firstRead}
		raw := t.raw
		if raw == nil {
			raw = t.copy().shown(s.now(), after)
		}
		if json.Valid(raw) {
			saved.Thread = raw
		} else {
			saved.Text = string(raw)
		}
		threads = append(threads, saved)
	}
	slices.SortFunc(threads, func(a, b savedThread) int {
		return cmp.Or(cmp.Compare(a.ChatbotID, b.ChatbotID), cmp.Compare(a.ThreadID, b.ThreadID))
	})
	return threads
}

// nonNil makes JSON's [] of no list, so that a saved state shows all its parts.
func nonNil[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// LoadState puts a saved state in place of the present one, all of it or, with an error, nothing.
func (s *Sandbox) LoadState(data []byte) error {
	state := savedState{Knobs: DefaultKnobs()}
	if err := decodeStrict(data, &state); err != nil {
		return err
	}
	if state.Version != stateVersion {
		return fmt.Errorf("state of version %d: this sandbox reads version %d", state.Version, stateVersion)
	}
	if err := state.Knobs.check(); err != nil {
		return err
	}
	chats, jelou, threads := newChatBook(), newJelouBook(), newThreadBook()
	for i, c := range state.Chats {
		if c == nil || c.ID == "" || chats.byID[c.ID] != nil {
			return fmt.Errorf("chat %d has no id of its own", i)
		}
		chats.add(*c)
	}
	for i, c := range state.Jelou.Conversations {
		if c == nil || c.ID == "" || jelou.byID[c.ID] != nil {
			return fmt.Errorf("jelou conversation %d has no id of its own", i)
		}
		jelou.add(c)
	}
	if slices.Contains(state.Jelou.Closes, nil) {
		return fmt.Errorf("jelou close %d is null", slices.Index(state.Jelou.Closes, nil))
	}
	jelou.closes = state.Jelou.Closes
	for _, t := range state.Threads {
		raw := t.Thread
		if raw == nil {
			raw = json.RawMessage(t.Text)
		}
		loaded := filed(raw, t.Later)
		loaded.firstRead = t.FirstRead
		threads.file(t.ChatbotID, t.ThreadID, loaded)
	}
	threads.numbered = state.LastMessage
	s.mu.Lock()
	defer s.mu.Unlock()
	s.chats, s.jelou, s.threads = chats, jelou, threads
	s.setKnobs(state.Knobs)
	return nil
}
