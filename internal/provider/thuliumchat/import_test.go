package thuliumchat_test

import (
	"cmp"
	"maps"
	"reflect"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// thuliumImported imports as Terraform does, by id or by identity, and refreshes
// what was imported.
func thuliumImported(t *testing.T, w *providertest.Wire, id, identity string) (providertest.Object, []*tfprotov6.Diagnostic) {
	t.Helper()
	var imported providertest.Object
	var diags []*tfprotov6.Diagnostic
	if identity == "" {
		imported, diags = w.ImportID(resourceName, id)
	} else {
		imported, diags = w.ImportIdentity(resourceName, providertest.Values{"id": identity})
	}
	if imported.State == nil || providertest.Failed(diags) {
		if imported.State != nil {
			t.Error("something was imported all the same")
		}
		return providertest.Object{}, diags
	}
	refreshed, more := w.Refresh(resourceName, imported)
	return refreshed, append(diags, more...)
}

// Each form finds an open chat; what it writes is the id and the queue alone, and
// the next apply adopts every other argument without a call and only once.
func TestThuliumImportAndAdopt(t *testing.T) {
	t.Parallel()
	const id = "0b6ab1f4-31c0-4e22-b7d7-7c15bb39d6a7"
	config := providertest.Values{
		"chat_queue_id": 3, "client_name": "Jan", "client_surname": "Kowalski", "client_email": "jan@example.com",
		"client_id": "17", "customer_id": 4711, "external_chatbot_id": "bot", "on_closed": "keep", "timeouts": providertest.Values{"delete": "1m"},
	}
	for name, tc := range map[string]struct {
		id, identity string
		queue        int64 // of the chat
		config       providertest.Values
	}{
		"id":                     {id: id, queue: 3, config: config},
		"queue and id":           {id: "3/" + id, queue: 3, config: config},
		"identity":               {identity: id, queue: 3, config: config},
		"id, in another queue":   {id: id, queue: 8, config: config},
		"nothing but the queue":  {id: id, queue: 3, config: providertest.Values{"chat_queue_id": 3}},
		"nothing, another queue": {identity: id, queue: 8, config: providertest.Values{"chat_queue_id": 3}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := providertest.New(t, sandbox.Options{})
			s.Set(func(k *sandbox.Knobs) { k.CustomerFilledIn = true })
			s.AddConversation(sandbox.Conversation{ID: id, QueueID: tc.queue, CreatedAt: time.Now().Add(-time.Hour)})
			w := s.Quick(t)
			imported, diags := thuliumImported(t, w, tc.id, tc.identity)
			if len(diags) > 0 {
				t.Fatal(providertest.Said(diags))
			}
			want := providertest.Values{"id": id, "chat_queue_id": int(tc.queue), "status": "CREATED"} // the status by the refresh
			for attribute, value := range imported.State {
				if !reflect.DeepEqual(value, want[attribute]) && attribute != "timeouts" {
					t.Errorf("%s is %v after the import, want %v", attribute, value, want[attribute])
				}
			}
			if got := w.Identified(resourceName, imported.Identity)["id"]; got != id {
				t.Errorf("the identity is %v", got)
			}

			// A later run: another provider, which knows the state only.
			w = s.Quick(t)
			imported, _ = w.Refresh("thulium_chat_conversation", imported)
			s.ClearRequests()
			planned, diags := w.Plan("thulium_chat_conversation", imported, tc.config)
			w.Must(nil, diags)
			if tc.queue == 3 && len(diags) > 0 {
				t.Errorf("the plan says %s", providertest.Said(diags))
			}
			if tc.queue != 3 {
				providertest.Has(t, providertest.Said(diags), "WARNING", "chat_queue_id", "imported from queue 8", "in queue 3 only")
			}
			schema := w.Schemas.ResourceSchemas["thulium_chat_conversation"]
			if len(planned.RequiresReplace) > 0 || reflect.DeepEqual(w.Values(schema, planned.PlannedState), imported.State) {
				t.Errorf("the plan replaces %v; it has to be an update", planned.RequiresReplace)
			}
			adopted := w.MustApply(resourceName, imported, tc.config)
			providertest.Saw(t, s)
			want = maps.Clone(tc.config)
			want["id"], want["status"], want["on_closed"] = id, "CREATED", cmp.Or(tc.config["on_closed"], any("restart"))
			for attribute, value := range adopted.State {
				if attribute == "timeouts" {
					continue
				}
				if !reflect.DeepEqual(value, want[attribute]) {
					t.Errorf("%s is %v after the apply, want %v", attribute, value, want[attribute])
				}
			}

			changed := maps.Clone(tc.config)
			changed["client_name"] = "Ewa"
			planned, diags = w.Plan("thulium_chat_conversation", adopted, changed)
			w.Must(nil, diags)
			if len(planned.RequiresReplace) != 1 {
				t.Errorf("after the adoption a change replaces %v, want client_name", planned.RequiresReplace)
			}
			w.MustApply(resourceName, adopted, nil)
			providertest.Saw(t, s, "thulium.stop")
			if open := s.Open(); len(open) > 0 {
				t.Errorf("left open: %v", open)
			}
		})
	}
}

