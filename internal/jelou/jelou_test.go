package jelou

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptrace"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

// gateway answers every request the same and keeps what it was sent.
type gateway struct {
	status   int
	answer   string
	requests []*http.Request
	bodies   []string
}

func (g *gateway) RoundTrip(r *http.Request) (*http.Response, error) {
	httptrace.ContextClientTrace(r.Context()).GotConn(httptrace.GotConnInfo{})
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	g.requests, g.bodies = append(g.requests, r), append(g.bodies, string(body))
	return &http.Response{StatusCode: g.status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(g.answer)), Request: r}, nil
}

func (g *gateway) client(credentials Credentials) *Client {
	return New(rest.Config{
		BaseURL:   DefaultBaseURL,
		UserAgent: "agent/1",
		Policy:    rest.Policy{Timeout: time.Second, MaxRetries: 3, WaitMin: time.Second, WaitMax: time.Second},
		Transport: g,
	}, credentials)
}

var apiKey = Credentials{APIKey: "key-0123456789"}

// inBubble runs a subtest whose clock is that of a synctest bubble.
func inBubble(t *testing.T, name string, test func(t *testing.T)) {
	t.Helper()
	t.Run(name, func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, test)
	})
}

// closes is the answer of the documentation.
const closes = `{"message":["Conversation closed successfully"],"statusMessage":"success","status":1,` +
	`"data":{"conversationId":"CONVERSATION_ID","status":"closed","endedReason":"closed_by_operator"}}`

func TestCloseRequest(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		request Close
		path    string
		body    string
	}{
		"without a redirect": {
			Close{ProjectID: "PROJECT_ID", BotID: "BOT_ID", UserID: "USER_ID"},
			"PROJECT_ID", `{"botId":"BOT_ID","userId":"USER_ID"}`,
		},
		"with a text": {
			Close{"PROJECT_ID", "BOT_ID", "USER_ID", &Redirect{Type: "text", Text: "Até logo \"já\"\n"}},
			"PROJECT_ID", `{"botId":"BOT_ID","userId":"USER_ID","redirectPayload":{"type":"text","text":"Até logo \"já\"\n"}}`,
		},
		"with an edge": {
			Close{"PROJECT_ID", "BOT_ID", "USER_ID", &Redirect{Type: "edge"}},
			"PROJECT_ID", `{"botId":"BOT_ID","userId":"USER_ID","redirectPayload":{"type":"edge"}}`,
		},
		"with an edge that has a text": {
			Close{"PROJECT_ID", "BOT_ID", "USER_ID", &Redirect{Type: "edge", Text: "x"}},
			"PROJECT_ID", `{"botId":"BOT_ID","userId":"USER_ID","redirectPayload":{"type":"edge","text":"x"}}`,
		},
		"with ids that are no path": {
			Close{ProjectID: "a/b c", BotID: "+55 11", UserID: "id@example"},
			"a%2Fb%20c", `{"botId":"+55 11","userId":"id@example"}`,
		},
	} {
		inBubble(t, name, func(t *testing.T) {
			g := &gateway{status: 200, answer: closes}
			got, err := g.client(apiKey).Close(t.Context(), c.request)
			if err != nil {
				t.Fatal(err)
			}
			id, status, reason := "CONVERSATION_ID", "closed", "closed_by_operator"
			if want := (&Closed{&id, &status, &reason}); !reflect.DeepEqual(got, want) {
				t.Errorf("got %+v", got)
			}
			sent := g.requests[0]
			if want := DefaultBaseURL + "/external-support/" + c.path + "/conversations/close"; sent.Method != http.MethodPost || sent.URL.String() != want {
				t.Errorf("sent %s %s, want %s", sent.Method, sent.URL, want)
			}
			if g.bodies[0] != c.body || sent.ContentLength != int64(len(c.body)) || sent.Header.Get("Content-Type") != "application/json" {
				t.Errorf("sent %s, want %s", g.bodies[0], c.body)
			}
		})
	}
}

