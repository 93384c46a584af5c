package jelouclose_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// The call has what the block says, and no more.
func TestRequest(t *testing.T) {
	t.Parallel()
	const odd = "pro ject/ä?#%1"
	projects := sandbox.DefaultJelouProjects()
	projects[0].ID = odd
	for want, config := range map[string]values{
		body("Bye"): says("Bye"),
		`{"botId":"bot-1","userId":"user-0815","redirectPayload":{"type":"edge"}}`:                   {"redirect_payload": values{"type": "edge"}},
		`{"botId":"bot-1","userId":"user-0815","redirectPayload":{"type":"edge","text":"sales"}}`:    {"redirect_payload": values{"type": "edge", "text": "sales"}},
		`{"botId":"bot-1","userId":"+48 600/1","redirectPayload":{"type":"text","text":"\"A\"\n👋"}}`: with(says("\"A\"\n👋"), values{"user_id": "+48 600/1"}),
	} {
		s := providertest.New(t, sandbox.Options{Jelou: projects})
		s.Quick(t).MustApply(jelouClose, object{}, arguments(config, values{"project_id": odd}))
		sent(t, s, want)
		sentTo(t, s, "pro%20ject%2F%C3%A4%3F%23%251")
	}
}

// What the service answers becomes results, or an error that says what is the matter.
func TestAnswers(t *testing.T) {
	t.Parallel()
	const (
		isFresh  = "the results of the close"
		isTime   = "the time alone"
		isIgnore = "not_found"
		isTaint  = "tainted"
		nothing  = "nothing saved"
	)
	acts := true
	answered := func(body string) func(*providertest.Stage) {
		return func(s *providertest.Stage) {
			s.AddFault(sandbox.Fault{Call: call, Kind: sandbox.FaultStatus, Status: 200, Body: body, Acts: &acts})
		}
	}
	knobs := func(change func(*sandbox.Knobs)) func(*providertest.Stage) {
		return func(s *providertest.Stage) { s.Set(change) }
	}
	noneOpen := func(answer, shape string) func(*providertest.Stage) {
		return func(s *providertest.Stage) {
			s.CloseJelouConversation(s.OpenJelouConversation(sandbox.JelouProjectID, sandbox.JelouBotID, user))
			s.Set(func(k *sandbox.Knobs) { k.EveryUserOpen, k.NoneOpen, k.ValidationError = false, answer, shape })
		}
	}
	wrongKey := func(status int) func(*providertest.Stage) {
		return func(s *providertest.Stage) {
			s.Environment["JELOU_API_KEY"] = "fake-wrong-key"
			s.Set(func(k *sandbox.Knobs) { k.CredentialFault = status })
		}
	}
	bot9 := values{"bot_id": "bot-9"}
	for name, test := range map[string]struct {
		prepare func(*providertest.Stage)
		config  values
		want    string
		words   []string
	}{
		"message as text":              {prepare: knobs(func(k *sandbox.Knobs) { k.MessageText = true }), want: isFresh},
		"no data":                      {prepare: knobs(func(k *sandbox.Knobs) { k.DataAbsent = true })},
		"data is empty":                {prepare: answered(`{"status":1,"data":{}}`), want: isTime},
		"no status":                    {prepare: knobs(func(k *sandbox.Knobs) { k.StatusAbsent = true }), want: isTaint, words: []string{"no status"}},
		"status is 0":                  {prepare: answered(`{"message":["Try later, please."],"status":0}`), want: isTaint, words: []string{"Try later, please."}},
		"none open: 404":               {prepare: noneOpen(sandbox.NoneOpenNotFound, sandbox.ValidationLists), want: nothing, words: []string{"404", "E1022", "CONVERSATION_NOT_FOUND", "ignore_not_found"}},
		"none open: 404, ignored":      {prepare: noneOpen(sandbox.NoneOpenNotFound, sandbox.ValidationLists), config: ignore, want: isIgnore},
		"none open: status 0, ignored": {prepare: noneOpen(sandbox.NoneOpenFailed, sandbox.ValidationLists), config: ignore, want: isTaint, words: []string{"The Conversation could not be found", "E1022"}},
		"none open: 422": {
			prepare: noneOpen(sandbox.NoneOpenUnprocessable, sandbox.ValidationLists), want: nothing,
			words: []string{"422", `AttributeName("user_id")`, "userId: The user has no active conversation.", "Nothing happened", "E1023"},
		},
		"none open: 422, texts": {
			prepare: noneOpen(sandbox.NoneOpenUnprocessable, sandbox.ValidationTexts), want: nothing,
			words: []string{`AttributeName("user_id")`, "userId: The user has no active conversation.", "Nothing happened"},
		},
		"none open: 422, nested": {
			prepare: noneOpen(sandbox.NoneOpenUnprocessable, sandbox.ValidationNested), want: nothing,
			words: []string{"errors[0].field: userId", "errors[0].message: The user has no active conversation.", "Nothing happened"},
		},
		"unknown bot": {
			config: bot9, want: nothing, words: []string{"404", `AttributeName("bot_id")`, "The Bot could not be found", "E1019", "BOT_NOT_FOUND", "Nothing happened", "set ignore_not_found = true"},
		},
		"unknown bot, ignored": {config: with(bot9, ignore), want: isIgnore},
		"unknown user": {
			prepare: knobs(func(k *sandbox.Knobs) { k.EveryUserOpen = false }), want: nothing, words: []string{"404", `AttributeName("user_id")`, "The User could not be found"},
		},
		"unknown project":           {config: values{"project_id": "project-9"}, want: nothing, words: []string{"404", "/external-support/project-9/", "The Project could not be found"}},
		"a wrong key":               {prepare: wrongKey(401), want: nothing, words: []string{"401", "Authentication failed", "jelou.api_key", "JELOU_API_KEY"}},
		"a wrong key, answered 500": {prepare: wrongKey(500), want: isTaint, words: []string{"500", "wrong credentials", "jelou.api_key"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := providertest.New(t, sandbox.Options{})
			if test.prepare != nil {
				test.prepare(s)
			}
			w := s.Quick(t)
			made, diags := w.Apply(t.Context(), jelouClose, object{}, arguments(test.config))
			if calls := s.Count("*"); calls != 1 {
				t.Errorf("%d calls, want 1", calls)
			}
			want := each(nil)
			switch test.want {
			case nothing, isTaint:
				providertest.Complains(t, diags, append(test.words, "Unable to close Jelou conversation")...)
				if made.Tainted != (test.want == isTaint) || made.Tainted != (made.State != nil) {
					t.Errorf("tainted: %t; saved %v", made.Tainted, made.State)
				}
			case isFresh:
				want = fresh(t, s, made.State["closed_at"])
			case isTime:
				want["closed_at"] = fresh(t, s, made.State["closed_at"])["closed_at"]
			case isIgnore:
				want["status"] = "not_found"
			}
			if got := results(made.State); !reflect.DeepEqual(got, want) {
				t.Errorf("results are %v, want %v", got, want)
			}
			if made.State != nil && !made.Tainted {
				if len(diags) > 0 {
					t.Error(providertest.Said(diags))
				}
				settled(t, s, w, made, arguments(test.config))
			}
		})
	}
}

