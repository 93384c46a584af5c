// Package loose reads JSON that a service writes loosely: a number that came as a
// text, a text that came as a list. All clients read such values in the same way.
package loose

import (
	"bytes"
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// IsNull reports whether a value is null or left out, which means the same.
func IsNull(raw json.RawMessage) bool { return len(raw) == 0 || string(raw) == "null" }

// IsNested reports whether a value is an object or a list.
func IsNested(raw json.RawMessage) bool {
	return len(raw) > 0 && (raw[0] == '{' || raw[0] == '[')
}

// Text returns a string as its text, a number or a boolean as it is written, and
// nil for null, for nothing and for an object or a list, which have no text.
func Text(raw json.RawMessage) *string {
	if IsNull(raw) || IsNested(raw) {
		return nil
	}
	text := string(raw)
	if plain, ok := bytes.CutPrefix(raw, []byte{'"'}); ok && !bytes.ContainsRune(plain, '\\') && utf8.Valid(plain) {
		text = string(bytes.TrimSuffix(plain, []byte{'"'})) // nothing is to be decoded
	} else if ok {
		_ = json.Unmarshal(raw, &text) // valid, because a decoder has read it
	}
	return &text
}

// String is Text with "" in the place of nil.
func String(raw json.RawMessage) string {
	if text := Text(raw); text != nil {
		return *text
	}
	return ""
}

// Compact returns any value as JSON without white space, and nil for null and
// nothing. Bytes that are not UTF-8 become U+FFFD, because Terraform takes no others.
func Compact(raw json.RawMessage) *string {
	if IsNull(raw) {
		return nil
	}
	var b bytes.Buffer
	_ = json.Compact(&b, raw) // valid, because a decoder has read it
	text := strings.ToValidUTF8(b.String(), "\uFFFD")
	return &text
}

// Words returns the texts of a value that is a text or a list of texts. Empty
// texts and elements without a text are left out.
func Words(raw json.RawMessage) []string {
	var list []json.RawMessage
	if json.Unmarshal(raw, &list) != nil {
		list = []json.RawMessage{raw}
	}
	var out []string
	for _, element := range list {
		if words := String(element); words != "" {
			out = append(out, words)
		}
	}
	return out
}

// Fields returns what a service says of single inputs as "path: text", for example
// "userId: is required; is short" or "errors[0].message: Required", in the order of
// the names. The shape of such a value is hardly ever documented, so that objects
// and lists within it are followed, to a depth of maxDepth.
func Fields(raw json.RawMessage) []string {
	return fields(nil, "", raw, maxDepth)
}

// maxDepth bounds the work for a value of any shape.
const maxDepth = 5

func fields(out []string, path string, raw json.RawMessage, depth int) []string {
	var object map[string]json.RawMessage
	var list []json.RawMessage
	switch {
	case depth == 0:
		return out
	case json.Unmarshal(raw, &object) == nil:
		for _, name := range slices.Sorted(maps.Keys(object)) {
			out = fields(out, strings.TrimPrefix(path+"."+name, "."), object[name], depth-1)
		}
		return out
	case json.Unmarshal(raw, &list) == nil && slices.ContainsFunc(list, IsNested):
		for i, element := range list {
			out = fields(out, path+"["+strconv.Itoa(i)+"]", element, depth-1)
		}
		return out
	}
	words := Words(raw)
	if path == "" {
		return append(out, words...)
	}
	if len(words) > 0 {
		out = append(out, path+": "+strings.Join(words, "; "))
	}
	return out
}

// ID is an id that a service sends as a text or as a number. A number is kept digit
// by digit, because ids of 18 digits are beyond what a float holds.
type ID string

// UnmarshalJSON accepts "7" and 7.
func (id *ID) UnmarshalJSON(raw []byte) error {
	switch {
	case raw[0] == '"':
		return json.Unmarshal(raw, (*string)(id))
	case IsNull(raw):
		return &json.UnmarshalTypeError{Value: "null", Type: reflect.TypeFor[string]()}
	}
	return json.Unmarshal(raw, (*json.Number)(id))
}

// Number is a whole number that a service sends as a number or as a text.
type Number int64

// UnmarshalJSON accepts 47, 47.0 and "47".
func (n *Number) UnmarshalJSON(raw []byte) error {
	if whole, ok := Whole(raw); ok {
		*n = Number(whole)
		return nil
	}
	if IsNull(raw) {
		return &json.UnmarshalTypeError{Value: "null", Type: reflect.TypeFor[int64]()}
	}
	return json.Unmarshal(raw, (*int64)(n)) // says what it is instead
}

// Whole returns a value as a whole number, and false where it is none.
func Whole(raw json.RawMessage) (int64, bool) {
	digits, fraction, _ := strings.Cut(strings.TrimSpace(String(raw)), ".")
	whole, err := strconv.ParseInt(digits, 10, 64)
	return whole, err == nil && strings.Trim(fraction, "0") == ""
}
