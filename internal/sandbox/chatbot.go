package sandbox

import (
	"bytes"
	"cmp"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Calls of the chatbot, as the log and the faults name them.
const (
	callThread       = "chatbot.thread"
	callThreadCreate = "chatbot.create"
	callThreadUpdate = "chatbot.update"
	callAsk          = "chatbot.message"
)

// chatbotService is the v0 API of the chatbot server: threads, and messages in them.
func (s *Sandbox) chatbotService() *service {
	return &service{
		name:   "chatbot",
		mounts: []string{ChatbotPath},
		calls: []call{
			{callThread, http.MethodGet, "chatbots/{}/threads/{}", 64 << 20, s.chatbotCall(s.readThread)},
			{callThreadCreate, http.MethodPost, "chatbots/{}/threads", 64 << 20, s.chatbotCall(s.createThread)},
			{callThreadUpdate, http.MethodPatch, "chatbots/{}/threads/{}", 1 << 20, s.chatbotCall(s.updateThread)},
			{callAsk, http.MethodPost, "chatbots/{}/message", 1 << 20, s.chatbotCall(s.askChatbot)},
		},
		identify:  s.identifyChatbot,
		target:    targetChatbot,
		refusal:   s.chatbotStatus,
		perMinute: func(k *Knobs) int { return k.ChatbotPerMinute },
	}
}

// targetChatbot notes the thread: that of the path, or that of the body.
func targetChatbot(x *exchange) {
	if len(x.ids) > 1 {
		x.log.Thread = x.ids[1]
		return
	}
	var body struct {
		Thread string `json:"threadId"`
	}
	if json.Unmarshal(x.body, &body) == nil {
		x.log.Thread = body.Thread
	}
}

// chatbotCall lets only a valid token and a chatbot of its account through to do.
func (s *Sandbox) chatbotCall(do func(*exchange) answer) func(*exchange) answer {
	return func(x *exchange) answer {
		chatbot := x.ids[0]
		switch {
		case x.log.Account == "":
			return s.chatbotStatus(x, http.StatusUnauthorized, "")
		case slices.Contains(s.knobs.ForbiddenChatbots, chatbot):
			return s.chatbotStatus(x, http.StatusForbidden, "")
		case len(s.knobs.Chatbots) > 0 && !slices.Contains(s.knobs.Chatbots, chatbot):
			return s.chatbotRefusal(http.StatusNotFound, chatbotNotFound)
		}
		return do(x)
	}
}

var (
	chatbotNotFound = chatbotError{Code: "CHATBOT_NOT_FOUND", Message: "Chatbot not found"}
	threadNotFound  = chatbotError{Code: "THREAD_NOT_FOUND", Message: "Thread not found"}
)

// identifyChatbot names a token by its place in the list: the log holds no secret.
func (s *Sandbox) identifyChatbot(x *exchange) {
	scheme, token, _ := strings.Cut(x.header.Get("Authorization"), " ")
	if i := slices.Index(s.tokens, token); i >= 0 && strings.EqualFold(scheme, "Bearer") {
		x.log.Account = "token-" + strconv.Itoa(i+1)
	}
}

// readThread is GET chatbots/{chatbotId}/threads/{threadId}.
func (s *Sandbox) readThread(x *exchange) answer {
	t := s.threads.find(x.ids[0], x.ids[1])
	if t == nil {
		return s.noThread(x.ids[0])
	}
	if t.later != nil && t.firstRead.IsZero() {
		t.firstRead = x.now
	}
	return s.threadAnswer("Fetched the thread successfully", t, x.now)
}

// noThread is the answer for a thread that does not exist. A chatbot without any thread is none.
func (s *Sandbox) noThread(chatbot string) answer {
	if len(s.knobs.Chatbots) == 0 && !s.threads.knows(chatbot) {
		return s.chatbotRefusal(http.StatusNotFound, chatbotNotFound)
	}
	return s.chatbotRefusal(http.StatusNotFound, threadNotFound)
}

// threadAnswer is an answer with a thread as it stands at now.
func (s *Sandbox) threadAnswer(message string, t *thread, now time.Time) answer {
	raw := s.reshaped(t.shown(now, time.Duration(s.knobs.AnswerAfter)), s.knobs.NullsAbsent)
	// Put together by hand: a thread need not be valid JSON.
	a := jsonAnswer(http.StatusOK, nil)
	a.body = slices.Concat([]byte(`{"success":true,"message":"`+message+`","data":{"thread":`), raw, []byte("}}"))
	a.acted = true
	return a
}

// reshaped is JSON in the form that the knobs ask for. What is not JSON stays as it is.
func (s *Sandbox) reshaped(raw json.RawMessage, nullsAbsent bool) json.RawMessage {
	if !nullsAbsent && !s.knobs.NumericIDs {
		return raw
	}
	var v any
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber() // a number beyond 2^53 must not change
	if decoder.Decode(&v) != nil {
		return raw
	}
	if nullsAbsent {
		dropNulls(v)
	}
	if s.knobs.NumericIDs {
		numberIDs(v)
	}
	return jsonAnswer(http.StatusOK, v).body
}

// numberIDs makes JSON numbers of the ids that are made of digits, at any depth.
func numberIDs(v any) {
	switch v := v.(type) {
	case map[string]any:
		for name, value := range v {
			if id, ok := value.(string); ok && allDigits(id) && slices.Contains([]string{"id", "messageId", "threadId", "chatbotId"}, name) {
				v[name] = json.Number(id)
			}
			numberIDs(value)
		}
	case []any:
		for _, value := range v {
			numberIDs(value)
		}
	}
}

// dropNulls drops each null field of an object, at any depth.
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

// chatbotStatus is the documented error of a status, or one with words of its own.
func (s *Sandbox) chatbotStatus(_ *exchange, status int, words string) answer {
	text := http.StatusText(status)
	e := chatbotError{Code: strings.ToUpper(strings.ReplaceAll(text, " ", "_")), Message: text}
	switch status {
	case http.StatusBadRequest:
		e = chatbotError{"REQUEST_VALIDATION_FAILED", "The request is not valid", []string{"The request could not be read"}}
	case http.StatusUnauthorized:
		e = chatbotError{Code: "API_KEY_NOT_VALID", Message: "The API key is not valid"}
	case http.StatusForbidden:
		e = chatbotError{Code: "CHATBOT_FETCH_FORBIDDEN", Message: "The chatbot belongs to another account"}
	}
	e.Message = cmp.Or(words, e.Message)
	return s.chatbotRefusal(status, e)
}

// chatbotInvalid is the answer to a request whose fields are wrong.
func (s *Sandbox) chatbotInvalid(details []string) answer {
	return s.chatbotRefusal(http.StatusBadRequest, chatbotError{"REQUEST_VALIDATION_FAILED", "The request is not valid", details})
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
