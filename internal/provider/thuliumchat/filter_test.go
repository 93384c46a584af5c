package thuliumchat_test

import (
	"testing"
	"time"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

const listName = "thulium_chat_conversations"

// zoned configures a provider that knows the system's zone, which is the sandbox's.
func zoned(t *testing.T, s *providertest.Stage) *providertest.Wire {
	t.Helper()
	return s.Configured(t, providertest.Values{"http": providertest.QuickHTTP(), "thulium": providertest.Values{"time_zone": "Europe/Warsaw"}})
}

// listedIDs are the ids that the data source lists, in their order.
func listedIDs(t *testing.T, w *providertest.Wire, config providertest.Values) []string {
	t.Helper()
	state, diags := w.Data(t.Context(), listName, config)
	w.Must(nil, diags)
	ids := []string{}
	for _, row := range state["conversations"].([]any) {
		ids = append(ids, row.(providertest.Values)["id"].(string))
	}
	return ids
}

// What can match nothing, or is no filter at all, is refused before anything is asked:
// in the data source and in the list resource alike.
func TestFilterRefused(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		config providertest.Values
		says   []string
	}{
		"open and closed":             {providertest.Values{"open_only": true, "status": "CLOSED"}, []string{`AttributeName("open_only")`, "No chat can match"}},
		"days turned round":           {providertest.Values{"started_from": "2026-11-23", "started_to": "2026-11-22"}, []string{`AttributeName("started_from")`, "after started_to"}},
		"minutes turned round":        {providertest.Values{"started_from": "2026-11-22 12:35", "started_to": "2026-11-22 12:34"}, []string{"after started_to"}},
		"moments turned round":        {providertest.Values{"started_from": "2026-11-22T12:35:00Z", "started_to": "2026-11-22T12:34:00Z"}, []string{"after started_to"}},
		"a star in the address":       {providertest.Values{"client_email": "*@example.com"}, []string{`AttributeName("client_email")`, "wildcard"}},
		"a per cent in the address":   {providertest.Values{"client_email": "test%@example.com"}, []string{"wildcard"}},
		"no address":                  {providertest.Values{"client_email": "test"}, []string{`AttributeName("client_email")`, "e-mail"}},
		"no date":                     {providertest.Values{"started_from": "yesterday"}, []string{`AttributeName("started_from")`, "2026-11-22 12:34", "RFC 3339"}},
		"a month that does not exist": {providertest.Values{"started_to": "2026-13-01"}, []string{`AttributeName("started_to")`}},
		"no duration":                 {providertest.Values{"older_than": "soon"}, []string{`AttributeName("older_than")`, "duration"}},
		"an age of nothing":           {providertest.Values{"older_than": "0s"}, []string{`AttributeName("older_than")`, "above zero"}},
		"queue 0":                     {providertest.Values{"chat_queue_id": 0}, []string{`AttributeName("chat_queue_id")`, "at least 1"}},
		"half a queue":                {providertest.Values{"chat_queue_id": 1.5}, []string{`AttributeName("chat_queue_id")`, "whole number"}},
		"an empty status":             {providertest.Values{"status": ""}, []string{`AttributeName("status")`, "empty"}},
		"an age without a zone":       {providertest.Values{"older_than": "24h"}, []string{`AttributeName("older_than")`, "thulium.time_zone", "Europe/Warsaw"}},
		"seconds without a zone":      {providertest.Values{"started_from": "2026-11-22 12:34:56"}, []string{`AttributeName("started_from")`, "thulium.time_zone"}},
		"RFC 3339 without a zone":     {providertest.Values{"started_to": "2026-11-22T12:34:56Z"}, []string{`AttributeName("started_to")`, "thulium.time_zone"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := providertest.New(t, sandbox.Options{})
			w := s.Quick(t)
			_, diags := w.Data(t.Context(), listName, tc.config)
			failed(t, diags, tc.says...)
			_, diags = w.Query(resourceName, tc.config, false, 0)
			failed(t, diags, tc.says...)
			providertest.Saw(t, s)
		})
	}
}

// Terraform's query lists open chats by default, so closed ones cannot be asked for.
func TestFilterOfClosedChatsInAQuery(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	w := s.Quick(t)
	_, diags := w.Query(resourceName, providertest.Values{"status": "CLOSED"}, false, 0)
	failed(t, diags, "No chat can match", "open_only = false")
	_, diags = w.Query(resourceName, providertest.Values{"status": "CLOSED", "open_only": false}, false, 0)
	w.Must(nil, diags)
	providertest.Saw(t, s, "thulium.list")
}

// A moment and a local time are compared once the zone is known.
func TestFilterComparedInTheZone(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	w := zoned(t, s)
	_, diags := w.Data(t.Context(), listName, providertest.Values{"started_from": "2026-11-22T12:35:00Z", "started_to": "2026-11-22 13:34"})
	failed(t, diags, "after started_to")
	_, diags = w.Data(t.Context(), listName, providertest.Values{"started_from": "2026-11-22T12:34:00Z", "started_to": "2026-11-22 13:34"})
	w.Must(nil, diags)
	providertest.Saw(t, s, "thulium.list")
}

func TestFilterByAgeAndExactTimes(t *testing.T) {
	t.Parallel()
	s := providertest.New(t, sandbox.Options{})
	now := time.Now().Truncate(time.Millisecond)
	at := func(ago time.Duration) string { return now.Add(-ago).UTC().Format(time.RFC3339Nano) }
	for id, ago := range map[string]time.Duration{"new": time.Minute, "hours": 3 * time.Hour, "days": 50 * time.Hour} {
		s.AddConversation(sandbox.Conversation{ID: id, QueueID: 3, CreatedAt: now.Add(-ago)})
	}
	w := zoned(t, s)
	local := now.Add(-3 * time.Hour).In(warsaw(t)).Format("2006-01-02 15:04:05.000") // as created_at
	for _, tc := range []struct {
		config providertest.Values
		want   string
	}{
		{providertest.Values{"older_than": "24h"}, "days"},
		{providertest.Values{"older_than": "2h59m"}, "hours days"},
		{providertest.Values{"older_than": "30s"}, "new hours days"},
		{providertest.Values{"started_from": at(3 * time.Hour)}, "new hours"},
		{providertest.Values{"started_from": at(3*time.Hour - time.Millisecond)}, "new"},
		{providertest.Values{"started_from": local, "started_to": local}, "hours"},
		{providertest.Values{"started_to": at(3 * time.Hour)}, "hours days"},
		{providertest.Values{"started_to": at(3*time.Hour + time.Millisecond)}, "days"},
	} {
		if got := join(listedIDs(t, w, tc.config)); got != tc.want {
			t.Errorf("%v: got %s, want %s", tc.config, got, tc.want)
		}
	}
}
