package jelouconversation_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// Of 20 conversations 10 are closed meanwhile, and 5 of those users have begun a new one.
// The destroy closes the other 10, and nothing of somebody else's.
func TestDestroyClosesNobodyElsesConversation(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	s.Set(func(k *sandbox.Knobs) { k.EveryUserOpen = false })
	w := s.Quick(t)
	var made []object
	for i := range 20 {
		made = append(made, started(t, s, w, arguments(values{"user_id": fmt.Sprintf("user-%02d", i)})))
	}
	var others []string
	for i := range 10 {
		s.CloseJelouConversation(idOf(made[i]))
		if i < 5 {
			others = append(others, s.OpenJelouConversation(sandbox.JelouProjectID, sandbox.JelouBotID, fmt.Sprintf("user-%02d", i)))
		}
	}
	for _, have := range made {
		gone, diags := w.Apply(t.Context(), conversation, have, nil)
		if len(diags) > 0 || gone.State != nil {
			t.Errorf("a destroy leaves %v: %s", gone.State, providertest.Said(diags))
		}
	}
	var closed []string
	for _, r := range s.Requests() {
		if r.Call == end {
			closed = append(closed, r.Body)
		}
	}
	var want []string
	for i := 10; i < 20; i++ {
		want = append(want, fmt.Sprintf(`{"botId":"bot-1","userId":"user-%02d"}`, i))
	}
	if !slices.Equal(closed, want) || s.Count(read) != 20 {
		t.Errorf("%d readings, and closes of:\n%s", s.Count(read), strings.Join(closed, "\n"))
	}
	if open := openOf(s); !slices.Equal(open, others) {
		t.Errorf("open are %v, want %v", open, others)
	}
}

