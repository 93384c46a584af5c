package provider

import (
	"reflect"
	"testing"

	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// TestJelouUndocumentedAnswers survives each plausible form of an answer that
// nobody documents.
func TestJelouUndocumentedAnswers(t *testing.T) {
	t.Parallel()
	acts := true
	// answered makes the service close the conversation and answer with body.
	answered := func(body string) func(*stage) {
		return func(s *stage) {
			s.AddFault(sandbox.Fault{Call: "jelou.close", Kind: sandbox.FaultStatus, Status: 200, Body: body, Acts: &acts})
		}
	}
	refused := func(status int, body string) func(*stage) {
		return func(s *stage) {
			s.AddFault(sandbox.Fault{Call: "jelou.close", Kind: sandbox.FaultStatus, Status: status, Body: body})
		}
	}
	knobs := func(change func(*sandbox.Knobs)) func(*stage) { return func(s *stage) { s.Set(change) } }
	noneOpen := func(answer string) func(*stage) {
		return func(s *stage) {
			s.OpenJelouConversation(sandbox.JelouProjectID, sandbox.JelouBotID, jelouUser)
			w := s.configured(t, values{"http": quickHTTP()})
			jelouMade(t, w, jelouArguments(nil)) // closes it
			s.ClearRequests()
			s.Set(func(k *sandbox.Knobs) { k.EveryUserOpen, k.NoneOpen = false, answer })
		}
	}
	const (
		asAlways  = "as always"
		noResults = "no results"
		noWords   = "no results but its time"
		tainted   = "tainted"
		nothing   = "nothing saved"
	)
	for name, test := range map[string]struct {
		prepare   func(*stage)
		arguments values
		want      string
		complaint []string
	}{
		"message as text":             {prepare: knobs(func(k *sandbox.Knobs) { k.MessageText = true }), want: asAlways},
		"no data":                     {prepare: knobs(func(k *sandbox.Knobs) { k.DataAbsent = true }), want: noResults},
		"data is null":                {prepare: answered(`{"status":1,"data":null}`), want: noResults},
		"data is empty":               {prepare: answered(`{"status":1,"data":{}}`), want: noWords},
		"data of nulls":               {prepare: answered(`{"status":1,"data":{"conversationId":null,"status":null,"endedReason":null}}`), want: noWords},
		"status alone":                {prepare: answered(`{"status":1}`), want: noResults},
		"status as text":              {prepare: answered(`{"status":"1"}`), want: noResults},
		"message is null":             {prepare: answered(`{"message":null,"statusMessage":null,"status":1,"error":null,"validationError":null}`), want: noResults},
		"an empty validation error":   {prepare: answered(`{"message":"","status":1,"error":{},"validationError":{}}`), want: noResults},
		"an error that is a text":     {prepare: answered(`{"status":1,"error":"","validationError":"","data":[]}`), want: noResults},
		"an error that is a list":     {prepare: answered(`{"status":1,"error":[],"validationError":[],"data":""}`), want: noResults},
		"an error with odd parts":     {prepare: answered(`{"status":1,"error":{"description":["x"],"developerMessages":[]}}`), want: noResults},
		"status as 1.0":               {prepare: answered(`{"status":1.0,"data":{}}`), want: noWords},
		"a data of text":              {prepare: answered(`{"status":1,"data":"closed"}`), want: tainted},
		"no status":                   {prepare: knobs(func(k *sandbox.Knobs) { k.StatusAbsent = true }), want: tainted, complaint: []string{"no status"}},
		"status is null":              {prepare: answered(`{"status":null,"data":{"status":"closed"}}`), want: tainted, complaint: []string{"no status"}},
		"status is true":              {prepare: answered(`{"status":true}`), want: tainted},
		"status is 0 with words":      {prepare: answered(`{"message":["Try later, please."],"status":0}`), want: tainted, complaint: []string{"Try later, please."}},
		"status is 0 without a word":  {prepare: answered(`{"status":0}`), want: tainted, complaint: []string{"reports a failure"}},
		"status is 2":                 {prepare: answered(`{"message":"Queued","status":2}`), want: tainted, complaint: []string{"Queued"}},
		"a list":                      {prepare: answered(`[]`), want: tainted},
		"null":                        {prepare: answered(`null`), want: tainted},
		"a text":                      {prepare: answered(`"closed"`), want: tainted},
		"no JSON":                     {prepare: answered(`closed`), want: tainted, complaint: []string{"not JSON", "closed"}},
		"something behind the answer": {prepare: answered(`{"status":1} {"status":0}`), want: tainted},
		"none open: the last one":     {prepare: noneOpen(sandbox.NoneOpenLast), want: asAlways},
		"none open: 404": {
			prepare: noneOpen(sandbox.NoneOpenNotFound), want: nothing,
			complaint: []string{"404", "The Conversation could not be found", "E1022", "CONVERSATION_NOT_FOUND", "ignore_not_found"},
		},
		"none open: 404, ignored": {
			prepare: noneOpen(sandbox.NoneOpenNotFound), arguments: values{"ignore_not_found": true}, want: statusNotFound,
		},
		"none open: 422": {
			prepare: noneOpen(sandbox.NoneOpenUnprocessable), want: nothing,
			complaint: []string{"422", `AttributeName("user_id")`, "no active conversation"},
		},
		"none open: 200 with status 0": {
			prepare: noneOpen(sandbox.NoneOpenFailed), want: tainted,
			complaint: []string{"The Conversation could not be found", "E1022"},
		},
		"none open: 200 with status 0, 404 ignored": {
			prepare: noneOpen(sandbox.NoneOpenFailed), arguments: values{"ignore_not_found": true}, want: tainted,
		},
		"invalid, lists": {
			prepare:   knobs(func(k *sandbox.Knobs) { k.ValidationError = sandbox.ValidationLists }),
			arguments: values{"bot_id": " "}, want: nothing,
			complaint: []string{"422", `AttributeName("bot_id")`, "The botId field is required.", "Nothing happened", "E1023"},
		},
		"invalid, texts": {
			prepare:   knobs(func(k *sandbox.Knobs) { k.ValidationError = sandbox.ValidationTexts }),
			arguments: values{"bot_id": " "}, want: nothing,
			complaint: []string{"422", `AttributeName("bot_id")`, "The botId field is required.", "Nothing happened"},
		},
		"invalid, nested": {
			prepare:   knobs(func(k *sandbox.Knobs) { k.ValidationError = sandbox.ValidationNested }),
			arguments: values{"bot_id": " "}, want: nothing,
			complaint: []string{"422", "The botId field is required.", "Nothing happened"},
		},
		"unknown bot": {
			prepare: knobs(func(*sandbox.Knobs) {}), arguments: values{"bot_id": "bot-9"}, want: nothing,
			complaint: []string{"404", `AttributeName("bot_id")`, "The Bot could not be found", "E1019", "BOT_NOT_FOUND", "ignore_not_found"},
		},
		"unknown bot, odd messages": {
			prepare: refused(404, `{"message":["no"],"status":0,"error":{"code":"E1019","key":"BOT_NOT_FOUND","developerMessages":[]}}`), want: nothing,
			complaint: []string{"404", `AttributeName("bot_id")`, "E1019", "BOT_NOT_FOUND", "ignore_not_found"},
		},
		"invalid, with a status in words": {
			prepare: refused(422, `{"message":"no","status":"failed","validationError":{"botId":"required"}}`), want: nothing,
			complaint: []string{"422", `AttributeName("bot_id")`, "botId: required", "Nothing happened"},
		},
		"invalid, with nested messages": {
			prepare: refused(422, `{"error":{"developerMessages":{"en":{"a":"b"}},"code":"E9"},"validationError":{"botId":["x"]}}`), want: nothing,
			complaint: []string{"422", `AttributeName("bot_id")`, "E9", "botId: x", "Nothing happened"},
		},
		"unknown bot, ignored": {
			prepare: knobs(func(*sandbox.Knobs) {}), arguments: values{"bot_id": "bot-9", "ignore_not_found": true}, want: statusNotFound,
		},
		"unknown user": {
			prepare: knobs(func(k *sandbox.Knobs) { k.EveryUserOpen = false }), want: nothing,
			complaint: []string{"404", `AttributeName("user_id")`, "The User could not be found"},
		},
		"unknown project": {
			prepare: knobs(func(*sandbox.Knobs) {}), arguments: values{"project_id": "project-9"}, want: nothing,
			complaint: []string{"404", "/external-support/project-9/", "The Project could not be found"},
		},
		"a wrong key":               {prepare: jelouWrongKey(401), want: nothing, complaint: []string{"401", "Authentication failed", "jelou.api_key", "JELOU_API_KEY"}},
		"a wrong key, answered 500": {prepare: jelouWrongKey(500), want: tainted, complaint: []string{"500", "wrong credentials", "jelou.api_key"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			exercisedInProcess(t, "jelou_conversation_close: undocumented answers")
			s := newStage(t, sandbox.Options{})
			test.prepare(s)
			w := s.configured(t, values{"http": quickHTTP()})
			arguments := jelouArguments(test.arguments)
			made, diags := w.apply(t.Context(), jelouClose, object{}, arguments)
			if calls := s.Count("*"); calls != 1 {
				t.Errorf("%d calls, want 1", calls)
			}
			if test.want == tainted || test.want == nothing {
				complains(t, diags, append(test.complaint, "Unable to close Jelou conversation")...)
			} else if len(diags) > 0 {
				t.Error(said(diags))
			}
			switch test.want {
			case asAlways:
				jelouFresh(t, s, made.State)
			case noResults:
				if !reflect.DeepEqual(jelouResults(made.State), jelouAll(nil)) {
					t.Errorf("results are %v, want none", jelouResults(made.State))
				}
			case noWords:
				want := jelouAll(nil)
				if want["closed_at"] = made.State["closed_at"]; want["closed_at"] == nil || !reflect.DeepEqual(jelouResults(made.State), want) {
					t.Errorf("results are %v, want closed_at alone", jelouResults(made.State))
				}
			case tainted:
				if !made.Tainted || !reflect.DeepEqual(jelouResults(made.State), jelouAll(nil)) {
					t.Errorf("tainted: %t, with %v", made.Tainted, made.State)
				}
			case statusNotFound:
				want := jelouAll(nil)
				want["status"] = statusNotFound
				if !reflect.DeepEqual(jelouResults(made.State), want) {
					t.Errorf("results are %v, want %v", jelouResults(made.State), want)
				}
			case nothing:
				if made.State != nil {
					t.Errorf("saved %v", made.State)
				}
			}
			if made.State != nil && !made.Tainted {
				jelouSettled(t, s, w, made, arguments)
			}
		})
	}
}

// jelouWrongKey configures a key that the service answers with status.
func jelouWrongKey(status int) func(*stage) {
	return func(s *stage) {
		s.Environment[envJelouAPIKey] = "fake-wrong-key"
		s.Set(func(k *sandbox.Knobs) { k.CredentialFault = status })
	}
}

// TestJelouDestroyAnsweredByAPage takes a 404 that is a web page for success, too,
// with a warning: it may be of another server.
func TestJelouDestroyAnsweredByAPage(t *testing.T) {
	t.Parallel()
	for body, warned := range map[string]bool{
		"<!DOCTYPE html><title>Not found</title>":                       true,
		`{"message":["no"],"status":0,"error":{"key":"BOT_NOT_FOUND"}}`: false,
	} {
		s := newStage(t, sandbox.Options{})
		w := s.configured(t, values{"http": quickHTTP()})
		armed := jelouMade(t, w, jelouArguments(values{"when": "destroy"}))
		s.AddFault(sandbox.Fault{Call: "jelou.close", Kind: sandbox.FaultStatus, Status: 404, Body: body})
		gone, diags := w.apply(t.Context(), jelouClose, armed, nil)
		w.must(nil, diags)
		if gone.State != nil || s.Count("*") != 1 || len(diags) > 0 != warned {
			t.Errorf("%s: left %v after %d calls: %s", body, gone.State, s.Count("*"), said(diags))
		}
		if warned {
			thuliumHas(t, said(diags), "Conversation may not be closed", "POST "+s.URL, "404", "web page", "jelou.base_url", envJelouBaseURL)
		}
	}
}

// TestJelouNotFoundAtUpdate treats a 404 at update as ignore_not_found says.
func TestJelouNotFoundAtUpdate(t *testing.T) {
	t.Parallel()
	exercisedInProcess(t, "jelou_conversation_close: transitions")
	s := newStage(t, sandbox.Options{})
	w := s.configured(t, values{"http": quickHTTP()})
	armed := jelouMade(t, w, jelouArguments(values{"bot_id": "bot-9", "when": "destroy"}))
	kept, diags := w.apply(t.Context(), jelouClose, armed, jelouArguments(values{"bot_id": "bot-9"}))
	complains(t, diags, "404", "Nothing happened", "ignore_not_found")
	if !reflect.DeepEqual(kept.State, armed.State) {
		t.Errorf("left %v of %v", kept.State, armed.State)
	}
	arguments := jelouArguments(values{"bot_id": "bot-9", "ignore_not_found": true})
	ignored, diags := w.apply(t.Context(), jelouClose, armed, arguments)
	if failed(diags) || ignored.State["status"] != statusNotFound || ignored.State["closed_at"] != nil {
		t.Errorf("left %v: %s", ignored.State, said(diags))
	}
	jelouSettled(t, s, w, ignored, arguments)
	if gone, diags := w.apply(t.Context(), jelouClose, armed, nil); len(diags) > 0 || gone.State != nil {
		t.Errorf("a 404 at destroy leaves %v: %s", gone.State, said(diags))
	}
	if calls, closed := s.Count("jelou.close"), len(s.JelouClosed()); calls != 3 || closed != 0 {
		t.Errorf("%d calls closed %d conversations, want 3 and none", calls, closed)
	}
}

// TestJelouRateLimit waits as the service asks for, as long as it is allowed to.
func TestJelouRateLimit(t *testing.T) {
	t.Parallel()
	for _, retryAfter := range []string{sandbox.RetryAfterSeconds, sandbox.RetryAfterDate, sandbox.RetryAfterAbsent} {
		t.Run(retryAfter, func(t *testing.T) {
			t.Parallel()
			exercisedInProcess(t, "jelou_conversation_close: not acted")
			s := newStage(t, sandbox.Options{})
			s.Set(func(k *sandbox.Knobs) { k.JelouPerMinute, k.RetryAfter = 1, retryAfter })
			w := s.configured(t, values{"http": quickHTTP()})
			jelouMade(t, w, jelouArguments(nil))
			made, diags := w.apply(t.Context(), jelouClose, object{}, jelouArguments(nil))
			complains(t, diags, "429", "No conversation was closed", "requests_per_minute")
			if calls := s.Count("*"); made.State != nil || calls != 4 {
				t.Errorf("%d calls, want 4; saved %v", calls, made.State)
			}
		})
	}
}

// TestJelouPlatformPath serves both base paths that the documentation shows.
func TestJelouPlatformPath(t *testing.T) {
	t.Parallel()
	exercisedInProcess(t, "jelou_conversation_close: request")
	s := newStage(t, sandbox.Options{})
	s.Environment[envJelouBaseURL] = s.URL + sandbox.JelouPlatformPath + "/"
	jelouFresh(t, s, jelouMade(t, s.configured(t, values{"http": quickHTTP()}), jelouArguments(nil)).State)
	jelouSent(t, s, jelouBody(""))
}
