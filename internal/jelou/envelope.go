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

// hasFailed reports whether the status is that of a failure.
func (e *envelope) hasFailed() bool {
	status, ok := loose.Whole(e.Status)
	return ok && status == statusFailure
}

// lacks returns the error of an answer without what was asked for. An answer with the code
// of an error tells of a failure; of any other, text says what it lacks.
func (e *envelope) lacks(text string) error {
	if len(e.fault().Codes) > 0 {
		return e.spoken()
	}
	return errors.New(text)
}

// spoken returns a failure that the service tells with a success status. After one of
// authentication or validation, the service has done nothing.
func (e *envelope) spoken() error {
	said := e.fault()
	isRefusal := func(code string) bool { return slices.Contains(refusals, strings.ToUpper(code)) }
	return &rest.Spoken{Fault: said, Refused: len(said.Fields) > 0 || slices.ContainsFunc(said.Codes, isRefusal)}
}

// refusals are the codes of the documented statuses of authentication (401) and
// validation (422), as number and as name.
var refusals = []string{
	"401", "UNAUTHORIZED",
	"422", "UNPROCESSABLE_ENTITY",
}

// fault reads the service's error envelope. A body that is none says nothing.
func fault(body []byte) rest.Fault {
	var e envelope
	if json.Unmarshal(body, &e) != nil {
		return rest.Fault{}
	}
	return e.fault()
}

// fault is the service's own where the status, its message or the key of the error shows
// it. The messages alone do not, because gateways answer {"message":"Not Found"} too.
func (e *envelope) fault() rest.Fault {
	var said failure
	_ = json.Unmarshal(e.Error, &said) // what is no object says nothing
	words := append(loose.Words(said.Description), inOneLanguage(said.DeveloperMessages)...)
	if len(words) == 0 {
		words = inOneLanguage(said.ClientMessages)
	}
	saysFailed := loose.String(e.StatusMessage) == "failed"
	out := rest.Fault{
		Messages: appendNew(loose.Words(e.Message), words),
		Fields:   appendNew(loose.Fields(e.ValidationError), loose.Fields(said.ValidationError)),
		Own:      e.hasFailed() || saysFailed || loose.String(said.Key) != "",
	}
	if len(out.Messages) == 0 && !saysFailed {
		out.Messages = loose.Words(e.StatusMessage)
	}
	for _, raw := range []json.RawMessage{said.Code, said.Key} {
		if code := loose.String(raw); code != "" {
			out.Codes = append(out.Codes, code)
		}
	}
	return out
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
