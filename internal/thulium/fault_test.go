package thulium

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

// faults are bodies of errors, with what is read from them.
var faults = map[string]rest.Fault{
	`{"request_id":"53678450401cf","errors":[{"message":"Wrong format of phone number.","code":111111}]}`: {
		RequestID: "53678450401cf", Messages: []string{"Wrong format of phone number."}, Codes: []string{"111111"},
	},
	`{"errors":[{"message":"one","code":"A"},{"message":"two","code":2},{"message":"three"}]}`: {
		Messages: []string{"one", "two", "three"}, Codes: []string{"A", "2"},
	},
	`{"errors":[{"code":7}]}`:                            {Codes: []string{"7"}},
	`{"errors":[{"message":"","code":null}]}`:            {},
	`{"errors":[{}, null]}`:                              {},
	`{"request_id":"r","errors":null}`:                   {RequestID: "r"},
	`{"request_id":"r","errors":[],"more":{"a":["b"]}}`:  {RequestID: "r"},
	`{"errors":[{"message":"Zażółć \u0142","code":-1}]}`: {Messages: []string{"Zażółć ł"}, Codes: []string{"-1"}},
	`{"request_id":5367,"errors":[{"message":["a","b"],"code":3}]}`: {
		RequestID: "5367", Messages: []string{`["a","b"]`}, Codes: []string{"3"},
	},
	`{"errors":["one",{"message":"two"},3]}`: {Messages: []string{"one", "two", "3"}},
	`{"errors":{"message":"one","code":1}}`:  {Messages: []string{"one"}, Codes: []string{"1"}},
	`{"errors":"one"}`:                       {Messages: []string{"one"}},
	`{}`:                                     {},
	`null`:                                   {},
	`[]`:                                     {},
	`"Unauthorized"`:                         {},
	``:                                       {},
	`<html>Unauthorized</html>`:              {},
	`{"request_id":"r","errors":[{"message":"half`: {},
}

func TestFault(t *testing.T) {
	t.Parallel()
	for body, want := range faults {
		if got := fault([]byte(body)); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %+v, want %+v", body, got, want)
		}
	}
}

func FuzzFault(f *testing.F) {
	for body := range faults {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		got := fault(body)
		if !got.IsZero() && !json.Valid(body) {
			t.Errorf("%q, which is no JSON, is read as %+v", body, got)
		}
		for _, word := range append(append([]string{}, got.Messages...), got.Codes...) {
			if word == "" {
				t.Errorf("%q gives an empty word: %+v", body, got)
			}
		}
		if len(got.Fields) != 0 {
			t.Errorf("%q gives fields, which Thulium has none of: %+v", body, got)
		}
	})
}
