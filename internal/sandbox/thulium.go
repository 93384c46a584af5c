package sandbox

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// Calls of Thulium, as the log and the faults name them.
const (
	callStart = "thulium.start"
	callStop  = "thulium.stop"
	callList  = "thulium.list"
)

// thuliumService is https://api.thulium.com/docs: the two calls of a chat conversation, and the listing of chats.
func (s *Sandbox) thuliumService() *service {
	return &service{
		name:   "thulium",
		mounts: []string{ThuliumPath},
		calls: []call{
			{callStart, http.MethodPost, "chat_conversations/start", 1 << 20, s.thuliumCall(s.startChat)},
			{callStop, http.MethodPost, "chat_conversations/{}/stop", 1 << 20, s.thuliumCall(s.stopChat)},
			{callList, http.MethodGet, "chats", 16 << 20, s.thuliumCall(s.listChats)},
		},
		identify:  s.identifyThulium,
		refusal:   func(x *exchange, status int) answer { return thuliumRefusal(x, status) },
		perMinute: func(k *Knobs) int { return k.ThuliumPerMinute },
	}
}

func (s *Sandbox) identifyThulium(x *exchange) {
	username, password, _ := basicAuth(x.header)
	for i := range s.accounts {
		if a := &s.accounts[i]; a.Username == username && a.Password == password {
			x.account, x.log.Account = a, username
		}
	}
}

// basicAuth reads the header as net/http does.
func basicAuth(h http.Header) (username, password string, ok bool) {
	r := http.Request{Header: h}
	return r.BasicAuth()
}

// thuliumCall lets only those API users through to do that have the call.
func (s *Sandbox) thuliumCall(do func(*exchange) answer) func(*exchange) answer {
	return func(x *exchange) answer {
		if x.account == nil {
			a := thuliumRefusal(x, s.knobs.NoAccessStatus, wrongPassword)
			if a.status == http.StatusUnauthorized {
				a.header["WWW-Authenticate"] = `Basic realm="Thulium API"`
			}
			return a
		}
		if slices.Contains(x.account.Denied, x.call.name) {
			return thuliumRefusal(x, s.knobs.DeniedStatus, callDenied)
		}
		return do(x)
	}
}

// startChat is POST chat_conversations/start. There is no key against repetition: each call opens a conversation.
func (s *Sandbox) startChat(x *exchange) answer {
	var wrong []thuliumMessage
	queue, given, ok := positive(x.query, "chat_queue_id")
	switch {
	case !given:
		wrong = append(wrong, queueMissing)
	case !ok:
		wrong = append(wrong, queueWrong)
	case len(s.knobs.Queues) > 0 && !slices.Contains(s.knobs.Queues, queue):
		wrong = append(wrong, queueUnknown)
	}
	c := Conversation{
		QueueID:       queue,
		CreatedAt:     x.now,
		ClientName:    x.query.Get("client_name"),
		ClientSurname: x.query.Get("client_surname"),
		ClientEmail:   x.query.Get("client_email"),
		ClientID:      x.query.Get("client_id"),
		Account:       x.account.Username,
	}
	if customer, given, ok := positive(x.query, "customer_id"); ok {
		c.CustomerID = &customer
	} else if given {
		wrong = append(wrong, customerWrong)
	}
	if len(wrong) > 0 {
		return thuliumRefusal(x, s.knobs.InvalidStatus, wrong...)
	}
	a := jsonAnswer(http.StatusOK, map[string]string{"conversation_id": s.chats.add(c).ID})
	a.acted = true
	return a
}

