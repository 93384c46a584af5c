package sandbox

import (
	"encoding/json"
	"net/http"
	"slices"
)

// endedByOperator is the reason that both the answer of close and its event give.
const endedByOperator = "closed_by_operator"

// closeConversation is POST external-support/{projectId}/conversations/close. It is addressed by user, not by
// conversation: sent again, it closes whatever that user has open by then.
func (s *Sandbox) closeConversation(x *exchange) answer {
	request, wrong := parseClose(x.body)
	if len(wrong) > 0 {
		return s.jelouInvalid(wrong)
	}
	if refused := s.unknownBotOrUser(x, request.bot, request.user); refused != nil {
		return s.jelouRefusal(http.StatusNotFound, refused)
	}
	user := jelouUser{x.project.ID, request.bot, request.user}
	c := s.active(user, x.now)
	switch latest := s.jelou.latest(user); {
	case c != nil:
	case s.knobs.EveryUserOpen:
		c = s.jelou.begin(user, x.now)
	case latest == nil:
		return s.jelouRefusal(http.StatusNotFound, userNotFound)
	default:
		return s.noneOpen(latest)
	}
	done := &JelouClose{
		Time: x.now, Project: user.project, Bot: user.bot, User: user.user, Conversation: c.ID,
		PayloadType: request.payloadType, PayloadText: request.payloadText, Payload: request.payload,
	}
	s.jelou.closes = append(s.jelou.closes, done)
	s.end(c, x.now, endedByOperator, done)
	a := s.jelouClosed(c)
	a.acted = true
	return a
}

// noneOpen is the answer to a close with nothing to close, which is not documented.
func (s *Sandbox) noneOpen(latest *JelouConversation) answer {
	switch s.knobs.NoneOpen {
	case NoneOpenLast:
		return s.jelouClosed(latest)
	case NoneOpenUnprocessable:
		return s.jelouInvalid([]fieldError{{"userId", "The user has no active conversation."}})
	case NoneOpenFailed:
		return s.jelouRefusal(http.StatusOK, conversationNotFound)
	default:
		return s.jelouRefusal(http.StatusNotFound, conversationNotFound)
	}
}

// unknownBotOrUser is the error of a call for a bot or a user that the project does not have, nil if it has both.
func (s *Sandbox) unknownBotOrUser(x *exchange, bot, user string) *jelouError {
	if !slices.Contains(x.project.Bots, bot) {
		return botNotFound
	}
	if len(s.knobs.JelouUsers) > 0 && !slices.Contains(s.knobs.JelouUsers, user) {
		return userNotFound
	}
	return nil
}

// closeRequest is the body of a close. payload is redirectPayload as sent.
type closeRequest struct {
	bot, user, payloadType, payloadText string
	payload                             json.RawMessage
}

// parseClose reads the body of a close and collects all that is wrong with it.
func parseClose(body []byte) (r closeRequest, wrong []fieldError) {
	fields, wrong := bodyFields(body)
	if fields == nil {
		return r, wrong
	}
	r.bot, wrong = requiredText(fields, "", "botId", wrong)
	r.user, wrong = requiredText(fields, "", "userId", wrong)
	payload := fields["redirectPayload"]
	if payload == nil || string(payload) == "null" {
		return r, wrong
	}
	r.payload = payload
	var inner map[string]json.RawMessage
	if json.Unmarshal(payload, &inner) != nil {
		return r, append(wrong, fieldError{"redirectPayload", "The redirectPayload must be an object."})
	}
	r.payloadType, wrong = requiredText(inner, "redirectPayload.", "type", wrong)
	if r.payloadType == "text" || inner["text"] != nil {
		r.payloadText, wrong = requiredText(inner, "redirectPayload.", "text", wrong)
	}
	if r.payloadType != "" && r.payloadType != "text" && r.payloadType != "edge" {
		wrong = append(wrong, fieldError{"redirectPayload.type", "The redirectPayload.type must be one of text, edge."})
	}
	return r, wrong
}
