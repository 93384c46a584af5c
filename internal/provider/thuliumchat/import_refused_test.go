package thuliumchat_test

import (
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// What cannot be imported says why, and imports nothing.
func TestThuliumImportRefused(t *testing.T) {
	t.Parallel()
	const id, closed = "0b6ab1f4-31c0-4e22-b7d7-7c15bb39d6a7", "11111111-31c0-4e22-b7d7-7c15bb39d6a7"
	const forms = "<chat queue id>/<conversation id>"
	for name, tc := range map[string]struct {
		id, identity string
		knobs        func(*sandbox.Knobs)
		fault        sandbox.Fault
		config       providertest.Values // of the provider
		requests     int
		says         []string
	}{
		"nothing":                {id: "", says: []string{"empty", forms}},
		"a name for the queue":   {id: "x/y", says: []string{"number", forms}},
		"queue 0":                {id: "0/abc", says: []string{"at least 1", forms}},
		"a negative queue":       {id: "-3/abc", says: []string{"at least 1", forms}},
		"a queue too large":      {id: "99999999999999999999/abc", says: []string{"number", forms}},
		"a queue alone":          {id: "3/", says: []string{"empty", forms}},
		"no queue":               {id: "/abc", says: []string{"number", forms}},
		"a dot":                  {id: "3/.", says: []string{`"."`, forms}},
		"two dots":               {id: "..", says: []string{`".."`, forms}},
		"identity of two dots":   {identity: "..", says: []string{`".."`}},
		"unknown":                {id: "22222222-31c0-4e22-b7d7-7c15bb39d6a7", requests: 4, says: []string{"366 days", forms, "thulium.base_url"}},
		"unknown in the queue":   {id: "4/" + id, requests: 4, says: []string{"Queue 4", "transfer"}},
		"closed":                 {id: closed, requests: 1, says: []string{"closed", "Only an open conversation"}},
		"closed, with its queue": {id: "3/" + closed, requests: 1, says: []string{"closed"}},
		"closed, by identity":    {identity: closed, requests: 1, says: []string{"closed"}},
		"not shown yet":          {id: id, knobs: func(k *sandbox.Knobs) { k.HideOpen = true }, requests: 4, says: []string{"does not show yet", "thulium.refresh = false"}},
		"listing refused":        {id: id, knobs: func(k *sandbox.Knobs) { k.ListRefused = 403 }, requests: 1, says: []string{"403", forms}},
		"listing fails":          {identity: id, fault: sandbox.Fault{Kind: sandbox.FaultStatus, Status: 500}, requests: 3, says: []string{"500", forms}},
		"row without a queue": {
			id: id, requests: 1, says: []string{"which queue", forms},
			fault: sandbox.Fault{Kind: sandbox.FaultStatus, Status: 200, Body: `{"count":1,"result":[{"conversation_id":"` + id + `","status":"CREATED"}]}`},
		},
		"no credentials": {id: id, config: providertest.Values{"thulium": providertest.Values{"username": "u"}}, says: []string{"thulium.password", "THULIUM_PASSWORD"}},
		"not found by its identity, slash and all": {identity: "3/" + id, requests: 4, says: []string{"366 days", "3/" + id}},
		"switched off, and no credentials": {
			id: "3/" + id, config: providertest.Values{"thulium": providertest.Values{"username": "u", "refresh": false}}, says: []string{"thulium.password", "THULIUM_PASSWORD"},
		},
		"whether it is switched off is unknown": {
			id: "3/" + id, config: providertest.Values{"thulium": providertest.Values{"refresh": tftypes.UnknownValue, "username": "u", "password": tftypes.UnknownValue}}, says: []string{"not known yet"},
		},
		"credentials unknown": {id: "3/" + id, config: providertest.Values{"thulium": tftypes.UnknownValue}, says: []string{"not known yet"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := providertest.New(t, sandbox.Options{})
			now := time.Now()
			s.AddConversation(sandbox.Conversation{ID: id, QueueID: 3, CreatedAt: now})
			s.AddConversation(sandbox.Conversation{ID: closed, QueueID: 3, CreatedAt: now, ClosedAt: &now})
			if tc.knobs != nil {
				s.Set(tc.knobs)
			}
			if tc.fault.Kind != "" {
				tc.fault.Call = "thulium.list"
				s.AddFault(tc.fault)
			}
			config := providertest.Values{"http": providertest.QuickHTTP()}
			if tc.config != nil {
				config = tc.config
			}
			imported, diags := thuliumImported(t, s.Configured(t, config), tc.id, tc.identity)
			if imported.State != nil || !providertest.Failed(diags) {
				t.Fatalf("imported %v: %s", imported.State, providertest.Said(diags))
			}
			if tc.config == nil {
				tc.says = append(tc.says, "Unable to import Thulium chat conversation")
			}
			providertest.Has(t, providertest.Said(diags), tc.says...)
			if got := s.Count("thulium.list"); got != tc.requests || got != s.Count("*") {
				t.Errorf("%d requests of %d were of the listing, want %d", got, s.Count("*"), tc.requests)
			}
		})
	}
}

// With queue and id an import does without the listing, and says so.
func TestThuliumImportUnverified(t *testing.T) {
	t.Parallel()
	const id = "0b6ab1f4-31c0-4e22-b7d7-7c15bb39d6a7"
	for name, tc := range map[string]struct {
		refused int
		refresh any
		unknown bool // the credentials, at plan
		id      string
		lists   int
		says    string // of the warning; "": none
	}{
		"switched off, credentials unknown": {refresh: false, unknown: true, id: "3/" + id, says: "thulium.refresh is false"},
		"refused":                           {refused: 403, id: "3/" + id, lists: 1, says: "403"},
		"not there":                         {refused: 404, id: "3/" + id, lists: 1, says: "404"},
		"refused, switched off":             {refused: 403, refresh: false, id: "3/" + id, says: "thulium.refresh is false"},
		"switched off":                      {refresh: false, id: "3/" + id, says: "thulium.refresh is false"},
		"switched off, bare id":             {refresh: false, id: id, lists: 1},
		"switched on explicitly":            {refresh: true, id: "3/" + id, lists: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := providertest.New(t, sandbox.Options{})
			s.Set(func(k *sandbox.Knobs) { k.ListRefused = tc.refused })
			s.AddConversation(sandbox.Conversation{ID: id, QueueID: 3})
			w := s.Configured(t, providertest.Values{"http": providertest.QuickHTTP(), "thulium": providertest.Values{"refresh": tc.refresh}})
			imported, diags := thuliumImportedUnverified(t, s, w, tc.unknown, tc.id)
			if imported.State["id"] != id || imported.State["chat_queue_id"] != 3 || imported.State["on_closed"] != nil {
				t.Errorf("imported %v", imported.State)
			}
			switch {
			case tc.says == "" && len(diags) == 0:
			case tc.says != "" && len(diags) == 1 && diags[0].Severity == tfprotov6.DiagnosticSeverityWarning:
				providertest.Has(t, providertest.Said(diags), "unverified", tc.says)
			default:
				t.Errorf("said: %s", providertest.Said(diags))
			}
			if got := s.Count("*"); got != tc.lists {
				t.Errorf("%d requests, want %d", got, tc.lists)
			}

			// Unverified or not, it is adopted and stopped like any other.
			s.ClearRequests()
			planned, diags := w.Plan("thulium_chat_conversation", imported, providertest.Values{"chat_queue_id": 3, "client_name": "Jan"})
			w.Must(nil, diags)
			if len(planned.RequiresReplace) > 0 {
				t.Errorf("the next apply replaces %v", planned.RequiresReplace)
			}
			adopted := w.MustApply(resourceName, imported, providertest.Values{"chat_queue_id": 3, "client_name": "Jan"})
			providertest.Saw(t, s)
			w.MustApply(resourceName, adopted, nil)
			providertest.Saw(t, s, "thulium.stop")
		})
	}
}

