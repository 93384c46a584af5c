package thulium

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

func TestStartRequest(t *testing.T) {
	t.Parallel()
	customer := int64(17)
	for name, c := range map[string]struct {
		request StartRequest
		query   string
	}{
		"the queue alone": {StartRequest{QueueID: 3}, "chat_queue_id=3"},
		"all of it": {
			StartRequest{3, "Jan", "Kowalski", "jan+1@example.org", "a&b", &customer},
			"chat_queue_id=3&client_email=jan%2B1%40example.org&client_id=a%26b&client_name=Jan&client_surname=Kowalski&customer_id=17",
		},
	} {
		inBubble(t, name, func(t *testing.T) {
			s := newSystem(0)
			id, err := s.client().StartConversation(t.Context(), c.request)
			if err != nil || len(s.Open()) != 1 || s.Open()[0].ID != id {
				t.Fatalf("got %q and %v; open is %v", id, err, s.Open())
			}
			got := s.Requests()[0]
			if got.Call != "thulium.start" || got.Method != http.MethodPost || got.Query.Encode() != c.query || got.Body != "" || got.AuthScheme != "Basic" {
				t.Errorf("sent %s %s?%s with %q", got.Method, got.Path, got.Query.Encode(), got.Body)
			}
			expect(t, "type", got.Header.Get("Content-Type"), "application/json")
		})
	}
	expect(t, "a customer of zero", StartRequest{QueueID: 3, CustomerID: new(int64)}.query().Encode(), "chat_queue_id=3&customer_id=0")
}

// started are answers to start, with the id that they give.
var started = map[string]string{
	`{"conversation_id":"6ed7c941-2c8a-411e-95d2-338a9f64800a"}`: "6ed7c941-2c8a-411e-95d2-338a9f64800a",
	"{\"conversation_id\":\"a/b\",\"more\":[1]}\n":               "a/b",
	`{"conversation_id":365062948587045457}`:                     "365062948587045457",
	`{"conversation_id":""}`:                                     "",
	`{"conversation_id":"."}`:                                    "",
	`{"conversation_id":".."}`:                                   "",
	`{"conversation_id":"a\n"}`:                                  "",
	`{"conversation_id":" a"}`:                                   "",
	"{\"conversation_id\":\"\xf3abc\"}":                          "",
	`{"conversation_id":"cafe\u0301"}`:                           "", // not NFC
	`{"conversation_id":null}`:                                   "",
	`{"conversation_id":true}`:                                   "",
	`{"conversation_id":{}}`:                                     "",
	`{"id":"6ed7c941"}`:                                          "",
	`{}`:                                                         "",
	`null`:                                                       "",
	`[]`:                                                         "",
	`"6ed7c941"`:                                                 "",
	``:                                                           "",
	`{"conversation_id":"6ed7c941`:                               "",
	`{"conversation_id":"6ed7c941"}}`:                            "",
	`<html>`:                                                     "",
	`{"errors":[{"message":"no"}]}`:                              "",
}

func TestStartedAnswers(t *testing.T) {
	t.Parallel()
	for body, want := range started {
		inBubble(t, body, func(t *testing.T) {
			s := newSystem(0)
			s.answers("thulium.start", body)
			id, err := s.client(func(c *rest.Config) { c.Policy.MaxRetries = 3 }).StartConversation(t.Context(), StartRequest{QueueID: 3})
			if id != want || (err == nil) != (want != "") {
				t.Errorf("got %q and %v, want %q", id, err, want)
			}
			if n := s.Count("thulium.start"); n != 1 || err != nil && rest.OutcomeOf(err) != rest.Unknown {
				t.Errorf("%d requests, outcome %s", n, rest.OutcomeOf(err))
			}
		})
	}
}

