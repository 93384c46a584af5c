package chatbot

import (
	"encoding/json"
	"errors"
	"io"
	"reflect"
	"strings"
)

// object reads a JSON object field by field. For each it calls field with the name
// in lower case, because encoding/json compares names so too; field has to read the
// value. A null is an object without fields.
func object(d *json.Decoder, field func(name string) error) error {
	opened, err := open(d, '{', reflect.TypeFor[map[string]any]())
	if err != nil || !opened {
		return err
	}
	for d.More() {
		token, err := d.Token()
		if err != nil {
			return broken(err)
		}
		name, _ := token.(string) // d reads nothing else at this place
		if err := field(strings.ToLower(name)); err != nil {
			return below(name, broken(err))
		}
	}
	_, err = d.Token()
	return broken(err)
}

// elements reads a JSON list element by element and appends to list each that accept
// takes. The list of a null stays nil, that of [] is empty.
func elements[E any](d *json.Decoder, list *[]E, accept func(*E) error) error {
	*list = nil
	opened, err := open(d, '[', reflect.TypeFor[[]any]())
	if err != nil || !opened {
		return err
	}
	*list = []E{}
	for d.More() {
		var element E
		if err := d.Decode(&element); err != nil {
			return broken(err)
		}
		if err := accept(&element); err != nil {
			return err
		}
		*list = append(*list, element)
	}
	_, err = d.Token()
	return broken(err)
}

// skip reads a value of any kind, which nobody needs.
func skip(d *json.Decoder) error { return d.Decode(new(json.RawMessage)) }

// open reads the beginning of an object or a list, and reports false for a null.
func open(d *json.Decoder, want json.Delim, of reflect.Type) (bool, error) {
	token, err := d.Token()
	if err != nil || token == nil {
		return false, err
	}
	if token == want {
		return true, nil
	}
	mismatch := &json.UnmarshalTypeError{Type: of}
	switch token := token.(type) {
	case json.Delim:
		mismatch.Value = "object"
		if token == '[' {
			mismatch.Value = "array"
		}
	case string:
		mismatch.Value = "string"
	case bool:
		mismatch.Value = "bool"
	default:
		mismatch.Value = "number"
	}
	return false, mismatch
}

// below adds the name of a field to what is said of a value in it.
func below(name string, err error) error {
	if mismatch, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		mismatch.Field = strings.TrimSuffix(name+"."+mismatch.Field, ".")
	}
	return err
}

// broken returns err, and io.ErrUnexpectedEOF where the answer ended too early: a
// json.Decoder does not tell the end of an answer from an end within it.
func broken(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
