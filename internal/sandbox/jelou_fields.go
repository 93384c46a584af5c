package sandbox

import (
	"encoding/json"
	"strings"
)

// fieldError is what validation has to say about one field.
type fieldError struct {
	Field   string `json:"field"`
	Message string `json:"message"`
}

// bodyFields reads a body that must be an object. It returns nil for one that is not.
func bodyFields(body []byte) (fields map[string]json.RawMessage, wrong []fieldError) {
	if json.Unmarshal(body, &fields) != nil || fields == nil {
		return nil, []fieldError{{"body", "The body must be a JSON object."}}
	}
	return fields, nil
}

// isAbsent says whether a field is null or not there: the service does not tell them apart.
func isAbsent(raw json.RawMessage) bool {
	return raw == nil || string(raw) == "null"
}

// optionalText reads a text that may be absent.
func optionalText(fields map[string]json.RawMessage, name string, wrong []fieldError) (text string, _ []fieldError) {
	if raw := fields[name]; !isAbsent(raw) && json.Unmarshal(raw, &text) != nil {
		wrong = append(wrong, fieldError{name, "The " + name + " field must be a string."})
	}
	return text, wrong
}

// requiredText reads a text that must be there and not be empty.
func requiredText(fields map[string]json.RawMessage, prefix, name string, wrong []fieldError) (string, []fieldError) {
	var text string
	if json.Unmarshal(fields[name], &text) != nil || strings.TrimSpace(text) == "" {
		wrong = append(wrong, fieldError{prefix + name, "The " + prefix + name + " field is required."})
	}
	return text, wrong
}
