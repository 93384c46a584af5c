package chatbot

import (
	"encoding/json"
	"reflect"
	"slices"
	"testing"

	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

// faults are bodies of errors, with what is read from them.
var faults = map[string]rest.Fault{
	`{"success":false,"message":"Failed to authenticate","data":null,"error":{"code":"API_KEY_NOT_VALID","message":"The key is not valid","details":null}}`: {
		Messages: []string{"Failed to authenticate", "The key is not valid"}, Codes: []string{"API_KEY_NOT_VALID"}, Own: true,
	},
	`{"message":"same","error":{"code":"REQUEST_VALIDATION_FAILED","message":"same","details":["one",{"path":"x"},2]}}`: {
		Messages: []string{"same"}, Codes: []string{"REQUEST_VALIDATION_FAILED"}, Fields: []string{"[0]: one", "[1].path: x", "[2]: 2"}, Own: true,
	},
	`{"success":false}`:                         {Own: true},
	`{"success":"false","error":{"code":null}}`: {},
	`{"error":{"code":"REQUEST_VALIDATION_FAILED","details":[{"code":"invalid_type","path":["messages",0,"text"],"message":"Required"},{"field":"from","message":"unknown"}]}}`: {
		Codes: []string{"REQUEST_VALIDATION_FAILED"}, Fields: []string{"[0].code: invalid_type", "[0].message: Required", "[0].path: messages; 0; text", "[1].field: from", "[1].message: unknown"}, Own: true,
	},
	`{"error":{"message":"alone"}}`:                                                           {Messages: []string{"alone"}},
	`{"error":{"code":17,"details":{"threadId":"must be a uuid"}}}`:                           {Codes: []string{"17"}, Fields: []string{"threadId: must be a uuid"}},
	`{"error":{"code":"X","details":{"thread":{"messages":["my number is"]},"a":["b","c"]}}}`: {Codes: []string{"X"}, Fields: []string{"a: b; c", "thread.messages: my number is"}, Own: true},
	`{"title":"Forbidden","detail":"IP not allowed"}`:                                         {Messages: []string{"Forbidden", "IP not allowed"}},
	`{"error":"upstream connect error"}`:                                                      {Messages: []string{"upstream connect error"}},
	`{"error":{"details":[]}}`:                                                                {},
	`{"error":{"details":[null,""]}}`:                                                         {},
	`{"message":"no","error":null}`:                                                           {Messages: []string{"no"}},
	`{"message":"no","error":"Unauthorized"}`:                                                 {Messages: []string{"no", "Unauthorized"}},
	`{"message":"no","data":[]}`:                                                              {Messages: []string{"no"}},
	`{"error":"no","message":"no"}`:                                                           {Messages: []string{"no"}},
	`{"message":["one",2,"","two"]}`:                                                          {Messages: []string{"one; 2; two"}},
	`{"message":{"name":"Maria"},"error":{"code":"X","message":["one"]}}`:                     {Messages: []string{"one"}, Codes: []string{"X"}, Own: true},
	`{"data":{"thread":{"chatUserId":{}}},"message":"no"}`:                                    {Messages: []string{"no"}},
	`{"message":null}`:                                                                        {},
	`{}`:                                                                                      {},
	`null`:                                                                                    {},
	`[]`:                                                                                      {},
	`"Unauthorized"`:                                                                          {},
	``:                                                                                        {},
	`<html>`:                                                                                  {},
	`{"message":"half`:                                                                        {},
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
		if slices.Contains(got.Messages, "") || slices.Contains(got.Codes, "") || slices.Contains(got.Fields, "") {
			t.Errorf("%q gives an empty word: %+v", body, got)
		}
		if len(got.Messages) > 2 || len(got.Codes) > 1 || got.RequestID != "" {
			t.Errorf("%q gives more than there is room for: %+v", body, got)
		}
	})
}
