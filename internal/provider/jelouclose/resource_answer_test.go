package jelouclose_test

import (
	"reflect"
	"testing"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// TestJelouUndocumentedAnswers survives each plausible form of an answer that
// nobody documents.
func TestJelouUndocumentedAnswers(t *testing.T) {
	t.Parallel()
	acts := true
	// answered makes the service close the conversation and answer with body.
	answered := func(body string) func(*providertest.Stage) {
		return func(s *providertest.Stage) {
			s.AddFault(sandbox.Fault{Call: "jelou.close", Kind: sandbox.FaultStatus, Status: 200, Body: body, Acts: &acts})
		}
	}
	refused := func(status int, body string) func(*providertest.Stage) {
		return func(s *providertest.Stage) {
			s.AddFault(sandbox.Fault{Call: "jelou.close", Kind: sandbox.FaultStatus, Status: status, Body: body})
		}
	}
	knobs := func(change func(*sandbox.Knobs)) func(*providertest.Stage) {
		return func(s *providertest.Stage) { s.Set(change) }
	}
	noneOpen := func(answer string) func(*providertest.Stage) {
		return func(s *providertest.Stage) {
			s.OpenJelouConversation(sandbox.JelouProjectID, sandbox.JelouBotID, jelouUser)
			w := s.Configured(t, providertest.Values{"http": providertest.QuickHTTP()})
			jelouMade(t, w, jelouArguments(nil)) // closes it
			s.ClearRequests()
			s.Set(func(k *sandbox.Knobs) { k.EveryUserOpen, k.NoneOpen = false, answer })
		}
	}
	invalid := func(shape string) func(*providertest.Stage) {
		return func(s *providertest.Stage) {
			noneOpen(sandbox.NoneOpenUnprocessable)(s)
			s.Set(func(k *sandbox.Knobs) { k.ValidationError = shape })
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
		prepare   func(*providertest.Stage)
		arguments providertest.Values
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
			prepare: noneOpen(sandbox.NoneOpenNotFound), arguments: providertest.Values{"ignore_not_found": true}, want: "not_found",
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
			prepare: noneOpen(sandbox.NoneOpenFailed), arguments: providertest.Values{"ignore_not_found": true}, want: tainted,
		},
		"invalid, lists": {
			prepare: invalid(sandbox.ValidationLists), want: nothing,
			complaint: []string{"422", `AttributeName("user_id")`, "userId: The user has no active conversation.", "Nothing happened", "E1023"},
		},
		"invalid, texts": {
			prepare: invalid(sandbox.ValidationTexts), want: nothing,
			complaint: []string{"422", `AttributeName("user_id")`, "userId: The user has no active conversation.", "Nothing happened"},
		},
		"invalid, nested": {
			prepare: invalid(sandbox.ValidationNested), want: nothing,
			complaint: []string{"422", "errors[0].field: userId", "errors[0].message: The user has no active conversation.", "Nothing happened"},
		},
		"unknown bot": {
			prepare: knobs(func(*sandbox.Knobs) {}), arguments: providertest.Values{"bot_id": "bot-9"}, want: nothing,
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
			prepare: knobs(func(*sandbox.Knobs) {}), arguments: providertest.Values{"bot_id": "bot-9", "ignore_not_found": true}, want: "not_found",
		},
		"unknown user": {
			prepare: knobs(func(k *sandbox.Knobs) { k.EveryUserOpen = false }), want: nothing,
			complaint: []string{"404", `AttributeName("user_id")`, "The User could not be found"},
		},
		"unknown project": {
			prepare: knobs(func(*sandbox.Knobs) {}), arguments: providertest.Values{"project_id": "project-9"}, want: nothing,
			complaint: []string{"404", "/external-support/project-9/", "The Project could not be found"},
		},
		"a wrong key":               {prepare: jelouWrongKey(401), want: nothing, complaint: []string{"401", "Authentication failed", "jelou.api_key", "JELOU_API_KEY"}},
		"a wrong key, answered 500": {prepare: jelouWrongKey(500), want: tainted, complaint: []string{"500", "wrong credentials", "jelou.api_key"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := providertest.New(t, sandbox.Options{})
			test.prepare(s)
			w := s.Configured(t, providertest.Values{"http": providertest.QuickHTTP()})
			arguments := jelouArguments(test.arguments)
			made, diags := w.Apply(t.Context(), jelouClose, providertest.Object{}, arguments)
			if calls := s.Count("*"); calls != 1 {
				t.Errorf("%d calls, want 1", calls)
			}
			if test.want == tainted || test.want == nothing {
				complains(t, diags, append(test.complaint, "Unable to close Jelou conversation")...)
			} else if len(diags) > 0 {
				t.Error(providertest.Said(diags))
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
			case "not_found":
				want := jelouAll(nil)
				want["status"] = "not_found"
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
func jelouWrongKey(status int) func(*providertest.Stage) {
	return func(s *providertest.Stage) {
		s.Environment["JELOU_API_KEY"] = "fake-wrong-key"
		s.Set(func(k *sandbox.Knobs) { k.CredentialFault = status })
	}
}

// TestJelouNotFoundAtUpdate treats a 404 at update as ignore_not_found says.
func TestJelouNotFoundAtUpdate(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	w := s.Configured(t, providertest.Values{"http": providertest.QuickHTTP()})
	armed := jelouMade(t, w, jelouArguments(providertest.Values{"bot_id": "bot-9", "when": "destroy"}))
	kept, diags := w.Apply(t.Context(), jelouClose, armed, jelouArguments(providertest.Values{"bot_id": "bot-9"}))
	complains(t, diags, "404", "Nothing happened", "ignore_not_found")
	if !reflect.DeepEqual(kept.State, armed.State) {
		t.Errorf("left %v of %v", kept.State, armed.State)
	}
	arguments := jelouArguments(providertest.Values{"bot_id": "bot-9", "ignore_not_found": true})
	ignored, diags := w.Apply(t.Context(), jelouClose, armed, arguments)
	if providertest.Failed(diags) || ignored.State["status"] != "not_found" || ignored.State["closed_at"] != nil {
		t.Errorf("left %v: %s", ignored.State, providertest.Said(diags))
	}
	jelouSettled(t, s, w, ignored, arguments)
	if gone, diags := w.Apply(t.Context(), jelouClose, armed, nil); len(diags) > 0 || gone.State != nil {
		t.Errorf("a 404 at destroy leaves %v: %s", gone.State, providertest.Said(diags))
	}
	if calls, closed := s.Count("jelou.close"), len(s.JelouClosed()); calls != 3 || closed != 0 {
		t.Errorf("%d calls closed %d conversations, want 3 and none", calls, closed)
	}
}

// TestJelouRateLimit waits until the service takes calls again, and closes once.
func TestJelouRateLimit(t *testing.T) {
	t.Parallel()
	for _, retryAfter := range []string{sandbox.RetryAfterSeconds, sandbox.RetryAfterDate, sandbox.RetryAfterAbsent} {
		providertest.InBubble(t, retryAfter, func(t *testing.T) {
			s := providertest.NewInMemory(t, sandbox.Options{})
			s.Set(func(k *sandbox.Knobs) { k.JelouPerMinute, k.RetryAfter = 1, retryAfter })
			w := s.Configured(t, nil)
			jelouMade(t, w, jelouArguments(nil))
			began := time.Now()
			made := jelouMade(t, w, jelouArguments(nil))
			jelouFresh(t, s, made.State)
			if took, closed := time.Since(began), len(s.JelouClosed()); took > 2*time.Minute || closed != 2 {
				t.Errorf("%d conversations were closed, the last one after %s", closed, took)
			}
		})
	}
}

// TestJelouPlatformPath serves both base paths that the documentation shows.
func TestJelouPlatformPath(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	s.Environment["JELOU_BASE_URL"] = s.URL + sandbox.JelouPlatformPath + "/"
	jelouFresh(t, s, jelouMade(t, s.Configured(t, providertest.Values{"http": providertest.QuickHTTP()}), jelouArguments(nil)).State)
	jelouSent(t, s, jelouBody(""))
}
