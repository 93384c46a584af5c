package jelouclose_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// An action sends the call as the resource does, and tells what it did.
func TestActionProgress(t *testing.T) {
	t.Parallel()
	const closed = ` of bot bot-1: status closed, ended by closed_by_operator.`
	other := sandbox.JelouProjectID
	for name, test := range map[string]struct {
		knob        func(*sandbox.Knobs)
		environment string // the project; "": none
		provider    values
		config      values
		progress    string // the end of the one message
		words       []string
	}{
		"the project of the environment": {environment: other, progress: closed},
		"the provider's project":         {provider: values{"project_id": other}, progress: closed},
		"the block's project":            {environment: "project-9", config: values{"project_id": other}, progress: closed},
		"the client's id and secret": {
			environment: other, provider: values{"client_id": sandbox.JelouClientID, "client_secret": sandbox.JelouClientSecret}, progress: closed,
		},
		"no data in the answer": {
			environment: other, knob: func(k *sandbox.Knobs) { k.DataAbsent = true },
			progress: "Closed the Jelou conversation (not told) of bot bot-1: status (not told), ended by (not told).",
		},
		"an unknown user": {
			environment: other, knob: func(k *sandbox.Knobs) { k.EveryUserOpen = false },
			words: []string{"404", `AttributeName("user_id")`, "USER_NOT_FOUND", "Nothing happened", "ignore_not_found"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := providertest.New(t, sandbox.Options{})
			s.Environment["JELOU_PROJECT_ID"] = test.environment
			if test.knob != nil {
				s.Set(test.knob)
			}
			config := values{"http": providertest.QuickHTTP()}
			if test.provider != nil {
				config["jelou"] = test.provider
			}
			progress, diags := s.Configured(t, config).Invoke(t.Context(), jelouClose, arguments(test.config, says("Bye")))
			sent(t, s, body("Bye"))
			if test.words != nil {
				providertest.Complains(t, diags, test.words...)
			} else if len(diags) > 0 {
				t.Error(providertest.Said(diags))
			}
			if said := strings.Join(progress, "\n"); !strings.HasSuffix(said, test.progress) || (said == "") != (test.progress == "") {
				t.Errorf("progress: %q, want %q", said, test.progress)
			}
		})
	}
}

// What the service says of a close is shown as words, in an action's progress too.
func TestActionProgressShowsWords(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	answers(s, 200, `{"status":1,"data":{"conversationId":"c-1\u001b[2K\u0007","status":"closed for `+user+`","endedReason":"`+sandbox.JelouAPIKey+`"}}`)
	messages, diags := s.Quick(t).Invoke(t.Context(), jelouClose, arguments())
	if len(diags) > 0 || len(messages) != 1 {
		t.Fatalf("%q %s", messages, providertest.Said(diags))
	}
	providertest.Has(t, messages[0], "status closed for ***", "ended by ***")
	for _, raw := range []string{"\u001b", "\u0007", user, sandbox.JelouAPIKey} {
		if strings.Contains(messages[0], raw) {
			t.Errorf("%q is in %q", raw, messages[0])
		}
	}
}

