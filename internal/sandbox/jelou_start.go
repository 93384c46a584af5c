package sandbox

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
)

// startConversation is POST external-support/{projectId}/conversations/start. What it does while the user has a
// conversation, and which field carries the new one's id, is not documented.
func (s *Sandbox) startConversation(x *exchange) answer {
	request, wrong := parseStart(x.body)
	if len(wrong) > 0 {
		return s.jelouInvalid(wrong)
	}
	if refused := s.unknownBotOrUser(x, request.bot, request.user); refused != nil {
		return s.jelouRefusal(http.StatusNotFound, refused)
	}
	user := jelouUser{x.project.ID, request.bot, request.user}
	if c := s.active(user, x.now); c != nil {
		switch s.knobs.StartWhileOpen {
		case StartWhileOpenRefused:
			return s.jelouInvalid([]fieldError{{"userId", "The user has an active conversation already."}})
		case StartWhileOpenConflict:
			return s.jelouRefusal(http.StatusConflict, conversationActive)
		case StartWhileOpenFailed:
			return s.jelouRefusal(http.StatusOK, conversationActive)
		case StartWhileOpenSame:
			return s.jelouStarted(c)
		}
	}
	c := s.jelou.begin(user, x.now)
	c.Metadata, c.Assignment = request.metadata, request.assignment
	s.announce(c, "conversation.start", x.now, nil, nil)
	if request.message != "" {
		s.say(c, x.now, FromOperator, request.message, s.knobs.InitialMessageEvent)
	}
	a := s.jelouStarted(c)
	a.acted = true
	return a
}

// jelouStarted is the answer of a start that led to c.
func (s *Sandbox) jelouStarted(c *JelouConversation) answer {
	data := map[string]string{"status": "active"}
	if s.knobs.StartID != StartIDNone {
		data[s.knobs.StartID] = c.ID
	}
	return s.jelouDone("Conversation started successfully", data)
}

// startRequest is the body of a start.
type startRequest struct {
	bot, user, message string
	metadata           json.RawMessage
	assignment         *JelouAssignment
}

// parseStart reads the body of a start and collects all that is wrong with it.
func parseStart(body []byte) (r startRequest, wrong []fieldError) {
	fields, wrong := bodyFields(body)
	if fields == nil {
		return r, wrong
	}
	r.bot, wrong = requiredText(fields, "", "botId", wrong)
	r.user, wrong = requiredText(fields, "", "userId", wrong)
	r.message, wrong = optionalText(fields, "initialMessage", wrong)
	if raw := fields["metadata"]; !isAbsent(raw) {
		var object map[string]any
		if r.metadata = raw; json.Unmarshal(raw, &object) != nil {
			wrong = append(wrong, fieldError{"metadata", "The metadata field must be an object."})
		}
	}
	raw := fields["assignment"]
	if isAbsent(raw) {
		return r, wrong
	}
	var inner map[string]json.RawMessage
	if json.Unmarshal(raw, &inner) != nil {
		return r, append(wrong, fieldError{"assignment", "The assignment field must be an object."})
	}
	r.assignment = &JelouAssignment{}
	r.assignment.Type, wrong = requiredText(inner, "assignment.", "type", wrong)
	r.assignment.Target, wrong = requiredText(inner, "assignment.", "target", wrong)
	types := []string{"queue", "operator", "team"}
	if t := r.assignment.Type; t != "" && !slices.Contains(types, t) {
		wrong = append(wrong, fieldError{"assignment.type", "The assignment.type must be one of " + strings.Join(types, ", ") + "."})
	}
	return r, wrong
}
