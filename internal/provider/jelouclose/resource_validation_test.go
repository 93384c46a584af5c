package jelouclose_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// TestJelouValidation refuses at plan what could never work, at its attribute.
func TestJelouValidation(t *testing.T) {
	t.Parallel()
	const (
		text = `AttributeName("redirect_payload").AttributeName("text")`
		kind = `AttributeName("redirect_payload").AttributeName("type")`
	)
	for name, test := range map[string]struct {
		change providertest.Values
		path   string
	}{
		"empty bot":               {providertest.Values{"bot_id": ""}, `AttributeName("bot_id")`},
		"no bot":                  {providertest.Values{"bot_id": nil}, `bot_id`},
		"empty user":              {providertest.Values{"user_id": ""}, `AttributeName("user_id")`},
		"no user":                 {providertest.Values{"user_id": nil}, `user_id`},
		"empty project":           {providertest.Values{"project_id": ""}, `AttributeName("project_id")`},
		"project with a dot":      {providertest.Values{"project_id": "."}, `AttributeName("project_id")`},
		"project with dots":       {providertest.Values{"project_id": ".."}, `AttributeName("project_id")`},
		"text without its text":   {providertest.Values{"redirect_payload": providertest.Values{"type": "text"}}, text},
		"text with an empty text": {providertest.Values{"redirect_payload": jelouText("")}, text},
		"edge with an empty text": {providertest.Values{"redirect_payload": providertest.Values{"type": "edge", "text": ""}}, text},
		"another type":            {providertest.Values{"redirect_payload": providertest.Values{"type": "video", "text": "Bye"}}, kind},
		"an empty type":           {providertest.Values{"redirect_payload": providertest.Values{"type": "", "text": "Bye"}}, kind},
		"no type":                 {providertest.Values{"redirect_payload": providertest.Values{"text": "Bye"}}, "type"},
		"another when":            {providertest.Values{"when": "later"}, `AttributeName("when")`},
		"an empty when":           {providertest.Values{"when": ""}, `AttributeName("when")`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := providertest.New(t, sandbox.Options{})
			w := s.Configured(t, providertest.Values{"http": providertest.QuickHTTP()})
			_, diags := w.Plan(jelouClose, providertest.Object{}, jelouArguments(test.change))
			complains(t, diags, test.path)
			jelouSent(t, s)
		})
	}
}

// TestJelouTimeoutsValidation refuses time-outs that are none.
func TestJelouTimeoutsValidation(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	w := s.Configured(t, providertest.Values{"http": providertest.QuickHTTP()})
	for _, operation := range []string{"create", "update", "delete"} {
		for _, timeout := range []string{"0s", "0", "-1m", "soon", "5", "", "1 m"} {
			t.Run(operation+" "+timeout, func(t *testing.T) {
				t.Parallel()
				_, diags := s.Configured(t, providertest.Values{"http": providertest.QuickHTTP()}).Plan(jelouClose, providertest.Object{},
					jelouArguments(providertest.Values{"timeouts": providertest.Values{operation: timeout}}))
				complains(t, diags, `AttributeName("timeouts").AttributeName("`+operation+`")`)
			})
		}
	}
	if _, diags := w.Plan(jelouClose, providertest.Object{}, jelouArguments(providertest.Values{"timeouts": providertest.Values{"create": "1ms", "update": "1h30m"}})); providertest.Failed(diags) {
		t.Error(providertest.Said(diags))
	}
}

// TestJelouWaitThatIsVain gives up at once where the service asks to come again after the
// time-out.
func TestJelouWaitThatIsVain(t *testing.T) {
	t.Parallel()
	providertest.InBubble(t, "at create", func(t *testing.T) {
		s := providertest.NewInMemory(t, sandbox.Options{})
		s.AddFault(sandbox.Fault{Call: "jelou.close", Kind: sandbox.FaultStatus, Status: 429, RetryAfter: "60"})
		started := time.Now()
		made, diags := s.Configured(t, nil).Apply(t.Context(), jelouClose, providertest.Object{},
			jelouArguments(providertest.Values{"timeouts": providertest.Values{"create": "25s"}}))
		complains(t, diags, "429", "time-out", "No conversation was closed")
		if took, calls := time.Since(started), s.Count("jelou.close"); took != 0 || calls != 1 || made.State != nil {
			t.Errorf("%d calls in %s made %v", calls, took, made.State)
		}
	})
}

// TestJelouTimeoutOnTheWire bounds a call that stays unanswered; its outcome is unknown.
func TestJelouTimeoutOnTheWire(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := providertest.NewInMemory(t, sandbox.Options{})
		w := s.Configured(t, providertest.Values{"http": providertest.Values{"timeout": "1m"}})
		s.AddFault(sandbox.Fault{Call: "jelou.close", Kind: sandbox.FaultSilence})
		started := time.Now()
		made, diags := w.Apply(t.Context(), jelouClose, providertest.Object{}, jelouArguments(providertest.Values{"timeouts": providertest.Values{"create": "20s"}}))
		complains(t, diags, "may have taken effect", "no whole answer arrived within 20s")
		if took, calls := time.Since(started), s.Count("*"); !made.Tainted || took != 20*time.Second || calls != 1 {
			t.Errorf("tainted: %t after %d calls in %s", made.Tainted, calls, took)
		}
	})
}

// TestJelouKeepsPersonalData keeps the text and the ids out of what is said of a
// refusal that echoes them, and the key out of everything.
func TestJelouKeepsPersonalData(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	w := s.Configured(t, providertest.Values{"http": providertest.QuickHTTP()})
	s.AddFault(sandbox.Fault{Call: "jelou.close", Kind: sandbox.FaultStatus, Status: 422, Body: `{"message":["Jan Kowalski-Nowak of jan.kowalski.ab12: ` +
		`Adeus, Jan Kowalski-Nowak! cannot be closed with key ` + sandbox.JelouAPIKey + `"],"status":0}`})
	made, diags := w.Apply(t.Context(), jelouClose, providertest.Object{}, jelouArguments(providertest.Values{
		"user_id": "jan.kowalski.ab12", "redirect_payload": jelouText("Adeus, Jan Kowalski-Nowak!"),
	}))
	complains(t, diags, "cannot be closed with key ***", "***: *** cannot")
	for _, word := range []string{"jan.kowalski.ab12", "Adeus", sandbox.JelouAPIKey} {
		if strings.Contains(providertest.Said(diags), word) {
			t.Errorf("%q in:\n%s", word, providertest.Said(diags))
		}
	}
	if made.State != nil || s.Count("*") != 1 {
		t.Errorf("saved %v after %d calls", made.State, s.Count("*"))
	}
}
