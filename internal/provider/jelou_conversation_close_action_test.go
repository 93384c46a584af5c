package provider

import (
	"testing"

	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// TestJelouActionKnownAtInvoke refuses ids that turn out to be none, as a plan
// that had known them would have, without a call.
func TestJelouActionKnownAtInvoke(t *testing.T) {
	t.Parallel()
	const empty = "The value is an empty string."
	for name, test := range map[string]struct {
		known     values
		sent      []string
		complaint []string
	}{
		"ids":                     {known: values{"project_id": sandbox.JelouProjectID}, sent: []string{jelouBody("")}},
		"no project: the default": {known: values{"project_id": nil}, sent: []string{jelouBody("")}},
		"an empty project":        {known: values{"project_id": ""}, complaint: []string{`AttributeName("project_id")`, "Invalid project_id", empty}},
		"a project with a dot":    {known: values{"project_id": "."}, complaint: []string{`AttributeName("project_id")`, "Invalid project_id", `must not be "."`}},
		"a project with dots":     {known: values{"project_id": ".."}, complaint: []string{`AttributeName("project_id")`, "Invalid project_id", `must not be ".."`}},
		"an empty bot":            {known: values{"bot_id": ""}, complaint: []string{`AttributeName("bot_id")`, "Invalid bot_id", empty}},
		"no bot":                  {known: values{"bot_id": nil}, complaint: []string{`AttributeName("bot_id")`, "Invalid bot_id"}},
		"an empty user":           {known: values{"user_id": ""}, complaint: []string{`AttributeName("user_id")`, "Invalid user_id", empty}},
		"no user":                 {known: values{"user_id": nil}, complaint: []string{`AttributeName("user_id")`, "Invalid user_id"}},
		"all of them":             {known: values{"project_id": "..", "bot_id": "", "user_id": ""}, complaint: []string{`AttributeName("project_id")`, `AttributeName("bot_id")`, `AttributeName("user_id")`}},
		"a text without a text":   {known: values{"redirect_payload": values{"type": "text"}}, complaint: []string{`AttributeName("redirect_payload")`, "text"}},
		"an empty text":           {known: values{"redirect_payload": values{"type": "text", "text": ""}}, complaint: []string{`AttributeName("redirect_payload").AttributeName("text")`, empty}},
		"an empty text of edge":   {known: values{"redirect_payload": values{"type": "edge", "text": ""}}, complaint: []string{`AttributeName("redirect_payload").AttributeName("text")`, empty}},
		"another type":            {known: values{"redirect_payload": values{"type": "banana"}}, complaint: []string{`AttributeName("redirect_payload").AttributeName("type")`, `"text" or "edge"`}},
		"no type":                 {known: values{"redirect_payload": values{"type": ""}}, complaint: []string{`AttributeName("redirect_payload").AttributeName("type")`, `"text" or "edge"`}},
		"edge":                    {known: values{"redirect_payload": values{"type": "edge"}}, sent: []string{`{"botId":"bot-1","userId":"user-0815","redirectPayload":{"type":"edge"}}`}},
		"no time-out":             {known: values{"timeouts": values{"invoke": "abc"}}, complaint: []string{"abc"}},
		"a user of dots":          {known: values{"user_id": ".."}, sent: []string{`{"botId":"bot-1","userId":".."}`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			exercisedInProcess(t, "bad input")
			s := newStage(t, sandbox.Options{})
			diags := s.configured(t, values{"http": quickHTTP()}).invokeUnchecked(jelouClose, jelouArguments(test.known))
			if test.complaint != nil {
				complains(t, diags, test.complaint...)
			} else if len(diags) > 0 {
				t.Error(said(diags))
			}
			jelouSent(t, s, test.sent...)
		})
	}
}
