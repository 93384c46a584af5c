package jelouconversation_test

import (
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// A conversation is started and read once, refreshed by a reading, changed in place
// without a call, and closed after another reading.
func TestLifeOfAConversation(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	w := s.Quick(t)
	config := arguments(values{
		"initial_message": "Olá!", "metadata": values{"ticket": "T-1", "none": nil}, "assignment": values{"type": "queue", "target": "SUPPORT"},
	})
	made, diags := w.Apply(t.Context(), conversation, object{}, config)
	if len(diags) > 0 {
		t.Fatal(providertest.Said(diags))
	}
	calls := providertest.Saw(t, s, start, read)
	if want := `{"botId":"bot-1","userId":"user-0815","initialMessage":"Olá!","metadata":{"ticket":"T-1"},"assignment":{"type":"queue","target":"SUPPORT"}}`; calls[0].Body != want {
		t.Errorf("sent %s, want %s", calls[0].Body, want)
	}
	have := s.JelouConversations()[0]
	want := with(config, values{
		"id": have.ID, "project_id": sandbox.JelouProjectID, "on_closed": "restart", "redirect_payload": nil, "timeouts": nil,
		"room_id": have.RoomID, "state": "active", "started_at": have.StartAt.UTC().Format("2006-01-02T15:04:05.000Z"), "ended_at": nil, "ended_reason": nil,
	})
	if !reflect.DeepEqual(made.State, want) {
		t.Errorf("the state is %v, want %v", made.State, want)
	}
	if got := w.Identified(conversation, made.Identity); !reflect.DeepEqual(got, values{"project_id": sandbox.JelouProjectID, "id": have.ID}) {
		t.Errorf("the identity is %v", got)
	}

	refreshed, diags := w.Refresh(conversation, made)
	if len(diags) > 0 || !reflect.DeepEqual(refreshed.State, made.State) {
		t.Errorf("a refresh makes %v: %s", refreshed.State, providertest.Said(diags))
	}
	if path := providertest.Saw(t, s, read)[0].Path; path != "/external-support/project-1/conversations/"+have.ID {
		t.Errorf("read %s", path)
	}
	if settled := w.MustApply(conversation, refreshed, config); !reflect.DeepEqual(settled.State, made.State) {
		t.Errorf("a second apply makes %v", settled.State)
	}

	config = with(config, values{"redirect_payload": values{"type": "text", "text": "Tchau"}, "on_closed": "keep", "timeouts": values{"delete": "1m"}})
	updated := w.MustApply(conversation, refreshed, config)
	if want := with(made.State, values{"redirect_payload": values{"type": "text", "text": "Tchau"}, "on_closed": "keep"}); !reflect.DeepEqual(with(updated.State, values{"timeouts": nil}), want) {
		t.Errorf("the update makes %v", updated.State)
	}
	providertest.Saw(t, s)

	gone := w.MustApply(conversation, updated, nil)
	calls = providertest.Saw(t, s, read, end)
	if want := `{"botId":"bot-1","userId":"user-0815","redirectPayload":{"type":"text","text":"Tchau"}}`; calls[1].Body != want || gone.State != nil {
		t.Errorf("sent %s, want %s; left %v", calls[1].Body, want, gone.State)
	}
	if open := openOf(s); len(open) > 0 {
		t.Errorf("left open: %v", open)
	}
}

// A changed argument of the start replaces the conversation: the old one is closed before
// the new one is started.
func TestArgumentsThatReplace(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]values{
		"bot":             {"bot_id": "bot-2"},
		"user":            {"user_id": "user-2"},
		"project":         {"project_id": "project-2"},
		"initial message": {"initial_message": "Oi"},
		"metadata":        {"metadata": values{"a": "1"}},
		"assignment":      {"assignment": values{"type": "team", "target": "t"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := providertest.New(t, secondProject())
			w := s.Quick(t)
			made := started(t, s, w, arguments(nil))
			planned, diags := w.Plan(conversation, made, arguments(change))
			w.Must(nil, diags)
			if len(planned.RequiresReplace) != 1 {
				t.Errorf("replaced for %v", planned.RequiresReplace)
			}
			if name == "project" {
				return // the key is that of the first
			}
			replaced := w.MustApply(conversation, made, arguments(change))
			providertest.Saw(t, s, read, end, start, read)
			if open := openOf(s); !slices.Equal(open, []string{idOf(replaced)}) {
				t.Errorf("open are %v, want %s", open, idOf(replaced))
			}
		})
	}
}

