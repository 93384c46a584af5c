package chatbot

import (
	"slices"
	"strings"
	"testing"

	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
)

func TestUpdateThread(t *testing.T) {
	t.Parallel()
	is := func(text string) Change { return To(&text) }
	for name, c := range map[string]struct {
		request UpdateRequest
		body    string
	}{
		"only what changes is sent": {UpdateRequest{Mode: is("AGENT")}, `{"mode":"AGENT"}`},
		"what is removed is null":   {UpdateRequest{WebhookURL: To(nil), ChatUser: ChatUserChange{Name: To(nil)}}, `{"webhookUrl":null,"chatUser":{"name":null}}`},
		"all at once": {
			UpdateRequest{Mode: is("AI"), WebhookURL: is(webhook), ChatUser: ChatUserChange{is("jan@example.com"), is("Jan"), is("+48 1")}},
			`{"mode":"AI","webhookUrl":"` + webhook + `","chatUser":{"email":"jan@example.com","name":"Jan","phoneNumber":"+48 1"}}`,
		},
	} {
		inBubble(t, name, func(t *testing.T) {
			s := newServer(answer{status: 200, body: `{"success":true,"message":"Updated","data":null,"error":null}`})
			c.request.ChatbotID, c.request.ThreadID = "c", "t"
			if err := s.client().UpdateThread(t.Context(), c.request); err != nil {
				t.Error(err)
			}
			if calls := s.calls(); !slices.Equal(calls, []string{"PATCH chatbots/c/threads/t " + c.body}) {
				t.Errorf("sent %q", calls)
			}
		})
	}
}

func TestAnswersToAnUpdate(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		answers  []answer
		requests int
		says     string // of the error; empty for success
	}{
		"any data":             {[]answer{{status: 200, body: `{"success":true,"data":["x"]}`}}, 1, ""},
		"without the success":  {[]answer{{status: 200, body: `{"message":"Updated"}`}}, 1, ""},
		"without a body":       {[]answer{{status: 204, body: " \n"}}, 1, ""},
		"lost once":            {[]answer{{}, {status: 200}}, 2, ""},
		"a page":               {[]answer{{status: 200, body: "<html>"}}, 2, "not JSON"},
		"an error without it":  {[]answer{{status: 200, body: `{"error":{"code":"X","message":"Oops"}}`}}, 2, "Oops (code X)"},
		"a failure":            {[]answer{{status: 200, body: `{"success":false,"message":"Oops"}`}}, 2, "Oops"},
		"a refusal":            {[]answer{{status: 400, body: `{"success":false,"error":{"code":"REQUEST_VALIDATION_FAILED","details":[{"path":["chatUser","email"],"message":"Invalid email"}]}}`}}, 1, "[0].message: Invalid email; [0].path: chatUser; email"},
		"a refusal with a 200": {[]answer{{status: 200, body: `{"success":false,"error":{"code":"REQUEST_VALIDATION_FAILED"}}`}}, 1, "REQUEST_VALIDATION_FAILED"},
	} {
		inBubble(t, name, func(t *testing.T) {
			s := newServer(c.answers...)
			client := s.client(func(config *rest.Config) { config.Policy.MaxRetries = 1 })
			err := client.UpdateThread(t.Context(), UpdateRequest{ChatbotID: "c", ThreadID: "t", Mode: To(new("AI"))})
			if (err == nil) != (c.says == "") || err != nil && !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v, want %q", err, c.says)
			}
			if len(s.requests) != c.requests {
				t.Errorf("%d requests", len(s.requests))
			}
		})
	}
}

func TestAnUpdateShowsNothingOfTheUserOrTheWebhook(t *testing.T) {
	t.Parallel()
	inBubble(t, "in the service's words", func(t *testing.T) {
		s := newServer(answer{status: 400, body: `{"success":false,"message":"Kowalski at jan@example.com, 48123456789, ` + webhook + `"}`})
		err := s.client().UpdateThread(t.Context(), UpdateRequest{
			ChatbotID: "c", ThreadID: "t", WebhookURL: To(new(webhook)),
			ChatUser: ChatUserChange{To(new("jan@example.com")), To(new("Kowalski")), To(new("48123456789"))},
		})
		if err == nil || !strings.Contains(err.Error(), "*** at ***") {
			t.Fatalf("got %v", err)
		}
		for _, value := range []string{"Kowalski", "jan@", "48123456789", "3hqs23e"} {
			if strings.Contains(err.Error(), value) {
				t.Errorf("%s is in %v", value, err)
			}
		}
	})
}