// stopChat is POST chat_conversations/{id}/stop. Success is its status alone: the body is empty.
func (s *Sandbox) stopChat(x *exchange) answer {
	done := answer{status: http.StatusOK, header: map[string]string{}}
	c := s.chats.byID[x.ids[0]]
	switch {
	case c == nil && s.knobs.StopUnknown == http.StatusOK:
		return done
	case c == nil:
		return thuliumRefusal(x, s.knobs.StopUnknown, conversationUnknown)
	case !s.isOpen(c, x.now) && s.knobs.StopStopped == http.StatusOK:
		return done
	case !s.isOpen(c, x.now):
		return thuliumRefusal(x, s.knobs.StopStopped, conversationClosed)
	}
	c.close(x.now)
	c.StoppedWith = externalChatbotID(x, s.knobs.StopReads)
	done.acted = true
	return done
}

// externalChatbotID looks for the parameter in the places that the knob allows. Where it belongs is not documented.
func externalChatbotID(x *exchange, where string) string {
	const name = "external_chatbot_id"
	allowed := func(place string) bool { return where == place || where == StopReadsAny }
	if id := x.query.Get(name); id != "" && allowed(StopReadsQuery) {
		return id
	}
	if strings.Contains(x.header.Get("Content-Type"), "form-urlencoded") && allowed(StopReadsForm) {
		form, _ := url.ParseQuery(string(x.body))
		return form.Get(name)
	}
	var body map[string]any
	if allowed(StopReadsJSON) && json.Unmarshal(x.body, &body) == nil {
		id, _ := body[name].(string)
		return id
	}
	return ""
}

// positive reads a parameter that is a positive number.
func positive(query url.Values, name string) (n int64, given, ok bool) {
	text := query.Get(name)
	n, err := strconv.ParseInt(text, 10, 64)
	return n, text != "", err == nil && n > 0
}

// thuliumMessage is one entry of an error envelope. The codes are the sandbox's own: the service's list is not public.
type thuliumMessage struct {
	code            int
	english, polish string
}

var (
	wrongPassword       = thuliumMessage{100001, "Wrong API user or password.", "Błędny użytkownik API lub hasło."}
	callDenied          = thuliumMessage{100003, "The API user has no permission for this method.", "Użytkownik API nie ma uprawnień do tej metody."}
	queueMissing        = thuliumMessage{110001, "Parameter chat_queue_id is required.", "Parametr chat_queue_id jest wymagany."}
	queueWrong          = thuliumMessage{110002, "Parameter chat_queue_id must be a positive number.", "Parametr chat_queue_id musi być liczbą dodatnią."}
	queueUnknown        = thuliumMessage{110003, "Chat queue does not exist.", "Kolejka czata nie istnieje."}
	customerWrong       = thuliumMessage{110004, "Parameter customer_id must be a positive number.", "Parametr customer_id musi być liczbą dodatnią."}
	conversationUnknown = thuliumMessage{110005, "Conversation does not exist.", "Konwersacja nie istnieje."}
	conversationClosed  = thuliumMessage{110006, "Conversation is already closed.", "Konwersacja jest już zakończona."}
	limitWrong          = thuliumMessage{120001, "Wrong value of limit or offset.", "Błędna wartość limit lub offset."}
	dateWrong           = thuliumMessage{120002, "Wrong date format.", "Błędny format daty."}
)

// thuliumRefusal is the service's error envelope with the given messages, in the language that was asked for.
func thuliumRefusal(x *exchange, status int, messages ...thuliumMessage) answer {
	if len(messages) == 0 {
		text := http.StatusText(status) + "."
		messages = []thuliumMessage{{100000 + status, text, text}}
	}
	type entry struct {
		Message string `json:"message"`
		Code    int    `json:"code"`
	}
	envelope := struct {
		RequestID string  `json:"request_id"`
		Errors    []entry `json:"errors"`
	}{RequestID: randomHex(7)[:13]}
	polish := strings.HasPrefix(strings.ToLower(x.header.Get("Accept-Language")), "pl")
	for _, m := range messages {
		text := m.english
		if polish {
			text = m.polish
		}
		envelope.Errors = append(envelope.Errors, entry{text, m.code})
	}
	return jsonAnswer(status, envelope)
}

// randomHex returns n random bytes in hexadecimal.
func randomHex(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails
	return hex.EncodeToString(b)
}
