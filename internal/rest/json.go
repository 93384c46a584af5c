package rest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// byteOrderMark begins the text of some servers. It is no JSON.
var byteOrderMark = []byte("\uFEFF")

// JSON returns a Decoder that reads exactly one JSON value into a new T and
// hands it to accept, which says what is wrong with it or keeps it.
func JSON[T any](accept func(*T) error) Decoder {
	return func(r io.Reader) error {
		value := new(T)
		decoder := json.NewDecoder(withoutMark(r))
		if err := decoder.Decode(value); err != nil {
			return err
		}
		if err := Trailing(decoder); err != nil {
			return err
		}
		return accept(value)
	}
}

// withoutMark leaves a byte order mark out.
func withoutMark(r io.Reader) io.Reader {
	buffered := bufio.NewReader(r)
	if head, _ := buffered.Peek(len(byteOrderMark)); bytes.Equal(head, byteOrderMark) {
		_, _ = buffered.Discard(len(head)) // they are in the buffer
	}
	return buffered
}

// Trailing says whether anything but white space follows the value that
// decoder has read. A connection that breaks behind a whole value is no fault.
func Trailing(decoder *json.Decoder) error {
	_, err := decoder.Token()
	// Half a token ends in the same error as a connection that breaks.
	left, _ := io.ReadAll(decoder.Buffered())
	var syntax *json.SyntaxError
	if err == nil || errors.As(err, &syntax) || len(bytes.TrimSpace(left)) > 0 {
		return errors.New("more follows behind the JSON value of the answer")
	}
	return nil
}

// Scalar returns a JSON string as its text, null and nothing as "", and any
// other value as its JSON: services send the same field as text and as number.
func Scalar(raw json.RawMessage) string {
	if plain, ok := bytes.CutPrefix(raw, []byte{'"'}); ok && !bytes.ContainsRune(plain, '\\') && utf8.Valid(plain) {
		return string(bytes.TrimSuffix(plain, []byte{'"'})) // as most are: nothing is to be decoded
	}
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return text
	}
	return strings.ToValidUTF8(string(raw), "\uFFFD") // as Unmarshal does within a string
}

// IsNull reports whether a value is null, or left out, which means the same.
func IsNull(raw json.RawMessage) bool { return len(raw) == 0 || string(raw) == "null" }

// Text returns the value as Scalar does, and nil for null and nothing.
func Text(raw json.RawMessage) *string {
	if IsNull(raw) {
		return nil
	}
	text := Scalar(raw)
	return &text
}

// Messages reads what a service says: a text, or a list of texts.
func Messages(raw json.RawMessage) []string {
	var list []json.RawMessage
	if json.Unmarshal(raw, &list) != nil {
		list = []json.RawMessage{raw}
	}
	var out []string
	for _, element := range list {
		if words := Scalar(element); words != "" {
			out = append(out, words)
		}
	}
	return out
}

// Number is a whole number that a service sends as a JSON number or as text.
type Number int64

// UnmarshalJSON accepts 3 and "3".
func (n *Number) UnmarshalJSON(raw []byte) error {
	value, err := strconv.ParseInt(Scalar(raw), 10, 64)
	if err != nil {
		return errors.New("the answer has something else where a whole number should be")
	}
	*n = Number(value)
	return nil
}
