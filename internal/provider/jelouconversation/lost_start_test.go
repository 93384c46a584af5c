package jelouconversation_test

import (
	"strings"
	"testing"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// A lost start is sent once. The error names the bot, says that Jelou has no list, and
// gives the command that closes.
func TestLostStart(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	s.AddFault(sandbox.Fault{Call: start, Kind: sandbox.FaultResetAfter})
	made, diags := s.Quick(t).Apply(t.Context(), conversation, object{}, arguments(values{"initial_message": "Oi Maria"}))
	providertest.Saw(t, s, start)
	providertest.Complains(t, diags, "Unable to start Jelou conversation", "may have taken effect", "bot bot-1 of project project-1", "no list of conversations",
		"with the user's id in the place of USER_ID",
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
}

// The command that closes names only variables that the provider took its credentials
// from, and has placeholders else.
func TestCloseCommandOfALostStart(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		jelou       any
		environment map[string]string
		change      values
		want        string
	}{
		"pair of the environment": {environment: map[string]string{"JELOU_API_KEY": "", "JELOU_CLIENT_ID": sandbox.JelouClientID, "JELOU_CLIENT_SECRET": sandbox.JelouClientSecret}, want: `-u "$JELOU_CLIENT_ID:$JELOU_CLIENT_SECRET"`},
		"key of the block":        {jelou: values{"api_key": sandbox.JelouAPIKey}, want: `-H "x-api-key: API_KEY"`},
		"pair of the block":       {jelou: values{"client_id": sandbox.JelouClientID, "client_secret": sandbox.JelouClientSecret}, want: `-u "CLIENT_ID:CLIENT_SECRET"`},
		"a bot with a quote":      {change: values{"bot_id": `it's "b"`}, want: `-d '{"botId":"it'\''s \"b\"","userId":"USER_ID"}'`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := providertest.New(t, sandbox.Options{})
			for name, value := range c.environment {
				s.Environment[name] = value
			}
			s.AddFault(sandbox.Fault{Call: start, Kind: sandbox.FaultResetAfter})
			_, diags := s.Configured(t, values{"jelou": c.jelou}).Apply(t.Context(), conversation, object{}, arguments(c.change))
			providertest.Complains(t, diags, c.want)
		})
	}
}
