package thulium

import (
	"encoding/json"
	"errors"

	"github.com/conversation-tools/terraform-provider-conversation/internal/loose"
	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

// fault reads Thulium's error envelope, which may carry several errors. A part of
// another shape than the documented one costs that part alone. The envelope is
// Thulium's own when it lists an error with a message or a code, or has a request id
// beside an empty list: gateways, too, send a request_id.
func fault(body []byte) rest.Fault {
	var e envelope
	if json.Unmarshal(body, &e) != nil {
		return rest.Fault{}
	}
	return e.fault()
}

// envelope has the parts of an answer that tell of errors.
type envelope struct {
	RequestID json.RawMessage `json:"request_id"`
	Errors    json.RawMessage `json:"errors"`
}

// lacks returns the error of a success that lacks what it should have: the service's own
// words where it has some.
func (e *envelope) lacks(what string) error {
	if said := e.fault(); said.Own {
		return &rest.Spoken{Fault: said}
	}
	return errors.New("the answer has no " + what)
}

func (e *envelope) fault() rest.Fault {
	out := rest.Fault{RequestID: loose.String(e.RequestID)}
	var entries []json.RawMessage
	if json.Unmarshal(e.Errors, &entries) != nil {
		entries = []json.RawMessage{e.Errors}
	} else {
		out.Own = entries != nil && out.RequestID != ""
	}
	for _, raw := range entries {
		var entry struct {
			Message json.RawMessage `json:"message"`
			Code    json.RawMessage `json:"code"`
		}
		if json.Unmarshal(raw, &entry) != nil {
			entry.Message = raw
		}
		messages, code := loose.Words(entry.Message), loose.String(entry.Code)
		out.Messages = append(out.Messages, messages...)
		if code != "" {
			out.Codes = append(out.Codes, code)
		}
		out.Own = out.Own || loose.IsNested(raw) && (len(messages) > 0 || code != "")
	}
	return out
}
