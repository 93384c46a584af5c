package chatbot

import (
	"encoding/json"
	"errors"
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

// decode returns a Decoder that reads an envelope and calls read for one field of its
// data. accept says what is wrong with what was found, the zero T where there is no such
// field, or keeps it. An envelope that tells of a failure is a *rest.Spoken. Without a
// field the data may be anything.
func decode[T any](field string, read func(d *json.Decoder, found *T) error, accept func(found T) error) rest.Decoder {
	return func(r io.Reader) error {
		var e envelope
		parts := map[string]*json.RawMessage{"success": &e.Success, "message": &e.Message, "title": &e.Title, "detail": &e.Detail, "error": &e.Error}
		d := json.NewDecoder(r)
		var found T
		var odd error // data is something else than an object
		err := object(d, func(name string) (err error) {
			if name == "data" && field != "" {
				odd, err = mayBeOdd(d, object(d, func(name string) error {
					if name != field {
						return skip(d)
					}
					return read(d, &found)
				}))
				return err
			}
			var raw json.RawMessage
			err = d.Decode(&raw)
			if part := parts[name]; part != nil && len(raw) <= longestRemark {
				*part = raw
			}
			return err
		})
		if err == nil {
			err = rest.Trailing(d, r)
		}
		switch {
		case err != nil:
			return err
		case e.hasFailed():
			return e.spoken()
		case odd != nil:
			return below("data", odd)
		}
		err = accept(found)
		if (err != nil || field == "") && !(&envelope{Error: e.Error}).fault().IsZero() {
			return e.spoken() // a message alone may be that of a success
		}
		return err
	}
}

// mayBeOdd splits what was said of the data into an oddity, behind which the rest of
// the envelope is read, and an error that ends the reading. Of a list in the place of
// the data, as some languages write an empty object, it reads the rest if it is short.
func mayBeOdd(d *json.Decoder, err error) (odd, broke error) {
	mismatch, ok := errors.AsType[*json.UnmarshalTypeError](err)
	if !ok || mismatch.Field != "" {
		return nil, err
	}
	if mismatch.Value != "array" {
		return err, nil
	}
	for elements := 0; d.More(); elements++ {
		if elements == maxParts {
			return nil, err
		}
		if broke := skip(d); broke != nil {
			return nil, broken(broke)
		}
	}
	_, broke = d.Token()
	return err, broken(broke)
}

// hasFailed reports whether the service says that the call has failed.
func (e *envelope) hasFailed() bool { return string(e.Success) == "false" }

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
