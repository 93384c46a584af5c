package thulium

import (
	"encoding/json"
	"reflect"
	"slices"
	"testing"

	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

// faults are bodies of errors, with what is read from them.
var faults = map[string]rest.Fault{
	`{"request_id":"53678450401cf","errors":[{"message":"Wrong format of phone number.","code":111111}]}`: {
		RequestID: "53678450401cf", Messages: []string{"Wrong format of phone number."}, Codes: []string{"111111"}, Own: true,
	},
	`{"errors":[{"message":"one","code":"A"},{"message":"two","code":2},{"message":"three"}]}`: {
		Messages: []string{"one", "two", "three"}, Codes: []string{"A", "2"}, Own: true,
	},
	`{"errors":[{"code":7}]}`:                            {Codes: []string{"7"}, Own: true},
	`{"errors":[{"message":"","code":null}]}`:            {},
	`{"errors":[{}, null]}`:                              {},
	`{"request_id":"r","errors":null}`:                   {RequestID: "r"},
	`{"request_id":"r","message":"no Route matched"}`:    {RequestID: "r"}, // a gateway's
	`{"request_id":"r","errors":[],"more":{"a":["b"]}}`:  {RequestID: "r", Own: true},
	`{"errors":[]}`:                                      {},
	`{"errors":[{"message":"Zażółć \u0142","code":-1}]}`: {Messages: []string{"Zażółć ł"}, Codes: []string{"-1"}, Own: true},
	`{"request_id":5367,"errors":[{"message":["a","b"],"code":3}]}`: {
		RequestID: "5367", Messages: []string{"a", "b"}, Codes: []string{"3"}, Own: true,
	},
	`{"errors":["one",{"message":"two"},3]}`: {Messages: []string{"one", "two", "3"}, Own: true},
	`{"errors":{"message":"one","code":1}}`:  {Messages: []string{"one"}, Codes: []string{"1"}, Own: true},
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
		if (!got.IsZero() || got.Own) && !json.Valid(body) {
			t.Errorf("%q, which is no JSON, is read as %+v", body, got)
		}
		if slices.Contains(slices.Concat(got.Messages, got.Codes), "") {
			t.Errorf("%q gives an empty word: %+v", body, got)
		}
		if got.Own && got.IsZero() || len(got.Fields) != 0 {
			t.Errorf("%q gives %+v", body, got)
		}
	})
}
