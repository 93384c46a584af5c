package jelou

import (
	"errors"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

// reads is the answer of the documentation.
const reads = `{"message":["ok"],"statusMessage":"success","status":1,"data":{"_id":"c","roomId":"ROOM_ID","state":"closed",` +
	`"startAt":"2026-01-15T10:30:00.000Z","endAt":"2026-01-15T10:45:00.000Z","endedReason":"closed_by_operator",` +
	`"User":{"id":"USER_ID","names":"USER_NAME","referenceId":"USER_ID"},"Bot":{"id":"BOT_ID","name":"BOT_NAME"}}}`

func TestReadRequest(t *testing.T) {
	t.Parallel()
	inBubble(t, "is a GET of the conversation", func(t *testing.T) {
		g := &gateway{status: http.StatusOK, answer: `{"status":1,"data":{"state":"active"}}`}
		if _, err := g.client(apiKey).ReadConversation(t.Context(), "a/b", "c d"); err != nil {
			t.Fatal(err)
		}
		sent := g.requests[0]
		if want := DefaultBaseURL + "/external-support/a%2Fb/conversations/c%20d"; sent.Method != http.MethodGet || sent.URL.String() != want || g.bodies[0] != "" {
			t.Errorf("sent %s %s with %q, want %s", sent.Method, sent.URL, g.bodies[0], want)
		}
	})
	inBubble(t, "is repeated after a failure", func(t *testing.T) {
		g := &gateway{status: http.StatusBadGateway}
		if _, err := g.client(apiKey).ReadConversation(t.Context(), "p", "c"); err == nil || len(g.requests) != 4 {
			t.Errorf("%d requests: %v", len(g.requests), err)
		}
	})
}

// conversation makes a Conversation of values in the order of its fields, "-" for nil.
func conversation(values ...string) *Conversation {
	var c Conversation
	fields := reflect.ValueOf(&c).Elem()
	for i, value := range values {
		if value != "-" {
			fields.Field(i).Set(reflect.ValueOf(&value))
		}
	}
	return &c
}

// readings are answers of a reading of the conversation c with status 200: what is
// read from them, or what the error says.
var readings = map[string]struct {
	want *Conversation
	says string
}{
	reads:                                      {want: conversation("ROOM_ID", "closed", "2026-01-15T10:30:00.000Z", "2026-01-15T10:45:00.000Z", "closed_by_operator", "BOT_ID", "BOT_NAME", "USER_ID", "USER_NAME", "USER_ID")},
	`{"status":1,"data":{"state":"active"}}`:   {want: conversation("-", "active")},
	`{"data":{"state":"active"}}`:              {want: conversation("-", "active")},
	`{"status":200,"data":{"state":"active"}}`: {want: conversation("-", "active")},
	`{"status":1,"data":{"_id":"c","state":"waiting","endAt":null,"endedReason":null}}`:                                   {want: conversation("-", "waiting")},
	`{"status":1,"data":{"_id":"c","state":"active","endAt":"","User":null,"Bot":[]}}`:                                    {want: conversation("-", "active")},
	`{"status":1,"data":{"endAt":"2026-01-15T10:45:00.000Z"}}`:                                                            {want: conversation("-", "-", "-", "2026-01-15T10:45:00.000Z")},
	`{"status":1,"data":{"_id":{"$oid":"c"},"state":"active","roomId":7}}`:                                                {want: conversation("7", "active")},
	`{"status":1,"data":{"state":"active","startAt":1768473000000,"User":{"id":5511,"names":["A","B"]},"Bot":{"id":17}}}`: {want: conversation("-", "active", "1768473000000", "-", "-", "17", "-", "5511", "A B")},
	`{"status":1,"data":{"state":"active","user":{"id":"u","names":{"first":"A"}},"bot":{"id":"","name":""}}}`:            {want: conversation("-", "active", "-", "-", "-", "-", "", "u")},
	`{"status":1,"data":{"_id":"other","state":"closed"}}`:                                                                {says: "another conversation"},
	`{"status":1,"data":{"_id":"c"}}`:                                                                                     {says: "whether the conversation is open"},
	`{"status":1,"data":{"_id":"c","state":{"is":"closed"}}}`:                                                             {says: "whether the conversation is open"},
	`{"status":1,"data":null}`:                 {says: "whether the conversation is open"},
	`{"status":1}`:                             {says: "whether the conversation is open"},
	`{"status":1,"data":[{"state":"closed"}]}`: {says: "array"},
	`{"status":0,"message":["The Conversation could not be found at the moment."],"error":{"key":"CONVERSATION_NOT_FOUND"}}`: {says: "The Conversation could not be found"},
	`{"message":["no"],"error":{"code":"E1"}}`: {says: "no (code E1)"},
	`<html>`:        {says: "not JSON"},
	``:              {says: "empty"},
	`{"data":{"st`:  {says: "broke off"},
	`{"status":1}x`: {says: "more follows"},
}

func TestReadings(t *testing.T) {
	t.Parallel()
	for body, want := range readings {
		inBubble(t, body[:min(len(body), 60)], func(t *testing.T) {
			g := &gateway{status: http.StatusOK, answer: body}
			got, err := g.client(apiKey).ReadConversation(t.Context(), "p", "c")
			if want.says == "" {
				if err != nil || !reflect.DeepEqual(got, want.want) {
					t.Errorf("got %+v, %v", got, err)
				}
				return
			}
			if got != nil || err == nil || !strings.Contains(err.Error(), want.says) {
				t.Errorf("got %+v, %v, want %q", got, err, want.says)
			}
			if IsUnknownConversation(err) {
				t.Errorf("a success status tells that the conversation is unknown: %v", err)
			}
		})
	}
}

func TestIsClosed(t *testing.T) {
	t.Parallel()
	at := "2026-01-15T10:45:00.000Z"
	for _, c := range []struct {
		conversation *Conversation
		want         bool
	}{
		{conversation("-", "closed"), true},
		{conversation("-", "CLOSED"), true},
		{conversation("-", "-", "-", at), true},
		{conversation("-", "active"), false},
		{conversation("-", "active", "-", at), false},
		{conversation("-", "transferred"), false},
		{conversation("-", "ended", "-", at), true},
		{conversation("-", "ended", "-", "0001-01-01T00:00:00Z"), false},
		{conversation("-", "ended", "-", "2999-01-01T00:00:00Z"), false},
		{conversation("-", "ended", "-", "0"), false},
		{conversation("-", "-", "-", "soon"), true},
	} {
		if got := c.conversation.IsClosed(); got != c.want {
			t.Errorf("%+v is closed: %v", c.conversation, got)
		}
	}
}

func TestStartedAt(t *testing.T) {
	t.Parallel()
	want := time.Date(2026, 1, 15, 10, 30, 0, 0, time.UTC)
	for _, startAt := range []string{"2026-01-15T10:30:00.000Z", "2026-01-15T07:30:00-03:00"} {
		if got, ok := conversation("-", "active", startAt).StartedAt(); !ok || !got.Equal(want) {
			t.Errorf("%s is read as %s, %v", startAt, got, ok)
		}
	}
	for _, startAt := range []string{"-", "", "2026-01-15 10:30:00", "1768473000000", "0001-01-01T00:00:00Z"} {
		if got, ok := conversation("-", "active", startAt).StartedAt(); ok {
			t.Errorf("%s is read as %s", startAt, got)
		}
	}
}

// notFound are bodies of a 404, and whether they say that the conversation is
// unknown.
var notFound = map[string]bool{
	`{"message":["The Conversation could not be found at the moment."],"statusMessage":"failed","status":0,"error":{"code":"E1022","key":"CONVERSATION_NOT_FOUND"}}`: true,
	`{"message":["Not found"],"statusMessage":"failed","status":0}`:         true,
	`{"message":"Not found","status":"0"}`:                                  true,
	`{"status":0,"error":{"code":"404","key":"NOT_FOUND"}}`:                 true,
	`{"status":0,"error":{"code":"E1022"}}`:                                 true,
	`{"status":0,"error":{"key":"RESOURCE_NOT_FOUND"}}`:                     true,
	`{"status":0,"error":{"key":"USER_CONVERSATION_DOES_NOT_EXIST"}}`:       true,
	`{"status":0,"error":{"key":"conversation-not-found"}}`:                 true,
	`{"status":0,"error":{"key":"ConversationNotFound"}}`:                   true,
	`{"status":0,"error":{"key":"NotFound"}}`:                               true,
	`{"status":0,"error":{"code":"E1019","key":"BOT_NOT_FOUND"}}`:           false,
	`{"status":0,"error":{"code":"E1021","key":"PROJECT_NOT_FOUND"}}`:       false,
	`{"status":0,"error":{"key":"USER_NOT_FOUND"}}`:                         false,
	`{"status":0,"error":{"key":"UNKNOWN_COMPANY"}}`:                        false,
	`{"status":0,"error":{"key":"ROUTE_NOT_FOUND"}}`:                        false,
	`{"message":"Not Found"}`:                                               false,
	`{"message":"no Route matched with those values"}`:                      false,
	`{"statusCode":404,"message":"Cannot GET /jelou","error":"Not Found"}`:  false,
	`{"status":404,"error":"Not Found","message":"No message available"}`:   false,
	`<!DOCTYPE html><html><head><title>404 Not Found</title></head></html>`: false,
	`404 page not found`: false,
	``:                   false,
}

func TestIsUnknownConversation(t *testing.T) {
	t.Parallel()
	for body, want := range notFound {
		inBubble(t, body[:min(len(body), 60)], func(t *testing.T) {
			g := &gateway{status: http.StatusNotFound, answer: body}
			_, err := g.client(apiKey).ReadConversation(t.Context(), "p", "c")
			if len(g.requests) != 1 || IsUnknownConversation(err) != want {
				t.Errorf("%d requests, unknown is %v: %v", len(g.requests), IsUnknownConversation(err), err)
			}
		})
	}
	inBubble(t, "of another status", func(t *testing.T) {
		g := &gateway{status: http.StatusUnprocessableEntity, answer: `{"status":0,"error":{"key":"CONVERSATION_NOT_FOUND"}}`}
		_, err := g.client(apiKey).ReadConversation(t.Context(), "p", "c")
		if IsUnknownConversation(err) || IsUnknownConversation(errors.New("other")) || IsUnknownConversation(nil) {
			t.Errorf("got %v", err)
		}
	})
}

func TestErrorsOfAReadingDoNotQuoteTheConversation(t *testing.T) {
	t.Parallel()
	inBubble(t, "which names the user", func(t *testing.T) {
		g := &gateway{status: http.StatusOK, answer: `{"status":1,"data":{"User":{"names":"Maria"}}}`}
		_, err := g.client(apiKey).ReadConversation(t.Context(), "p", "c")
		failed, ok := errors.AsType[*rest.Error](err)
		if !ok || strings.Contains(err.Error()+failed.Answer, "Maria") {
			t.Errorf("got %v with %q", err, failed.Answer)
		}
	})
}

func FuzzConversation(f *testing.F) {
	for body := range readings {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		var got *Conversation
		err := decodeConversation(&got, "c")(strings.NewReader(body))
		if (err == nil) != (got != nil) {
			t.Fatalf("%q gives %+v and the error %v", body, got, err)
		}
		if got != nil && got.State == nil && !got.IsClosed() {
			t.Errorf("%q is read as open without a state: %+v", body, got)
		}
	})
}
