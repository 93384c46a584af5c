package jelou

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

// starts is the likely answer: the vendor's example is not readable.
const starts = `{"message":["Conversation started successfully"],"statusMessage":"success","status":1,"data":{"conversationId":"CONVERSATION_ID"}}`

func TestStartRequest(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		request StartRequest
		path    string
		body    string
	}{
		"with what is required": {
			StartRequest{ProjectID: "PROJECT_ID", BotID: "BOT_ID", UserID: "USER_ID"},
			"PROJECT_ID", `{"botId":"BOT_ID","userId":"USER_ID"}`,
		},
		"with everything": {
			StartRequest{"PROJECT_ID", "BOT_ID", "USER_ID", "Olá!\n", map[string]string{"ticketId": "T-1", "a": ""}, &Assignment{"queue", "SUPPORT"}},
			"PROJECT_ID", `{"botId":"BOT_ID","userId":"USER_ID","initialMessage":"Olá!\n","metadata":{"a":"","ticketId":"T-1"},"assignment":{"type":"queue","target":"SUPPORT"}}`,
		},
		"with empty metadata": {
			StartRequest{ProjectID: "PROJECT_ID", BotID: "BOT_ID", UserID: "USER_ID", Metadata: map[string]string{}},
			"PROJECT_ID", `{"botId":"BOT_ID","userId":"USER_ID"}`,
		},
		"with ids that are no path": {
			StartRequest{ProjectID: "a/b c", BotID: "+55 11", UserID: "id@example"},
			"a%2Fb%20c", `{"botId":"+55 11","userId":"id@example"}`,
		},
	} {
		inBubble(t, name, func(t *testing.T) {
			g := &gateway{status: http.StatusOK, answer: starts}
			id, _, err := g.client(apiKey).StartConversation(t.Context(), c.request)
			if err != nil || id != "CONVERSATION_ID" {
				t.Fatalf("started %q: %v", id, err)
			}
			sent := g.requests[0]
			if want := DefaultBaseURL + "/external-support/" + c.path + "/conversations/start"; sent.Method != http.MethodPost || sent.URL.String() != want {
				t.Errorf("sent %s %s, want %s", sent.Method, sent.URL, want)
			}
			if len(g.bodies) != 1 || g.bodies[0] != c.body {
				t.Errorf("sent %s, want %s", g.bodies, c.body)
			}
		})
	}
}

func start(ctx context.Context, c *Client) error {
	_, _, err := c.StartConversation(ctx, StartRequest{ProjectID: "p", BotID: "b", UserID: "u"})
	return err
}

func TestStartIsSentOnceUnlessTheServiceCannotHaveActed(t *testing.T) {
	t.Parallel()
	sentOnce(t, `{"botId":"b","userId":"u"}`, start)
}

func TestStartThatIsRefusedWithASuccessStatus(t *testing.T) {
	t.Parallel()
	toldWith200(t, start)
}

