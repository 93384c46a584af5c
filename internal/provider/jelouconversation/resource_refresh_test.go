package jelouconversation_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// A conversation that is closed is gone, and so is one that Jelou itself does not know.
// The next apply starts a new one, unless on_closed keeps the old.
func TestRefreshOfAConversationThatIsOver(t *testing.T) {
	t.Parallel()
	for name, over := range map[string]func(*providertest.Stage, string){
		"closed": func(s *providertest.Stage, id string) { s.CloseJelouConversation(id) },
		"unknown": func(s *providertest.Stage, _ string) {
			answers(s, read, 404, `{"message":["no"],"status":0,"error":{"key":"CONVERSATION_NOT_FOUND"}}`)
		},
	} {
		for _, onClosed := range []string{"restart", "keep"} {
			t.Run(name+", "+onClosed, func(t *testing.T) {
				t.Parallel()
				s := providertest.New(t, sandbox.Options{})
				w := s.Quick(t)
				config := arguments(values{"on_closed": onClosed})
				made := started(t, s, w, config)
				over(s, idOf(made))
				refreshed, diags := w.Refresh(conversation, made)
				if len(diags) > 0 {
					t.Error(providertest.Said(diags))
				}
				providertest.Saw(t, s, read)
				if onClosed == "restart" {
					if refreshed.State != nil {
						t.Errorf("a refresh makes %v", refreshed.State)
					}
					return
				}
				if name == "unknown" {
					if !reflect.DeepEqual(refreshed.State, made.State) {
						t.Errorf("a refresh makes %v", refreshed.State)
					}
					return
				}
				if refreshed.State["state"] != "closed" || refreshed.State["ended_at"] == nil || refreshed.State["ended_reason"] == nil {
					t.Errorf("a refresh makes %v", refreshed.State)
				}
				w.Refresh(conversation, refreshed) // nothing of it changes any more
				if settled := w.MustApply(conversation, refreshed, config); !reflect.DeepEqual(settled.State, refreshed.State) {
					t.Errorf("an apply makes %v", settled.State)
				}
				w.MustApply(conversation, refreshed, nil) // and a destroy sends nothing
				providertest.Saw(t, s)
			})
		}
	}
}

// Anything else keeps the state, with one warning a run: a failing service, a web page,
// a 404 of a gateway or one that names something else.
func TestRefreshThatFailsKeepsTheState(t *testing.T) {
	t.Parallel()
	page := "<!DOCTYPE html><title>Not found</title>"
	for name, fault := range map[string]sandbox.Fault{
		"500":              {Kind: sandbox.FaultStatus, Status: 500},
		"404 of a page":    {Kind: sandbox.FaultStatus, Status: 404, Body: page},
		"404 of a gateway": {Kind: sandbox.FaultStatus, Status: 404, Body: `{"message":"Not Found"}`},
		"404 of the bot":   {Kind: sandbox.FaultStatus, Status: 404, Body: `{"message":["no"],"status":0,"error":{"code":"E1019","key":"BOT_NOT_FOUND"}}`},
		"status 0":         {Kind: sandbox.FaultStatus, Status: 200, Body: `{"message":["no"],"status":0,"error":{"key":"CONVERSATION_NOT_FOUND"}}`},
		"another one":      {Kind: sandbox.FaultStatus, Status: 200, Body: `{"status":1,"data":{"_id":"c-2","state":"closed"}}`},
		"no state":         {Kind: sandbox.FaultStatus, Status: 200, Body: `{"status":1,"data":{}}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := providertest.New(t, sandbox.Options{})
			w := s.Quick(t)
			made, second := started(t, s, w, arguments(nil)), started(t, s, w, arguments(values{"user_id": "user-2"}))
			fault.Call = read
			s.AddFault(fault)
			var said string
			for _, have := range []object{made, second, made} {
				kept, diags := w.Refresh(conversation, have)
				w.Must(nil, diags)
				said += providertest.Said(diags)
				if !reflect.DeepEqual(kept.State, have.State) {
					t.Errorf("a refresh makes %v of %v", kept.State, have.State)
				}
			}
			if strings.Count(said, "WARNING") != 1 {
				t.Errorf("not one warning: %s", said)
			}
			providertest.Has(t, said, "Unable to read Jelou conversation", "GET "+s.URL, "kept as they are in the state", "-refresh=false")
		})
	}
}

// Once a refresh has ended because the service limits its calls, the others of the run
// keep the state without a call.
func TestRefreshOfALimitedService(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	w := s.Configured(t, values{"http": values{"max_retries": 0}})
	made := started(t, s, w, arguments(nil))
	s.AddFault(sandbox.Fault{Call: read, Kind: sandbox.FaultStatus, Status: 429})
	for range 3 {
		kept, diags := w.Refresh(conversation, made)
		w.Must(nil, diags)
		if !reflect.DeepEqual(kept.State, made.State) {
			t.Errorf("a refresh makes %v", kept.State)
		}
	}
	providertest.Saw(t, s, read)
}

// A refresh with a configuration that is missing or not known yet keeps the state.
func TestRefreshWithoutTheService(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	made := started(t, s, s.Quick(t), arguments(nil))
	unknown := s.Configured(t, values{"jelou": values{"api_key": tftypes.UnknownValue}})
	s.Environment["JELOU_API_KEY"] = ""
	for warning, w := range map[string]*providertest.Wire{"": unknown, "was not compared with Jelou": s.Quick(t)} {
		kept, diags := w.Refresh(conversation, made)
		if (len(diags) > 0) != (warning != "") || !strings.Contains(providertest.Said(diags), warning) || providertest.Failed(diags) || !reflect.DeepEqual(kept.State, made.State) {
			t.Errorf("a refresh makes %v: %s", kept.State, providertest.Said(diags))
		}
	}
	providertest.Saw(t, s)
}

// A damaged state is kept, with or without an identity, and a warning says how to mend it.
func TestRefreshOfADamagedState(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	w := s.Quick(t)
	made := started(t, s, w, arguments(nil))
	for _, name := range []string{"id", "project_id"} {
		for _, value := range []any{nil, "", "..", "a\n"} {
			damaged := object{State: with(made.State, values{name: value}), Private: made.Private}
			for _, damaged.Identity = range []*tfprotov6.ResourceIdentityData{nil, made.Identity} {
				kept, diags := w.Refresh(conversation, damaged)
				w.Must(nil, diags)
				providertest.Has(t, providertest.Said(diags), "WARNING", "Unable to refresh Jelou conversation", "The state is damaged: its "+name,
					"terraform state rm 'jelou_conversation.NAME'")
				if len(diags) != 1 || !reflect.DeepEqual(kept.State, damaged.State) {
					t.Errorf("a refresh makes %v", kept.State)
				}
			}
		}
	}
	providertest.Saw(t, s)
}
