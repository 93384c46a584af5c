package chatbot

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

// envelope is the form of every answer.
type envelope struct {
	Success *bool `json:"success"`
	refusal
	Data *struct {
		Thread *Thread `json:"thread"`
	} `json:"data"`
}

// refusal is what the service says besides a thread. It is taken apart only
// where there is none: its shape is no reason to lose one.
type refusal struct {
	Message json.RawMessage `json:"message"`
	Title   json.RawMessage `json:"title"`  // of a gateway, as is the next
	Detail  json.RawMessage `json:"detail"` // https://www.rfc-editor.org/rfc/rfc9457
	Error   json.RawMessage `json:"error"`  // an object, or a text from a gateway
}

// decodeThread keeps the thread that an answer has, after learn was told of its
// webhook.
func decodeThread(thread **Thread, threadID string, learn func(secret string)) rest.Decoder {
	return rest.JSON(func(e *envelope) error {
		if e.Success != nil && !*e.Success {
			return &rest.Spoken{Fault: e.fault()}
		}
		if e.Data == nil || e.Data.Thread == nil {
			if !(refusal{Error: e.Error}).fault().IsZero() { // a message alone may be that of a success
				return &rest.Spoken{Fault: e.fault()}
			}
			return errors.New("the answer has no thread (data.thread)")
		}
		found := e.Data.Thread
		if found.WebhookURL != nil {
			learn(*found.WebhookURL)
		}
		if rest.IsNull(found.ChatUser) {
			found.ChatUser = nil // as all else that is null
		}
		switch {
		case found.isEmpty():
			return errors.New("the answer's thread is empty")
		// What asked for it is the path: a thread need not repeat its id.
		case found.ThreadID != nil && !strings.EqualFold(*found.ThreadID, threadID):
			return errors.New("the answer is another thread than the one that was asked for")
		}
		*thread = found
		return nil
	})
}

// fault reads the service's error envelope.
func fault(body []byte) rest.Fault {
	var said refusal
	_ = json.Unmarshal(body, &said) // what is no such envelope says nothing
	return said.fault()
}

func (r refusal) fault() rest.Fault {
	var detail struct {
		Code    json.RawMessage `json:"code"`
		Message json.RawMessage `json:"message"`
		Details json.RawMessage `json:"details"` // null, or what is invalid
	}
	_ = json.Unmarshal(r.Error, &detail) // what is no object says nothing here
	out := rest.Fault{Fields: fields(detail.Details)}
	for _, said := range []string{words(r.Message), words(r.Title), words(r.Detail), words(r.Error), words(detail.Message)} {
		if said != "" && !slices.Contains(out.Messages, said) {
			out.Messages = append(out.Messages, said)
		}
	}
	if code := rest.Scalar(detail.Code); code != "" {
		out.Codes = append(out.Codes, code)
	}
	return out
}

// fields reads what is invalid: a list, or an object with words for each.
func fields(raw json.RawMessage) []string {
	var object map[string]json.RawMessage
	if json.Unmarshal(raw, &object) != nil {
		return rest.Messages(raw)
	}
	var out []string
	for _, name := range slices.Sorted(maps.Keys(object)) {
		if said := words(object[name]); said != "" {
			out = append(out, name+": "+said)
		}
	}
	return out
}

// words returns a text, or the texts of a list. Anything else may be the data
// of a thread, which no message shows.
func words(raw json.RawMessage) string {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return text
	}
	var texts []string
	_ = json.Unmarshal(raw, &texts) // what is no text stays empty
	return strings.Join(slices.DeleteFunc(texts, func(text string) bool { return text == "" }), "; ")
}
