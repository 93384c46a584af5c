package jelou

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

// closes is the answer of the documentation.
const closes = `{"message":["Conversation closed successfully"],"statusMessage":"success","status":1,` +
	`"data":{"conversationId":"CONVERSATION_ID","status":"closed","endedReason":"closed_by_operator"}}`

func TestCloseRequest(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		request CloseRequest
		path    string
		body    string
	}{
		"without a redirect": {
			CloseRequest{ProjectID: "PROJECT_ID", BotID: "BOT_ID", UserID: "USER_ID"},
			"PROJECT_ID", `{"botId":"BOT_ID","userId":"USER_ID"}`,
		},
		"with a text": {
			CloseRequest{ProjectID: "PROJECT_ID", BotID: "BOT_ID", UserID: "USER_ID", Redirect: &Redirect{Type: "text", Text: "Até logo \"já\"\n"}},
			"PROJECT_ID", `{"botId":"BOT_ID","userId":"USER_ID","redirectPayload":{"type":"text","text":"Até logo \"já\"\n"}}`,
		},
		"with an edge": {
			CloseRequest{ProjectID: "PROJECT_ID", BotID: "BOT_ID", UserID: "USER_ID", Redirect: &Redirect{Type: "edge"}},
			"PROJECT_ID", `{"botId":"BOT_ID","userId":"USER_ID","redirectPayload":{"type":"edge"}}`,
		},
		"with an edge that has a text": {
			CloseRequest{ProjectID: "PROJECT_ID", BotID: "BOT_ID", UserID: "USER_ID", Redirect: &Redirect{Type: "edge", Text: "x"}},
			"PROJECT_ID", `{"botId":"BOT_ID","userId":"USER_ID","redirectPayload":{"type":"edge","text":"x"}}`,
		},
		"with ids that are no path": {
			CloseRequest{ProjectID: "a/b c", BotID: "+55 11", UserID: "id@example"},
			"a%2Fb%20c", `{"botId":"+55 11","userId":"id@example"}`,
		},
	} {
		inBubble(t, name, func(t *testing.T) {
			g := &gateway{status: 200, answer: closes}
			got, err := g.client(apiKey).CloseConversation(t.Context(), c.request)
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

func TestCloseIsSentOnceUnlessTheServiceCannotHaveActed(t *testing.T) {
	t.Parallel()
	sentOnce(t, `{"botId":"b","userId":"u"}`, func(ctx context.Context, c *Client) error {
		_, err := c.CloseConversation(ctx, CloseRequest{ProjectID: "p", BotID: "b", UserID: "u"})
		return err
	})
}

func TestCloseThatIsRefusedWithASuccessStatus(t *testing.T) {
	t.Parallel()
	toldWith200(t, func(ctx context.Context, c *Client) error {
		_, err := c.CloseConversation(ctx, CloseRequest{ProjectID: "p", BotID: "b", UserID: "u"})
		return err
	})
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
	`{"status":"1.0"}`:                           {id: "-", status: "-", reason: "-"},
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
			got, err := g.client(apiKey).CloseConversation(t.Context(), CloseRequest{ProjectID: "p", BotID: "b", UserID: "u"})
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

func TestErrorsDoNotRepeatPersonalValues(t *testing.T) {
	t.Parallel()
	inBubble(t, "that were sent", func(t *testing.T) {
		g := &gateway{status: 422, answer: `{"message":["+5511987654321 is bad"],"validationError":{"userId":["value '+5511987654321'"],"text":"Tchau, Maria!"}}`}
		request := CloseRequest{ProjectID: "project", BotID: "bot-4711", UserID: "+5511987654321", Redirect: &Redirect{"text", "Tchau, Maria!"}}
		_, err := g.client(apiKey).CloseConversation(t.Context(), request)
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
		var fields map[string]any
		if err := json.Unmarshal([]byte(body), &fields); err != nil {
			t.Fatalf("accepted is %q: %v", body, err)
		}
		for name, value := range fields {
			number, err := strconv.ParseFloat(strings.TrimSpace(fmt.Sprint(value)), 64)
			if strings.EqualFold(name, "status") && err == nil && number == 1 {
				return
			}
		}
		t.Errorf("a success without the status of one: %q", body)
	})
}
