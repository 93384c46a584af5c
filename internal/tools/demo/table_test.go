package main

import (
	"net/http"
	"net/url"
	"testing"
)

func TestTable(t *testing.T) {
	t.Parallel()
	got := table([]request{
		{Number: 1, Call: callStart, Method: http.MethodPost, Path: "/chat_conversations/start", Status: 200, Query: url.Values{"client_email": {"me@example.com"}}},
		{Number: 2, Call: callStart, Method: http.MethodPost, Path: "/chat_conversations/start", Status: 200},
		{Number: 3, Call: callClose, Method: http.MethodPost, Path: "/external-support/p/conversations/close", Status: 404},
		{Number: 4, Call: callStop, Method: http.MethodPost, Path: "/chat_conversations/a/stop", Status: 200},
	}, []string{"tofu apply", "tofu apply", "tofu test"})
	want := `  SENT BY     CALL           STATUS  REQUEST
  tofu apply  thulium.start  200     POST /chat_conversations/start
              thulium.start  200     POST /chat_conversations/start
  tofu test   jelou.close    404     POST /external-support/p/conversations/close
              thulium.stop   200     POST /chat_conversations/a/stop
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestSummary(t *testing.T) {
	t.Parallel()
	got := summary([]request{{Call: callStart}, {Call: callStart}, {Call: callStop}, {Call: callJelouStart}, {Call: callClose}, {Call: callAsk}})
	want := `2 chats with Thulium: each started once, spoken in once and stopped once.
1 conversation with Jelou: each started once and closed once.
1 question to the chatbot: each asked once and answered.
Nothing is left open.
`
	if got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestSummaryLine(t *testing.T) {
	t.Parallel()
	for output, want := range map[string]string{
		"\n- Installed conversation-tools/conversation v0.1.0 (unauthenticated)\n\nTerraform has been": "conversation-tools/conversation v0.1.0",
		"x\n\nPlan: 3 to add, 0 to change, 0 to destroy.\n":                                            "3 to add, 0 to change, 0 to destroy",
		"Apply complete! Resources: 3 added, 0 changed, 0 destroyed.\n":                                "3 added, 0 changed, 0 destroyed",
		"Plan: 0 to add, 0 to change, 3 to destroy.\nDestroy complete! Resources: 3 destroyed.":        "3 destroyed",
		"Success! 2 passed, 0 failed.\n":                                                               "2 passed, 0 failed",
		"nothing of the kind":                                                                          "",
	} {
		if got := summaryLine(output); got != want {
			t.Errorf("of %q: got %q, want %q", output, got, want)
		}
	}
}