func TestCredentials(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		credentials        Credentials
		key, authorization string
		secrets            []string
	}{
		"a key":             {apiKey, "key-0123456789", "", []string{"key-0123456789"}},
		"a client's secret": {Credentials{ClientID: "clientId", ClientSecret: "clientSecret"}, "", "Basic Y2xpZW50SWQ6Y2xpZW50U2VjcmV0", []string{"clientSecret", "Y2xpZW50SWQ6Y2xpZW50U2VjcmV0"}},
		"never both":        {Credentials{"key-0123456789", "clientId", "clientSecret"}, "key-0123456789", "", []string{"key-0123456789"}},
	} {
		inBubble(t, name, func(t *testing.T) {
			g := &gateway{status: 401, answer: `{"message":"Authentication failed for ` + strings.Join(c.secrets, " and ") + `"}`}
			_, err := g.client(c.credentials).Close(t.Context(), Close{ProjectID: "p", BotID: "b", UserID: "u"})
			header := g.requests[0].Header
			if got := strings.Join(header.Values("X-Api-Key"), "|"); got != c.key {
				t.Errorf("the key is %q, want %q", got, c.key)
			}
			if got := strings.Join(header.Values("Authorization"), "|"); got != c.authorization {
				t.Errorf("the authorization is %q, want %q", got, c.authorization)
			}
			for _, secret := range c.secrets {
				if strings.Contains(err.Error(), secret) {
					t.Errorf("%s is in %v", secret, err)
				}
			}
			if !strings.Contains(err.Error(), "Authentication failed for ***") {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestCloseIsSentOnceUnlessTheServiceCannotHaveActed(t *testing.T) {
	t.Parallel()
	for status, c := range map[int]struct {
		requests int
		outcome  rest.Outcome
	}{
		401: {1, rest.Refused}, 404: {1, rest.Refused}, 422: {1, rest.Refused},
		408: {1, rest.Unknown}, 500: {1, rest.Unknown}, 502: {1, rest.Unknown}, 503: {1, rest.Unknown}, 429: {4, rest.NotActed},
	} {
		inBubble(t, http.StatusText(status), func(t *testing.T) {
			g := &gateway{status: status}
			_, err := g.client(apiKey).Close(t.Context(), Close{ProjectID: "p", BotID: "b", UserID: "u"})
			if len(g.requests) != c.requests || rest.OutcomeOf(err) != c.outcome || rest.IsNotFound(err) != (status == 404) {
				t.Errorf("%d requests, %s: %v", len(g.requests), rest.OutcomeOf(err), err)
			}
			for _, body := range g.bodies {
				if body != `{"botId":"b","userId":"u"}` {
					t.Errorf("sent %s", body)
				}
			}
		})
	}
}

// answers are those of a close with status 200: what is read from them, or what
// the error says.
var answers = map[string]struct {
	id, status, reason string // "-": null
	says               string
}{
	closes: {id: "CONVERSATION_ID", status: "closed", reason: "closed_by_operator"},
	`{"message":"Conversation closed","status":1,"data":{"conversationId":"c"}}`: {id: "c", status: "-", reason: "-"},
	`{"status":"1","data":{"status":"closed","endedReason":null}}`:               {id: "-", status: "closed", reason: "-"},
	`{"status":1}`: {id: "-", status: "-", reason: "-"},
	`{"status":1,"data":null,"message":null}`:                          {id: "-", status: "-", reason: "-"},
	`{"status":1,"data":{},"error":null,"validationError":null}`:       {id: "-", status: "-", reason: "-"},
	`{"status":1,"data":{"conversationId":""},"more":[{}]}`:            {id: "", status: "-", reason: "-"},
	`{"status":1,"validationError":["odd"],"message":{"en":"closed"}}`: {id: "-", status: "-", reason: "-"},
	`{"status":1.0}`: {id: "-", status: "-", reason: "-"},
	`{"status":1,"error":"","data":{"conversationId":"c","status":"closed"}}`:                  {id: "c", status: "closed", reason: "-"},
	`{"status":1,"error":[],"data":{"conversationId":"c","status":"closed"}}`:                  {id: "c", status: "closed", reason: "-"},
	`{"status":1,"error":{"developerMessages":[]},"data":{"conversationId":"c"}}`:              {id: "c", status: "-", reason: "-"},
	`{"status":1,"error":{"description":["x"]},"data":{"conversationId":"c"}}`:                 {id: "c", status: "-", reason: "-"},
	`{"status":1,"error":{"code":{},"key":[],"clientMessages":""},"data":{"status":"closed"}}`: {id: "-", status: "closed", reason: "-"},
	`{"status":1,"data":[]}`:  {id: "-", status: "-", reason: "-"},
	`{"status":1,"data":[ ]}`: {id: "-", status: "-", reason: "-"},
	`{"status":1,"data":""}`:  {id: "-", status: "-", reason: "-"},
	`{"status":1,"data":{"conversationId":123,"status":true,"endedReason":1.50}}`:          {id: "123", status: "true", reason: "1.50"},
	`{"status":1,"data":{"conversationId":{"id":"c"},"status":"closed","endedReason":[]}}`: {id: "-", status: "closed", reason: "-"},
	`{"status":1,"data":{"conversationId":{"id":"c"},"status":{"is":"closed"}}}`:           {says: "the answer has objects"},
	`{"status":1,"data":[{"conversationId":"c"}]}`:                                         {says: "array"},
	`{"status":1,"Status":null,"data":{"conversationId":"c"}}`:                             {says: "no status"},
	`{"status":0.0,"message":"no","error":""}`:                                             {says: "no"},
	`{"status":0,"message":"no","data":[],"error":{"code":"E1","developerMessages":[]}}`:   {says: "no (code E1)"},
	`{"status":"1.0"}`:                           {says: "whole number"},
	`{"status":{"is":1}}`:                        {says: "whole number"},
	`{"error":"","data":{"conversationId":"c"}}`: {says: "no status"},
	`{"message":["Conversation closed successfully"],"statusMessage":"success"}`:   {says: "no status"},
	`{"message":["Closed"],"status":null,"data":{"conversationId":"c"}}`:           {says: "no status"},
	`{"status":0,"message":["The Bot could not be found at the moment."]}`:         {says: "The Bot could not be found at the moment."},
	`{"status":"0","message":"no","error":{"code":"E1019","key":"BOT_NOT_FOUND"}}`: {says: "no (code E1019, BOT_NOT_FOUND)"},
	`{"status":2,"data":{"conversationId":"c"}}`:                                   {says: "reports a failure"},
	`{"status":-1}`:                                    {says: "reports a failure"},
	`{"status":"success"}`:                             {says: "whole number"},
	`{"status":true}`:                                  {says: "whole number"},
	`{"status":1,"data":"closed"}`:                     {says: "string"},
	`{"status":1,"data":{"conversationId":17}}`:        {id: "17", status: "-", reason: "-"},
	`{"status":1,"data":{"conversationId":"c"}} trail`: {says: "more follows"},
	`{"status":1,"data":{"conversationId":"c`:          {says: "broke off"},
	`[]`:     {says: "array"},
	`null`:   {says: "no status"},
	`{}`:     {says: "no status"},
	``:       {says: "empty"},
	`<html>`: {says: "not JSON"},
}

func TestClosedAnswers(t *testing.T) {
	t.Parallel()
	for body, want := range answers {
		inBubble(t, body[:min(len(body), 60)], func(t *testing.T) {
			g := &gateway{status: 200, answer: body}
			got, err := g.client(apiKey).Close(t.Context(), Close{ProjectID: "p", BotID: "b", UserID: "u"})
			if len(g.requests) != 1 {
				t.Errorf("%d requests", len(g.requests))
			}
			if want.says != "" {
				if err == nil || !strings.Contains(err.Error(), want.says) || rest.OutcomeOf(err) != rest.Unknown {
					t.Errorf("got %v, want %q", err, want.says)
				}
				if got != nil {
					t.Errorf("got %+v beside an error", got)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			read := []string{"-", "-", "-"}
			if got == nil {
				got = &Closed{} // nothing was told
			}
			for i, value := range []*string{got.ConversationID, got.Status, got.EndedReason} {
				if value != nil {
					read[i] = *value
				}
			}
			if expected := []string{want.id, want.status, want.reason}; !slices.Equal(read, expected) {
				t.Errorf("got %q, want %q", read, expected)
			}
		})
	}
}

// faults are bodies of errors, with what is read from them.
var faults = map[string]rest.Fault{
	`{"message":"Authentication failed"}`: {Messages: []string{"Authentication failed"}},
	`{"message":["The Bot could not be found at the moment."],"statusMessage":"failed","status":0,"error":{"code":"E1019","key":"BOT_NOT_FOUND","description":"No such bot","developerMessages":{"en":"Check botId","es":"Revise botId"},"clientMessages":{"en":"Sorry"}}}`: {
		Messages: []string{"The Bot could not be found at the moment.", "No such bot", "Check botId"}, Codes: []string{"E1019", "BOT_NOT_FOUND"},
	},
	`{"message":["one","","two",null,3],"error":{"code":17,"description":"two","developerMessages":{}}}`: {Messages: []string{"one", "two", "3"}, Codes: []string{"17"}},
	`{"message":"no","error":null}`:                                                                       {Messages: []string{"no"}},
	`{"message":"no","error":{}}`:                                                                         {Messages: []string{"no"}},
	`{"message":"no","error":"Unauthorized","statusCode":401}`:                                            {Messages: []string{"no"}},
	`{"message":"no","error":["a"],"validationError":{"userId":"bad"}}`:                                   {Messages: []string{"no"}, Fields: []string{"userId: bad"}},
	`{"message":"no","error":{"developerMessages":"odd"}}`:                                                {Messages: []string{"no"}},
	`{"message":"no","status":"failed"}`:                                                                  {Messages: []string{"no"}},
	`{"message":"no","status":"failed","validationError":{"botId":"required"}}`:                           {Messages: []string{"no"}, Fields: []string{"botId: required"}},
	`{"message":["no"],"status":0,"error":{"code":"E1019","key":"BOT_NOT_FOUND","developerMessages":[]}}`: {Messages: []string{"no"}, Codes: []string{"E1019", "BOT_NOT_FOUND"}},
	`{"error":{"code":"E1","key":2,"description":["one","two","one"],"clientMessages":[]},"data":[]}`:     {Messages: []string{"one", "two"}, Codes: []string{"E1", "2"}},
	`{"error":{"code":{"is":"E1"},"key":"KEY","developerMessages":{"en":["x"],"es":1}}}`:                  {Messages: []string{"x"}, Codes: []string{"KEY"}},
	`{"error":{"developerMessages":{"en":{"a":"b"}},"code":"E9"},"validationError":{"botId":["x"]}}`: {
		Messages: []string{`{"a":"b"}`}, Codes: []string{"E9"}, Fields: []string{"botId: x"},
	},
	`{"validationError":{"userId":["too short","no number"],"botId":"unknown"}}`: {Fields: []string{"botId: unknown", "userId: too short; no number"}},
	`{"validationError":{"a":{"msg":"x"},"b":null,"c":7,"d":[]}}`:                {Fields: []string{`a: {"msg":"x"}`, "b: ", "c: 7", "d: "}},
	`{"validationError":"userId is bad"}`:                                        {Fields: []string{"userId is bad"}},
	`{"validationError":["userId is bad"]}`:                                      {Fields: []string{"userId is bad"}},
	`{"message":"no","error":{"code":"E2","validationError":{"botId":"is unknown"}},"validationError":{"botId":"is unknown","a":"x"}}`: {
		Messages: []string{"no"}, Codes: []string{"E2"}, Fields: []string{"a: x", "botId: is unknown"},
	},
	`{"status":0,"statusMessage":"failed","errors":["the key belongs to another project"]}`:                  {},
	`{"status":0,"statusMessage":"Bot channel is offline"}`:                                                  {Messages: []string{"Bot channel is offline"}},
	`{"error":{"code":"E1","developerMessages":{"pt":"Canal fechado","es":""},"clientMessages":{"en":"x"}}}`: {Messages: []string{"Canal fechado"}, Codes: []string{"E1"}},
	`{"error":{"code":"E1","clientMessages":{"en":"Sorry"}}}`:                                                {Messages: []string{"Sorry"}, Codes: []string{"E1"}},
	`{"validationError":null}`: {},
	`{"validationError":{}}`:   {},
	`{"message":{"en":"no"}}`:  {Messages: []string{`{"en":"no"}`}},
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

func TestErrorsDoNotRepeatPersonalValues(t *testing.T) {
	t.Parallel()
	inBubble(t, "that were sent", func(t *testing.T) {
		g := &gateway{status: 422, answer: `{"message":["+5511987654321 is bad"],"validationError":{"userId":["value '+5511987654321'"],"text":"Tchau, Maria!"}}`}
		request := Close{"project", "bot-4711", "+5511987654321", &Redirect{"text", "Tchau, Maria!"}}
		_, err := g.client(apiKey).Close(t.Context(), request)
		if strings.Contains(err.Error(), "987654321") || strings.Contains(err.Error(), "Maria") {
			t.Errorf("got %v", err)
		}
		if want := "422 Unprocessable Entity: *** is bad (text: ***; userId: value '***')"; !strings.HasSuffix(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	})
}

func FuzzClosed(f *testing.F) {
	for body := range answers {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		var got *Closed
		err := decodeClosed(&got)(strings.NewReader(body))
		if err != nil {
			if got != nil {
				t.Errorf("an answer that is an error (%v) gives %+v", err, got)
			}
			return
		}
		var fields map[string]json.RawMessage
		if err := json.Unmarshal([]byte(body), &fields); err != nil {
			t.Fatalf("accepted is %q: %v", body, err)
		}
		for name, value := range fields {
			var number float64
			one := strings.TrimLeft(strings.Trim(string(value), `"`), "+0") == "1" || (json.Unmarshal(value, &number) == nil && number == 1)
			if strings.EqualFold(name, "status") && one {
				return
			}
		}
		t.Errorf("a success without the status of one: %q", body)
	})
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