func TestAStartThatIsRefusedWithASuccessIsInTheServicesWords(t *testing.T) {
	t.Parallel()
	inBubble(t, "at once", func(t *testing.T) {
		s := newSystem(0)
		s.answers("thulium.start", `{"request_id":"r-77","errors":[{"message":"API user locked","code":4711}]}`)
		_, err := s.client().StartConversation(t.Context(), StartRequest{QueueID: 3})
		if rest.OutcomeOf(err) != rest.Unknown || !strings.Contains(err.Error(), "API user locked (code 4711, request id r-77)") {
			t.Errorf("got %v", err)
		}
	})
}

// The conversation is open, and nobody can stop it who does not know its id.
func TestAnIDThatCannotBeStoredIsQuoted(t *testing.T) {
	t.Parallel()
	inBubble(t, "in the error", func(t *testing.T) {
		s := newSystem(0)
		s.answers("thulium.start", `{"conversation_id":"cafe\u0301-17"}`)
		_, err := s.client().StartConversation(t.Context(), StartRequest{QueueID: 3})
		if err == nil || !strings.Contains(err.Error(), "cafe\u0301-17") || !strings.Contains(err.Error(), "NFC") {
			t.Errorf("got %v", err)
		}
	})
}

func FuzzStarted(f *testing.F) {
	for body := range started {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		var id string
		err := decodeStarted(&id)(strings.NewReader(body))
		if err != nil {
			if id != "" {
				t.Errorf("an answer that is an error (%v) gives the id %q", err, id)
			}
			return
		}
		if CheckID(id) != nil {
			t.Errorf("%q cannot be stopped", id)
		}
		var fields map[string]json.RawMessage
		if err := json.Unmarshal([]byte(body), &fields); err != nil {
			t.Fatalf("accepted is %q: %v", body, err)
		}
		for name, raw := range fields {
			var text string
			if strings.EqualFold(name, "conversation_id") && (string(raw) == id || json.Unmarshal(raw, &text) == nil && text == id) {
				return
			}
		}
		t.Errorf("%q is not in %q", id, body)
	})
}

func TestStopIsRepeatedAndStartAndMessageAreNot(t *testing.T) {
	t.Parallel()
	for _, status := range []int{0, 408, 500, 502, 503, 504} {
		inBubble(t, strconv.Itoa(status), func(t *testing.T) {
			s := newSystem(1)
			s.fails("*", status)
			client := s.client(func(c *rest.Config) { c.Policy.MaxRetries = 2 })
			_, err := client.StopConversation(t.Context(), StopRequest{ConversationID: "chat-0"})
			expect(t, "stop", rest.OutcomeOf(err), rest.Unknown)
			_, err = client.StartConversation(t.Context(), StartRequest{QueueID: 3})
			expect(t, "start", rest.OutcomeOf(err), rest.Unknown)
			_, err = client.SendMessage(t.Context(), MessageRequest{ConversationID: "chat-0", Text: "Hello"})
			expect(t, "message", rest.OutcomeOf(err), rest.Unknown)
			for call, want := range map[string]int{"thulium.stop": 3, "thulium.start": 1, "thulium.message": 1} {
				expect(t, call, s.Count(call), want)
			}
		})
	}
}

func TestErrorsShowNoCredentialsAndNoPersonalValues(t *testing.T) {
	t.Parallel()
	inBubble(t, "when all is echoed", func(t *testing.T) {
		s := newSystem(0)
		account, customer := sandbox.DefaultThuliumAccounts()[0], int64(1234567)
		said := strings.Join([]string{account.Password, "jan@example.org", "Kowalski", "1234567", "client-77"}, " ")
		body, _ := json.Marshal(map[string]any{"request_id": said, "errors": []any{map[string]any{"message": said, "code": said}}})
		s.AddFault(sandbox.Fault{Call: "thulium.start", Kind: sandbox.FaultStatus, Status: 422, Body: string(body)})
		_, err := s.client().StartConversation(t.Context(), StartRequest{3, "Anna", "Kowalski", "jan@example.org", "client-77", &customer})
		for _, word := range []string{account.Password, "jan@", "Kowalski", "Anna", "client-77", "1234567"} {
			if strings.Contains(err.Error(), word) {
				t.Errorf("%q is in %v", word, err)
			}
		}
	})
}
