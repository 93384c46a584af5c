package rest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strings"
)

// errTooLarge is the cause when an answer passes its limit.
var errTooLarge = errors.New("the answer is too large")

// answer reads a body up to a limit and remembers its beginning.
type answer struct {
	body  io.Reader
	limit int64
	keep  int
	size  int64
	head  bytes.Buffer
	err   error // what ended the reading, other than its end
}

func newAnswer(body io.Reader, limit int64, keep int) *answer {
	return &answer{body: body, limit: limit, keep: keep}
}

func (a *answer) Read(p []byte) (int, error) {
	if a.size > a.limit {
		return 0, errTooLarge
	}
	n, err := a.body.Read(p[:min(int64(len(p)), a.limit+1-a.size)])
	a.size += int64(n)
	if room := a.keep - a.head.Len(); room > 0 {
		a.head.Write(p[:min(n, room)])
	}
	if a.size > a.limit {
		err = errTooLarge
	}
	if err != nil && !errors.Is(err, io.EOF) {
		a.err = err
	}
	return n, err
}

// isPage reports whether the answer is HTML, by its type or its beginning.
func (a *answer) isPage(header http.Header) bool {
	if strings.HasPrefix(strings.ToLower(header.Get("Content-Type")), "text/html") {
		return true
	}
	head := bytes.TrimPrefix(a.head.Bytes(), byteOrderMark)
	begin := strings.ToLower(strings.TrimSpace(string(head[:min(len(head), maxQuoted)])))
	return strings.HasPrefix(begin, "<!doctype html") || strings.HasPrefix(begin, "<html")
}

// describeMismatch says where the answer has another kind of value than it should.
func describeMismatch(mismatch *json.UnmarshalTypeError) string {
	got, _, _ := strings.Cut(mismatch.Value, " ") // behind it, a number stands as it is
	want := jsonKind(mismatch.Type)
	if mismatch.Field == "" {
		return fmt.Sprintf("the answer is a JSON %s where a %s should be", got, want)
	}
	return fmt.Sprintf("the answer has a JSON %s where %q should be a %s", got, mismatch.Field, want)
}

// jsonKind is what a value has to be that a Go type can take.
func jsonKind(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Pointer:
		return jsonKind(t.Elem())
	case reflect.String:
		return "JSON string"
	case reflect.Bool:
		return "JSON boolean"
	case reflect.Slice, reflect.Array:
		return "JSON array"
	case reflect.Map, reflect.Struct:
		return "JSON object"
	default:
		return "whole number"
	}
}
