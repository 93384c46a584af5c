package provider

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

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
		change values
		path   string
	}{
		"empty bot":               {values{"bot_id": ""}, `AttributeName("bot_id")`},
		"no bot":                  {values{"bot_id": nil}, `bot_id`},
		"empty user":              {values{"user_id": ""}, `AttributeName("user_id")`},
		"no user":                 {values{"user_id": nil}, `user_id`},
		"empty project":           {values{"project_id": ""}, `AttributeName("project_id")`},
		"project with a dot":      {values{"project_id": "."}, `AttributeName("project_id")`},
		"project with dots":       {values{"project_id": ".."}, `AttributeName("project_id")`},
		"text without its text":   {values{"redirect_payload": values{"type": "text"}}, text},
		"text with an empty text": {values{"redirect_payload": jelouText("")}, text},
		"edge with an empty text": {values{"redirect_payload": values{"type": "edge", "text": ""}}, text},
		"another type":            {values{"redirect_payload": values{"type": "video", "text": "Bye"}}, kind},
		"an empty type":           {values{"redirect_payload": values{"type": "", "text": "Bye"}}, kind},
		"no type":                 {values{"redirect_payload": values{"text": "Bye"}}, "type"},
		"another when":            {values{"when": "later"}, `AttributeName("when")`},
		"an empty when":           {values{"when": ""}, `AttributeName("when")`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			exercisedInProcess(t, "bad input")
			s := newStage(t, sandbox.Options{})
			w := s.configured(t, values{"http": quickHTTP()})
			_, diags := w.plan(jelouClose, object{}, jelouArguments(test.change))
			complains(t, diags, test.path)
			jelouSent(t, s)
		})
	}
}

// TestJelouTimeoutsValidation refuses time-outs that are none.
func TestJelouTimeoutsValidation(t *testing.T) {
	t.Parallel()
	s := newStage(t, sandbox.Options{})
	w := s.configured(t, values{"http": quickHTTP()})
	for _, operation := range []string{"create", "update", "delete"} {
		for _, timeout := range []string{"0s", "0", "-1m", "soon", "5", "", "1 m"} {
			t.Run(operation+" "+timeout, func(t *testing.T) {
				t.Parallel()
				exercisedInProcess(t, "timeouts")
				_, diags := s.configured(t, values{"http": quickHTTP()}).plan(jelouClose, object{},
					jelouArguments(values{"timeouts": values{operation: timeout}}))
				complains(t, diags, `AttributeName("timeouts").AttributeName("`+operation+`")`)
			})
		}
	}
	if _, diags := w.plan(jelouClose, object{}, jelouArguments(values{"timeouts": values{"create": "1ms", "update": "1h30m"}})); failed(diags) {
		t.Error(said(diags))
	}
}

// TestJelouTimeoutBoundsRetries ends a storm of 429 before the attempt that would
// come after the time-out.
func TestJelouTimeoutBoundsRetries(t *testing.T) {
	t.Parallel()
	for name, storm := range map[string]sandbox.Fault{
		"429":                  {Status: 429},
		"429 with Retry-After": {Status: 429, RetryAfter: "60"},
	} {
		inBubble(t, name, func(t *testing.T) {
			exercisedInProcess(t, "timeouts")
			s := newStageInMemory(t, sandbox.Options{})
			w := s.configured(t, values{"http": stormHTTP()})
			armed := jelouMade(t, w, jelouArguments(values{"when": "destroy", "timeouts": values{"delete": "25s"}}))
			storm.Call, storm.Kind = "jelou.close", sandbox.FaultStatus
			s.AddFault(storm)
			for operation, apply := range map[string]struct {
				prior     object
				arguments values
			}{
				"create": {arguments: jelouArguments(values{"timeouts": values{"create": "25s"}})},
				"update": {prior: armed, arguments: jelouArguments(values{"timeouts": values{"update": "25s"}})},
				"delete": {prior: armed},
			} {
				s.ClearRequests()
				started := time.Now()
				made, diags := w.apply(t.Context(), jelouClose, apply.prior, apply.arguments)
				complains(t, diags, "429", "time-out", "No conversation was closed")
				if took, calls := time.Since(started), s.Count("jelou.close"); took != 20*time.Second || calls != 3 {
					t.Errorf("%s made %d calls in %s, want 3 in 20 s", operation, calls, took)
				}
				if (made.State == nil) != (apply.prior.State == nil) {
					t.Errorf("%s leaves %v", operation, made.State)
				}
			}
		})
	}
}

// TestJelouTimeoutOnTheWire bounds a call that stays unanswered; its outcome is unknown.
func TestJelouTimeoutOnTheWire(t *testing.T) {
	t.Parallel()
	exercisedInProcess(t, "timeouts")
	synctest.Test(t, func(t *testing.T) {
		s := newStageInMemory(t, sandbox.Options{})
		w := s.configured(t, values{"http": values{"timeout": "1m"}})
		s.AddFault(sandbox.Fault{Call: "jelou.close", Kind: sandbox.FaultSilence})
		started := time.Now()
		made, diags := w.apply(t.Context(), jelouClose, object{}, jelouArguments(values{"timeouts": values{"create": "20s"}}))
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
	exercisedInProcess(t, "personal data in messages")
	s := newStage(t, sandbox.Options{})
	w := s.configured(t, values{"http": quickHTTP()})
	s.AddFault(sandbox.Fault{Call: "jelou.close", Kind: sandbox.FaultStatus, Status: 422, Body: `{"message":["Jan Kowalski-Nowak of jan.kowalski.ab12: ` +
		`Adeus, Jan Kowalski-Nowak! cannot be closed with key ` + sandbox.JelouAPIKey + `"],"status":0}`})
	made, diags := w.apply(t.Context(), jelouClose, object{}, jelouArguments(values{
		"user_id": "jan.kowalski.ab12", "redirect_payload": jelouText("Adeus, Jan Kowalski-Nowak!"),
	}))
	complains(t, diags, "cannot be closed with key ***", "***: *** cannot")
	for _, word := range []string{"jan.kowalski.ab12", "Adeus", sandbox.JelouAPIKey} {
		if strings.Contains(said(diags), word) {
			t.Errorf("%q in:\n%s", word, said(diags))
		}
	}
	if made.State != nil || s.Count("*") != 1 {
		t.Errorf("saved %v after %d calls", made.State, s.Count("*"))
	}
}