// A call of unknown outcome is sent once, and the error says what becomes of the block: a
// create saves it as tainted, an update and a destroy keep the state. The next apply sends
// the call again.
func TestUnknownOutcome(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	w := s.Quick(t)
	isArmed := w.MustApply(jelouClose, object{}, arguments(armed, says("Old")))
	next := arguments(says("New"))
	lost := func(words ...string) []string {
		s.ClearRequests()
		s.AddFault(sandbox.Fault{Call: call, Kind: sandbox.FaultResetAfter, Times: 1})
		return append(words, "Unable to close Jelou conversation", "POST "+s.URL, "The call may have taken effect", "It was not sent again")
	}

	words := lost("The resource is saved as tainted: the next apply sends the call again", "`terraform untaint` accepts it as sent")
	tainted, diags := w.Apply(t.Context(), jelouClose, object{}, next)
	providertest.Complains(t, diags, words...)
	if !tainted.Tainted || !reflect.DeepEqual(results(tainted.State), each(nil)) || tainted.State["id"] == nil {
		t.Fatalf("tainted: %t, with %v", tainted.Tainted, tainted.State)
	}
	accepted := tainted
	accepted.Tainted = false
	settled(t, s, w, accepted, next)
	sent(t, s, body("New"))
	w.MustApply(jelouClose, tainted, next)
	sent(t, s, body("New"), body("New"))

	words = lost("The state is as before: the next apply sends the call again, and so would a destroy", "terraform state rm")
	kept, diags := w.Apply(t.Context(), jelouClose, isArmed, next)
	providertest.Complains(t, diags, words...)
	if !reflect.DeepEqual(kept.State, isArmed.State) {
		t.Errorf("the state is %v, was %v", kept.State, isArmed.State)
	}
	w.MustApply(jelouClose, kept, next)
	sent(t, s, body("New"), body("New"))

	words = lost("The resource stays in the state, and the next destroy sends the call again", "terraform state rm")
	kept, diags = w.Apply(t.Context(), jelouClose, kept, nil)
	providertest.Complains(t, diags, words...)
	if !reflect.DeepEqual(kept.State, isArmed.State) {
		t.Errorf("the state is %v, was %v", kept.State, isArmed.State)
	}
	w.MustApply(jelouClose, kept, nil)
	sent(t, s, body("Old"), body("Old"))

	words = lost("Look in Jelou whether it is closed before the action is invoked again")
	_, diags = w.Invoke(t.Context(), jelouClose, next)
	providertest.Complains(t, diags, words...)
	sent(t, s, body("New"))
}

