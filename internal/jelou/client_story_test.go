package jelou

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/rest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// sandboxClient is a client of a sandbox in memory.
func sandboxClient(s *sandbox.Sandbox) *Client {
	return New(rest.Config{
		BaseURL: "https://gateway.test" + sandbox.JelouPath, UserAgent: "agent/1", Transport: s.Transport(),
		Policy: rest.Policy{Timeout: time.Minute, MaxRetries: 2, WaitMin: time.Second, WaitMax: time.Second},
	}, Credentials{APIKey: sandbox.JelouAPIKey})
}

// A conversation is started, read, waited for, closed, and read as closed.
func TestLifeOfAConversation(t *testing.T) {
	t.Parallel()
	inBubble(t, "of the sandbox", func(t *testing.T) {
		s := sandbox.New(sandbox.Options{})
		defer s.Close()
		c, ctx := sandboxClient(s), t.Context()
		id, _, err := c.StartConversation(ctx, StartRequest{
			ProjectID: sandbox.JelouProjectID, BotID: sandbox.JelouBotID, UserID: "user", InitialMessage: "Oi",
			Metadata: map[string]string{"ticket": "T-1"}, Assignment: &Assignment{"queue", "SUPPORT"},
		})
		have := s.JelouConversations()
		if err != nil || len(have) != 1 || have[0].ID != id || string(have[0].Metadata) != `{"ticket":"T-1"}` || have[0].Assignment.Target != "SUPPORT" {
			t.Fatalf("started %q: %v, %+v", id, err, have)
		}
		open, err := c.ReadConversation(ctx, sandbox.JelouProjectID, id)
		if err != nil || open.IsClosed() || *open.BotID != sandbox.JelouBotID || *open.UserID != "user" {
			t.Fatalf("read %+v, %v", open, err)
		}
		if began, ok := open.StartedAt(); !ok || time.Since(began).Abs() > time.Second {
			t.Errorf("began at %s", began)
		}
		go func() {
			time.Sleep(2 * time.Second)
			closed, err := c.CloseConversation(ctx, CloseRequest{
				ProjectID: sandbox.JelouProjectID, BotID: sandbox.JelouBotID, UserID: "user", Redirect: &Redirect{"text", "Tchau"},
			})
			if err != nil || *closed.ConversationID != id || s.JelouClosed()[0].PayloadText != "Tchau" {
				t.Errorf("closed %+v: %v", closed, err)
			}
		}()
		over, err := c.WaitForConversation(ctx, sandbox.JelouProjectID, id, []string{StateClosed})
		if err != nil || !over.IsClosed() || over.EndedReason == nil || over.EndAt == nil {
			t.Errorf("read %+v, %v", over, err)
		}
		if _, err := c.ReadConversation(ctx, sandbox.JelouProjectID, "c-9"); !IsUnknownConversation(err) {
			t.Errorf("an unknown conversation is read as %v", err)
		}
		if _, err := c.ReadConversation(ctx, "project-9", id); IsUnknownConversation(err) || !rest.IsNotFound(err) {
			t.Errorf("an unknown project is read as %v", err)
		}
	})
}

// What acts is sent once, whatever becomes of its answer.
func TestLostAnswersAreNotAskedForAgain(t *testing.T) {
	t.Parallel()
	calls := map[string]func(context.Context, *Client) error{
		"jelou.start": func(ctx context.Context, c *Client) error {
			_, _, err := c.StartConversation(ctx, StartRequest{ProjectID: sandbox.JelouProjectID, BotID: sandbox.JelouBotID, UserID: "u"})
			return err
		},
		"jelou.close": func(ctx context.Context, c *Client) error {
			_, err := c.CloseConversation(ctx, CloseRequest{ProjectID: sandbox.JelouProjectID, BotID: sandbox.JelouBotID, UserID: "u"})
			return err
		},
	}
	for _, kind := range []string{
		sandbox.FaultResetBefore, sandbox.FaultResetAfter, sandbox.FaultSilence, sandbox.FaultHalf, sandbox.FaultEmpty, sandbox.FaultHTML,
		sandbox.FaultWrongTypes, sandbox.FaultTooLarge,
	} {
		for call, do := range calls {
			inBubble(t, call+" "+kind, func(t *testing.T) {
				s := sandbox.New(sandbox.Options{})
				defer s.Close()
				s.AddFault(sandbox.Fault{Call: call, Kind: kind})
				err := do(t.Context(), sandboxClient(s))
				if n := s.Count(call); n != 1 || rest.OutcomeOf(err) != rest.Unknown {
					t.Errorf("%d requests, %s: %v", n, rest.OutcomeOf(err), err)
				}
			})
		}
	}
}

// The credentials of a client's id and secret open the same calls.
func TestLifeWithAClientsSecret(t *testing.T) {
	t.Parallel()
	s := sandbox.New(sandbox.Options{})
	defer s.Close()
	config := rest.Config{BaseURL: "https://gateway.test" + sandbox.JelouPath, Transport: s.Transport(), Policy: rest.Policy{Timeout: time.Minute}}
	c := New(config, Credentials{ClientID: sandbox.JelouClientID, ClientSecret: sandbox.JelouClientSecret})
	if !c.IsBasic() {
		t.Error("no HTTP Basic")
	}
	if err := start(t.Context(), c); rest.OutcomeOf(err) != rest.Refused || s.Requests()[0].Status != http.StatusNotFound {
		t.Errorf("project p: %v", err) // it is let in, and knows no such project
	}
}
