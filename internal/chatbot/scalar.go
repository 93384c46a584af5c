package chatbot

import (
	"encoding/json"
	"reflect"
	"strconv"
	"strings"

	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

// ID is an id that a service sends as text or as a number. A number is kept as
// it is written: ids of 18 digits are beyond what a float holds.
type ID string

// UnmarshalJSON accepts "7" and 7.
func (id *ID) UnmarshalJSON(raw []byte) error {
	switch kind := kindOf(raw); kind {
	case "string", "number":
		*id = ID(rest.Scalar(raw))
		return nil
	default: // an object may have personal data that is no part of an id
		return &json.UnmarshalTypeError{Value: kind, Type: reflect.TypeFor[string]()}
	}
}

// Count is a whole number, also where it is sent as text or with a point.
type Count int64

// UnmarshalJSON accepts 47, 47.0 and "47".
func (c *Count) UnmarshalJSON(raw []byte) error {
	whole, fraction, _ := strings.Cut(rest.Scalar(raw), ".")
	count, err := strconv.ParseInt(whole, 10, 64)
	if err != nil || strings.Trim(fraction, "0") != "" {
		return &json.UnmarshalTypeError{Value: kindOf(raw), Type: reflect.TypeFor[int64]()}
	}
	*c = Count(count)
	return nil
}

// kindOf returns what encoding/json calls a value.
func kindOf(raw []byte) string {
	switch raw[0] {
	case '"':
		return "string"
	case '{':
		return "object"
	case '[':
		return "array"
	case 't', 'f':
		return "bool"
	default:
		return "number"
	}
}
