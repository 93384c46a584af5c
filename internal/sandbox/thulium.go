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
	callStart   = "thulium.start"
	callMessage = "thulium.message"
	callStop    = "thulium.stop"
	callList    = "thulium.list"
)

// thuliumService is https://api.thulium.com/docs: the three calls of a chat conversation, and the listing of chats.
func (s *Sandbox) thuliumService() *service {
	return &service{
		name:   "thulium",
		mounts: []string{ThuliumPath},
		calls: []call{
			{callStart, http.MethodPost, "chat_conversations/start", 1 << 20, s.thuliumCall(s.startChat)},
			{callMessage, http.MethodPost, "chat_conversations/{}/message", 1 << 20, s.thuliumCall(s.messageChat)},
			{callStop, http.MethodPost, "chat_conversations/{}/stop", 1 << 20, s.thuliumCall(s.stopChat)},
			{callList, http.MethodGet, "chats", 16 << 20, s.thuliumCall(s.listChats)},
		},
		identify:  s.identifyThulium,
		target:    s.targetThulium,
		refusal:   thuliumFailure,
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

// targetThulium notes the queue: that which was sent, or that of the chat which is addressed.
func (s *Sandbox) targetThulium(x *exchange) {
	x.log.Queue, _, _ = positive(x.query, "chat_queue_id")
	if len(x.ids) > 0 && s.chats.byID[x.ids[0]] != nil {
		x.log.Queue = s.chats.byID[x.ids[0]].QueueID
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
	if s.knobs.NumberIDs {
		c.ID = newDigits()
	}
	a := jsonAnswer(http.StatusOK, map[string]any{"conversation_id": s.chatID(s.chats.add(c).ID)})
	a.acted = true
	return a
}

// chatID is a conversation's id as the service writes it: a text, or a JSON number where ids are numbers.
func (s *Sandbox) chatID(id string) any {
	if s.knobs.NumberIDs && allDigits(id) {
		return json.Number(id)
	}
	return id
}

func allDigits(text string) bool {
	return text != "" && text[0] != '0' && strings.Trim(text, "0123456789") == ""
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

// thuliumFailure is the envelope of a failure that has no more to say than its status, or words.
func thuliumFailure(x *exchange, status int, words string) answer {
	if words == "" {
		return thuliumRefusal(x, status)
	}
	return thuliumRefusal(x, status, thuliumMessage{100000 + status, words, words})
}

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
