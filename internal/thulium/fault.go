package thulium

import (
	"encoding/json"

	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

// fault reads Thulium's error envelope, which may carry several errors. A part of
// another shape than the documented one costs that part alone.
func fault(body []byte) rest.Fault {
	var envelope struct {
		RequestID json.RawMessage `json:"request_id"`
		Errors    json.RawMessage `json:"errors"`
	}
	if json.Unmarshal(body, &envelope) != nil {
		return rest.Fault{}
	}
	out := rest.Fault{RequestID: rest.Scalar(envelope.RequestID)}
	var entries []json.RawMessage
	if json.Unmarshal(envelope.Errors, &entries) != nil {
		entries = []json.RawMessage{envelope.Errors}
	}
	for _, raw := range entries {
		var entry struct {
			Message json.RawMessage `json:"message"`
			Code    json.RawMessage `json:"code"`
		}
		if json.Unmarshal(raw, &entry) != nil {
			entry.Message = raw
		}
		if message := rest.Scalar(entry.Message); message != "" {
			out.Messages = append(out.Messages, message)
		}
		if code := rest.Scalar(entry.Code); code != "" {
			out.Codes = append(out.Codes, code)
		}
	}
	return out
}
