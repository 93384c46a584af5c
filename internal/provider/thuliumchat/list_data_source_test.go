package thuliumchat_test

import (
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/conversation-tools/terraform-provider-conversation/internal/provider/providertest"
	"github.com/conversation-tools/terraform-provider-conversation/internal/sandbox"
)

// A killed pipeline has left two chats open: the data source finds them among
// the others.
func TestDataThuliumConversations(t *testing.T) {
	s := providertest.New(t, sandbox.Options{})
	now := time.Now()
	left := []string{
		s.AddConversation(sandbox.Conversation{QueueID: 3, ClientEmail: "pipeline@example.com", CreatedAt: now.Add(-2 * time.Hour)}),
		s.AddConversation(sandbox.Conversation{QueueID: 3, ClientEmail: "Pipeline@Example.com", CreatedAt: now.Add(-time.Hour)}),
	}
	s.AddConversation(sandbox.Conversation{QueueID: 3, ClientEmail: "customer@example.com"})
	s.AddConversation(sandbox.Conversation{QueueID: 3, ClientEmail: "pipeline@example.com", ClosedAt: &now})
	s.AddConversation(sandbox.Conversation{QueueID: 4, ClientEmail: "pipeline@example.com"})
	const address = "data.thulium_chat_conversations.left"
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: s.Factories(),
		Steps: []resource.TestStep{{
			Config: providertest.Quick + `
data "thulium_chat_conversations" "left" {
  provider      = conversation
  chat_queue_id = 3
  client_email  = "pipeline@example.com"
  open_only     = true
}

data "thulium_chat_conversations" "none" {
  provider     = conversation
  client_email = "nobody@example.com"
}

output "ids" {
  value = data.thulium_chat_conversations.left.conversations[*].id
}

output "none" {
  value = length(data.thulium_chat_conversations.none.conversations)
}
`,
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownOutputValue("ids", knownvalue.ListExact([]knownvalue.Check{
					knownvalue.StringExact(left[1]), knownvalue.StringExact(left[0]), // newest first, as the service has them
				})),
				statecheck.ExpectKnownOutputValue("none", knownvalue.Int64Exact(0)),
				statecheck.ExpectKnownValue(address, tfjsonpath.New("conversations").AtSliceIndex(1).AtMapKey("status"), knownvalue.StringExact("CREATED")),
				statecheck.ExpectKnownValue(address, tfjsonpath.New("conversations").AtSliceIndex(1).AtMapKey("closed_at"), knownvalue.Null()),
			},
		}},
	})
	if n := s.Count("thulium.list"); n == 0 || n != s.Count("*") {
		t.Errorf("%d requests, %d of the listing", s.Count("*"), n)
	}
}

