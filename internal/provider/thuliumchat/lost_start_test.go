package thuliumchat_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// losesStarts makes each start take effect and its answer be lost.
func losesStarts(s *providertest.Stage) {
	s.AddFault(sandbox.Fault{Call: "thulium.start", Kind: sandbox.FaultResetAfter})
}

// lost starts a conversation whose answer is lost, and returns what is said of it.
func lost(t *testing.T, w *providertest.Wire, config providertest.Values) (providertest.Object, string) {
	t.Helper()
	after, diags := w.Apply(t.Context(), resourceName, providertest.Object{}, config)
	return after, providertest.Said(diags)
}

func TestThuliumLostStartNamesItsCandidate(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	losesStarts(s)
	w := s.Quick(t)
	after, said := lost(t, w, providertest.Values{"chat_queue_id": 3, "client_email": "jan@example.com"})
	id := s.Open()[0].ID
	if after.State != nil {
		t.Errorf("the state is %v", after.State)
	}
	providertest.Has(t, said, "ERROR", "Unable to start Thulium chat conversation", "may have taken effect", "was not sent again",
		"It is probably this one", id, "terraform import 'thulium_chat_conversation.NAME' '3/"+id+"'",
		`curl -fsS -X POST -d '' -H 'Content-Type: application/json' -u "$THULIUM_USERNAME:$THULIUM_PASSWORD" '`+s.Environment["THULIUM_BASE_URL"]+"/chat_conversations/"+id+"/stop'")
	if strings.Contains(said, "jan@example.com") {
		t.Errorf("the customer is in %s", said)
	}
	providertest.Saw(t, s, "thulium.start", "thulium.list")
}

// A command names a variable only where the provider has taken the credential from it.
func TestThuliumLostStartNamesNoVariableThatIsNotUsed(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	losesStarts(s)
	w := s.Configured(t, providertest.Values{"http": providertest.QuickHTTP(), "thulium": providertest.Values{
		"username": s.Environment["THULIUM_USERNAME"], "password": s.Environment["THULIUM_PASSWORD"],
	}})
	_, said := lost(t, w, providertest.Values{"chat_queue_id": 3})
	providertest.Has(t, said, `-u "USERNAME:PASSWORD"`)
	if strings.Contains(said, "$THULIUM") {
		t.Errorf("a variable that is not used is in %s", said)
	}
}

func TestThuliumLostStartAmongSeveral(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	for i := range 15 {
		s.AddConversation(sandbox.Conversation{QueueID: 3, CreatedAt: time.Now().Add(-time.Duration(i) * time.Second)})
	}
	losesStarts(s)
	_, said := lost(t, s.Quick(t), providertest.Values{"chat_queue_id": 3, "client_email": "jan@example.com"})
	own := s.Open()[15].ID
	providertest.Has(t, said, "Several chats fit. Compare first", "Those that show what was sent come first",
		own+" (began at "+s.Open()[15].CreatedAt.In(warsaw(t)).Format("2006-01-02 15:04:05.000")+", the system's time), shows the customer that was sent",
		"6 more fit", `data "thulium_chat_conversations" "lost"`, "provider      = conversation", "chat_queue_id = 3", "open_only     = true")
	if n := strings.Count(said, "terraform import"); n != 10 || strings.Index(said, own) > strings.Index(said, "terraform import") {
		t.Errorf("%d candidates, want 10, %s first: %s", n, own, said)
	}
}

func warsaw(t *testing.T) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Warsaw")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func TestThuliumLostStartWithoutACandidate(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		prepare func(*providertest.Stage)
		says    []string
	}{
		"not shown yet": {func(s *providertest.Stage) { s.Set(func(k *sandbox.Knobs) { k.HideOpen = true }) }, []string{"shows none that fits, which may change"}},
		"list refused":  {func(s *providertest.Stage) { s.Set(func(k *sandbox.Knobs) { k.ListRefused = 403 }) }, []string{"could not be read", "403"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := providertest.New(t, sandbox.Options{})
			losesStarts(s)
			tc.prepare(s)
			_, said := lost(t, s.Quick(t), providertest.Values{"chat_queue_id": 3})
			providertest.Has(t, said, append(tc.says, "may have taken effect", "Look for an open chat in queue 3", "UTC on", `data "thulium_chat_conversations"`)...)
			if strings.Contains(said, "curl") {
				t.Errorf("a chat is named: %s", said)
			}
		})
	}
}

