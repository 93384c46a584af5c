package jelouconversation_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// unknownOutcomes are answers that leave open whether a call took effect.
func unknownOutcomes(call string) map[string]sandbox.Fault {
	faults := map[string]sandbox.Fault{}
	for _, status := range []int{408, 500, 502, 503, 504} {
		faults[fmt.Sprint(status)] = sandbox.Fault{Kind: sandbox.FaultStatus, Status: status}
	}
	for _, kind := range []string{
		sandbox.FaultResetAfter, sandbox.FaultSilence, sandbox.FaultHalf, sandbox.FaultEmpty, sandbox.FaultHTML, sandbox.FaultWrongTypes,
	} {
		faults[kind] = sandbox.Fault{Kind: kind}
	}
	for name, fault := range faults {
		fault.Call, fault.Times = call, 1
		faults[name] = fault
	}
	return faults
}

// A lost start is sent once. The error names the bot, says that Jelou has no list, and
// gives the command that closes.
func TestLostStart(t *testing.T) {
	t.Parallel()
	for name, fault := range unknownOutcomes(start) {
		providertest.InBubble(t, name, func(t *testing.T) {
			s := providertest.NewInMemory(t, sandbox.Options{})
			s.AddFault(fault)
			made, diags := s.Quick(t).Apply(t.Context(), conversation, object{}, arguments(values{"initial_message": "Oi Maria"}))
			providertest.Saw(t, s, start)
			complains(t, diags, "Unable to start Jelou conversation", "may have taken effect", "bot bot-1 of project project-1", "no list of conversations",
				`curl -fsS -X POST -H "x-api-key: $JELOU_API_KEY" -H 'Content-Type: application/json' -d '{"botId":"bot-1","userId":"USER_ID"}' '`+
					s.URL+sandbox.JelouPath+"/external-support/project-1/conversations/close'")
			if made.State != nil || made.Tainted {
				t.Errorf("saved %v", made.State)
			}
			for _, personal := range []string{user, "Maria", sandbox.JelouAPIKey} {
				if strings.Contains(providertest.Said(diags), personal) {
					t.Errorf("%q is in %s", personal, providertest.Said(diags))
				}
			}
		})
	}
}

// The command that closes names only variables that the provider took its credentials
// from, and has placeholders else.
func TestCloseCommandOfALostStart(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		jelou       values
		environment map[string]string
		bot         string
		want        string
	}{
		"key of the environment":  {want: `-H "x-api-key: $JELOU_API_KEY"`},
		"pair of the environment": {environment: map[string]string{"JELOU_API_KEY": "", "JELOU_CLIENT_ID": sandbox.JelouClientID, "JELOU_CLIENT_SECRET": sandbox.JelouClientSecret}, want: `-u "$JELOU_CLIENT_ID:$JELOU_CLIENT_SECRET"`},
		"key of the block":        {jelou: values{"api_key": sandbox.JelouAPIKey}, want: `-H "x-api-key: API_KEY"`},
		"pair of the block":       {jelou: values{"client_id": sandbox.JelouClientID, "client_secret": sandbox.JelouClientSecret}, want: `-u "CLIENT_ID:CLIENT_SECRET"`},
		"a bot with a quote":      {bot: `it's "b"`, want: `-d '{"botId":"it'\''s \"b\"","userId":"USER_ID"}'`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := providertest.New(t, sandbox.Options{})
			for name, value := range c.environment {
				s.Environment[name] = value
			}
			s.AddFault(sandbox.Fault{Call: start, Kind: sandbox.FaultResetAfter})
			config := arguments(nil)
			if c.bot != "" {
				config["bot_id"] = c.bot
			}
			var block any
			if c.jelou != nil {
				block = c.jelou
			}
			_, diags := s.Configured(t, values{"http": providertest.QuickHTTP(), "jelou": block}).Apply(t.Context(), conversation, object{}, config)
			complains(t, diags, c.want)
		})
	}
}

// A start that the service refused, or has not acted on, says that nothing was started.
func TestStartThatDidNothing(t *testing.T) {
	t.Parallel()
	for status, words := range map[int][]string{
		401: {"Nothing happened", "jelou.api_key"}, 403: {"Nothing happened"}, 404: {"Nothing happened"}, 409: {"Nothing happened"}, 422: {"Nothing happened"},
		429: {"No conversation was started"},
	} {
		providertest.InBubble(t, fmt.Sprint(status), func(t *testing.T) {
			s := providertest.NewInMemory(t, sandbox.Options{})
			s.AddFault(sandbox.Fault{Call: start, Kind: sandbox.FaultStatus, Status: status, RetryAfter: "100"})
			made, diags := s.Configured(t, values{"http": values{"retry_wait_max": "100s"}}).Apply(t.Context(), conversation, object{}, arguments(nil))
			complains(t, diags, append(words, fmt.Sprint(status), "Unable to start Jelou conversation")...)
			if strings.Contains(providertest.Said(diags), "curl") || made.State != nil || len(openOf(s)) > 0 {
				t.Errorf("saved %v, open are %v: %s", made.State, openOf(s), providertest.Said(diags))
			}
			if calls := s.Count(start); status != 429 && calls != 1 || status == 429 && calls != 3 {
				t.Errorf("%d starts", calls)
			}
		})
	}
}

// Errors of a start show no personal value, wherever the service repeats it.
func TestErrorsOfAStartHidePersonalValues(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	answers(s, start, 422, `{"message":["`+user+` says Oi Maria of order 4711-0815 on queue SUPPORT"],"status":0}`)
	_, diags := s.Quick(t).Apply(t.Context(), conversation, object{}, arguments(values{
		"initial_message": "Oi Maria", "metadata": values{"order": "4711-0815"}, "assignment": values{"type": "queue", "target": "SUPPORT"},
	}))
	complains(t, diags, "*** says *** of order *** on queue SUPPORT")
}
