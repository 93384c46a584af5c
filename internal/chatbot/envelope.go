package chatbot

import (
	"encoding/json"
	"errors"
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
	Error   json.RawMessage `json:"error"`
}

func decodeThread(thread **Thread, threadID string) rest.Decoder {
	return rest.JSON(func(e *envelope) error {
		if e.Success != nil && !*e.Success {
			return &rest.Spoken{Fault: e.fault()}
		}
		if e.Data == nil || e.Data.Thread == nil {
			return errors.New("the answer has no thread (data.thread)")
		}
		found := e.Data.Thread
		if string(found.ChatUser) == "null" {
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
		Code    string            `json:"code"`
		Message json.RawMessage   `json:"message"`
		Details []json.RawMessage `json:"details"` // null, or a list of what is invalid
	}
	_ = json.Unmarshal(r.Error, &detail) // what is readable besides a part of another shape
	var out rest.Fault
	for _, said := range []string{words(r.Message), words(detail.Message)} {
		if said != "" && !slices.Contains(out.Messages, said) {
			out.Messages = append(out.Messages, said)
		}
	}
	if detail.Code != "" {
		out.Codes = append(out.Codes, detail.Code)
	}
	for _, field := range detail.Details {
		if said := rest.Scalar(field); said != "" {
			out.Fields = append(out.Fields, said)
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
