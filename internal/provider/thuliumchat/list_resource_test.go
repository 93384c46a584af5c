package thuliumchat_test

import (
	"reflect"
	"testing"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// Each chat has its identity and a name without a personal value; what an import would
// write is there where it was asked for.
func TestQuery(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	created := time.Now().Add(-time.Hour)
	s.AddConversation(sandbox.Conversation{ID: "old", QueueID: 4, CreatedAt: created.Add(-time.Hour), ClientEmail: "jan@example.com", ClientName: "Jan"})
	s.AddConversation(sandbox.Conversation{ID: "new", QueueID: 3, CreatedAt: created, ClientEmail: "jan@example.com", ClientName: "Jan"})
	s.AddConversation(sandbox.Conversation{ID: "closed", QueueID: 3, CreatedAt: created, ClosedAt: &created})
	w := s.Quick(t)
	for _, include := range []bool{false, true} {
		got, diags := w.Query(resourceName, providertest.Values{}, include, 0)
		w.Must(nil, diags)
		if len(got) != 2 {
			t.Fatalf("listed %v", got)
		}
		for i, want := range []struct {
			id    string
			queue int
			at    time.Time
		}{{"new", 3, created}, {"old", 4, created.Add(-time.Hour)}} {
			name := want.id + " in queue " + map[int]string{3: "3", 4: "4"}[want.queue] + ", began at " + want.at.In(warsaw(t)).Format("2006-01-02 15:04:05.000")
			if got[i].DisplayName != name || got[i].Identity["id"] != want.id {
				t.Errorf("got %+v, want %s", got[i], name)
			}
			if !include {
				continue
			}
			for attribute, value := range got[i].Resource {
				expected := map[string]any{"id": want.id, "chat_queue_id": want.queue}[attribute]
				if attribute != "timeouts" && !reflect.DeepEqual(value, expected) {
					t.Errorf("%s: %s is %v, want %v", want.id, attribute, value, expected)
				}
			}
		}
		providertest.Saw(t, s, "thulium.list")
	}
}

func TestQueryArguments(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	now := time.Now()
	for id, chat := range map[string]sandbox.Conversation{
		"new": {QueueID: 3, CreatedAt: now}, "old": {QueueID: 3, CreatedAt: now.Add(-48 * time.Hour), ClientEmail: "jan@example.com"},
		"closed": {QueueID: 3, CreatedAt: now.Add(-72 * time.Hour), ClosedAt: &now}, "other": {QueueID: 4, CreatedAt: now.Add(-time.Hour)},
	} {
		chat.ID = id
		s.AddConversation(chat)
	}
	w := zoned(t, s)
	for name, tc := range map[string]struct {
		config providertest.Values
		limit  int64
		want   string
	}{
		"a queue":         {config: providertest.Values{"chat_queue_id": 3}, want: "new old"},
		"closed as well":  {config: providertest.Values{"chat_queue_id": 3, "open_only": false}, want: "new old closed"},
		"an age":          {config: providertest.Values{"older_than": "24h"}, want: "old"},
		"an address":      {config: providertest.Values{"client_email": "JAN@example.com"}, want: "old"},
		"a status":        {config: providertest.Values{"status": "CREATED"}, want: "new other old"},
		"not more than 2": {config: providertest.Values{}, limit: 2, want: "new other"},
	} {
		got, diags := w.Query(resourceName, tc.config, false, tc.limit)
		w.Must(nil, diags)
		var ids []string
		for _, result := range got {
			ids = append(ids, result.Identity["id"].(string))
		}
		if join(ids) != tc.want {
			t.Errorf("%s: got %v, want %s", name, ids, tc.want)
		}
	}
}

// A list that cannot be read whole is an error, as in the data source.
func TestQueryFails(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	s.Set(func(k *sandbox.Knobs) { k.ListRefused = 403 })
	got, diags := s.Quick(t).Query(resourceName, providertest.Values{}, false, 0)
	failed(t, diags, "Unable to list Thulium chats", "403", "API user")
	if len(got) > 0 {
		t.Errorf("listed %v", got)
	}
}

// What a query generates applies as it is, and without a call: Terraform names the provider in each block.
func TestAccQuery(t *testing.T) {
	t.Parallel()
	providertest.Requires(t, providertest.Query)
	s := providertest.New(t, sandbox.Options{})
	id := s.AddConversation(sandbox.Conversation{QueueID: 3, ClientEmail: "jan@example.com"})
	w := providertest.NewWorkspace(t, s, map[string]string{
		"main.tf": providertest.Required + providertest.Quick,
		"open.tfquery.hcl": `
list "thulium_chat_conversation" "open" {
  provider         = conversation
  include_resource = true
  config {
    chat_queue_id = 3
  }
}
`,
	})
	providertest.Has(t, w.Succeeds("query", "-no-color", "-generate-config-out=generated.tf"), id+" in queue 3")
	w.Succeeds("apply", "-no-color", "-auto-approve")
	if err := (providertest.ThuliumCalls{Stage: s}).Wrong(); err != nil {
		t.Error(err)
	}
	w.Clean()
	w.Succeeds("destroy", "-no-color", "-auto-approve")
	if len(s.Open()) > 0 {
		t.Error("the chat was left open")
	}
}