// thuliumImportedUnverified imports as w does, or with credentials that are not known yet.
func thuliumImportedUnverified(t *testing.T, s *providertest.Stage, w *providertest.Wire, unknown bool, id string) (providertest.Object, []*tfprotov6.Diagnostic) {
	t.Helper()
	importer := w
	if unknown {
		importer = s.Configured(t, providertest.Values{"thulium": providertest.Values{
			"base_url": s.Environment["THULIUM_BASE_URL"], "username": "u", "password": tftypes.UnknownValue, "refresh": false,
		}})
	}
	imported, diags := importer.ImportID("thulium_chat_conversation", id)
	importer.Must(nil, diags)
	return imported, diags
}

// An id that the listing spells otherwise is imported as it was given, with a
// warning: nobody documents which spelling a stop understands.
func TestThuliumImportInAnotherSpelling(t *testing.T) {
	t.Parallel()
	const shown, given = "0b6ab1f4-31c0-4e22-b7d7-7c15bb39d6a7", "0B6AB1F4-31C0-4E22-B7D7-7C15BB39D6A7"
	s := providertest.New(t, sandbox.Options{})
	s.AddConversation(sandbox.Conversation{ID: shown, QueueID: 3})
	w := s.Quick(t)
	imported, diags := w.ImportID("thulium_chat_conversation", given)
	w.Must(nil, diags)
	if imported.State["id"] != given || len(diags) != 1 {
		t.Errorf("imported %v: %s", imported.State, providertest.Said(diags))
	}
	providertest.Has(t, providertest.Said(diags), "another spelling", shown, given)
}