// Each operation is bounded by its own time-out.
func TestTimeouts(t *testing.T) {
	t.Parallel()
	timeouts := func(operation, timeout string) values { return values{"timeouts": values{operation: timeout}} }
	for operation, do := range map[string]func(w *providertest.Wire, have object) []*tfprotov6.Diagnostic{
		"create": func(w *providertest.Wire, _ object) []*tfprotov6.Diagnostic {
			_, diags := w.Apply(w.T.Context(), jelouClose, object{}, arguments(timeouts("create", "20s")))
			return diags
		},
		"update": func(w *providertest.Wire, have object) []*tfprotov6.Diagnostic {
			_, diags := w.Apply(w.T.Context(), jelouClose, have, arguments(timeouts("update", "20s")))
			return diags
		},
		"delete": func(w *providertest.Wire, have object) []*tfprotov6.Diagnostic {
			_, diags := w.Apply(w.T.Context(), jelouClose, have, nil)
			return diags
		},
		"invoke": func(w *providertest.Wire, _ object) []*tfprotov6.Diagnostic {
			_, diags := w.Invoke(w.T.Context(), jelouClose, arguments(timeouts("invoke", "20s")))
			return diags
		},
	} {
		providertest.InBubble(t, operation, func(t *testing.T) {
			s := providertest.NewInMemory(t, sandbox.Options{})
			w := s.Quick(t)
			have := w.MustApply(jelouClose, object{}, arguments(armed, timeouts("delete", "20s")))
			s.AddFault(sandbox.Fault{Call: call, Kind: sandbox.FaultSilence})
			began := time.Now()
			providertest.Complains(t, do(w, have), "may have taken effect", "no whole answer arrived within 20s")
			if took, calls := time.Since(began), s.Count("*"); took != 20*time.Second || calls != 1 {
				t.Errorf("%d calls in %s", calls, took)
			}
		})
	}
}

// A 404 counts as success where it is to be ignored, and at every destroy, with a warning
// where Jelou has not said it itself: a web page or a gateway may have, and then nothing
// was closed.
func TestNotFoundThatIsIgnored(t *testing.T) {
	t.Parallel()
	for answer, warned := range map[string]bool{
		`{"message":["no"],"status":0,"error":{"key":"BOT_NOT_FOUND"}}`: false,
		`{"message":"no","statusMessage":"failed"}`:                     false,
		"<!DOCTYPE html><title>Not found</title>":                       true,
		`{"message":"Not Found"}`:                                       true,
		" ":                                                             true,
	} {
		t.Run(answer, func(t *testing.T) {
			t.Parallel()
			s := providertest.New(t, sandbox.Options{})
			w := s.Quick(t)
			isArmed := w.MustApply(jelouClose, object{}, arguments(armed))
			answers(s, 404, answer)
			made, all := w.Apply(t.Context(), jelouClose, object{}, arguments(ignore))
			updated, diags := w.Apply(t.Context(), jelouClose, isArmed, arguments(ignore))
			all = append(all, diags...)
			want := with(each(nil), values{"status": "not_found"})
			if !reflect.DeepEqual(results(made.State), want) || !reflect.DeepEqual(results(updated.State), want) {
				t.Errorf("a create makes %v, an update %v", made.State, updated.State)
			}
			gone, diags := w.Apply(t.Context(), jelouClose, isArmed, nil)
			all = append(all, diags...)
			if gone.State != nil {
				t.Errorf("a destroy leaves %v", gone.State)
			}
			if warned { // Terraform prints no address there
				providertest.Has(t, providertest.Said(diags), fmt.Sprint("This is the jelou_conversation_close with the id ", isArmed.State["id"]))
			}
			progress, diags := w.Invoke(t.Context(), jelouClose, arguments(ignore))
			all = append(all, diags...)
			// The line is true of a page, too, which knows nothing of bots and users.
			const line = "The bot or the user was not found (404), which ignore_not_found accepts: no conversation is known to have been closed."
			if got := strings.Join(progress, "\n"); got != line {
				t.Errorf("the progress is %q, want %q", got, line)
			}
			sent(t, s, body(""), body(""), body(""), body(""))

			said := providertest.Said(all)
			if got := strings.Count(said, "WARNING"); providertest.Failed(all) || warned && got != 4 || !warned && said != "" {
				t.Errorf("%d warnings of 4 calls:\n%s", got, said)
			}
			if warned {
				providertest.Has(t, said, "Conversation may not be closed", "POST "+s.URL, "404", "no conversation was closed")
			}
		})
	}
}
