package provider

import (
	"cmp"
	"maps"
	"reflect"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// thuliumImported imports as Terraform does, by id or by identity, and refreshes
// what was imported.
func thuliumImported(t *testing.T, w *wire, id, identity string) (object, []*tfprotov6.Diagnostic) {
	t.Helper()
	request := &tfprotov6.ImportResourceStateRequest{TypeName: thuliumConversation, ID: id}
	if identity != "" {
		request.Identity = thuliumIdentity(t, w, identity)
	}
	response, err := w.server.ImportResourceState(t.Context(), request)
	w.fatal(err)
	if len(response.ImportedResources) == 0 || failed(response.Diagnostics) {
		if len(response.ImportedResources) > 0 {
			t.Error("something was imported all the same")
		}
		return object{}, response.Diagnostics
	}
	got := response.ImportedResources[0]
	imported := object{
		State:    w.values(w.schemas.ResourceSchemas[thuliumConversation], got.State),
		Private:  got.Private,
		Identity: got.Identity,
	}
	refreshed, diags := w.refresh(thuliumConversation, imported)
	return refreshed, append(response.Diagnostics, diags...)
}

// thuliumIdentity is the identity of a conversation as an import block writes it.
func thuliumIdentity(t *testing.T, w *wire, id string) *tfprotov6.ResourceIdentityData {
	t.Helper()
	identities, err := w.server.GetResourceIdentitySchemas(t.Context(), &tfprotov6.GetResourceIdentitySchemasRequest{})
	w.fatal(err)
	typ := identities.IdentitySchemas[thuliumConversation].ValueType()
	encoded, err := tfprotov6.NewDynamicValue(typ, terraformValue(typ, values{"id": id}))
	w.fatal(err)
	return &tfprotov6.ResourceIdentityData{IdentityData: &encoded}
}

// thuliumIdentified returns the id that the identity of an object holds.
func thuliumIdentified(t *testing.T, w *wire, o object) any {
	t.Helper()
	identities, err := w.server.GetResourceIdentitySchemas(t.Context(), &tfprotov6.GetResourceIdentitySchemasRequest{})
	w.fatal(err)
	if o.Identity == nil {
		return nil
	}
	value, err := o.Identity.IdentityData.Unmarshal(identities.IdentitySchemas[thuliumConversation].ValueType())
	w.fatal(err)
	return goValue(t, value).(values)["id"]
}

// Each form finds an open chat; what it writes is the id and the queue alone, and
// the next apply adopts every other argument without a call and only once.
func TestThuliumImportAndAdopt(t *testing.T) {
	exercisedInProcess(t, featureIdentity.name)
	t.Parallel()
	const id = "0b6ab1f4-31c0-4e22-b7d7-7c15bb39d6a7"
	config := values{
		"chat_queue_id": 3, "client_name": "Jan", "client_surname": "Kowalski", "client_email": "jan@example.com",
		"client_id": "17", "customer_id": 4711, "external_chatbot_id": "bot", "on_closed": "keep", "timeouts": values{"delete": "1m"},
	}
	for name, tc := range map[string]struct {
		id, identity string
		queue        int64 // of the chat
		config       values
	}{
		"id":                     {id: id, queue: 3, config: config},
		"queue and id":           {id: "3/" + id, queue: 3, config: config},
		"identity":               {identity: id, queue: 3, config: config},
		"id, in another queue":   {id: id, queue: 8, config: config},
		"nothing but the queue":  {id: id, queue: 3, config: values{"chat_queue_id": 3}},
		"nothing, another queue": {identity: id, queue: 8, config: values{"chat_queue_id": 3}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t, sandbox.Options{})
			s.Set(func(k *sandbox.Knobs) { k.CustomerFilledIn = true })
			s.AddConversation(sandbox.Conversation{ID: id, QueueID: tc.queue, CreatedAt: time.Now().Add(-time.Hour)})
			w := thuliumWire(t, s)
			imported, diags := thuliumImported(t, w, tc.id, tc.identity)
			if len(diags) > 0 {
				t.Fatal(said(diags))
			}
			want := values{"id": id, "chat_queue_id": int(tc.queue), "status": "OPEN"} // the status by the refresh
			for attribute, value := range imported.State {
				if !reflect.DeepEqual(value, want[attribute]) && attribute != "timeouts" {
					t.Errorf("%s is %v after the import, want %v", attribute, value, want[attribute])
				}
			}
			if got := thuliumIdentified(t, w, imported); got != id {
				t.Errorf("the identity is %v", got)
			}

			// A later run: another provider, which knows the state only.
			w = thuliumWire(t, s)
			imported, _ = w.refresh(thuliumConversation, imported)
			s.ClearRequests()
			planned, diags := w.plan(thuliumConversation, imported, tc.config)
			w.must(nil, diags)
			if tc.queue == 3 && len(diags) > 0 {
				t.Errorf("the plan says %s", said(diags))
			}
			if tc.queue != 3 {
				thuliumHas(t, said(diags), "WARNING", "chat_queue_id", "imported from queue 8", "in queue 3 only")
			}
			schema := w.schemas.ResourceSchemas[thuliumConversation]
			if len(planned.RequiresReplace) > 0 || reflect.DeepEqual(w.values(schema, planned.PlannedState), imported.State) {
				t.Errorf("the plan replaces %v; it has to be an update", planned.RequiresReplace)
			}
			adopted := thuliumChanged(t, w, imported, tc.config)
			thuliumSaw(t, s)
			want = maps.Clone(tc.config)
			want["id"], want["status"], want["on_closed"] = id, "OPEN", cmp.Or(tc.config["on_closed"], any("restart"))
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
			planned, diags = w.plan(thuliumConversation, adopted, changed)
			w.must(nil, diags)
			if len(planned.RequiresReplace) != 1 {
				t.Errorf("after the adoption a change replaces %v, want client_name", planned.RequiresReplace)
			}
			thuliumChanged(t, w, adopted, nil)
			thuliumSaw(t, s, "thulium.stop")
			if open := s.Open(); len(open) > 0 {
				t.Errorf("left open: %v", open)
			}
		})
	}
}

