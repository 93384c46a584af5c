package jelou

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/conversation-tools/terraform-provider-conversation/internal/loose"
	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

// The two values of an envelope's status.
const (
	statusFailure = 0
	statusSuccess = 1
)

// envelope is the form of every answer. Each part is read on its own, because a
// part of an odd type must not hide the others.
type envelope struct {
	Message         json.RawMessage `json:"message"` // a string in the schema, a list in every example
	StatusMessage   json.RawMessage `json:"statusMessage"`
	Status          json.RawMessage `json:"status"`
	Data            json.RawMessage `json:"data"`
	Error           json.RawMessage `json:"error"`
	ValidationError json.RawMessage `json:"validationError"` // of undocumented shape
}

// failure is the error of an envelope.
type failure struct {
	Code              json.RawMessage `json:"code"`
	Key               json.RawMessage `json:"key"`
	Description       json.RawMessage `json:"description"`
	DeveloperMessages json.RawMessage `json:"developerMessages"` // by language
	ClientMessages    json.RawMessage `json:"clientMessages"`    // by language
	ValidationError   json.RawMessage `json:"validationError"`
}

// read reads the data into value. It returns an error where the data is neither
// an object nor nothing; value stays empty for nothing.
func (e *envelope) read(value any) error {
	if e.isWithoutData() {
		return nil
	}
	err := json.Unmarshal(e.Data, value)
	if mismatch, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		mismatch.Field = "data" // Unmarshal saw this part alone
	}
	return err
}

// isWithoutData reports whether there is no data. Some languages write that as
// null, some as "" and some as [].
func (e *envelope) isWithoutData() bool {
	var list []json.RawMessage
	return loose.IsNull(e.Data) || string(e.Data) == `""` || (json.Unmarshal(e.Data, &list) == nil && len(list) == 0)
}

// spoken returns a failure that the service tells with a success status.
func (e *envelope) spoken() error {
	return &rest.Spoken{Fault: e.fault(), Refused: e.isRefusal()}
}

// refusals are the codes of the documented statuses of authentication (401) and
// validation (422), as number and as name.
var refusals = []string{
	"401", "UNAUTHORIZED",
	"422", "UNPROCESSABLE_ENTITY",
}

// isRefusal reports whether a failure is one of authentication or validation, after
// which the service has done nothing.
func (e *envelope) isRefusal() bool {
	said := e.failure()
	if len(loose.Fields(e.ValidationError)) > 0 || len(loose.Fields(said.ValidationError)) > 0 {
		return true
	}
	return slices.ContainsFunc(said.codes(), func(code string) bool { return slices.Contains(refusals, strings.ToUpper(code)) })
}

// isOwn reports whether the body is the service's own error. The messages alone do
// not show it, because gateways answer {"message":"Not Found"} too.
func (e *envelope) isOwn() bool {
	status, ok := loose.Whole(e.Status)
	said := e.failure()
	return (ok && status == statusFailure) || loose.String(e.StatusMessage) == "failed" || loose.String(said.Key) != ""
}

// fault reads the service's error envelope. A body that is none says nothing.
func fault(body []byte) rest.Fault {
	var e envelope
	if json.Unmarshal(body, &e) != nil {
		return rest.Fault{}
	}
	return e.fault()
}

func (e *envelope) fault() rest.Fault {
	said := e.failure()
	out := rest.Fault{Messages: loose.Words(e.Message), Fields: loose.Fields(e.ValidationError), Own: e.isOwn()}
	words := append(loose.Words(said.Description), inOneLanguage(said.DeveloperMessages)...)
	if len(words) == 0 {
		words = inOneLanguage(said.ClientMessages)
	}
	out.Messages = appendNew(out.Messages, words)
	if len(out.Messages) == 0 && loose.String(e.StatusMessage) != "failed" {
		out.Messages = loose.Words(e.StatusMessage)
	}
	out.Fields = appendNew(out.Fields, loose.Fields(said.ValidationError))
	out.Codes = said.codes()
	return out
}

// failure returns the error, which is empty where it is no object.
func (e *envelope) failure() failure {
	var said failure
	_ = json.Unmarshal(e.Error, &said)
	return said
}

// codes returns the code and the key, as far as there are any.
func (f failure) codes() []string {
	var codes []string
	for _, raw := range []json.RawMessage{f.Code, f.Key} {
		if code := loose.String(raw); code != "" {
			codes = append(codes, code)
		}
	}
	return codes
}

// appendNew appends the words that the list does not have yet.
func appendNew(list, words []string) []string {
	for _, word := range words {
		if !slices.Contains(list, word) {
			list = append(list, word)
		}
	}
	return list
}

// inOneLanguage returns the messages in English, or else in the first language
// that there is, because each language says the same.
func inOneLanguage(raw json.RawMessage) []string {
	var languages map[string]json.RawMessage
	_ = json.Unmarshal(raw, &languages) // what is no object has no language
	for _, language := range append([]string{"en"}, slices.Sorted(maps.Keys(languages))...) {
		if words := loose.Words(languages[language]); len(words) > 0 {
			return words
		}
	}
	return nil
}