// Elements of metadata that are null are not sent, so a change of them alone makes no call.
func TestMetadataThatSaysNothing(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	w := s.Quick(t)
	have := started(t, s, w, arguments(values{"metadata": values{"a": "1"}}))
	for _, metadata := range []any{values{"a": "1", "b": nil}, values{"a": "1"}} {
		have = w.MustApply(conversation, have, arguments(values{"metadata": metadata}))
		if !reflect.DeepEqual(have.State["metadata"], metadata) {
			t.Errorf("the state has %v, want %v", have.State["metadata"], metadata)
		}
	}
	have = started(t, s, w, arguments(values{"user_id": "user-2"}))
	for _, metadata := range []any{values{}, values{"a": nil}, nil} {
		have = w.MustApply(conversation, have, arguments(values{"user_id": "user-2", "metadata": metadata}))
	}
	providertest.Saw(t, s)
}

// A destroy is planned with the service not configured: Terraform prints no address, so the
// error names the conversation.
func TestDestroyWithoutTheServiceNamesTheConversation(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	made := started(t, s, s.Quick(t), arguments(nil))
	s.Environment["JELOU_API_KEY"] = ""
	_, diags := s.Quick(t).Plan(conversation, made, nil)
	providertest.Complains(t, diags, "Unable to call Jelou", "jelou_conversation "+idOf(made), "bot bot-1", "This block needs Jelou")
}

// A reading that fails after the start leaves null, with a warning: the conversation is
// in the state. A refresh fills in what is null.
func TestStartThatCannotBeRead(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	w := s.Quick(t)
	answers(s, read, 404, `{"status":0,"error":{"key":"CONVERSATION_NOT_FOUND"}}`)
	made, diags := w.Apply(t.Context(), conversation, object{}, arguments(nil))
	w.Must(nil, diags)
	providertest.Has(t, providertest.Said(diags), "WARNING", "Unable to read Jelou conversation", idOf(made)+" was started and is in the state")
	for _, name := range []string{"room_id", "state", "started_at", "ended_at", "ended_reason"} {
		if made.State[name] != nil {
			t.Errorf("%s is %v", name, made.State[name])
		}
	}
	s.ClearFaults()
	if settled := w.MustApply(conversation, made, arguments(nil)); !reflect.DeepEqual(settled.State, made.State) {
		t.Errorf("a second apply makes %v", settled.State)
	}
	if refreshed, _ := w.Refresh(conversation, made); refreshed.State["state"] != "active" {
		t.Errorf("a refresh makes %v", refreshed.State)
	}
	providertest.Saw(t, s, start, read, read)
}

// A start that is answered with a conversation which the user had before is an error that
// says how to import it. Nothing is in the state, and nothing is closed.
func TestStartAnsweredWithSomebodysConversation(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		age       time.Duration
		somebodys bool
	}{
		"began six minutes before":  {6 * time.Minute, true},
		"began days before":         {72 * time.Hour, true},
		"began four minutes before": {4 * time.Minute, false}, // the clocks may differ
	} {
		providertest.InBubble(t, name, func(t *testing.T) {
			s := providertest.NewInMemory(t, sandbox.Options{})
			s.Set(func(k *sandbox.Knobs) { k.StartWhileOpen = sandbox.StartWhileOpenSame })
			id := s.OpenJelouConversation(sandbox.JelouProjectID, sandbox.JelouBotID, user)
			time.Sleep(c.age)
			w := s.Quick(t)
			made, diags := w.Apply(t.Context(), conversation, object{}, arguments(nil))
			providertest.Saw(t, s, start, read)
			if !c.somebodys {
				w.Must(nil, diags)
				return
			}
			providertest.Complains(t, diags, "Unable to start Jelou conversation", id, "bot bot-1", "more than five minutes before", "nothing is in the state",
				"terraform import 'jelou_conversation.NAME' 'project-1/"+id+"'")
			if made.State != nil || made.Tainted {
				t.Errorf("saved %v", made.State)
			}
			if strings.Contains(providertest.Said(diags), user) {
				t.Errorf("the user is named: %s", providertest.Said(diags))
			}
			if open := openOf(s); !slices.Equal(open, []string{id}) {
				t.Errorf("open are %v", open)
			}
		})
	}
}