// An import that was never adopted can be destroyed, and restarted.
func TestThuliumImportWithoutAdoption(t *testing.T) {
	t.Parallel()
	s := newStage(t, sandbox.Options{})
	w := thuliumWire(t, s)
	id := s.AddConversation(sandbox.Conversation{QueueID: 3})
	imported, diags := thuliumImported(t, w, id, "")
	w.must(nil, diags)
	if after := thuliumChanged(t, w, imported, nil); after.State != nil || len(s.Open()) > 0 {
		t.Errorf("the state is %v, open are %v", after.State, s.Open())
	}

	id = s.AddConversation(sandbox.Conversation{QueueID: 3})
	imported, diags = thuliumImported(t, w, "3/"+id, "")
	w.must(nil, diags)
	s.CloseConversation(id)
	if after, diags := thuliumWire(t, s).refresh(thuliumConversation, imported); after.State != nil || len(diags) > 0 {
		t.Errorf("a chat that was closed is still in the state: %v %s", after.State, said(diags))
	}
}

// The window grows, and each is asked about the days only that were not listed yet.
func TestThuliumImportWindows(t *testing.T) {
	exercisedInProcess(t, "thulium: import command")
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
				s := newStage(t, sandbox.Options{})
				id := "0b6ab1f4-31c0-4e22-b7d7-7c15bb39d6a7"
				if tc.daysAgo >= 0 {
					s.AddConversation(sandbox.Conversation{ID: id, QueueID: 3, CreatedAt: time.Now().AddDate(0, 0, -tc.daysAgo)})
				}
				w := thuliumWire(t, s)
				imported, diags := w.importID(thuliumConversation, form+id)
				if failed(diags) == tc.found {
					t.Fatal(said(diags))
				}
				if !tc.found {
					thuliumHas(t, said(diags), "Unable to import", "366 days", id, "Nothing was imported")
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
				after, diags := thuliumWire(t, s).refresh(thuliumConversation, imported)
				if len(diags) > 0 || after.State["status"] != "OPEN" || len(s.Requests()) != 1 {
					t.Errorf("%d requests for the refresh; %v %s", len(s.Requests()), after.State, said(diags))
				}
			})
		}
	}
}
