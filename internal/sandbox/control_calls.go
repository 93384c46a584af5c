package sandbox

import (
	"cmp"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"time"
)

func (s *Sandbox) getHealth(*http.Request, []byte) (int, any) {
	return http.StatusOK, map[string]string{"status": "ok"}
}

// getRequests is the log, of one call with ?call=, as a table for people with ?format=table.
func (s *Sandbox) getRequests(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	known := map[string][]string{"call": s.callPatterns(), "format": {"json", "table"}}
	if err := checkQuery(query, known); err != nil {
		writeJSON(w, http.StatusBadRequest, controlError("%v", err))
		return
	}
	requests := s.requestsOf(cmp.Or(query.Get("call"), "*"))
	if query.Get("format") != "table" {
		writeJSON(w, http.StatusOK, requests)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_ = writeTable(w, requests) // fails only when the reader has left
}

func (s *Sandbox) deleteRequests(*http.Request, []byte) (int, any) {
	s.ClearRequests()
	return http.StatusOK, []Request{}
}

func (s *Sandbox) getEvents(*http.Request, []byte) (int, any) {
	return http.StatusOK, s.Events()
}

func (s *Sandbox) deleteEvents(*http.Request, []byte) (int, any) {
	s.ClearEvents()
	return http.StatusOK, []Event{}
}

func (s *Sandbox) getFaultKinds(*http.Request, []byte) (int, any) {
	return http.StatusOK, FaultKinds
}

func (s *Sandbox) getFaults(*http.Request, []byte) (int, any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return http.StatusOK, copies(s.faults)
}

func (s *Sandbox) postFault(_ *http.Request, body []byte) (int, any) {
	f, err := s.ParseFault(body)
	if err != nil {
		return badRequest(err)
	}
	return http.StatusCreated, map[string]int{"id": s.AddFault(f)}
}

func (s *Sandbox) deleteFaults(*http.Request, []byte) (int, any) {
	s.ClearFaults()
	return http.StatusOK, []Fault{}
}

func (s *Sandbox) deleteFault(r *http.Request, _ []byte) (int, any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := len(s.faults)
	s.faults = slices.DeleteFunc(s.faults, func(f *armedFault) bool { return strconv.Itoa(f.ID) == r.PathValue("id") })
	if len(s.faults) == before {
		return http.StatusNotFound, controlError("no fault %q", r.PathValue("id"))
	}
	s.changes.touch(sectionFaults)
	return http.StatusOK, copies(s.faults)
}

// getKnobs is each knob with its value, its default, what it means and what it takes.
func (s *Sandbox) getKnobs(*http.Request, []byte) (int, any) {
	return http.StatusOK, s.Knobs().describe()
}

// patchKnobs changes the knobs that the body names and leaves the others.
func (s *Sandbox) patchKnobs(_ *http.Request, body []byte) (int, any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	knobs := s.knobs.clone()
	if err := decodeStrict(body, &knobs); err != nil {
		return badRequest(err)
	}
	if err := knobs.check(); err != nil {
		return badRequest(err)
	}
	s.setKnobs(knobs)
	return http.StatusOK, knobs
}

func (s *Sandbox) deleteKnobs(*http.Request, []byte) (int, any) {
	s.Set(func(k *Knobs) { *k = DefaultKnobs() })
	return http.StatusOK, DefaultKnobs()
}

// getConversations are the Thulium chats, with ?open=true those not closed.
func (s *Sandbox) getConversations(r *http.Request, _ []byte) (int, any) {
	if r.URL.Query().Get("open") == "true" {
		return http.StatusOK, s.Open()
	}
	return http.StatusOK, s.Conversations()
}

// postConversation files a chat that somebody else started.
func (s *Sandbox) postConversation(_ *http.Request, body []byte) (int, any) {
	c := Conversation{QueueID: 1}
	if err := decodeStrict(body, &c); err != nil {
		return badRequest(err)
	}
	id, err := s.addConversation(c)
	if err != nil {
		return http.StatusConflict, controlError("%v", err)
	}
	return http.StatusCreated, map[string]string{"id": id}
}

func (s *Sandbox) postConversationClose(r *http.Request, _ []byte) (int, any) {
	if id := r.PathValue("id"); !s.CloseConversation(id) {
		return http.StatusNotFound, controlError("no open conversation %q", id)
	}
	return http.StatusOK, struct{}{}
}

func (s *Sandbox) postConversationMove(r *http.Request, body []byte) (int, any) {
	var to struct {
		QueueID int64 `json:"queue_id"`
	}
	if err := decodeStrict(body, &to); err != nil {
		return badRequest(err)
	}
	if id := r.PathValue("id"); !s.MoveConversation(id, to.QueueID) {
		return http.StatusNotFound, controlError("no conversation %q", id)
	}
	return http.StatusOK, struct{}{}
}

// postConversationMessage has somebody write in a chat: an agent, unless the body says that it is the client.
func (s *Sandbox) postConversationMessage(r *http.Request, body []byte) (int, any) {
	m := struct {
		Text string `json:"text"`
		From string `json:"from"`
	}{From: FromAgent}
	if err := decodeStrict(body, &m); err != nil {
		return badRequest(err)
	}
	if m.From != FromAgent && m.From != FromClient {
		return http.StatusBadRequest, controlError("from: %q is none of %s, %s", m.From, FromAgent, FromClient)
	}
	if id := r.PathValue("id"); !s.write(id, ChatMessage{From: m.From, Text: m.Text}) {
		return http.StatusNotFound, controlError("no open conversation %q", id)
	}
	return http.StatusCreated, struct{}{}
}

func (s *Sandbox) getJelou(*http.Request, []byte) (int, any) {
	return http.StatusOK, map[string]any{"conversations": s.JelouConversations(), "closes": s.JelouClosed()}
}

// postJelou lets a user begin a conversation with a bot.
func (s *Sandbox) postJelou(_ *http.Request, body []byte) (int, any) {
	with := struct {
		Project string `json:"project"`
		Bot     string `json:"bot"`
		User    string `json:"user"`
	}{Project: JelouProjectID, Bot: JelouBotID}
	if err := decodeStrict(body, &with); err != nil {
		return badRequest(err)
	}
	if with.User == "" {
		return http.StatusBadRequest, controlError("user is missing")
	}
	return http.StatusCreated, map[string]string{"id": s.OpenJelouConversation(with.Project, with.Bot, with.User)}
}

func (s *Sandbox) postJelouClose(r *http.Request, _ []byte) (int, any) {
	if id := r.PathValue("id"); !s.CloseJelouConversation(id) {
		return http.StatusNotFound, controlError("no open conversation %q", id)
	}
	return http.StatusOK, struct{}{}
}

// postJelouMessage has the user write in a conversation.
func (s *Sandbox) postJelouMessage(r *http.Request, body []byte) (int, any) {
	var m struct {
		Text string `json:"text"`
	}
	if err := decodeStrict(body, &m); err != nil {
		return badRequest(err)
	}
	if id := r.PathValue("id"); !s.WriteAsJelouUser(id, m.Text) {
		return http.StatusNotFound, controlError("no open conversation %q", id)
	}
	return http.StatusCreated, struct{}{}
}

func (s *Sandbox) getThreads(*http.Request, []byte) (int, any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return http.StatusOK, s.savedThreads(time.Duration(s.knobs.AnswerAfter))
}

// putThread files the body, which is the JSON of data.thread, whatever its shape.
func (s *Sandbox) putThread(r *http.Request, body []byte) (int, any) {
	s.AddThread(r.PathValue("chatbot"), r.PathValue("thread"), body)
	return http.StatusOK, struct{}{}
}

func (s *Sandbox) getState(*http.Request, []byte) (int, any) {
	state, err := s.SaveState()
	if err != nil {
		return http.StatusInternalServerError, controlError("%v", err)
	}
	return http.StatusOK, json.RawMessage(state)
}

func (s *Sandbox) putState(_ *http.Request, body []byte) (int, any) {
	if err := s.LoadState(body); err != nil {
		return badRequest(err)
	}
	return http.StatusOK, struct{}{}
}
