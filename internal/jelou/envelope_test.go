package jelou

import (
	"encoding/json"
	"reflect"
	"slices"
	"testing"

	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

// faults are bodies of errors, with what is read from them.
var faults = map[string]rest.Fault{
	`{"message":"Authentication failed"}`: {Messages: []string{"Authentication failed"}},
	`{"message":["The Bot could not be found at the moment."],"statusMessage":"failed","status":0,"error":{"code":"E1019","key":"BOT_NOT_FOUND","description":"No such bot","developerMessages":{"en":"Check botId","es":"Revise botId"},"clientMessages":{"en":"Sorry"}}}`: {
		Messages: []string{"The Bot could not be found at the moment.", "No such bot", "Check botId"}, Codes: []string{"E1019", "BOT_NOT_FOUND"}, Own: true,
	},
	`{"message":["one","","two",null,3],"error":{"code":17,"description":"two","developerMessages":{}}}`: {Messages: []string{"one", "two", "3"}, Codes: []string{"17"}},
	`{"message":"no","error":null}`:                                                                       {Messages: []string{"no"}},
	`{"message":"no","error":{}}`:                                                                         {Messages: []string{"no"}},
	`{"message":"no","error":"Unauthorized","statusCode":401}`:                                            {Messages: []string{"no"}},
	`{"message":"no","error":["a"],"validationError":{"userId":"bad"}}`:                                   {Messages: []string{"no"}, Fields: []string{"userId: bad"}},
	`{"message":"no","error":{"developerMessages":"odd"}}`:                                                {Messages: []string{"no"}},
	`{"message":"no","status":"failed"}`:                                                                  {Messages: []string{"no"}},
	`{"message":"no","status":"0"}`:                                                                       {Messages: []string{"no"}, Own: true},
	`{"message":"no","status":"failed","validationError":{"botId":"required"}}`:                           {Messages: []string{"no"}, Fields: []string{"botId: required"}},
	`{"message":["no"],"status":0,"error":{"code":"E1019","key":"BOT_NOT_FOUND","developerMessages":[]}}`: {Messages: []string{"no"}, Codes: []string{"E1019", "BOT_NOT_FOUND"}, Own: true},
	`{"error":{"code":"E1","key":2,"description":["one","two","one"],"clientMessages":[]},"data":[]}`:     {Messages: []string{"one", "two"}, Codes: []string{"E1", "2"}, Own: true},
	`{"error":{"code":{"is":"E1"},"key":"KEY","developerMessages":{"en":["x"],"es":1}}}`:                  {Messages: []string{"x"}, Codes: []string{"KEY"}, Own: true},
	`{"error":{"developerMessages":{"en":{"a":"b"}},"code":"E9"},"validationError":{"botId":["x"]}}`:      {Codes: []string{"E9"}, Fields: []string{"botId: x"}},
	`{"validationError":{"userId":["too short","no number"],"botId":"unknown"}}`:                          {Fields: []string{"botId: unknown", "userId: too short; no number"}},
	`{"validationError":{"a":{"msg":"x"},"b":null,"c":7,"d":[]}}`:                                         {Fields: []string{"a.msg: x", "c: 7"}},
	`{"validationError":{"errors":[{"field":"userId","message":"is required"}]}}`:                         {Fields: []string{"errors[0].field: userId", "errors[0].message: is required"}},
	`{"validationError":"userId is bad"}`:                                                                 {Fields: []string{"userId is bad"}},
	`{"validationError":["userId is bad"]}`:                                                               {Fields: []string{"userId is bad"}},
	`{"message":"no","error":{"code":"E2","validationError":{"botId":"is unknown"}},"validationError":{"botId":"is unknown","a":"x"}}`: {
		Messages: []string{"no"}, Codes: []string{"E2"}, Fields: []string{"a: x", "botId: is unknown"},
	},
	`{"status":0,"statusMessage":"failed","errors":["the key belongs to another project"]}`:                  {Own: true},
	`{"status":0,"statusMessage":"Bot channel is offline"}`:                                                  {Messages: []string{"Bot channel is offline"}, Own: true},
	`{"error":{"code":"E1","developerMessages":{"pt":"Canal fechado","es":""},"clientMessages":{"en":"x"}}}`: {Messages: []string{"Canal fechado"}, Codes: []string{"E1"}},
	`{"error":{"code":"E1","clientMessages":{"en":"Sorry"}}}`:                                                {Messages: []string{"Sorry"}, Codes: []string{"E1"}},
	// Of gateways and frameworks, which answer for an address that they do not know.
	`{"message":"Not Found"}`: {Messages: []string{"Not Found"}},
	`{"statusCode":404,"message":"Cannot GET /jelou","error":"Not Found"}`:           {Messages: []string{"Cannot GET /jelou"}},
	`{"status":404,"error":"Not Found","message":"No message available"}`:            {Messages: []string{"No message available"}},
	`{"statusCode":404,"statusMessage":"Page not found","message":"Page not found"}`: {Messages: []string{"Page not found"}},
	`{"error":{"code":404,"message":"Not found","status":"NOT_FOUND"}}`:              {Codes: []string{"404"}},
	`{"validationError":null}`: {},
	`{"validationError":{}}`:   {},
	`{"message":{"en":"no"}}`:  {},
	`{"message":[]}`:           {},
	`{}`:                       {},
	`null`:                     {},
	`[]`:                       {},
	`"Unauthorized"`:           {},
	``:                         {},
	`<html>`:                   {},
	`{"message":"half `:        {},
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
		if again := fault(body); !reflect.DeepEqual(got, again) {
			t.Errorf("%q is read as %+v and then as %+v", body, got, again)
		}
	})
}
