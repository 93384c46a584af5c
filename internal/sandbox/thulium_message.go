package sandbox

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// messageChat is POST chat_conversations/{id}/message. Both of its parameters are optional, and nothing keeps a repeated
// one from being said twice. Success is its status alone: the body is empty.
func (s *Sandbox) messageChat(x *exchange) answer {
	c, refused := s.openChat(x, s.knobs.MessageUnknown, s.knobs.MessageStopped)
	if c == nil {
		return refused
	}
	parameters := x.parameters(s.knobs.MessageReads)
	m := ChatMessage{Time: x.now, From: FromClient, Text: parameters["text"]}
	if m.ExternalChatbotID = parameters[externalChatbotID]; m.ExternalChatbotID != "" {
		m.From, m.Arrived = FromChatbot, x.arrived(externalChatbotID)
	}
	c.Messages = append(c.Messages, m)
	return answer{status: http.StatusOK, header: map[string]string{}, acted: true}
}

// stopChat is POST chat_conversations/{id}/stop. Success is its status alone: the body is empty.
func (s *Sandbox) stopChat(x *exchange) answer {
	c, refused := s.openChat(x, s.knobs.StopUnknown, s.knobs.StopStopped)
	if c == nil {
		return refused
	}
	c.close(x.now)
	c.StoppedWith, c.StoppedIn = x.parameters(s.knobs.StopReads)[externalChatbotID], x.arrived(externalChatbotID)
	return answer{status: http.StatusOK, header: map[string]string{}, acted: true}
}

// openChat is the addressed chat, or what the service answers where it is unknown or closed.
func (s *Sandbox) openChat(x *exchange, unknown, stopped int) (*Conversation, answer) {
	c := s.chats.byID[x.ids[0]]
	if c == nil {
		return nil, s.gone(x, unknown, conversationUnknown)
	}
	if !s.isOpen(c, x.now) {
		return nil, s.gone(x, stopped, conversationClosed)
	}
	return c, answer{}
}

// gone is the answer to a call for a chat that is unknown or closed. Neither its status nor its form is documented.
func (s *Sandbox) gone(x *exchange, status int, m thuliumMessage) answer {
	a := answer{status: status, header: map[string]string{}}
	switch {
	case status == http.StatusOK || s.knobs.GoneForm == GoneEmpty:
		return a
	case s.knobs.GoneForm == GoneJSON:
		return jsonAnswer(status, map[string]string{"error": http.StatusText(status)})
	case s.knobs.GoneForm == GoneHTML:
		a.header["Content-Type"], a.body = "text/html; charset=utf-8", []byte(webPage)
		return a
	}
	return thuliumRefusal(x, status, m)
}

const externalChatbotID = "external_chatbot_id"

// places are where a call of Thulium may carry its parameters, the first of several counting.
func (x *exchange) places() []place {
	query := map[string]string{}
	for name := range x.query {
		query[name] = x.query.Get(name)
	}
	found := []place{{StopReadsQuery, query}}
	if strings.Contains(x.header.Get("Content-Type"), "form-urlencoded") {
		values, _ := url.ParseQuery(string(x.body))
		form := map[string]string{}
		for name := range values {
			form[name] = values.Get(name)
		}
		return append(found, place{StopReadsForm, form})
	}
	var fields map[string]any
	if json.Unmarshal(x.body, &fields) == nil {
		texts := map[string]string{}
		for name, value := range fields {
			texts[name], _ = value.(string)
		}
		found = append(found, place{StopReadsJSON, texts})
	}
	return found
}

type place struct {
	name   string
	values map[string]string
}

// parameters are those in the place that a knob names, or in any.
func (x *exchange) parameters(where string) map[string]string {
	all := map[string]string{}
	for _, p := range slices.Backward(x.places()) {
		if where != StopReadsAny && where != p.name {
			continue
		}
		for name, value := range p.values {
			if value != "" {
				all[name] = value
			}
		}
	}
	return all
}

// arrived says in which places a parameter arrived, whether or not the service looks there.
func (x *exchange) arrived(name string) string {
	var places []string
	for _, p := range x.places() {
		if p.values[name] != "" {
			places = append(places, p.name)
		}
	}
	return strings.Join(places, "+")
}