// An import that was never adopted can be destroyed, and restarted.
func TestThuliumImportWithoutAdoption(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	w := s.Quick(t)
	id := s.AddConversation(sandbox.Conversation{QueueID: 3})
	imported, diags := thuliumImported(t, w, id, "")
	w.Must(nil, diags)
	if after := w.MustApply(resourceName, imported, nil); after.State != nil || len(s.Open()) > 0 {
		t.Errorf("the state is %v, open are %v", after.State, s.Open())
	}

	id = s.AddConversation(sandbox.Conversation{QueueID: 3})
	imported, diags = thuliumImported(t, w, "3/"+id, "")
	w.Must(nil, diags)
	s.CloseConversation(id)
	if after, diags := s.Quick(t).Refresh("thulium_chat_conversation", imported); after.State != nil || len(diags) > 0 {
		t.Errorf("a chat that was closed is still in the state: %v %s", after.State, providertest.Said(diags))
	}
}

// What adopts is the private mark of the import, and no value of the state.
func TestThuliumImportIsMarked(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	w := s.Quick(t)
	imported, diags := thuliumImported(t, w, s.AddConversation(sandbox.Conversation{QueueID: 3}), "")
	w.Must(nil, diags)
	unmarked := providertest.Object{State: imported.State, Identity: imported.Identity}
	for replacements, prior := range []providertest.Object{imported, unmarked} {
		planned, diags := w.Plan(resourceName, prior, providertest.Values{"chat_queue_id": 3, "client_name": "Jan"})
		w.Must(nil, diags)
		if len(planned.RequiresReplace) != replacements {
			t.Errorf("with the private state %s, replaces %v", prior.Private, planned.RequiresReplace)
		}
	}
}

// The window grows, and each is asked about the days only that were not listed yet.
func TestThuliumImportWindows(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		daysAgo int
		windows []int
		found   bool
	}{
		"today":            {0, []int{1}, true},
		"four days ago":    {4, []int{1, 7}, true},
		"three weeks ago":  {21, []int{1, 7, 31}, true},
		"half a year ago":  {180, []int{1, 7, 31, 366}, true},
		"two years ago":    {700, []int{1, 7, 31, 366}, false},
		"under no account": {-1, []int{1, 7, 31, 366}, false},
	} {
		for _, form := range []string{"", "3/"} {
			t.Run(name+" "+form, func(t *testing.T) {
				t.Parallel()
				s := providertest.New(t, sandbox.Options{})
				id := "0b6ab1f4-31c0-4e22-b7d7-7c15bb39d6a7"
				if tc.daysAgo >= 0 {
					s.AddConversation(sandbox.Conversation{ID: id, QueueID: 3, CreatedAt: time.Now().AddDate(0, 0, -tc.daysAgo)})
				}
				w := s.Quick(t)
				imported, diags := w.ImportID("thulium_chat_conversation", form+id)
				if providertest.Failed(diags) == tc.found {
					t.Fatal(providertest.Said(diags))
				}
				if !tc.found {
					providertest.Has(t, providertest.Said(diags), "Unable to import", "366 days", id, "Nothing was imported")
				}
				end := ""
				requests := s.Requests()
				if len(requests) != len(tc.windows) {
					t.Fatalf("%d requests, want windows of %v days", len(requests), tc.windows)
				}
				for i, request := range requests {
					from := requests[0].Time.UTC().AddDate(0, 0, -tc.windows[i]).Format(time.DateOnly)
					if request.Call != "thulium.list" || request.Query.Get("date_from") != from || request.Query.Get("date_to") != end {
						t.Errorf("%s asked for %v, want from %s to %q", request.Line(), request.Query, from, end)
					}
					if queue := request.Query.Get("chat_queue_id"); (queue == "3") != (form != "") {
						t.Errorf("asked for queue %q", queue)
					}
					end = from + " 00:00"
				}
				if !tc.found {
					return
				}
				// The refresh knows the day and does not look for it again.
				s.ClearRequests()
				after, diags := s.Quick(t).Refresh("thulium_chat_conversation", imported)
				if len(diags) > 0 || after.State["status"] != "CREATED" || len(s.Requests()) != 1 {
					t.Errorf("%d requests for the refresh; %v %s", len(s.Requests()), after.State, providertest.Said(diags))
				}
			})
		}
	}
}