// A destroy whose reading fails sends no close. It is an error, which says how to go on.
func TestDestroyThatCannotRead(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]sandbox.Fault{
		"500":              {Kind: sandbox.FaultStatus, Status: 500},
		"404 of a page":    {Kind: sandbox.FaultStatus, Status: 404, Body: "<!DOCTYPE html><title>Not found</title>"},
		"404 of a gateway": {Kind: sandbox.FaultStatus, Status: 404, Body: `{"message":"Not Found"}`},
		"404 of the bot":   {Kind: sandbox.FaultStatus, Status: 404, Body: `{"status":0,"error":{"key":"BOT_NOT_FOUND"}}`},
		"no state":         {Kind: sandbox.FaultStatus, Status: 200, Body: `{"status":1,"data":{}}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := providertest.New(t, sandbox.Options{})
			w := s.Quick(t)
			made := started(t, s, w, arguments(nil))
			fault.Call = read
			s.AddFault(fault)
			kept, diags := w.Apply(t.Context(), conversation, made, nil)
			providertest.Complains(t, diags, "Unable to read Jelou conversation before it is closed", "jelou_conversation "+idOf(made), "bot bot-1 in project project-1",
				"Nothing was closed", "The next destroy tries again", "terraform state rm 'jelou_conversation.NAME'")
			if strings.Contains(providertest.Said(diags), user) {
				t.Errorf("the user is named: %s", providertest.Said(diags))
			}
			if closes := s.Count(end); closes > 0 || !reflect.DeepEqual(kept.State, made.State) {
				t.Errorf("%d closes, left %v", closes, kept.State)
			}
			s.ClearFaults()
			if gone := w.MustApply(conversation, kept, nil); gone.State != nil || len(openOf(s)) > 0 {
				t.Errorf("the next destroy leaves %v", gone.State)
			}
		})
	}
}

// A conversation that Jelou itself does not know is over: nothing is sent.
func TestDestroyOfAnUnknownConversation(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	w := s.Quick(t)
	made := started(t, s, w, arguments(nil))
	answers(s, read, 404, `{"message":["no"],"status":0}`)
	gone, diags := w.Apply(t.Context(), conversation, made, nil)
	if len(diags) > 0 || gone.State != nil {
		t.Errorf("left %v: %s", gone.State, providertest.Said(diags))
	}
	providertest.Saw(t, s, read)
}

// A close of unknown outcome is sent once. Another reading decides: closed is success,
// open is an error and the next destroy closes.
func TestCloseOfUnknownOutcome(t *testing.T) {
	t.Parallel()
	for _, acts := range []bool{true, false} {
		s := providertest.New(t, sandbox.Options{})
		w := s.Quick(t)
		made := started(t, s, w, arguments(nil))
		s.AddFault(sandbox.Fault{Call: end, Kind: sandbox.FaultResetAfter, Times: 1, Acts: &acts})
		after, diags := w.Apply(t.Context(), conversation, made, nil)
		providertest.Saw(t, s, read, end, read)
		if acts {
			if len(diags) > 0 || after.State != nil {
				t.Errorf("left %v: %s", after.State, providertest.Said(diags))
			}
			continue
		}
		providertest.Complains(t, diags, "Unable to close Jelou conversation", "jelou_conversation "+idOf(made), "bot bot-1", "read again and is still open", "stays in the state")
		if !reflect.DeepEqual(after.State, made.State) {
			t.Errorf("left %v", after.State)
		}
		w.MustApply(conversation, after, nil)
		providertest.Saw(t, s, read, end)
	}
}

// A close that is refused is no error where the conversation was closed between the
// reading and the close.
func TestCloseOfAConversationThatWasClosedMeanwhile(t *testing.T) {
	t.Parallel()
	providertest.InBubble(t, "by somebody", func(t *testing.T) {
		s := providertest.NewInMemory(t, sandbox.Options{})
		s.Set(func(k *sandbox.Knobs) { k.EveryUserOpen = false })
		w := s.Quick(t)
		made := started(t, s, w, arguments(nil))
		release := s.Hold(end)
		go func() {
			synctest.Wait() // until the close is held
			s.CloseJelouConversation(idOf(made))
			release()
		}()
		if gone := w.MustApply(conversation, made, nil); gone.State != nil {
			t.Errorf("left %v", gone.State)
		}
		providertest.Saw(t, s, read, end, read)
	})
}

// The answer of a close may name another conversation, which the user had begun between
// the reading and the close. Then another reading of this one decides.
func TestCloseAnsweredWithAnotherConversation(t *testing.T) {
	t.Parallel()
	const another = `{"status":1,"data":{"conversationId":"c-other","status":"closed","endedReason":"closed_by_operator"}}`
	for name, closes := range map[string]bool{"this one is closed as well": true, "this one is open": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := providertest.New(t, sandbox.Options{})
			w := s.Quick(t)
			made := started(t, s, w, arguments(nil))
			s.AddFault(sandbox.Fault{Call: end, Kind: sandbox.FaultStatus, Status: 200, Body: another, Acts: &closes})
			after, diags := w.Apply(t.Context(), conversation, made, nil)
			providertest.Saw(t, s, read, end, read)
			providertest.Has(t, providertest.Said(diags), "c-other", idOf(made), "bot bot-1")
			if closes {
				w.Must(nil, diags)
				providertest.Has(t, providertest.Said(diags), "WARNING", "Another Jelou conversation was closed")
				if after.State != nil {
					t.Errorf("left %v", after.State)
				}
				return
			}
			providertest.Complains(t, diags, "Unable to close Jelou conversation", "still open", "stays in the state")
			if !reflect.DeepEqual(after.State, made.State) {
				t.Errorf("left %v", after.State)
			}
		})
	}
	t.Run("this one cannot be read", func(t *testing.T) {
		t.Parallel()
		s := providertest.New(t, sandbox.Options{})
		w := s.Quick(t)
		made := started(t, s, w, arguments(nil))
		answers(s, end, 200, another)
		s.AddFault(sandbox.Fault{Call: read, Kind: sandbox.FaultStatus, Status: 401, Skip: 1})
		kept, diags := w.Apply(t.Context(), conversation, made, nil)
		providertest.Complains(t, diags, "Unable to read Jelou conversation after the close", "c-other", "not known whether this conversation is open", "stays in the state")
		if !reflect.DeepEqual(kept.State, made.State) {
			t.Errorf("left %v", kept.State)
		}
	})
}

// A close that Jelou's limit holds off is made only while the conversation is open: by then
// the user may have another one.
func TestDestroyThatWaitsReadsAgain(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		meanwhile func(*providertest.Stage, string)
		says      []string // of an error, which keeps the state
		calls     []string
		open      int
	}{
		"it is closed, and the user has another": {func(s *providertest.Stage, id string) {
			s.CloseJelouConversation(id)
			s.OpenJelouConversation(sandbox.JelouProjectID, sandbox.JelouBotID, user)
		}, nil, []string{read, end, read, end, read}, 1},
		"it stays open": {func(*providertest.Stage, string) {}, nil, []string{read, end, read, end, read, end}, 0},
		"it cannot be read": {func(s *providertest.Stage, _ string) {
			s.AddFault(sandbox.Fault{Call: read, Kind: sandbox.FaultStatus, Status: 403})
		}, []string{"Unable to read Jelou conversation before it is closed", "GET ", "403", "Nothing was closed"}, []string{read, end, read, end, read}, 1},
	} {
		providertest.InBubble(t, name, func(t *testing.T) {
			s := providertest.NewInMemory(t, sandbox.Options{})
			s.Set(func(k *sandbox.Knobs) { k.EveryUserOpen = false })
			w := s.Configured(t, values{"http": values{"retry_wait_min": "20s", "retry_wait_max": "20s"}})
			made := started(t, s, w, arguments(nil))
			s.AddFault(sandbox.Fault{Call: end, Kind: sandbox.FaultStatus, Status: 429, Times: 2})
			time.AfterFunc(30*time.Second, func() { c.meanwhile(s, idOf(made)) })
			after, diags := w.Apply(t.Context(), conversation, made, nil)
			providertest.Saw(t, s, c.calls...)
			if open := openOf(s); len(open) != c.open {
				t.Errorf("open are %v", open)
			}
			if c.says != nil {
				providertest.Complains(t, diags, c.says...)
			} else if len(diags) > 0 || after.State != nil {
				t.Errorf("left %v: %s", after.State, providertest.Said(diags))
			}
		})
	}
}

// So does one that waits for its turn under requests_per_minute.
func TestDestroyThatWaitsForItsTurnReadsAgain(t *testing.T) {
	t.Parallel()
	providertest.InBubble(t, "a minute", func(t *testing.T) {
		s := providertest.NewInMemory(t, sandbox.Options{})
		s.Set(func(k *sandbox.Knobs) { k.EveryUserOpen = false })
		made := started(t, s, s.Quick(t), arguments(nil))
		w := s.Configured(t, values{"jelou": values{"requests_per_minute": 1}})
		time.AfterFunc(30*time.Second, func() {
			s.CloseJelouConversation(idOf(made))
			s.OpenJelouConversation(sandbox.JelouProjectID, sandbox.JelouBotID, user)
		})
		gone, diags := w.Apply(t.Context(), conversation, made, nil)
		providertest.Saw(t, s, read, read)
		if len(diags) > 0 || gone.State != nil || len(openOf(s)) != 1 {
			t.Errorf("left %v, open are %v: %s", gone.State, openOf(s), providertest.Said(diags))
		}
	})
}

// A close whose answer does not say that this conversation is closed is followed by another
// reading, which decides: it may have closed another one.
func TestCloseThatDoesNotSayWhatItClosed(t *testing.T) {
	t.Parallel()
	for _, data := range []string{
		``, `,"data":null`, `,"data":{}`, `,"data":{"conversationId":"","status":"closed"}`, `,"data":{"conversationId":null}`, `,"data":{"conversationId":[],"status":"closed"}`,
		`,"data":{"_id":"OWN","status":"closed"}`, `,"data":{"conversationId":"OWN","status":"active"}`,
	} {
		for _, acts := range []bool{true, false} {
			t.Run(fmt.Sprint(data, acts), func(t *testing.T) {
				t.Parallel()
				s := providertest.New(t, sandbox.Options{})
				w := s.Quick(t)
				made := started(t, s, w, arguments(nil))
				body := `{"status":1` + strings.ReplaceAll(data, "OWN", idOf(made)) + `}`
				s.AddFault(sandbox.Fault{Call: end, Kind: sandbox.FaultStatus, Status: 200, Body: body, Acts: &acts})
				after, diags := w.Apply(t.Context(), conversation, made, nil)
				providertest.Saw(t, s, read, end, read)
				if !acts {
					providertest.Complains(t, diags, "Unable to close Jelou conversation", "does not say that this conversation is closed", "still open")
				}
				if (after.State == nil) != acts || acts && len(diags) > 0 {
					t.Errorf("left %v: %s", after.State, providertest.Said(diags))
				}
			})
		}
	}
	t.Run("one that names it in another case does", func(t *testing.T) {
		t.Parallel()
		s := providertest.New(t, sandbox.Options{})
		w := s.Quick(t)
		made := started(t, s, w, arguments(nil))
		answers(s, end, 200, `{"status":1,"data":{"conversationId":"`+strings.ToUpper(idOf(made))+`"}}`)
		if gone, diags := w.Apply(t.Context(), conversation, made, nil); gone.State != nil || len(diags) > 0 {
			t.Errorf("left %v: %s", gone.State, providertest.Said(diags))
		}
		providertest.Saw(t, s, read, end)
	})
}

// A conversation that has another bot or user by now is not closed, because Jelou closes by
// bot and user. As Jelou shows them first, they need not be what the start named.
func TestDestroyOfAConversationOfOthers(t *testing.T) {
	t.Parallel()
	shows := func(bot, user, reference string) string {
		return fmt.Sprintf(`{"status":1,"data":{"state":"active","Bot":{"id":%q},"User":{"id":%q,"referenceId":%q}}}`, bot, user, reference)
	}
	for name, c := range map[string]struct {
		first, now string
		closes     bool
	}{
		"the same":          {shows("b", "u", "r"), shows("b", "u", "r"), true},
		"another reference": {shows("b", "u", "r"), shows("b", "u", "s"), true},
		"another id":        {shows("b", "u", "r"), shows("b", "v", "r"), true},
		"nobody any more":   {shows("b", "u", "r"), `{"status":1,"data":{"state":"active"}}`, true},
		"another user":      {shows("b", "u", "r"), shows("b", "v", "s"), false},
		"another bot":       {shows("b", "u", "r"), shows("c", "u", "r"), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := providertest.New(t, sandbox.Options{})
			w := s.Quick(t)
			answers(s, read, 200, c.first)
			made := started(t, s, w, arguments(nil))
			s.ClearFaults()
			answers(s, read, 200, c.now)
			after, diags := w.Apply(t.Context(), conversation, made, nil)
			if c.closes {
				w.Must(nil, diags)
				providertest.Saw(t, s, read, end)
				return
			}
			providertest.Complains(t, diags, "Unable to close Jelou conversation", "another bot, user or beginning than at first", "Nothing was sent", "terraform state rm")
			providertest.Saw(t, s, read)
			if !reflect.DeepEqual(after.State, made.State) {
				t.Errorf("left %v", after.State)
			}
		})
	}
}

// So it is where others have it by the time that pauses have held the close off, and where a
// refresh was the first to read it: after an upgrade, or a start that could not be read.
func TestDestroyOfAConversationThatOthersHaveByThen(t *testing.T) {
	t.Parallel()
	const others = `{"status":1,"data":{"state":"active","Bot":{"id":"bot-1"},"User":{"id":"v","referenceId":"s"}}}`
	providertest.InBubble(t, "after a pause", func(t *testing.T) {
		s := providertest.NewInMemory(t, sandbox.Options{})
		w := s.Configured(t, values{"http": values{"retry_wait_min": "20s", "retry_wait_max": "20s"}})
		made := started(t, s, w, arguments(nil))
		s.AddFault(sandbox.Fault{Call: end, Kind: sandbox.FaultStatus, Status: 429, Times: 2})
		time.AfterFunc(30*time.Second, func() { answers(s, read, 200, others) })
		_, diags := w.Apply(t.Context(), conversation, made, nil)
		providertest.Complains(t, diags, "another bot, user or beginning than at first")
		providertest.Saw(t, s, read, end, read, end, read)
	})
	providertest.InBubble(t, "after an upgrade", func(t *testing.T) {
		s := providertest.NewInMemory(t, sandbox.Options{})
		w := s.Quick(t)
		made := started(t, s, w, arguments(nil))
		made.Private = nil
		made, diags := w.Refresh(conversation, made)
		w.Must(nil, diags)
		answers(s, read, 200, others)
		_, diags = w.Apply(t.Context(), conversation, made, nil)
		providertest.Complains(t, diags, "another bot, user or beginning than at first")
		providertest.Saw(t, s, read, read)
	})
}

// A conversation that was started and that Jelou has never shown since is not taken for gone
// within an hour, which would start another one, nor left open without a word.
func TestAConversationThatWasNeverRead(t *testing.T) {
	t.Parallel()
	const unknown = `{"message":["no"],"status":0,"error":{"key":"CONVERSATION_NOT_FOUND"}}`
	begin := func(t *testing.T) (*providertest.Stage, *providertest.Wire, object) {
		t.Helper()
		s := providertest.NewInMemory(t, sandbox.Options{})
		w := s.Quick(t)
		answers(s, read, 404, unknown)
		made, diags := w.Apply(t.Context(), conversation, object{}, arguments(nil))
		w.Must(nil, diags)
		providertest.Saw(t, s, start, read)
		return s, w, made
	}
	providertest.InBubble(t, "is kept for an hour", func(t *testing.T) {
		_, w, made := begin(t)
		for range 2 {
			kept, diags := w.Refresh(conversation, made)
			w.Must(nil, diags)
			providertest.Has(t, providertest.Said(diags), "WARNING", "Jelou conversation was never read", idOf(made))
			made = kept
		}
		time.Sleep(time.Hour)
		if gone, diags := w.Refresh(conversation, made); gone.State != nil || len(diags) > 0 {
			t.Errorf("left %v: %s", gone.State, providertest.Said(diags))
		}
	})
	providertest.InBubble(t, "is gone once it was read", func(t *testing.T) {
		s, w, made := begin(t)
		s.ClearFaults()
		shown, diags := w.Refresh(conversation, made)
		w.Must(nil, diags)
		answers(s, read, 404, unknown)
		if gone, diags := w.Refresh(conversation, shown); gone.State != nil || len(diags) > 0 {
			t.Errorf("left %v: %s", gone.State, providertest.Said(diags))
		}
	})
	providertest.InBubble(t, "is destroyed with a warning", func(t *testing.T) {
		s, w, made := begin(t)
		gone, diags := w.Apply(t.Context(), conversation, made, nil)
		w.Must(nil, diags)
		providertest.Has(t, providertest.Said(diags), "WARNING", "Jelou conversation may still be open", idOf(made), "nothing was sent")
		if gone.State != nil {
			t.Errorf("left %v", gone.State)
		}
		providertest.Saw(t, s, read)
	})
	providertest.InBubble(t, "is closed meanwhile", func(t *testing.T) {
		s, w, made := begin(t)
		s.ClearFaults()
		s.CloseJelouConversation(idOf(made))
		if gone, diags := w.Apply(t.Context(), conversation, made, nil); gone.State != nil || len(diags) > 0 {
			t.Errorf("left %v: %s", gone.State, providertest.Said(diags))
		}
	})
	providertest.InBubble(t, "is somebody's, as its beginning shows later", func(t *testing.T) {
		s, w, made := begin(t)
		s.ClearFaults()
		answers(s, read, 200, `{"status":1,"data":{"state":"active","startAt":"`+time.Now().Add(-2*time.Hour).UTC().Format(time.RFC3339)+`"}}`)
		shown, diags := w.Refresh(conversation, made)
		w.Must(nil, diags)
		_, diags = w.Apply(t.Context(), conversation, shown, nil)
		providertest.Complains(t, diags, "another bot, user or beginning than at first", "Nothing was sent")
		providertest.Saw(t, s, read, read)
	})
	providertest.InBubble(t, "is none after an import", func(t *testing.T) {
		s := providertest.NewInMemory(t, sandbox.Options{})
		w := s.Quick(t)
		imported, diags := w.ImportID(conversation, s.OpenJelouConversation(sandbox.JelouProjectID, sandbox.JelouBotID, user))
		w.Must(nil, diags)
		answers(s, read, 404, unknown)
		if gone, diags := w.Refresh(conversation, imported); gone.State != nil || len(diags) > 0 {
			t.Errorf("left %v: %s", gone.State, providertest.Said(diags))
		}
	})
}

// A damaged state sends nothing, and the error says how to mend it.
func TestDestroyOfADamagedState(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	w := s.Quick(t)
	made := started(t, s, w, arguments(nil))
	for name, calls := range map[string][]string{"id": {}, "project_id": {}, "bot_id": {read}, "user_id": {read}} {
		for _, value := range []any{nil, "", "..", "a\n"} {
			damaged := made
			damaged.State = with(made.State, values{name: value})
			kept, diags := w.Apply(t.Context(), conversation, damaged, nil)
			providertest.Complains(t, diags, "The state is damaged: its "+name, "Nothing was sent", "terraform state rm 'jelou_conversation.NAME'")
			if kept.State == nil {
				t.Errorf("%s = %v: the conversation left the state", name, value)
			}
			providertest.Saw(t, s, calls...)
		}
	}
}

// Where the second reading fails before a close, the error does not blame the time-out of the
// operation, which has minutes left.
func TestTheSecondReadingTimesOut(t *testing.T) {
	t.Parallel()
	providertest.InBubble(t, "a minute", func(t *testing.T) {
		s := providertest.NewInMemory(t, sandbox.Options{})
		w := s.Configured(t, values{"http": values{"timeout": "3s", "max_retries": 0}, "jelou": values{"requests_per_minute": 4}})
		made, diags := w.Apply(t.Context(), conversation, object{}, arguments(nil))
		w.Must(nil, diags)
		time.Sleep(time.Minute)
		s.AddFault(sandbox.Fault{Call: read, Kind: sandbox.FaultSilence, Skip: 1})
		_, diags = w.Apply(t.Context(), conversation, made, nil)
		providertest.Lacks(t, diags, "The time-out of the operation ended it", "timeouts.delete")
	})
}
