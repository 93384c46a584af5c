package sandbox

import (
	"cmp"
	"fmt"
	"net/http"
	"strings"
)

// jelouEnvelope is the form of every answer but 401.
type jelouEnvelope struct {
	Message         any         `json:"message"`
	StatusMessage   string      `json:"statusMessage,omitempty"`
	Status          *int        `json:"status,omitempty"`
	Data            any         `json:"data,omitempty"`
	Error           *jelouError `json:"error,omitempty"`
	ValidationError any         `json:"validationError,omitempty"`
}

// jelouError is the error of an envelope. Only E1019 has been seen; the other codes are the sandbox's own.
type jelouError struct {
	Code              string            `json:"code"`
	Key               string            `json:"key"`
	Description       string            `json:"description"`
	DeveloperMessages map[string]string `json:"developerMessages"`
	ClientMessages    map[string]string `json:"clientMessages"`
}

var (
	botNotFound          = newJelouError("E1019", "BOT_NOT_FOUND", "The Bot could not be found at the moment.")
	userNotFound         = newJelouError("E1020", "USER_NOT_FOUND", "The User could not be found at the moment.")
	projectNotFound      = newJelouError("E1021", "PROJECT_NOT_FOUND", "The Project could not be found at the moment.")
	conversationNotFound = newJelouError("E1022", "CONVERSATION_NOT_FOUND", "The Conversation could not be found at the moment.")
	conversationActive   = newJelouError("E1024", "CONVERSATION_ALREADY_ACTIVE", "The User has an active Conversation already.")
	fieldsInvalid        = newJelouError("E1023", "VALIDATION_FAILED", "The fields sent contain invalid values.")
)

func newJelouError(code, key, text string) *jelouError {
	return &jelouError{code, key, text, map[string]string{"en": text}, map[string]string{
		"en": "The request could not be completed.",
		"es": "No se pudo completar la solicitud.",
		"pt": "Não foi possível concluir a solicitação.",
	}}
}

// jelouStatus is the answer of a status that has no more to say, or words.
func (s *Sandbox) jelouStatus(_ *exchange, status int, words string) answer {
	text := http.StatusText(status)
	key := strings.ToUpper(strings.ReplaceAll(text, " ", "_"))
	return s.jelouRefusal(status, newJelouError(fmt.Sprintf("E%04d", status), key, cmp.Or(words, text+".")))
}

// message is text in the form that the knob chooses: the documentation's schema and its examples differ.
func (s *Sandbox) message(text string) any {
	if s.knobs.MessageText {
		return text
	}
	return []string{text}
}

// jelouSuccess is an answer with data.
func (s *Sandbox) jelouSuccess(message string, data any) jelouEnvelope {
	one := 1
	return jelouEnvelope{Message: s.message(message), StatusMessage: "success", Status: &one, Data: data}
}

// jelouClosed is the answer of a close that found c.
func (s *Sandbox) jelouClosed(c *JelouConversation) answer {
	return s.jelouDone("Conversation closed successfully", struct {
		ConversationID string `json:"conversationId"`
		Status         string `json:"status"`
		EndedReason    string `json:"endedReason"`
	}{c.ID, "closed", endedByOperator})
}

// jelouDone is the answer of a start or a close that succeeded.
func (s *Sandbox) jelouDone(message string, data any) answer {
	envelope := s.jelouSuccess(message, data)
	if s.knobs.DataAbsent {
		envelope.Data = nil
	}
	if s.knobs.StatusAbsent {
		envelope.Status, envelope.StatusMessage = nil, ""
	}
	return jsonAnswer(http.StatusOK, envelope)
}

// jelouRefusal is an answer with an error. One that lacks a valid credential has its own bare form.
func (s *Sandbox) jelouRefusal(status int, e *jelouError) answer {
	if status == http.StatusUnauthorized {
		return jsonAnswer(status, map[string]string{"message": "Authentication failed"})
	}
	return jsonAnswer(status, s.jelouFailure(e))
}

func (s *Sandbox) jelouFailure(e *jelouError) jelouEnvelope {
	return jelouEnvelope{Message: s.message(e.Description), StatusMessage: "failed", Status: new(int), Error: e}
}

// jelouInvalid is the answer to invalid fields. The shape of validationError is not documented.
func (s *Sandbox) jelouInvalid(wrong []fieldError) answer {
	envelope := s.jelouFailure(fieldsInvalid)
	lists, texts := map[string][]string{}, map[string]string{}
	for _, w := range wrong {
		lists[w.Field], texts[w.Field] = append(lists[w.Field], w.Message), w.Message
	}
	switch s.knobs.ValidationError {
	case ValidationTexts:
		envelope.ValidationError = texts
	case ValidationNested:
		envelope.ValidationError = map[string]any{"errors": wrong}
	default:
		envelope.ValidationError = lists
	}
	return jsonAnswer(http.StatusUnprocessableEntity, envelope)
}
