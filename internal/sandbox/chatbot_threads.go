package sandbox

import (
	"encoding/json"
	"net/http"
	"slices"
	"time"
)

// Modes of a thread: who answers in it.
const (
	modeAI    = "AI"
	modeAgent = "AGENT"
)

// createThread is POST chatbots/{chatbotId}/threads. What it does with an id that is taken is not documented.
func (s *Sandbox) createThread(x *exchange) answer {
	var wrong []string
	fields := x.fields(true, &wrong)
	id := textField(fields, "threadId", &wrong)
	mode := modeField(fields, &wrong)
	email := textField(fields, "chatUserEmail", &wrong)
	if len(wrong) > 0 {
		return s.chatbotInvalid(wrong)
	}
	chatbot := x.ids[0]
	if taken := s.threads.find(chatbot, id); id != "" && taken != nil {
		exists := chatbotError{Code: "THREAD_ALREADY_EXISTS", Message: "A thread with this id exists already"}
		switch s.knobs.ThreadTaken {
		case ThreadTakenRefused:
			return s.chatbotRefusal(http.StatusBadRequest, exists)
		case ThreadTakenConflict:
			return s.chatbotRefusal(http.StatusConflict, exists)
		case ThreadTakenSame:
			a := s.threadAnswer("Created the thread successfully", taken, x.now)
			a.acted = false
			return a
		case ThreadTakenFresh:
			id = ""
		}
	}
	t := s.beginThread(chatbot, id, mode, x.now)
	if email != "" {
		t.setUser(map[string]json.RawMessage{"email": fields["chatUserEmail"]}, x.now)
	}
	x.log.Thread = t.text("threadId")
	return s.threadAnswer("Created the thread successfully", t, x.now)
}

// beginThread files a new thread, under a random id if it is given none.
func (s *Sandbox) beginThread(chatbot, id, mode string, now time.Time) *thread {
	if id == "" {
		id = newUUID()
	}
	t := newThread(chatbot, id, mode, now)
	s.threads.file(chatbot, id, t)
	return t
}

// updateThread is PATCH chatbots/{chatbotId}/threads/{threadId}.
func (s *Sandbox) updateThread(x *exchange) answer {
	var wrong []string
	fields := x.fields(false, &wrong)
	mode := modeField(fields, &wrong)
	for _, name := range []string{"webhookUrl", "webhookToken"} {
		textField(fields, name, &wrong)
	}
	var user map[string]json.RawMessage
	if raw := fields["chatUser"]; !isAbsent(raw) && json.Unmarshal(raw, &user) != nil {
		wrong = append(wrong, "chatUser must be an object")
	}
	for _, name := range []string{"email", "name", "phoneNumber"} {
		textField(user, name, &wrong)
	}
	if len(wrong) > 0 {
		return s.chatbotInvalid(wrong)
	}
	t := s.threads.find(x.ids[0], x.ids[1])
	if t == nil {
		return s.noThread(x.ids[0])
	}
	if err := t.split(); err != nil {
		return s.chatbotStatus(x, http.StatusInternalServerError, err.Error())
	}
	if mode != "" {
		t.set("mode", mode)
	}
	clears := func(raw json.RawMessage) bool { return raw != nil && !(isAbsent(raw) && s.knobs.PatchNullKeeps) }
	for _, name := range []string{"webhookUrl", "webhookToken"} {
		if clears(fields[name]) {
			t.fields[name] = fields[name]
		}
	}
	switch raw := fields["chatUser"]; {
	case user != nil:
		for name, value := range user {
			if !clears(value) {
				delete(user, name)
			}
		}
		t.setUser(user, x.now)
	case clears(raw):
		t.set("chatUser", nil)
		t.set("chatUserId", nil)
	}
	t.set("updatedAt", threadMoment(x.now))
	a := s.chatbotDone("Updated the thread successfully", nil)
	a.acted = true
	return a
}

// setUser gives the thread a user, or changes the one it has: phoneNumber is read as phone.
func (t *thread) setUser(given map[string]json.RawMessage, now time.Time) {
	moment := threadMoment(now)
	user := struct {
		ID        string          `json:"id"`
		Email     json.RawMessage `json:"email"`
		Name      json.RawMessage `json:"name"`
		Phone     json.RawMessage `json:"phone"`
		Verified  bool            `json:"verified"`
		CreatedAt string          `json:"createdAt"`
		UpdatedAt string          `json:"updatedAt"`
	}{ID: newUUID(), CreatedAt: moment}
	if raw := t.fields["chatUser"]; !isAbsent(raw) {
		_ = json.Unmarshal(raw, &user) // one of another shape is replaced
	}
	user.UpdatedAt = moment
	for name, field := range map[string]*json.RawMessage{"email": &user.Email, "name": &user.Name, "phoneNumber": &user.Phone} {
		if value := given[name]; value != nil {
			*field = value
		}
	}
	t.set("chatUser", user)
	t.set("chatUserId", user.ID)
}

// chatbotDone is an answer with data.
func (s *Sandbox) chatbotDone(message string, data any) answer {
	return jsonAnswer(http.StatusOK, struct {
		Success bool   `json:"success"`
		Message string `json:"message"`
		Data    any    `json:"data"`
	}{true, message, data})
}

// fields reads a body that must be an object. None at all is an empty one where that is allowed.
func (x *exchange) fields(mayBeEmpty bool, wrong *[]string) (fields map[string]json.RawMessage) {
	if len(x.body) == 0 && mayBeEmpty {
		return nil
	}
	if json.Unmarshal(x.body, &fields) != nil || fields == nil {
		*wrong = append(*wrong, "the body must be a JSON object")
	}
	return fields
}

// textField reads a text that may be absent.
func textField(fields map[string]json.RawMessage, name string, wrong *[]string) (text string) {
	if raw := fields[name]; !isAbsent(raw) && json.Unmarshal(raw, &text) != nil {
		*wrong = append(*wrong, name+" must be a string")
	}
	return text
}

func modeField(fields map[string]json.RawMessage, wrong *[]string) string {
	mode := textField(fields, "mode", wrong)
	if !slices.Contains([]string{"", modeAI, modeAgent}, mode) {
		*wrong = append(*wrong, "mode must be one of AI, AGENT")
	}
	return mode
}
