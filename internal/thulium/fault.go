package thulium

import (
	"encoding/json"

	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

// fault reads Thulium's error envelope, which may carry several errors.
func fault(body []byte) rest.Fault {
	var envelope struct {
		RequestID string `json:"request_id"`
		Errors    []struct {
			Message string          `json:"message"`
			Code    json.RawMessage `json:"code"`
		} `json:"errors"`
	}
	if json.Unmarshal(body, &envelope) != nil {
		return rest.Fault{}
	}
	out := rest.Fault{RequestID: envelope.RequestID}
	for _, e := range envelope.Errors {
		if e.Message != "" {
			out.Messages = append(out.Messages, e.Message)
		}
		if code := rest.Scalar(e.Code); code != "" {
			out.Codes = append(out.Codes, code)
		}
	}
	return out
}
