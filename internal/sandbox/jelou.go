package sandbox

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
)

const (
	callClose        = "jelou.close"
	callConversation = "jelou.conversation"

	// endedByOperator is the reason that both the answer of close and its event give.
	endedByOperator = "closed_by_operator"
)

// jelouService is https://docs.jelou.ai, external support: closing a conversation, and reading one.
func (s *Sandbox) jelouService() *service {
	return &service{
		name:   "jelou",
		mounts: []string{JelouPath, JelouPlatformPath},
		calls: []call{
			{callClose, http.MethodPost, "external-support/{}/conversations/close", 1 << 20, s.jelouCall(s.closeConversation)},
			{callConversation, http.MethodGet, "external-support/{}/conversations/{}", 1 << 20, s.jelouCall(s.readConversation)},
		},
		identify:  s.identifyJelou,
		refusal:   func(_ *exchange, status int) answer { return s.jelouRefusal(status, jelouErrorOf(status)) },
		perMinute: func(k *Knobs) int { return k.JelouPerMinute },
	}
}

// identifyJelou accepts the project's key or its client's id and secret, and nobody who sends both: which of the two
// would count is not documented, so no client may rely on it.
func (s *Sandbox) identifyJelou(x *exchange) {
	key, authorization := x.header.Get("X-Api-Key"), x.header.Get("Authorization")
	if key != "" && authorization != "" {
		return
	}
	id, secret, basic := basicAuth(x.header)
	for i := range s.projects {
		p := &s.projects[i]
		if key != "" && key == p.APIKey {
			x.project, x.log.Account = p, "api_key of "+p.ID
		}
		if basic && id == p.ClientID && secret == p.ClientSecret && id != "" {
			x.project, x.log.Account = p, id
		}
	}
}

// jelouCall lets only the credential of the addressed project through to do.
func (s *Sandbox) jelouCall(do func(*exchange) answer) func(*exchange) answer {
	return func(x *exchange) answer {
		addressed := func(p JelouProject) bool { return p.ID == x.ids[0] }
		switch {
		case x.project != nil && !slices.ContainsFunc(s.projects, addressed):
			return s.jelouRefusal(http.StatusNotFound, projectNotFound)
		case x.project != nil && x.project.ID == x.ids[0]:
			return do(x)
		}
		return s.jelouRefusal(s.knobs.CredentialFault, jelouErrorOf(s.knobs.CredentialFault))
	}
}

// closeConversation is POST external-support/{projectId}/conversations/close. It is addressed by user, not by
// conversation: sent again, it closes whatever that user has open by then.
func (s *Sandbox) closeConversation(x *exchange) answer {
	request, wrong := parseClose(x.body)
	if len(wrong) > 0 {
		return s.jelouInvalid(wrong)
	}
	if !slices.Contains(x.project.Bots, request.bot) {
		return s.jelouRefusal(http.StatusNotFound, botNotFound)
	}
	user := jelouUser{x.project.ID, request.bot, request.user}
	latest := s.jelou.latest[user]
	switch {
	case s.knobs.EveryUserOpen:
		latest = s.jelou.open(user, x.now)
	case latest == nil:
		return s.jelouRefusal(http.StatusNotFound, userNotFound)
	case latest.EndAt != nil:
		return s.noneOpen(latest)
	}
	ended := x.now
	latest.EndAt, latest.EndedReason = &ended, endedByOperator
	done := &JelouClose{
		Time: x.now, Project: user.project, Bot: user.bot, User: user.user, Conversation: latest.ID,
		PayloadType: request.payloadType, PayloadText: request.payloadText, Payload: request.payload,
	}
	s.jelou.closes = append(s.jelou.closes, done)
	s.announce(x.project, latest, done)
	a := s.jelouClosed(latest)
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

// readConversation is GET external-support/{projectId}/conversations/{conversationId}. It emits nothing.
func (s *Sandbox) readConversation(x *exchange) answer {
	c := s.jelou.byID[x.ids[1]]
	if c == nil || c.Project != x.project.ID {
		return s.jelouRefusal(http.StatusNotFound, conversationNotFound)
	}
	data := map[string]any{
		"_id": c.ID, "roomId": c.RoomID, "botId": c.Bot, "userId": c.User, "state": "active",
		"startAt": c.StartAt.UTC().Format(jelouTime), "endAt": nil, "endedReason": nil,
	}
	if c.EndAt != nil {
		data["state"], data["endAt"], data["endedReason"] = "closed", c.EndAt.UTC().Format(jelouTime), c.EndedReason
	}
	a := jsonAnswer(http.StatusOK, s.jelouSuccess("Conversation found", data))
	a.acted = true
	return a
}

// jelouTime is RFC 3339 with milliseconds, as JavaScript writes it.
const jelouTime = "2006-01-02T15:04:05.000Z07:00"

// closeRequest is the body of a close. payload is redirectPayload as sent.
type closeRequest struct {
	bot, user, payloadType, payloadText string
	payload                             json.RawMessage
}

// fieldError is what validation has to say about one field.
type fieldError struct {
	Field   string `json:"field"`
	Message string `json:"message"`
}

// parseClose reads the body of a close and collects all that is wrong with it.
func parseClose(body []byte) (r closeRequest, wrong []fieldError) {
	var fields map[string]json.RawMessage
	if json.Unmarshal(body, &fields) != nil || fields == nil {
		return r, []fieldError{{"body", "The body must be a JSON object."}}
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

// requiredText reads a text that must be there and not be empty.
func requiredText(fields map[string]json.RawMessage, prefix, name string, wrong []fieldError) (string, []fieldError) {
	var text string
	if json.Unmarshal(fields[name], &text) != nil || strings.TrimSpace(text) == "" {
		wrong = append(wrong, fieldError{prefix + name, "The " + prefix + name + " field is required."})
	}
	return text, wrong
}