// The plan finds what stands in the way, and nothing wrong with what is not known yet.
func TestActionPlan(t *testing.T) {
	t.Parallel()
	unknown := tftypes.UnknownValue
	every := values{"project_id": unknown, "bot_id": unknown, "user_id": unknown, "redirect_payload": unknown, "ignore_not_found": unknown}
	for name, test := range map[string]struct {
		missing   string // a variable that is not set
		provider  any
		config    values
		complaint []string
	}{
		"no key":             {missing: "JELOU_API_KEY", config: arguments(), complaint: []string{"jelou.api_key", "JELOU_API_KEY", "JELOU_CLIENT_ID"}},
		"no project":         {missing: "JELOU_PROJECT_ID", config: arguments(), complaint: []string{`AttributeName("project_id")`, "jelou.project_id", "JELOU_PROJECT_ID"}},
		"an unknown key":     {provider: values{"api_key": unknown}, config: arguments()},
		"an unknown project": {missing: "JELOU_PROJECT_ID", provider: values{"project_id": unknown}, config: arguments()},
		"an unknown block":   {missing: "JELOU_PROJECT_ID", provider: unknown, config: arguments()},
		"everything unknown": {missing: "JELOU_PROJECT_ID", config: every},
		"an unknown text":    {config: arguments(values{"redirect_payload": values{"type": "text", "text": unknown}})},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := providertest.New(t, sandbox.Options{})
			delete(s.Environment, test.missing)
			w := s.Configured(t, values{"jelou": test.provider})
			server := w.Server.(tfprotov6.ActionServer)
			block := w.Dynamic(w.Schemas.ActionSchemas[jelouClose].Schema, test.config)
			validated, err := server.ValidateActionConfig(t.Context(), &tfprotov6.ValidateActionConfigRequest{ActionType: jelouClose, Config: block})
			w.Must(err, validated.Diagnostics)
			planned, err := server.PlanAction(t.Context(), &tfprotov6.PlanActionRequest{ActionType: jelouClose, Config: block})
			w.Fatal(err)
			if test.complaint != nil {
				providertest.Complains(t, planned.Diagnostics, test.complaint...)
			} else if len(planned.Diagnostics) > 0 {
				t.Error(providertest.Said(planned.Diagnostics))
			}
			sent(t, s)
		})
	}
}

// What becomes known at invoke is held to the rules of the plan, which Terraform does not
// ask again.
func TestActionKnownAtInvoke(t *testing.T) {
	t.Parallel()
	const isEmpty = "The value is an empty string."
	root := func(name string) string { return `AttributeName("` + name + `")` }
	for name, test := range map[string]struct {
		known values
		words []string // nil: it is sent
	}{
		"nothing is wrong":      {values{"project_id": sandbox.JelouProjectID}, nil},
		"an empty project":      {values{"project_id": ""}, []string{root("project_id"), "Invalid project_id", isEmpty}},
		"a project with dots":   {values{"project_id": ".."}, []string{root("project_id"), `must not be ".."`}},
		"no bot":                {values{"bot_id": nil}, []string{root("bot_id"), "Invalid bot_id", "is null, and the attribute is required"}},
		"an empty user":         {values{"user_id": ""}, []string{root("user_id"), "Invalid user_id", isEmpty}},
		"a user with a blank":   {values{"user_id": "user-0815 "}, []string{root("user_id"), "white space"}},
		"no id at all":          {values{"project_id": "..", "bot_id": "", "user_id": ""}, []string{root("project_id"), root("bot_id"), root("user_id")}},
		"a text without a text": {values{"redirect_payload": values{"type": "text"}}, []string{root("redirect_payload") + "." + root("text")}},
		"an empty text of edge": {values{"redirect_payload": values{"type": "edge", "text": ""}}, []string{root("redirect_payload") + "." + root("text"), isEmpty}},
		"another type":          {values{"redirect_payload": values{"type": "banana"}}, []string{root("redirect_payload") + "." + root("type"), `"text" or "edge"`}},
		"no time-out":           {values{"timeouts": values{"invoke": "abc"}}, []string{root("timeouts") + "." + root("invoke"), "must be a duration"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := providertest.New(t, sandbox.Options{})
			diags := s.Quick(t).InvokeUnchecked(jelouClose, arguments(test.known))
			if test.words == nil {
				sent(t, s, body(""))
				return
			}
			providertest.Complains(t, diags, test.words...)
			sent(t, s)
		})
	}
}

// An empty text tells as little as none.
func TestActionProgressOfAnEmptyID(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	s.AddFault(sandbox.Fault{Call: "jelou.close", Kind: sandbox.FaultStatus, Status: 200, Body: `{"status":1,"data":{"conversationId":"","status":"closed"}}`})
	said, diags := s.Quick(t).Invoke(t.Context(), jelouClose, arguments())
	if len(diags) > 0 || len(said) != 1 {
		t.Fatal(said, providertest.Said(diags))
	}
	providertest.Has(t, said[0], "conversation (not told) of bot")
}
