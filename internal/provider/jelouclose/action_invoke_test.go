package jelouclose_test

import (
	"testing"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// TestJelouActionKnownAtInvoke refuses ids that turn out to be none, as a plan
// that had known them would have, without a call.
func TestJelouActionKnownAtInvoke(t *testing.T) {
	t.Parallel()
	const empty = "The value is an empty string."
	for name, test := range map[string]struct {
		known     providertest.Values
		sent      []string
		complaint []string
	}{
		"ids":                     {known: providertest.Values{"project_id": sandbox.JelouProjectID}, sent: []string{jelouBody("")}},
		"no project: the default": {known: providertest.Values{"project_id": nil}, sent: []string{jelouBody("")}},
		"an empty project":        {known: providertest.Values{"project_id": ""}, complaint: []string{`AttributeName("project_id")`, "Invalid project_id", empty}},
		"a project with a dot":    {known: providertest.Values{"project_id": "."}, complaint: []string{`AttributeName("project_id")`, "Invalid project_id", `must not be "."`}},
		"a project with dots":     {known: providertest.Values{"project_id": ".."}, complaint: []string{`AttributeName("project_id")`, "Invalid project_id", `must not be ".."`}},
		"an empty bot":            {known: providertest.Values{"bot_id": ""}, complaint: []string{`AttributeName("bot_id")`, "Invalid bot_id", empty}},
		"no bot":                  {known: providertest.Values{"bot_id": nil}, complaint: []string{`AttributeName("bot_id")`, "Invalid bot_id"}},
		"an empty user":           {known: providertest.Values{"user_id": ""}, complaint: []string{`AttributeName("user_id")`, "Invalid user_id", empty}},
		"no user":                 {known: providertest.Values{"user_id": nil}, complaint: []string{`AttributeName("user_id")`, "Invalid user_id"}},
		"all of them":             {known: providertest.Values{"project_id": "..", "bot_id": "", "user_id": ""}, complaint: []string{`AttributeName("project_id")`, `AttributeName("bot_id")`, `AttributeName("user_id")`}},
		"a text without a text":   {known: providertest.Values{"redirect_payload": providertest.Values{"type": "text"}}, complaint: []string{`AttributeName("redirect_payload")`, "text"}},
		"an empty text":           {known: providertest.Values{"redirect_payload": providertest.Values{"type": "text", "text": ""}}, complaint: []string{`AttributeName("redirect_payload").AttributeName("text")`, empty}},
		"an empty text of edge":   {known: providertest.Values{"redirect_payload": providertest.Values{"type": "edge", "text": ""}}, complaint: []string{`AttributeName("redirect_payload").AttributeName("text")`, empty}},
		"another type":            {known: providertest.Values{"redirect_payload": providertest.Values{"type": "banana"}}, complaint: []string{`AttributeName("redirect_payload").AttributeName("type")`, `"text" or "edge"`}},
		"no type":                 {known: providertest.Values{"redirect_payload": providertest.Values{"type": ""}}, complaint: []string{`AttributeName("redirect_payload").AttributeName("type")`, `"text" or "edge"`}},
		"edge":                    {known: providertest.Values{"redirect_payload": providertest.Values{"type": "edge"}}, sent: []string{`{"botId":"bot-1","userId":"user-0815","redirectPayload":{"type":"edge"}}`}},
		"no time-out":             {known: providertest.Values{"timeouts": providertest.Values{"invoke": "abc"}}, complaint: []string{`AttributeName("timeouts").AttributeName("invoke")`, "must be a duration"}},
		"a user of dots":          {known: providertest.Values{"user_id": ".."}, complaint: []string{`AttributeName("user_id")`, "Invalid user_id"}},
		"a user with a blank":     {known: providertest.Values{"user_id": "user-0815 "}, complaint: []string{`AttributeName("user_id")`, "Invalid user_id", "white space"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := providertest.New(t, sandbox.Options{})
			diags := s.Configured(t, providertest.Values{"http": providertest.QuickHTTP()}).InvokeUnchecked(jelouClose, jelouArguments(test.known))
			if test.complaint != nil {
				complains(t, diags, test.complaint...)
			} else if len(diags) > 0 {
				t.Error(providertest.Said(diags))
			}
			jelouSent(t, s, test.sent...)
		})
	}
}