// Every column is what the service sends; what it does not send is null.
func TestDataThuliumConversationsColumns(t *testing.T) {
	t.Parallel()
	created := time.Date(2026, 11, 22, 12, 30, 0, 0, time.UTC)
	ended, customer := created.Add(time.Minute+5*time.Millisecond), int64(1)<<53+1
	for name, tc := range map[string]struct {
		knobs func(*sandbox.Knobs)
		chat  sandbox.Conversation
		body  string // in place of the chat
		want  providertest.Values
	}{
		"all": {
			chat: sandbox.Conversation{ID: "a-1", QueueID: 3, CreatedAt: created, ClosedAt: &ended, ClientName: "Jan", ClientSurname: "Żółć", ClientEmail: "jan@example.com", CustomerID: &customer},
			want: providertest.Values{
				"id": "a-1", "chat_queue_id": 3, "status": "CLOSED", "created_at": "2026-11-22 12:30:00.000", "closed_at": "2026-11-22 12:31:00.005",
				"client_email": "jan@example.com", "client_name": "Jan Żółć", "customer_id": int(customer),
			},
		},
		"open, little known": {
			chat: sandbox.Conversation{ID: "a-2", QueueID: 3, CreatedAt: created},
			want: providertest.Values{"id": "a-2", "chat_queue_id": 3, "status": "CREATED", "created_at": "2026-11-22 12:30:00.000"},
		},
		"empty texts": {
			knobs: func(k *sandbox.Knobs) { k.EmptyTexts = true },
			chat:  sandbox.Conversation{ID: "a-3", QueueID: 3, CreatedAt: created},
			want:  providertest.Values{"id": "a-3", "chat_queue_id": 3, "status": "CREATED", "created_at": "2026-11-22 12:30:00.000", "client_email": "", "client_name": ""},
		},
		"no id": {
			knobs: func(k *sandbox.Knobs) { k.RowID = sandbox.RowIDAbsent },
			chat:  sandbox.Conversation{QueueID: 3, CreatedAt: created},
			want:  providertest.Values{"chat_queue_id": 3, "status": "CREATED", "created_at": "2026-11-22 12:30:00.000"},
		},
		"numbers as text": {body: `{"count":"1","result":[{"chat_queue_id":"3","customer_id":"17"}]}`, want: providertest.Values{"chat_queue_id": 3, "customer_id": 17}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := providertest.New(t, sandbox.Options{Location: time.UTC})
			if tc.knobs != nil {
				s.Set(tc.knobs)
			}
			if tc.body != "" {
				s.AddFault(sandbox.Fault{Call: "thulium.list", Kind: sandbox.FaultStatus, Status: 200, Body: tc.body})
			} else {
				s.AddConversation(tc.chat)
			}
			w := s.Quick(t)
			state, diags := w.Data(t.Context(), "thulium_chat_conversations", providertest.Values{})
			w.Must(nil, diags)
			for _, column := range []string{"id", "chat_queue_id", "status", "created_at", "closed_at", "client_email", "client_name", "customer_id"} {
				if _, ok := tc.want[column]; !ok {
					tc.want[column] = nil
				}
			}
			if want := []any{tc.want}; !reflect.DeepEqual(state["conversations"], want) {
				t.Errorf("conversations are\n%v, want\n%v", state["conversations"], want)
			}
		})
	}
}