// A list that breaks off may have shown the conversation, but also lack it.
func TestThuliumLostStartWithHalfAList(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	for range 150 {
		s.AddConversation(sandbox.Conversation{QueueID: 3, Status: sandbox.StatusClosed, CreatedAt: time.Now().Add(-time.Second)})
	}
	losesStarts(s)
	s.AddFault(sandbox.Fault{Call: "thulium.list", Kind: sandbox.FaultStatus, Status: 403, Skip: 1})
	w := s.Configured(t, providertest.Values{"http": providertest.QuickHTTP(), "thulium": providertest.Values{"time_zone": "Europe/Warsaw"}})
	after, said := lost(t, w, providertest.Values{"chat_queue_id": 3, "client_email": "jan@example.com", "on_lost_start": "adopt"})
	if after.State != nil {
		t.Errorf("the state is %v", after.State)
	}
	providertest.Has(t, said, "ERROR", "could not be read whole", "403", "may be missing", "terraform import 'thulium_chat_conversation.NAME' '3/"+s.Open()[0].ID+"'")
	providertest.Saw(t, s, "thulium.start", "thulium.list", "thulium.list")
}

// However many starts are lost at once, their errors together name all conversations.
func TestThuliumLostStartsAreAllNamed(t *testing.T) {
	t.Parallel()
	const starts = 30
	s := providertest.New(t, sandbox.Options{})
	acts := true
	s.AddFault(sandbox.Fault{Call: "thulium.start", Kind: sandbox.FaultStatus, Status: http.StatusBadGateway, Acts: &acts})
	w := s.Quick(t)
	var mu sync.Mutex
	var all strings.Builder
	var group sync.WaitGroup
	for range starts {
		group.Go(func() {
			_, said := lost(t, w, providertest.Values{"chat_queue_id": 3, "client_name": "Load"})
			mu.Lock()
			defer mu.Unlock()
			all.WriteString(said)
		})
	}
	group.Wait()
	if n := len(s.Open()); n != starts {
		t.Errorf("%d conversations are open", n)
	}
	for _, chat := range s.Open() {
		if !strings.Contains(all.String(), chat.ID) {
			t.Errorf("%s is in no error", chat.ID)
		}
	}
}

// Ids and times of the list come from outside as all else.
func TestThuliumLostStartShowsNothingRaw(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	losesStarts(s)
	s.AddFault(sandbox.Fault{Call: "thulium.list", Kind: sandbox.FaultStatus, Status: 200, Body: strings.ReplaceAll(
		`{"count":2,"result":[{"conversation_id":"a\u001b[2K"},{"conversation_id":"PASSWORD","created_at":"\u001b[2JPASSWORD"}]}`,
		"PASSWORD", s.Environment["THULIUM_PASSWORD"])})
	_, said := lost(t, s.Quick(t), providertest.Values{"chat_queue_id": 3})
	if strings.ContainsRune(said, '\x1b') || strings.Contains(said, s.Environment["THULIUM_PASSWORD"]) {
		t.Errorf("raw: %q", said)
	}
	providertest.Has(t, said, "***")
}

// A start whose answer has an id that Terraform cannot store is named, and no command is that would not find it.
func TestThuliumLostStartWithAnIDThatCannotBeStored(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	const id = "cafe\u0301"
	s.AddConversation(sandbox.Conversation{ID: id, QueueID: 3})
	s.AddFault(sandbox.Fault{Call: "thulium.start", Kind: sandbox.FaultStatus, Status: 200, Body: `{"conversation_id":"` + id + `"}`})
	_, said := lost(t, s.Quick(t), providertest.Values{"chat_queue_id": 3})
	providertest.Has(t, said, "NFC", "It is probably this one", id+" (began at ")
	if strings.Contains(said, "terraform import") || strings.Contains(said, "curl") {
		t.Errorf("a command is in %s", said)
	}
}