// An old conversation that is over can be neither imported nor closed, so the error advises neither.
func TestStartAnsweredWithAClosedConversation(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	answers(s, read, 200, `{"status":1,"data":{"state":"closed","startAt":"2026-01-01T00:00:00.000Z","endAt":"2026-01-02T00:00:00.000Z"}}`)
	made, diags := s.Quick(t).Apply(t.Context(), conversation, object{}, arguments(nil))
	providertest.Saw(t, s, start, read)
	providertest.Complains(t, diags, "Unable to start Jelou conversation", "more than five minutes before the call, and is closed", "names no new conversation",
		"nothing is in the state", "Look in Jelou whether the user has an open conversation with bot bot-1")
	providertest.Lacks(t, diags, "import", "close this one", user)
	if made.State != nil {
		t.Errorf("saved %v", made.State)
	}
}

// The service's clock decides, which the answer to the start tells: a machine whose clock is wrong keeps the
// conversation that it has started, and takes over nobody's.
func TestStartFromAMachineWhoseClockIsWrong(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		ahead     time.Duration // of the service before the machine
		somebodys bool
	}{
		"ten minutes ahead": {-10 * time.Minute, false},
		"ten minutes behind, and the user has a conversation": {10 * time.Minute, true},
	} {
		providertest.InBubble(t, name, func(t *testing.T) {
			clock := func() time.Time { return time.Now().Add(c.ahead) }
			s := providertest.NewInMemory(t, sandbox.Options{Clock: clock})
			s.Set(func(k *sandbox.Knobs) { k.StartWhileOpen = sandbox.StartWhileOpenSame })
			if c.somebodys {
				s.OpenJelouConversation(sandbox.JelouProjectID, sandbox.JelouBotID, user)
				time.Sleep(6 * time.Minute)
			}
			s.AddFault(sandbox.Fault{Call: start, Kind: sandbox.FaultSlow, Header: map[string]string{"Date": clock().UTC().Format(http.TimeFormat)}})
			made, diags := s.Quick(t).Apply(t.Context(), conversation, object{}, arguments(nil))
			if (made.State == nil) != c.somebodys || (len(diags) > 0) != c.somebodys {
				t.Errorf("the state is %v; said %s", made.State, providertest.Said(diags))
			}
		})
	}
}

// A conversation that began while the start waited out its 429s is somebody's, too.
func TestStartThatWaitsAndGetsSomebodysConversation(t *testing.T) {
	t.Parallel()
	providertest.InBubble(t, "for 13 minutes", func(t *testing.T) {
		s := providertest.NewInMemory(t, sandbox.Options{})
		s.Set(func(k *sandbox.Knobs) { k.StartWhileOpen, k.EveryUserOpen = sandbox.StartWhileOpenSame, false })
		s.AddFault(sandbox.Fault{Call: start, Kind: sandbox.FaultStatus, Status: 429, Times: 40})
		time.AfterFunc(time.Second, func() { s.OpenJelouConversation(sandbox.JelouProjectID, sandbox.JelouBotID, user) })
		w := s.Configured(t, values{"http": values{"retry_wait_min": "20s", "retry_wait_max": "20s"}})
		made, diags := w.Apply(t.Context(), conversation, object{}, arguments(values{"timeouts": values{"create": "30m"}}))
		providertest.Complains(t, diags, "more than five minutes before", "nothing is in the state")
		if made.State != nil || len(openOf(s)) != 1 {
			t.Errorf("saved %v, open are %v", made.State, openOf(s))
		}
	})
}

// A start is refused, or answered with a failure, while the user has a conversation.
func TestStartWhileTheUserHasAConversation(t *testing.T) {
	t.Parallel()
	for answer, words := range map[string][]string{
		sandbox.StartWhileOpenRefused:  {"422", "The user has an active conversation already", "Nothing happened"},
		sandbox.StartWhileOpenConflict: {"409", "Nothing happened"},
		sandbox.StartWhileOpenFailed:   {"200", "may have taken effect"},
	} {
		t.Run(answer, func(t *testing.T) {
			t.Parallel()
			s := providertest.New(t, sandbox.Options{})
			s.Set(func(k *sandbox.Knobs) { k.StartWhileOpen = answer })
			s.OpenJelouConversation(sandbox.JelouProjectID, sandbox.JelouBotID, user)
			made, diags := s.Quick(t).Apply(t.Context(), conversation, object{}, arguments(nil))
			providertest.Complains(t, diags, append(words, "Unable to start Jelou conversation")...)
			providertest.Saw(t, s, start)
			if made.State != nil {
				t.Errorf("saved %v", made.State)
			}
		})
	}
}

// secondProject is beside the sandbox's own.
func secondProject() sandbox.Options {
	second := sandbox.JelouProject{ID: "project-2", APIKey: "fake-key-2", Bots: []string{sandbox.JelouBotID}}
	return sandbox.Options{Jelou: append(sandbox.DefaultJelouProjects(), second)}
}