// What the service can filter by is in the query; the rest is filtered here.
func TestDataThuliumConversationsFilters(t *testing.T) {
	t.Parallel()
	day := func(n int) time.Time { return time.Date(2026, 11, n, 12, 0, 0, 0, time.UTC) }
	ended := day(21)
	chats := []sandbox.Conversation{
		{ID: "one", QueueID: 3, CreatedAt: day(18), ClientEmail: "Anna@Example.com"},
		{ID: "two", QueueID: 3, CreatedAt: day(19), ClosedAt: &ended, ClientEmail: "anna@example.com"},
		{ID: "three", QueueID: 4, CreatedAt: day(20), Status: "WAITING"},
		{ID: "four", QueueID: 4, CreatedAt: day(21), ClientEmail: "ben@example.com"},
	}
	for name, tc := range map[string]struct {
		config providertest.Values
		query  providertest.Values // beside limit and offset
		knobs  func(*sandbox.Knobs)
		want   []string
	}{
		"none":               {config: providertest.Values{}, want: []string{"four", "three", "two", "one"}},
		"oldest first":       {config: providertest.Values{}, knobs: func(k *sandbox.Knobs) { k.ListOrder = sandbox.OldestFirst }, want: []string{"one", "two", "three", "four"}},
		"queue":              {config: providertest.Values{"chat_queue_id": 3}, query: providertest.Values{"chat_queue_id": "3"}, want: []string{"two", "one"}},
		"status":             {config: providertest.Values{"status": "WAITING"}, query: providertest.Values{"status": "WAITING"}, want: []string{"three"}},
		"a day":              {config: providertest.Values{"started_from": "2026-11-19", "started_to": "2026-11-20"}, query: providertest.Values{"date_from": "2026-11-19", "date_to": "2026-11-21 00:00"}, want: []string{"three", "two"}},
		"a minute":           {config: providertest.Values{"started_from": "2026-11-20 12:01"}, query: providertest.Values{"date_from": "2026-11-20 12:01"}, want: []string{"four"}},
		"e-mail":             {config: providertest.Values{"client_email": "ANNA@example.com"}, want: []string{"two", "one"}},
		"open":               {config: providertest.Values{"open_only": true}, want: []string{"four", "three", "one"}},
		"open, not asked":    {config: providertest.Values{"open_only": false}, want: []string{"four", "three", "two", "one"}},
		"open by time":       {config: providertest.Values{"open_only": true}, knobs: func(k *sandbox.Knobs) { k.ClosedBy = sandbox.ClosedByTime }, want: []string{"four", "three", "one"}},
		"open by status":     {config: providertest.Values{"open_only": true}, knobs: func(k *sandbox.Knobs) { k.ClosedBy = sandbox.ClosedByStatus }, want: []string{"four", "three", "one"}},
		"open and e-mail":    {config: providertest.Values{"open_only": true, "client_email": "anna@example.com"}, want: []string{"one"}},
		"nothing that fits":  {config: providertest.Values{"chat_queue_id": 9}, query: providertest.Values{"chat_queue_id": "9"}, want: []string{}},
		"nothing after here": {config: providertest.Values{"client_email": "nobody@example.com"}, want: []string{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := providertest.New(t, sandbox.Options{Location: time.UTC})
			if tc.knobs != nil {
				s.Set(tc.knobs)
			}
			for _, chat := range chats {
				s.AddConversation(chat)
			}
			w := s.Quick(t)
			state, diags := w.Data(t.Context(), "thulium_chat_conversations", tc.config)
			w.Must(nil, diags)
			got := []string{}
			list, ok := state["conversations"].([]any)
			if !ok {
				t.Fatalf("conversations are %v, want a list", state["conversations"])
			}
			for _, row := range list {
				got = append(got, row.(providertest.Values)["id"].(string))
			}
			if !slices.Equal(got, tc.want) {
				t.Errorf("conversations are %v, want %v", got, tc.want)
			}
			query := providertest.Values{}
			for parameter, given := range providertest.Saw(t, s, "thulium.list")[0].Query {
				if parameter != "limit" && parameter != "offset" {
					query[parameter] = given[0]
				}
			}
			if len(query)+len(tc.query) > 0 && !reflect.DeepEqual(query, tc.query) {
				t.Errorf("the query is %v, want %v", query, tc.query)
			}
		})
	}
}

// Of a long list each chat is there once, however the pages shift.
func TestDataThuliumConversationsPages(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		knobs    func(*sandbox.Knobs)
		chats    int
		requests int
	}{
		"three pages":                {chats: 250, requests: 3},
		"full pages":                 {chats: 200, requests: 2},
		"oldest first":               {chats: 250, requests: 3, knobs: func(k *sandbox.Knobs) { k.ListOrder = sandbox.OldestFirst }},
		"no count":                   {chats: 250, requests: 3, knobs: func(k *sandbox.Knobs) { k.Count = sandbox.CountAbsent }},
		"no count, full pages":       {chats: 200, requests: 3, knobs: func(k *sandbox.Knobs) { k.Count = sandbox.CountAbsent }},
		"a row between pages":        {chats: 250, requests: 3, knobs: func(k *sandbox.Knobs) { k.InsertBetweenPages = 1 }},
		"many rows between pages":    {chats: 250, requests: 4, knobs: func(k *sandbox.Knobs) { k.InsertBetweenPages = 40 }},
		"a row behind the last page": {chats: 250, requests: 3, knobs: func(k *sandbox.Knobs) { k.InsertBetweenPages, k.ListOrder = 1, sandbox.OldestFirst }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := providertest.New(t, sandbox.Options{})
			if tc.knobs != nil {
				s.Set(tc.knobs)
			}
			missing := map[any]bool{}
			for _, o := range thuliumFiled(s, tc.chats, 3, func(i int) time.Time { return time.Now().Add(-time.Duration(i+1) * time.Second) }) {
				missing[o.State["id"]] = true
			}
			w := s.Quick(t)
			state, diags := w.Data(t.Context(), "thulium_chat_conversations", providertest.Values{"chat_queue_id": 3})
			w.Must(nil, diags)
			seen := map[any]bool{}
			for _, row := range state["conversations"].([]any) {
				id := row.(providertest.Values)["id"]
				if seen[id] {
					t.Errorf("%v is listed twice", id)
				}
				seen[id] = true
				delete(missing, id)
			}
			if len(missing) > 0 {
				t.Errorf("%d of %d chats are missing", len(missing), tc.chats)
			}
			if got := s.Count("thulium.list"); got != tc.requests {
				t.Errorf("%d requests, want %d", got, tc.requests)
			}
			for i, request := range s.Requests() {
				if request.Query.Get("limit") != "100" || request.Query.Get("offset") != fmt.Sprint(100*i) {
					t.Errorf("page %d was asked for with %v", i+1, request.Query)
				}
			}
		})
	}
}

