package sandbox

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

const callThread = "chatbot.thread"

// chatbotService is the v0 API of the chatbot server: reading a thread.
func (s *Sandbox) chatbotService() *service {
	return &service{
		name:   "chatbot",
		mounts: []string{ChatbotPath},
		calls: []call{
			{callThread, http.MethodGet, "chatbots/{}/threads/{}", 256 << 20, s.readThread},
		},
		identify:  s.identifyChatbot,
		refusal:   func(_ *exchange, status int) answer { return s.chatbotRefusal(status, chatbotErrorOf(status)) },
		perMinute: func(k *Knobs) int { return k.ChatbotPerMinute },
	}
}

// identifyChatbot names a token by its place in the list: the log holds no secret.
func (s *Sandbox) identifyChatbot(x *exchange) {
	scheme, token, _ := strings.Cut(x.header.Get("Authorization"), " ")
	if i := slices.Index(s.tokens, token); i >= 0 && strings.EqualFold(scheme, "Bearer") {
		x.log.Account = "token-" + strconv.Itoa(i+1)
	}
}

type threadKey struct{ chatbot, thread string }

// thread is the JSON of data.thread. later, if any, takes its place some time after the first read.
type thread struct {
	now, later json.RawMessage
	firstRead  time.Time
}

// AddThread files a thread, in place of one with the same ids. It is kept and sent as it is, whatever its shape.
func (s *Sandbox) AddThread(chatbotID, threadID string, raw json.RawMessage) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.threads[threadKey{chatbotID, threadID}] = &thread{now: bytes.Clone(raw)}
}

// readThread is GET chatbots/{chatbotId}/threads/{threadId}.
func (s *Sandbox) readThread(x *exchange) answer {
	chatbot, id := x.ids[0], x.ids[1]
	if x.log.Account == "" {
		return s.chatbotRefusal(http.StatusUnauthorized, chatbotErrorOf(http.StatusUnauthorized))
	}
	if slices.Contains(s.knobs.ForbiddenChatbots, chatbot) {
		return s.chatbotRefusal(http.StatusForbidden, chatbotErrorOf(http.StatusForbidden))
	}
	found := s.threads[threadKey{chatbot, id}]
	if found == nil {
		missing := chatbotError{Code: "CHATBOT_NOT_FOUND", Message: "Chatbot not found"}
		for key := range s.threads {
			if key.chatbot == chatbot {
				missing = chatbotError{Code: "THREAD_NOT_FOUND", Message: "Thread not found"}
			}
		}
		return s.chatbotRefusal(http.StatusNotFound, missing)
	}
	if found.firstRead.IsZero() {
		found.firstRead = x.now
	}
	raw := found.now
	if found.later != nil && x.now.Sub(found.firstRead) >= time.Duration(s.knobs.AnswerAfter) {
		raw = found.later
	}
	if s.knobs.NullsAbsent {
		raw = withoutNulls(raw)
	}
	// Put together by hand: a thread need not be valid JSON.
	a := jsonAnswer(http.StatusOK, nil)
	a.body = slices.Concat([]byte(`{"success":true,"message":"Fetched the thread successfully","data":{"thread":`), raw, []byte("}}"))
	a.acted = true
	return a
}

// withoutNulls drops each null field of an object, at any depth. What is not JSON stays as it is.
func withoutNulls(raw json.RawMessage) json.RawMessage {
	var v any
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber() // a number beyond 2^53 must not change
	if decoder.Decode(&v) != nil {
		return raw
	}
	dropNulls(v)
	return jsonAnswer(http.StatusOK, v).body
}

func dropNulls(v any) {
	switch v := v.(type) {
	case map[string]any:
		for name, value := range v {
			if value == nil {
				delete(v, name)
			}
			dropNulls(value)
		}
	case []any:
		for _, value := range v {
			dropNulls(value)
		}
	}
}

// chatbotError is the error of the service's envelope. details is null or a list of validation errors.
type chatbotError struct {
	Code    string   `json:"code"`
	Message string   `json:"message"`
	Details []string `json:"details"`
}

// chatbotErrorOf is the documented error of a status.
func chatbotErrorOf(status int) chatbotError {
	switch status {
	case http.StatusBadRequest:
		return chatbotError{"REQUEST_VALIDATION_FAILED", "The request is not valid", []string{"The request could not be read"}}
	case http.StatusUnauthorized:
		return chatbotError{Code: "API_KEY_NOT_VALID", Message: "The API key is not valid"}
	case http.StatusForbidden:
		return chatbotError{Code: "CHATBOT_FETCH_FORBIDDEN", Message: "The chatbot belongs to another account"}
	}
	text := http.StatusText(status)
	return chatbotError{Code: strings.ToUpper(strings.ReplaceAll(text, " ", "_")), Message: text}
}

// chatbotRefusal is the service's error envelope.
func (s *Sandbox) chatbotRefusal(status int, e chatbotError) answer {
	message := e.Message
	if status == http.StatusUnauthorized {
		message = "Failed to authenticate"
	}
	if s.knobs.SuccessFalse {
		status = http.StatusOK
	}
	return jsonAnswer(status, struct {
		Success bool         `json:"success"`
		Message string       `json:"message"`
		Data    any          `json:"data"`
		Error   chatbotError `json:"error"`
	}{Message: message, Error: e})
}
