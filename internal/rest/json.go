package rest

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
)

// Decoder reads a whole answer, which is UTF-8 without a byte order mark. It is called
// once for each attempt that was answered with a 2xx, and its error makes the outcome of
// that attempt unknown.
type Decoder func(io.Reader) error

// Spoken is returned by a Decoder when a 2xx carries a failure in the service's own
// words.
type Spoken struct {
	Fault   Fault
	Refused bool // the code is a documented one of validation, authentication or limits: nothing happened
}

// Error says what kind of answer it was; the words are in Fault.
func (*Spoken) Error() string { return "the service reports a failure with a success status" }

// JSON returns a Decoder that reads exactly one JSON value into a new T and hands it to
// accept, which says what is wrong with it or keeps it.
func JSON[T any](accept func(*T) error) Decoder {
	return func(r io.Reader) error {
		value := new(T)
		if err := ReadJSON(r, value); err != nil {
			return err
		}
		return accept(value)
	}
}

// ReadJSON reads exactly one JSON value from r into value. Where the error tells of a part of
// another kind, value has the other parts.
func ReadJSON(r io.Reader, value any) error {
	decoder := json.NewDecoder(r)
	if err := decoder.Decode(value); err != nil {
		return err
	}
	if hasMore(io.MultiReader(decoder.Buffered(), r)) {
		return errors.New("more follows behind the JSON value of the answer")
	}
	return nil
}

// hasMore reports whether anything but white space follows. A connection that breaks behind a
// whole value is no fault.
func hasMore(behind io.Reader) bool {
	buffer := make([]byte, 4<<10)
	for {
		n, err := behind.Read(buffer)
		if len(bytes.TrimSpace(buffer[:n])) > 0 {
			return true
		}
		if err != nil {
			return false
		}
	}
}

// jsonKinds are the kinds of a JSON value that a Go value takes; all others take a number.
var jsonKinds = map[reflect.Kind]string{
	reflect.String: "JSON string", reflect.Bool: "JSON boolean", reflect.Slice: "JSON array", reflect.Array: "JSON array",
	reflect.Map: "JSON object", reflect.Struct: "JSON object",
}

// describeMismatch says where the answer has another kind of value than it should.
func describeMismatch(mismatch *json.UnmarshalTypeError) string {
	got, _, _ := strings.Cut(mismatch.Value, " ") // behind it, a number stands as it is
	t := mismatch.Type
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	want := cmp.Or(jsonKinds[t.Kind()], "whole number")
	if mismatch.Field == "" {
		return fmt.Sprintf("the answer is a JSON %s where a %s should be", got, want)
	}
	return fmt.Sprintf("the answer has a JSON %s where %q should be a %s", got, mismatch.Field, want)
}