func TestThuliumLostStartAdopted(t *testing.T) {
	t.Parallel()
	zone := providertest.Values{"http": providertest.QuickHTTP(), "thulium": providertest.Values{"time_zone": "Europe/Warsaw"}}
	config := providertest.Values{"chat_queue_id": 3, "client_email": "jan@example.com", "on_lost_start": "adopt"}
	t.Run("the one", func(t *testing.T) {
		t.Parallel()
		s := providertest.New(t, sandbox.Options{})
		losesStarts(s)
		w := s.Configured(t, zone)
		after, diags := w.Apply(t.Context(), resourceName, providertest.Object{}, config)
		w.Must(nil, diags)
		id := s.Open()[0].ID
		if after.State["id"] != id || after.State["started_at"] == nil || w.Identified(resourceName, after.Identity)["id"] != id {
			t.Errorf("the state is %v, want %s", after.State, id)
		}
		providertest.Has(t, providertest.Said(diags), "WARNING", "Conversation adopted after a lost start", id, "POST "+s.URL)
		providertest.Saw(t, s, "thulium.start", "thulium.list")
		w.MustApply(resourceName, after, nil)
		providertest.Saw(t, s, "thulium.stop")
	})
	t.Run("none of two", func(t *testing.T) {
		t.Parallel()
		s := providertest.New(t, sandbox.Options{})
		s.AddConversation(sandbox.Conversation{QueueID: 3, ClientEmail: "Jan@example.com"})
		losesStarts(s)
		after, said := lost(t, s.Configured(t, zone), config)
		if after.State != nil {
			t.Errorf("the state is %v", after.State)
		}
		providertest.Has(t, said, "ERROR", "Several chats fit")
	})
	t.Run("not without a zone, which a plan says", func(t *testing.T) {
		t.Parallel()
		s := providertest.New(t, sandbox.Options{})
		_, diags := s.Quick(t).Plan(resourceName, providertest.Object{}, config)
		if !providertest.Failed(diags) {
			t.Error("the plan passed")
		}
		providertest.Has(t, providertest.Said(diags), `AttributeName("on_lost_start")`, "thulium.time_zone", "Europe/Warsaw")
		providertest.Saw(t, s)
	})
	t.Run("in place", func(t *testing.T) {
		t.Parallel()
		s := providertest.New(t, sandbox.Options{})
		w := s.Configured(t, zone)
		started := thuliumStarted(t, s, w, providertest.Values{"chat_queue_id": 3, "client_email": "jan@example.com"})
		changed := w.MustApply(resourceName, started, config)
		if started.State["on_lost_start"] != "error" || changed.State["on_lost_start"] != "adopt" || changed.State["id"] != started.State["id"] {
			t.Errorf("from %v to %v", started.State, changed.State)
		}
		providertest.Saw(t, s)
	})
}

// The error of a lost start comes soon after an interrupt and after the end of
// the operation's time, whatever the search for it still waits for.
func TestThuliumLostStartEndsWithTheOperation(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		create, interrupt time.Duration // 0: none
		silent            bool          // the listing does not answer; else it fails, and asks to come again later
		took              time.Duration
		lists             int
	}{
		"interrupted in a pause of the search":   {create: time.Hour, interrupt: time.Second, took: time.Second, lists: 2},
		"interrupted in a request of the search": {create: time.Hour, interrupt: time.Second, silent: true, took: 11 * time.Second, lists: 2},
		"out of time in the search":              {create: 3 * time.Second, silent: true, took: 13 * time.Second, lists: 2},
		"neither":                                {create: time.Hour, took: 80 * time.Second, lists: 5},
		"neither, and no answer":                 {create: time.Hour, silent: true, took: 100 * time.Second, lists: 3},
	} {
		providertest.InBubble(t, name, func(t *testing.T) {
			s := providertest.NewInMemory(t, sandbox.Options{})
			losesStarts(s)
			kind := sandbox.FaultStatus
			if tc.silent {
				kind = sandbox.FaultSilence
			}
			s.AddFault(sandbox.Fault{Call: "thulium.list", Kind: kind})
			w := s.Configured(t, providertest.Values{"http": providertest.Values{
				"timeout": "1m", "max_retries": 4, "retry_wait_min": "20s", "retry_wait_max": "20s",
			}})
			began := time.Now()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			if tc.interrupt > 0 {
				time.AfterFunc(tc.interrupt, cancel)
			}
			_, diags := w.Apply(ctx, resourceName, providertest.Object{}, providertest.Values{
				"chat_queue_id": 3, "timeouts": providertest.Values{"create": tc.create.String()},
			})
			if took := time.Since(began).Round(time.Second); took != tc.took {
				t.Errorf("took %s, want %s", took, tc.took)
			}
			want := append([]string{"thulium.start"}, slices.Repeat([]string{"thulium.list"}, tc.lists)...)
			providertest.Saw(t, s, want...)
			failed(t, diags, "may have taken effect", "could not be read", "queue 3")
		})
	}
}

// failed fails the test unless there is an error, and all words are said.
func failed(t *testing.T, diags []*tfprotov6.Diagnostic, words ...string) {
	t.Helper()
	if !providertest.Failed(diags) {
		t.Error("no error")
	}
	providertest.Has(t, providertest.Said(diags), words...)
}

func TestThuliumLostStartThatWasPutOffFirst(t *testing.T) {
	t.Parallel()
	s := providertest.NewInMemory(t, sandbox.Options{})
	s.AddFault(sandbox.Fault{Call: "thulium.start", Kind: sandbox.FaultStatus, Status: 429, Times: 1})
	losesStarts(s)
	_, said := lost(t, s.Quick(t), providertest.Values{"chat_queue_id": 3})
	providertest.Has(t, said, "(after 2 attempts)", "It was not sent again")
}