// startedAnswers are those of a start with status 200: the id that is read from
// them, or what the error says.
var startedAnswers = map[string]struct{ id, says string }{
	starts:                            {id: "CONVERSATION_ID"},
	`{"status":1,"data":{"_id":"c"}}`: {id: "c"},
	`{"status":1,"data":{"id":"c"}}`:  {id: "c"},
	`{"status":1,"data":{"id":"3","_id":"2","conversationId":"1"}}`:         {id: "1"},
	`{"status":1,"data":{"id":"3","_id":"2","conversationId":null}}`:        {id: "2"},
	`{"status":1,"data":{"id":"3","_id":{"$oid":"2"},"conversationId":""}}`: {id: "3"},
	`{"status":1,"data":{"conversationId":365062948587045457}}`:             {id: "365062948587045457"},
	`{"data":{"conversationId":"c"}}`:                                       {id: "c"},
	`{"status":null,"data":{"conversationId":"c"}}`:                         {id: "c"},
	`{"status":"success","data":{"conversationId":"c"}}`:                    {id: "c"},
	`{"status":200,"data":{"conversationId":"c","status":"active"}}`:        {id: "c"},
	`{"status":1,"error":{"key":"NOTE"},"data":{"conversationId":"c"}}`:     {id: "c"},
	`{"status":1}`:                                                      {says: "no id of a conversation"},
	`{"status":1,"data":{}}`:                                            {says: "no id of a conversation"},
	`{"status":1,"data":null}`:                                          {says: "no id of a conversation"},
	`{"status":1,"data":[]}`:                                            {says: "no id of a conversation"},
	`{"status":1,"conversationId":"c"}`:                                 {says: "no id of a conversation"},
	`{"status":1,"data":{"conversationId":{"id":"c"}}}`:                 {says: "no id of a conversation"},
	`{"status":1,"data":[{"conversationId":"c"}]}`:                      {says: "array"},
	`{"status":1,"data":"c"}`:                                           {says: "string"},
	`{"status":1,"data":{"conversationId":".."}}`:                       {says: `must not be ".."`},
	`{"status":0,"message":["no"],"data":{"conversationId":"c"}}`:       {says: "200 OK: no"},
	`{"message":["no"],"error":{"code":"E1019","key":"BOT_NOT_FOUND"}}`: {says: "no (code E1019, BOT_NOT_FOUND)"},
	`{"status":1,"data":{"conversationId":"c"}} trail`:                  {says: "more follows"},
	`{"status":1,"data":{"conversationId":"c`:                           {says: "broke off"},
	`[]`:     {says: "array"},
	`null`:   {says: "no id of a conversation"},
	``:       {says: "empty"},
	`<html>`: {says: "not JSON"},
}

func TestStartedAnswers(t *testing.T) {
	t.Parallel()
	for body, want := range startedAnswers {
		inBubble(t, body[:min(len(body), 60)], func(t *testing.T) {
			g := &gateway{status: http.StatusOK, answer: body}
			id, _, err := g.client(apiKey).StartConversation(t.Context(), StartRequest{ProjectID: "p", BotID: "b", UserID: "u"})
			switch {
			case len(g.requests) != 1:
				t.Errorf("%d requests", len(g.requests))
			case id != want.id:
				t.Errorf("started %q, want %q", id, want.id)
			case want.says == "" && err != nil:
				t.Error(err)
			case want.says != "" && (err == nil || !strings.Contains(err.Error(), want.says) || rest.OutcomeOf(err) != rest.Unknown):
				t.Errorf("got %v, want %q", err, want.says)
			}
		})
	}
}

func TestErrorsOfAStartDoNotRepeatPersonalValues(t *testing.T) {
	t.Parallel()
	inBubble(t, "that were sent", func(t *testing.T) {
		g := &gateway{status: http.StatusUnprocessableEntity, answer: `{"message":["User user4711 of queue SUPPORT: Oi Maria"],` +
			`"validationError":{"metadata":{"order":"is Bestellung4711"},"botId":"is bot1"}}`}
		_, _, err := g.client(apiKey).StartConversation(t.Context(), StartRequest{
			"project", "bot1", "user4711", "Oi Maria", map[string]string{"order": "Bestellung4711"}, &Assignment{"queue", "SUPPORT"},
		})
		if want := "User *** of queue SUPPORT: *** (botId: is bot1; metadata.order: is ***)"; !strings.HasSuffix(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	})
	inBubble(t, "an operator", func(t *testing.T) {
		g := &gateway{status: http.StatusUnprocessableEntity, answer: `{"message":"Operator mariasilva is offline"}`}
		_, _, err := g.client(apiKey).StartConversation(t.Context(), StartRequest{
			ProjectID: "p", BotID: "b", UserID: "u", Assignment: &Assignment{"operator", "mariasilva"},
		})
		if want := "Operator *** is offline"; !strings.HasSuffix(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	})
}

func FuzzStarted(f *testing.F) {
	for body := range startedAnswers {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		var id string
		err := decodeStarted(&id)(strings.NewReader(body))
		if (err == nil) != (id != "") {
			t.Fatalf("%q gives the id %q and the error %v", body, id, err)
		}
		if err == nil && (rest.CheckID(id) != nil || !json.Valid([]byte(strings.TrimPrefix(body, "\uFEFF")))) {
			t.Errorf("%q gives the id %q", body, id)
		}
	})
}
