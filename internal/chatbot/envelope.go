package chatbot

import (
	"encoding/json"
	"io"
	"slices"
	"strings"

	"github.com/conversation-tools/terraform-provider-conversation/internal/loose"
	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

// refusals are the documented codes of validation, authentication and limits. They
// say that nothing happened, also where the status is that of a success.
var refusals = []string{"API_KEY_NOT_VALID", "REQUEST_VALIDATION_FAILED", "CHATBOT_FETCH_FORBIDDEN", "CHATBOT_LIMIT_REACHED", "MESSAGES_LIMIT_REACHED"}

// longestRemark is how much of what the service says beside the data is looked at, in
// bytes: a list of very many empty values would take far more memory than its bytes.
const longestRemark = 64 << 10

// envelope is the form of every answer, without its data. Each part is read on its
// own, because a part of an odd shape must not spoil the others.
type envelope struct {
	Success json.RawMessage `json:"success"`
	Message json.RawMessage `json:"message"`
	Title   json.RawMessage `json:"title"`  // of a gateway, as is Detail:
	Detail  json.RawMessage `json:"detail"` // https://www.rfc-editor.org/rfc/rfc9457
	Error   json.RawMessage `json:"error"`  // an object, or a text of a gateway
}

// decode returns a Decoder that reads an envelope. accept says what is wrong with its data,
// or keeps it. An envelope that tells of a failure is a *rest.Spoken, also beside odd data.
func decode[T any](accept func(T) error) rest.Decoder {
	return func(r io.Reader) error {
		var answer struct {
			envelope
			Data T `json:"data"`
		}
		err := rest.ReadJSON(r, &answer)
		switch {
		case answer.hasFailed():
			return answer.spoken()
		case err != nil:
			return err
		}
		err = accept(answer.Data)
		if err != nil && answer.namesError() {
			return answer.spoken()
		}
		return err
	}
}

// hasFailed reports whether the service says that the call has failed.
func (e *envelope) hasFailed() bool { return string(e.Success) == "false" }

// namesError reports whether the envelope has an error. A message alone may be that of a
// success.
func (e *envelope) namesError() bool { return !(&envelope{Error: e.Error}).fault().IsZero() }

// spoken returns the failure that an envelope with the status of a success tells of.
func (e *envelope) spoken() *rest.Spoken {
	said := e.fault()
	isRefusal := func(code string) bool { return slices.Contains(refusals, code) }
	return &rest.Spoken{Fault: said, Refused: slices.ContainsFunc(said.Codes, isRefusal)}
}

// fault reads the service's error envelope.
func fault(body []byte) rest.Fault {
	var e envelope
	_ = json.Unmarshal(body, &e) // what is no such envelope says nothing
	return e.fault()
}

func (e *envelope) fault() rest.Fault {
	for _, part := range []*json.RawMessage{&e.Message, &e.Title, &e.Detail, &e.Error} {
		if len(*part) > longestRemark {
			*part = nil
		}
	}
	var inner struct {
		Code    json.RawMessage `json:"code"`
		Message json.RawMessage `json:"message"`
		Details json.RawMessage `json:"details"` // null, or what is invalid
	}
	_ = json.Unmarshal(e.Error, &inner) // what is no object says nothing here
	code := loose.String(inner.Code)
	// A gateway's envelope may have a code too: the number of the status.
	out := rest.Fault{Fields: loose.Fields(inner.Details), Own: e.hasFailed() || strings.Trim(code, "0123456789") != ""}
	for _, raw := range []json.RawMessage{e.Message, e.Title, e.Detail, e.Error, inner.Message} {
		if said := words(raw); said != "" && !slices.Contains(out.Messages, said) {
			out.Messages = append(out.Messages, said)
		}
	}
	if code != "" {
		out.Codes = append(out.Codes, code)
	}
	return out
}

// words returns a text, or the texts of a list in one line. A number or a boolean in
// the place of a text says nothing.
func words(raw json.RawMessage) string {
	if len(raw) == 0 || raw[0] != '"' && raw[0] != '[' {
		return ""
	}
	return strings.Join(loose.Words(raw), "; ")
}