// A list that cannot be read whole is an error and not a shorter list.
func TestDataThuliumConversationsIncomplete(t *testing.T) {
	t.Parallel()
	fault := func(f sandbox.Fault) func(*providertest.Stage) {
		f.Call = "thulium.list"
		return func(s *providertest.Stage) { s.AddFault(f) }
	}
	for name, tc := range map[string]struct {
		fails func(*providertest.Stage)
		says  []string
	}{
		"refused":        {func(s *providertest.Stage) { s.Set(func(k *sandbox.Knobs) { k.ListRefused = 403 }) }, []string{"403", "API user"}},
		"the third page": {fault(sandbox.Fault{Kind: sandbox.FaultStatus, Status: 502, Skip: 2}), []string{"502", "after 3 attempts"}},
		"an empty page":  {fault(sandbox.Fault{Kind: sandbox.FaultStatus, Status: 200, Skip: 2, Body: `{"count":250,"result":[]}`}), []string{"200 of 250"}},
		"the same again": {fault(sandbox.Fault{Kind: sandbox.FaultStatus, Status: 200, Body: `{"count":250,"result":[{"conversation_id":"a"}]}`}), []string{"repeats itself"}},
		"no end": {func(s *providertest.Stage) {
			s.Set(func(k *sandbox.Knobs) { k.InsertBetweenPages, k.ListOrder = 100, sandbox.OldestFirst })
		}, []string{"100 requests", "Narrow it with chat_queue_id"}},
		"half of a page":    {fault(sandbox.Fault{Kind: sandbox.FaultHalf, Skip: 1}), []string{"broke off"}},
		"a page of HTML":    {fault(sandbox.Fault{Kind: sandbox.FaultHTML, Skip: 1}), []string{"thulium.base_url"}},
		"without a list":    {fault(sandbox.Fault{Kind: sandbox.FaultStatus, Status: 200, Body: `{"count":0}`}), []string{"result"}},
		"an error envelope": {fault(sandbox.Fault{Kind: sandbox.FaultStatus, Status: 200, Body: `{"request_id":"1","errors":[{"message":"No.","code":1}]}`}), []string{"Thulium says: No. (code 1, request id 1)"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := providertest.New(t, sandbox.Options{})
			thuliumFiled(s, 250, 3, func(int) time.Time { return time.Now() })
			tc.fails(s)
			w := s.Quick(t)
			state, diags := w.Data(t.Context(), "thulium_chat_conversations", providertest.Values{"chat_queue_id": 3})
			if !providertest.Failed(diags) || state["conversations"] != nil {
				t.Fatalf("read %v: %s", state, providertest.Said(diags))
			}
			providertest.Has(t, providertest.Said(diags), append(tc.says, "Unable to list Thulium chats", "GET "+s.URL, "/chats?", "incomplete")...)
			if name != "no end" {
				providertest.Lacks(t, diags, "Narrow")
			}
		})
	}
}
